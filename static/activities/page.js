/** A text to read, results of an earlier step, and questions to close with. */
import { useEffect } from "preact/hooks";
import { announce, html, ordered } from "../core/dom.js";
import { keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { stepView } from "../core/store.js";
import { LookButtons, ratingLooks, ScreenResults, useSharedLooks } from "../parts/big.js";
import { ScreenBoard } from "../parts/bigboard.js";
import { CanvasBoard } from "../parts/board.js";
import { Drawn, isOneFigure } from "../parts/drawn.js";
import { Late } from "../parts/late.js";
import { Paged } from "../parts/paging.js";
import { Prose } from "../parts/prose.js";
import { RoundQuestion } from "../parts/question.js";
import { RatingResults, ratingCompare } from "../parts/results.js";
import { useQuietNews } from "../parts/room.js";
import { StepPage } from "../parts/step.js";
import { ToldAnswers } from "../parts/told.js";
import { DiscussedList, ScreenList } from "../parts/topics.js";
import { WhoContributed } from "../parts/whodid.js";

/** @param {{step: any, stepId: string, agenda: any, own?: any, closed: boolean, notice?: any}} props */
export function PageParticipant({ step, stepId, agenda, own, closed, notice }) {
  const shut = closed || agenda.locked;
  const asks = (step.questions && !(shut && step.revealed)) || step.mail;
  return html`
    <${StepPage} instruction=${agenda.instruction} notice=${notice}>
      ${Boolean(step.body?.length) && html`<${Prose} nodes=${step.body} />`}
      ${step.shows && html`<${EarlierOnPhone} stepId=${step.shows} />`}
      ${step.answers && html`<h2>${t("page.answers")}</h2><${Late} part="told" step=${step} level=${3} />`}
      ${asks && html`<${Late} part="asks" step=${step} stepId=${stepId} own=${own} shut=${shut} />`}
    <//>
  `;
}

function EarlierOnPhone({ stepId }) {
  const earlier = stepView(stepId);
  if (earlier?.boxes) return html`<${Late} part="board" canvas=${earlier} level=${2} />`;
  if (earlier?.conclusions) return html`<${Late} part="topics" step=${earlier} level=${2} />`;
  if (!earlier?.items) return null;
  if (!earlier.revealed) return html`<p class="notice">${t("page.not_shown_yet")}</p>`;
  return html`<${RoundQuestion} round=${earlier} tag="h2" /><${Late} part="results" round=${earlier} />`;
}

/** What an earlier step brought: the bars of a round, the board of a canvas, the conclusions of a discussion. */
function EarlierResults({ stepId }) {
  const earlier = stepView(stepId);
  if (earlier?.boxes) return html`<${CanvasBoard} canvas=${earlier} level=${2} />`;
  if (earlier?.conclusions) return html`<${DiscussedList} step=${earlier} level=${2} />`;
  if (!earlier?.items) return null;
  if (!earlier.revealed) return html`<p class="notice">${t("page.not_shown_yet")}</p>`;
  return html`<${RoundQuestion} round=${earlier} tag="h2" /><${RatingResults} round=${earlier} />`;
}

/** @param {{step: any, stepId: string}} props */
export function PageConsole({ step, stepId }) {
  useQuietNews(step.questions ? t("page.answered", { n: step.answered }) : "");
  return html`
    ${
      step.editable
        ? html`<${PageEditor} step=${step} stepId=${stepId} />`
        : Boolean(step.body?.length) && html`<section class="panel"><${Prose} nodes=${step.body} /></section>`
    }
    ${step.shows && html`<section class="panel stack"><${EarlierOnConsole} stepId=${step.shows} /></section>`}
    ${
      step.questions &&
      html`
        <section class="panel stack">
          <div>
            <h3>${t("page.questions")}</h3>
            <p class="muted">${t("page.answered", { n: step.answered })} · ${step.revealed ? t("page.shown_now") : t("page.hidden_now")}</p>
          </div>
          ${
            step.answers
              ? html`<${ToldAnswers} step=${step} level=${4} />`
              : html`${step.progress && html`<${WhoContributed} progress=${step.progress} />`}<ol class="rating-items">${ordered(step.questions).map(([id, { label }]) => html`<li key=${id} ...${sessionText()}>${label}</li>`)}</ol>`
          }
        </section>
      `
    }
    ${step.mail && html`<p class="muted">${t("page.mails", { n: step.mails ?? 0 })}</p>`}
  `;
}

const MAX_BODY = 20_000;

/** The text of this step, to write on the spot; beside it what everybody sees. */
function PageEditor({ step, stepId }) {
  const field = `write:${stepId}`;
  const stored = step.source ?? "";
  const [text, write] = useDraft(field, stored);
  const changed = text !== stored;
  useEffect(() => {
    // What was stored is no draft any more; what was refused stays in its field.
    if (text === stored) keepDraft(field, "");
  }, [stored]);
  const save = async (event) => {
    event.preventDefault();
    const answer = changed && (await send("page.write", { step: stepId, text }));
    if (answer !== false && answer.ok) announce(t("page.written"));
  };
  return html`
    <section class="panel page-editor">
      <form class="field" onSubmit=${save}>
        <label for=${field}>${t("page.text")}</label>
        <p id=${`${field}:hint`} class="muted small">${t("page.text_hint")}</p>
        <textarea id=${field} class="input" rows="10" maxlength=${MAX_BODY} dir="auto" aria-describedby=${`${field}:hint`}
          value=${text} onInput=${(event) => write(event.currentTarget.value)}></textarea>
        <p class="row">
          <button class=${changed ? "button primary" : "button"} aria-disabled=${!changed}>${t("page.publish")}</button>
          ${
            changed
              ? html`<span class="muted small">${t("page.unpublished")}</span>
                  <button type="button" class="button quiet" onClick=${() => write(stored)}>${t("page.back_to_stored")}</button>`
              : Boolean(stored) && html`<span class="muted small">${t("page.as_published")}</span>`
          }
        </p>
      </form>
      <div>
        <h3>${t("page.preview")}</h3>
        ${step.body?.length ? html`<${Prose} nodes=${step.body} />` : html`<p class="muted">${t("page.empty")}</p>`}
      </div>
    </section>
  `;
}

/** What the facilitator's bar offers in this step. */
export function pageActions({ step, stepId }) {
  if (!step.questions || step.revealed) return [];
  const reveal = () => send("page.reveal", { step: stepId });
  return [{ key: "r", icon: "eye", label: t("page.reveal"), kind: "primary", run: reveal }];
}

function EarlierOnConsole({ stepId }) {
  const earlier = stepView(stepId);
  useSharedLooks(true);
  if (!earlier?.revealed || !earlier.items) return html`<${EarlierResults} stepId=${stepId} />`;
  return html`
    <${RoundQuestion} round=${earlier} tag="h3" />
    <div class="row"><${LookButtons} looks=${ratingLooks(earlier)} /></div>
    <${RatingResults} round=${earlier} compare=${ratingCompare.value} level=${4} />
  `;
}

/** How the results beside the text can be looked at. */
export function pageLooks(step) {
  return ratingLooks(stepView(step.shows ?? ""));
}

const PAGE_SIZES = [1.5, 1.3, 1.15, 1, 0.85, 0.75, 0.65];

/** @param {{step: any}} props */
export function PageScreen({ step }) {
  const beside = Boolean(step.shows || step.questions);
  return html`
    <div class="screen-page" data-shows=${beside ? "" : undefined}>
      <${Paged} kind="screen-text" sizes=${PAGE_SIZES}><${Prose} nodes=${step.body} /><//>
      ${step.shows ? html`<${EarlierOnScreen} stepId=${step.shows} />` : step.questions && html`<${QuestionsOnScreen} step=${step} />`}
    </div>
  `;
}

function EarlierOnScreen({ stepId }) {
  const earlier = stepView(stepId);
  if (earlier?.boxes) return html`<${ScreenBoard} canvas=${earlier} />`;
  if (earlier?.conclusions) return html`<${ScreenList} step=${earlier} />`;
  if (!earlier?.revealed || !earlier.items) return null;
  const bars = html`<${ScreenResults} round=${earlier} />`;
  return isOneFigure(earlier) ? html`<${Drawn} id=${stepId} of=${earlier.results}>${bars}<//>` : bars;
}

/** The questions with how many people answered, and after the reveal what they answered. */
function QuestionsOnScreen({ step }) {
  useQuietNews(t("page.answered", { n: step.answered }));
  return html`
    <${Paged} kind="screen-told" sizes=${PAGE_SIZES}>
      ${
        step.answers
          ? html`<${ToldAnswers} step=${step} level=${2} table=${false} />`
          : html`
              <ul class="told-questions">
                ${ordered(step.questions).map(([id, { label }]) => html`<li key=${id} ...${sessionText()}>${label}</li>`)}
              </ul>
              <p class="muted">${t("page.answered", { n: step.answered })}</p>
            `
      }
    <//>
  `;
}

/** What the screen shows during this step, for the facilitator. */
export function pageOnScreen(step) {
  if (step.shows) return t("page.on_screen_results");
  if (!step.questions) return t("page.on_screen");
  return step.revealed ? t("page.on_screen_answers") : t("page.on_screen_questions");
}
