/** A round in which everybody judges the same items. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { announce, html, Icon, memo, ordered } from "../core/dom.js";
import { keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, echoes, refusals, send } from "../core/outbox.js";
import { people } from "../core/store.js";
import { LookButtons, ratingCompare, ratingLooks, ratingSort, ScreenResults } from "../parts/big.js";
import { useFit } from "../parts/fit.js";
import { RatingResults, ScaleLegend, scalePoints } from "../parts/results.js";
import { organisationTitle, useQuietNews } from "../parts/room.js";
import { Dock, SaveState, StepPage } from "../parts/step.js";

/**
 * @typedef {number | "none"} Score
 * @typedef {{score: Score, remark?: string, state: "sending" | "saved"}} OwnAnswer
 */

const MAX_REMARK = 500;

/** Which item each round shows when it goes one by one; one more than there are items is the overview. */
const chosenItems = signal(/** @type {Object<string, number>} */ ({}));

/** @param {{step: any, stepId: string, agenda: any, own?: any, closed: boolean, online: number, notice?: any}} props */
export function RatingParticipant({ step, stepId, agenda, own, closed, online, notice }) {
  const answers = ownAnswers(own?.scores, echoes.value, stepId);
  const items = ordered(step.items);
  const done = items.filter(([id]) => answers.has(id)).length;
  const over = step.blind && step.revealed;
  const shut = closed || agenda.locked;
  const progress = { done, items: items.length, ready: step.done, people: Math.max(online, step.answered) };
  const frame = { instruction: agenda.instruction, notice };
  if (over) return html`<${RevealedRound} step=${step} answers=${answers} ...${frame} />`;
  const props = { step, stepId, items, answers, shut, progress, frame };
  return step.one_by_one ? html`<${OneByOne} ...${props} />` : html`<${WholeList} ...${props} />`;
}

/**
 * Somebody's own answers with what they have just chosen.
 *
 * @param {Object<string, {score: Score, remark?: string}> | undefined} stored
 * @param {import("../core/outbox.js").Echo[]} commands
 * @returns {Map<string, OwnAnswer>}
 */
export function ownAnswers(stored, commands, stepId) {
  /** @type {Map<string, OwnAnswer>} */
  const answers = new Map(
    Object.entries(stored ?? {}).map(([id, answer]) => [
      id,
      { ...answer, state: /** @type {const} */ ("saved") },
    ]),
  );
  for (const { type, step, item, score, remark, seq } of commands) {
    if (type !== "rating.rate" || step !== stepId) continue;
    if (score === undefined) {
      answers.delete(item);
      continue;
    }
    const state = seq === undefined ? "sending" : "saved";
    answers.set(item, { score, remark: remark ?? answers.get(item)?.remark, state });
  }
  return answers;
}

function WholeList({ step, stepId, items, answers, shut, progress, frame }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const nextOpen = () => {
    const open = items.find(([id]) => !answers.has(id));
    const first = open && list.current?.querySelector(`[data-item="${CSS.escape(open[0])}"] input`);
    if (first instanceof HTMLElement) {
      first.closest("fieldset")?.scrollIntoView({ block: "start", behavior: "smooth" });
      first.focus({ preventScroll: true });
    }
  };
  return html`
    <${StepPage} ...${frame}>
      <${ShutNotice} shut=${shut} />
      <p class="rating-question" ...${sessionText()}>${step.scale.question}</p>
      <div class="stack" ref=${list}>
        ${items.map(
          (
            [id, item],
            at,
          ) => html`<${RatingItem} key=${id} id=${id} item=${item} number=${at + 1} step=${step.scale}
            stepId=${stepId} remarks=${step.remarks} shut=${shut} score=${answers.get(id)?.score}
            remark=${answers.get(id)?.remark}
            state=${answers.get(id)?.state} />`,
        )}
      </div>
      ${!step.blind && step.results && html`<h2>${t("rating.so_far")}</h2><${RatingResults} round=${step} />`}
    <//>
    <${Dock} label=${t("rating.progress")}>
      <div class="rating-dock">
        <${Progress} ...${progress} />
        ${
          progress.done > 0 &&
          progress.done < progress.items &&
          !shut &&
          html`
            <button type="button" class="button" onClick=${nextOpen}>
              ${t("rating.next_open")}<${Icon} name="chevron-down" />
            </button>
          `
        }
      </div>
    <//>
  `;
}

function OneByOne({ step, stepId, items, answers, shut, progress, frame }) {
  const firstOpen = items.findIndex(([id]) => !answers.has(id));
  const start = firstOpen === -1 ? items.length : firstOpen;
  useEffect(() => {
    if (chosenItems.value[stepId] === undefined) goTo(start);
  }, []);
  const goTo = (place) => {
    chosenItems.value = { ...chosenItems.value, [stepId]: place };
  };
  const at = Math.min(chosenItems.value[stepId] ?? start, items.length);
  const [id, item] = items[at] ?? [];
  const answer = answers.get(id);
  return html`
    <${StepPage} ...${frame} instruction=${at === 0 && frame.instruction} key=${at}>
      <${ShutNotice} shut=${shut} />
      ${
        item
          ? html`
              <p class="rating-question" ...${sessionText()}>${step.scale.question}</p>
              <${RatingItem} key=${id} id=${id} item=${item} number=${at + 1} of=${items.length}
                step=${step.scale} stepId=${stepId} remarks=${step.remarks} shut=${shut}
                score=${answer?.score} remark=${answer?.remark} state=${answer?.state} />
            `
          : html`<${Overview} step=${step} items=${items} answers=${answers} progress=${progress}
            onChoose=${goTo} />`
      }
      ${
        !item &&
        !step.blind &&
        step.results &&
        html`<h2>${t("rating.so_far")}</h2><${RatingResults} round=${step} />`
      }
    <//>
    <${Dock} label=${t("rating.progress")}>
      <div class="rating-dock">
        <button type="button" class="button icon-only" aria-label=${t("rating.previous")} disabled=${at === 0}
          onClick=${() => goTo(at - 1)}>
          <${Icon} name="chevron-left" />
        </button>
        <${Progress} ...${progress} />
        ${
          item &&
          html`
            <button type="button" class=${answer ? "button primary" : "button"} onClick=${() => goTo(at + 1)}>
              ${at + 1 < items.length ? t("rating.next") : t("rating.overview")}
              <${Icon} name="chevron-right" />
            </button>
          `
        }
      </div>
    <//>
  `;
}

/** What somebody has answered, item by item, with the way back to each. */
function Overview({ step, items, answers, progress, onChoose }) {
  const done = progress.done === progress.items;
  return html`
    <div>
      <h2>${done ? t("rating.done_title") : t("rating.overview")}</h2>
      <p>${done ? t("rating.done_hint") : t("rating.open_hint", { n: progress.items - progress.done })}</p>
    </div>
    <ol class="steps">
      ${items.map(
        ([id, item], at) => html`
          <li key=${id}>
            <button type="button" class="steps-item" onClick=${() => onChoose(at)}>
              <span class="steps-number" aria-hidden="true">${at + 1}</span>
              <span ...${sessionText()}>${item.title}</span>
              <span class="rating-chosen" data-open=${answers.has(id) ? undefined : ""}>
                ${answers.has(id) ? scoreWord(step.scale, answers.get(id)?.score) : t("rating.not_answered")}
              </span>
            </button>
          </li>
        `,
      )}
    </ol>
  `;
}

const RatingItem = memo(
  ({ id, item, number, of: total, step: scale, stepId, remarks, shut, score, remark, state }) => {
    const field = remarkField(stepId, id);
    const [text, write] = useDraft(field, remark ?? "");
    const complaint = useReturnedAnswer(stepId, id, remark, write);
    const rate = async (chosen, withRemark) => {
      for (const refused of refusedAnswers(stepId, id)) dismissRefusal(refused.command.id);
      const answer = await send("rating.rate", { step: stepId, item: id, ...chosen, ...withRemark });
      if (answer.ok) announce(chosen.score === undefined ? t("rating.withdrawn") : t("rating.saved"));
    };
    const choose = (chosen) =>
      rate({ score: chosen }, text !== (remark ?? "") ? { remark: text.trim() } : {});
    const keepRemark = () => {
      if (score === undefined || text.trim() === (remark ?? "")) return;
      rate({ score }, { remark: text.trim() });
    };
    useEffect(() => {
      // What was sent is no draft any more.
      if (remark !== undefined && text.trim() === remark) keepDraft(field, "");
    }, [remark]);
    const points = Object.keys(scale.points)
      .map(Number)
      .sort((a, b) => a - b);
    const option = (value, word, off) => html`
    <label class="option" data-off=${off ? "" : undefined}>
      <input type="radio" name=${`${stepId}-${id}`} checked=${score === value} disabled=${shut}
        onChange=${() => choose(value)} />
      <span ...${sessionText()}>${word}</span>
    </label>
  `;
    return html`
    <div class="panel rating-item" data-item=${id}>
      <fieldset class="stack" aria-describedby=${complaint ? `why-${id}` : undefined}>
        <legend>
          <span class="rating-number" data-line=${total ? "" : undefined}>
            ${total ? t("rating.item_of", { item: number, items: total }) : number}
          </span>
          <span ...${sessionText()}>${item.title}</span>
        </legend>
        ${
          item.text &&
          html`
            <details class="rating-text">
              <summary>${t("rating.explanation")}</summary>
              <p ...${sessionText()}>${item.text}</p>
            </details>
          `
        }
        <div class="options">
          ${points.map((point) => option(point, scale.points[point]))}
          ${scale.off && option("none", scale.off, true)}
        </div>
      </fieldset>
      ${complaint && html`<p id=${`why-${id}`} class="composer-complaint" role="alert">${complaint}</p>`}
      ${
        score !== undefined &&
        html`
          <div class="rating-foot">
            <${SaveState} state=${state} />
            ${
              !shut &&
              html`<button type="button" class="button quiet small"
              onClick=${() => rate({})}>${t("rating.withdraw")}</button>`
            }
          </div>
          ${
            remarks &&
            html`<${RemarkField} id=${id} title=${item.title} text=${text} remark=${remark}
            shut=${shut} write=${write} keep=${keepRemark} />`
          }
        `
      }
    </div>
  `;
  },
);

function RemarkField({ id, title, text, remark, shut, write, keep }) {
  const changed = text.trim() !== (remark ?? "");
  if (shut) return remark ? html`<p class="muted small" ...${sessionText()}>${remark}</p>` : null;
  return html`
    <details class="rating-remark" open=${Boolean(text)}>
      <summary>${t("rating.remark")}</summary>
      <textarea
        class="input"
        rows="2"
        maxlength=${MAX_REMARK}
        dir="auto"
        aria-label=${t("rating.remark_on", { item: title })}
        aria-describedby=${`remark-${id}`}
        value=${text}
        onInput=${(event) => write(event.currentTarget.value)}
        onBlur=${keep}
      ></textarea>
      <div class="rating-foot">
        <span id=${`remark-${id}`} class="muted small">${t("rating.remark_hint")}</span>
        ${
          changed &&
          html`<button type="button" class="button"
          onClick=${keep}>${t("rating.remark_save")}</button>`
        }
      </div>
    </details>
  `;
}

function refusedAnswers(stepId, id) {
  return refusals.value.filter(
    ({ command }) => command.type === "rating.rate" && command.step === stepId && command.item === id,
  );
}

/** A refused answer goes back to what is stored, with the reason; a refused remark goes back to its field. */
function useReturnedAnswer(stepId, id, remark, write) {
  const refused = refusedAnswers(stepId, id).at(-1);
  useEffect(() => {
    const text = refused?.command.remark;
    if (text && text !== remark) write(text);
  }, [refused]);
  return refused?.message;
}

function Progress({ done, items, ready, people }) {
  return html`
    <div class="rating-progress">
      <progress class="progress" value=${done} max=${items} aria-label=${t("rating.progress")}></progress>
      <p class="rating-count">
        ${
          done === items && items > 0
            ? html`
                <${Icon} name="circle-check" />
                <strong>${t("rating.done")}</strong> ${t("rating.ready", { ready, people })}
              `
            : t("rating.answered_of", { done, items })
        }
      </p>
    </div>
  `;
}

function ShutNotice({ shut }) {
  if (!shut) return null;
  return html`<div class="notice" data-tone="warn"><${Icon} name="lock" /><p>${t("rating.shut")}</p></div>`;
}

/** After the reveal: everybody's answers, and beside them what this person chose. */
function RevealedRound({ step, answers, instruction, notice }) {
  return html`
    <${StepPage} instruction=${instruction} notice=${notice}>
      <h2 ...${sessionText()}>${step.scale.question}</h2>
      <${RatingResults} round=${step} yours=${ownPoints(answers)} />
    <//>
  `;
}

/** @param {Map<string, OwnAnswer>} answers */
function ownPoints(answers) {
  return Object.fromEntries([...answers].map(([id, { score }]) => [id, score]));
}

function scoreWord(scale, score) {
  return score === "none" ? scale.off : scale.points[score];
}

function remarkField(stepId, id) {
  return `remark:${stepId}:${id}`;
}

/** @param {{step: any, stepId: string}} props */
export function RatingConsole({ step, stepId }) {
  const { done, all } = readyCount(step);
  useQuietNews(step.revealed ? t("rating.revealed_now") : t("rating.ready_of", { done, all }));
  return step.revealed
    ? html`<${RatingOutcome} step=${step} stepId=${stepId} />`
    : html`<${RatingProgress} step=${step} />`;
}

function RatingProgress({ step }) {
  const { done, all } = readyCount(step);
  return html`
    <section class="panel stack">
      <p class="count"><strong>${done}</strong> ${t("rating.of_all_ready", { all })}</p>
      <progress class="progress" max=${all || 1} value=${done} aria-label=${t("rating.ready_of", { done, all })}></progress>
      <p class="muted">${t("rating.begun", { n: step.answered })}</p>
      ${step.progress && html`<${ProgressTable} progress=${step.progress} />`}
    </section>
    <section class="panel stack">
      <h3 ...${sessionText()}>${step.scale.question}</h3>
      <${ScaleLegend} points=${scalePoints(step.scale)} off=${step.scale.off} />
      <ol class="rating-items">
        ${ordered(step.items).map(([id, item]) => html`<li key=${id} ...${sessionText()}>${item.title}</li>`)}
      </ol>
    </section>
  `;
}

function ProgressTable({ progress }) {
  return html`
    <table class="progress-table">
      <thead>
        <tr>
          <th scope="col">${t("rating.col_organisation")}</th>
          <th scope="col">${t("rating.col_begun")}</th>
          <th scope="col">${t("rating.col_ready")}</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(progress).map(
          ([organisation, group]) => html`
            <tr key=${organisation}>
              <th scope="row"><bdi>${organisationTitle(organisation)}</bdi></th>
              <td>${t("rating.some_of", { some: group.answered, all: group.people })}</td>
              <td>${t("rating.some_of", { some: group.done, all: group.people })}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

function RatingOutcome({ step, stepId }) {
  const { reference } = step;
  const show = () => send("rating.show_reference", { step: stepId, shown: !reference.shown });
  return html`
    <section class="panel stack">
      <h3 ...${sessionText()}>${step.scale.question}</h3>
      <div class="row">
        <${LookButtons} looks=${ratingLooks(step)} />
        ${
          reference &&
          html`
            <button type="button" class="button" aria-pressed=${reference.shown} onClick=${show}>
              <${Icon} name="eye" />${t("rating.beside", { label: reference.label })}
            </button>
          `
        }
      </div>
      <${RatingResults} round=${step} sort=${ratingSort.value} compare=${ratingCompare.value} level=${4} />
    </section>
  `;
}

/** What the facilitator's bar offers in this step. */
export function ratingActions({ step, stepId }) {
  if (step.revealed) return [];
  const reveal = () => send("rating.reveal", { step: stepId });
  return [{ key: "r", icon: "eye", label: t("rating.reveal"), kind: "primary", run: reveal }];
}

/** How the outcome can be looked at. */
export function roundLooks(step) {
  return ratingLooks(step);
}

/** What the screen shows during this step, for the facilitator. */
export function ratingOnScreen(step) {
  return step.revealed ? t("rating.on_screen_results") : t("rating.on_screen_counters");
}

/** How many people have judged everything, and how many there are. */
function readyCount(step) {
  const known = Object.values(step.progress ?? {}).reduce((sum, group) => sum + group.people, 0);
  return { done: step.done, all: Math.max(known, step.answered, people.value.online) };
}

/** @param {{step: any}} props */
export function RatingScreen({ step }) {
  const collected = useRef(false);
  if (!step.revealed) collected.current = true;
  return step.revealed
    ? html`<${ScreenResults} round=${step} reveal=${collected.current} />`
    : html`<${ScreenCollecting} step=${step} />`;
}

function ScreenCollecting({ step }) {
  const { done, all } = readyCount(step);
  const place = useFit([1.3, 1.15, 1, 0.85, 0.75]);
  useQuietNews(t("rating.ready_of", { done, all }));
  return html`
    <div class="screen-collecting">
      <div class="screen-count">
        <p><strong>${done}</strong> <span>${t("rating.of_all", { all })}</span></p>
        <p>${t("rating.are_ready")}</p>
        <progress class="progress" max=${all || 1} value=${done} aria-label=${t("rating.ready_of", { done, all })}></progress>
      </div>
      <div class="screen-round" ref=${place}>
        <h2 ...${sessionText()}>${step.scale.question}</h2>
        <${ScaleLegend} points=${scalePoints(step.scale)} off=${step.scale.off} />
        <ol class="rating-items">
          ${ordered(step.items).map(([id, item]) => html`<li key=${id} ...${sessionText()}>${item.title}</li>`)}
        </ol>
      </div>
    </div>
  `;
}
