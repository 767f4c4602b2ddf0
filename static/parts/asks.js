/** What a page asks of people on their phones: closing questions, and whether they want the report. */
import { useEffect } from "preact/hooks";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, echoes, refusals, send } from "../core/outbox.js";
import { SaveState } from "./step.js";

/**
 * @typedef {{label: string, kind: "text" | "scale", order: number, max_chars?: number,
 *   scale?: {question: string, points: Object<string, string>, off?: string}}} Question
 */

/** @param {{step: any, stepId: string, own?: any, shut: boolean}} props */
export function PageAsks({ step, stepId, own, shut }) {
  return html`
    ${
      step.questions &&
      !(shut && step.revealed) &&
      html`<${ClosingQuestions} questions=${step.questions} stepId=${stepId} own=${own} shut=${shut} />`
    }
    ${step.mail && html`<${ReportByMail} stepId=${stepId} own=${own} />`}
  `;
}

/** @param {{questions: Object<string, Question>, stepId: string, own?: any, shut: boolean}} props */
function ClosingQuestions({ questions, stepId, own, shut }) {
  return html`
    <section class="stack" aria-label=${t("page.questions")}>
      ${ordered(questions).map(([id, question]) => {
        const sent = lastSent(stepId, "page.answer", id);
        const stored = own?.answers?.[id];
        const answer = sent ? (sent.score ?? sent.text) || undefined : stored;
        const state = sent && sent.seq === undefined ? "sending" : "saved";
        const Field = question.kind === "scale" ? ScaleQuestion : TextQuestion;
        return html`<${Field} key=${id} ...${{ id, question, stepId, answer, stored, state, shut }} />`;
      })}
      <p class="muted small">${t("page.no_name")}</p>
    </section>
  `;
}

function TextQuestion({ id, question, stepId, answer, stored, state, shut }) {
  const field = `page:${stepId}:${id}`;
  const [text, write] = useDraft(field, stored ?? "");
  const complaint = complaintOf(stepId, "page.answer", id);
  const changed = text.trim() !== (answer ?? "");
  useEffect(() => {
    // What was stored is no draft any more.
    if (text.trim() === (stored ?? "")) keepDraft(field, "");
  }, [stored]);
  const save = (event) => {
    event.preventDefault();
    if (changed) answerQuestion(stepId, id, { text: text.trim() });
  };
  return html`
    <form class="panel field" onSubmit=${save}>
      <label for=${field} ...${sessionText()}>${question.label}</label>
      <textarea id=${field} class="input" rows="2" dir="auto" maxlength=${question.max_chars} disabled=${shut}
        aria-describedby=${complaint ? `${field}:why` : undefined} value=${text}
        onInput=${(event) => write(event.currentTarget.value)}></textarea>
      <${Complaint} id=${`${field}:why`} text=${complaint} />
      <${AskFoot} saved=${answer && !changed && state}>
        ${changed && !shut && html`<button class="button primary">${t("page.send")}</button>`}
      <//>
    </form>
  `;
}

function ScaleQuestion({ id, question, stepId, answer, state, shut }) {
  const { points, off } = question.scale ?? { points: {} };
  const complaint = complaintOf(stepId, "page.answer", id);
  const choose = (score) => answerQuestion(stepId, id, score === undefined ? {} : { score });
  const option = (value, word) => html`
    <label class="option" data-off=${value === "none" ? "" : undefined}>
      <input type="radio" name=${`${stepId}-${id}`} checked=${answer === value} disabled=${shut}
        onChange=${() => choose(value)} />
      <span ...${sessionText()}>${word}</span>
    </label>
  `;
  return html`
    <div class="panel">
      <fieldset class="stack ask">
        <legend ...${sessionText()}>${question.label}</legend>
        <div class="options">
          ${Object.keys(points)
            .map(Number)
            .sort((a, b) => a - b)
            .map((point) => option(point, points[point]))}
          ${off && option("none", off)}
        </div>
      </fieldset>
      <${Complaint} text=${complaint} />
      <${AskFoot} saved=${answer !== undefined && state}>
        ${
          answer !== undefined &&
          !shut &&
          html`<button type="button" class="button quiet" onClick=${() => choose(undefined)}>${t("page.withdraw")}</button>`
        }
      <//>
    </div>
  `;
}

/** Whether somebody wants the report, and where it may go. */
function ReportByMail({ stepId, own }) {
  const field = `page:${stepId}:mail`;
  const sent = lastSent(stepId, "page.mail_me");
  const address = sent ? sent.address : (own?.mail ?? "");
  const [text, write] = useDraft(field);
  const complaint = complaintOf(stepId, "page.mail_me");
  const tell = async (wanted) => {
    forgive(stepId, "page.mail_me");
    const answer = await send("page.mail_me", { step: stepId, address: wanted });
    if (!answer.ok) return;
    // What was refused stays in its field.
    write("");
    announce(wanted ? t("page.mail_saved") : t("page.mail_gone"));
  };
  const save = (event) => {
    event.preventDefault();
    if (text.trim()) tell(text.trim());
  };
  return html`
    <section class="panel" aria-labelledby=${`${field}:title`}>
      <h2 id=${`${field}:title`}>${t("page.mail_title")}</h2>
      <p id=${`${field}:use`} class="muted small">${t("page.mail_use")}</p>
      ${
        address
          ? html`
              <p class="ask-mail"><${Icon} name="check" /><span>${t("page.mail_to")} <bdi>${address}</bdi></span></p>
              <button type="button" class="button" onClick=${() => tell("")}>${t("page.mail_no")}</button>
            `
          : html`
              <form class="field" noValidate onSubmit=${save}>
                <label for=${field}>${t("page.mail_label")}</label>
                <input id=${field} class="input" type="email" autocomplete="email" maxlength="254" value=${text}
                  aria-describedby=${`${field}:use ${field}:why`} aria-invalid=${complaint ? "true" : undefined}
                  onInput=${(event) => write(event.currentTarget.value)} />
                <div id=${`${field}:why`}><${Complaint} text=${complaint} /></div>
                <p><button class="button" aria-disabled=${!text.trim()}>${t("page.mail_yes")}</button></p>
              </form>
            `
      }
    </section>
  `;
}

function AskFoot({ saved, children }) {
  return html`<div class="ask-foot">${saved && html`<${SaveState} state=${saved} />`}${children}</div>`;
}

function Complaint({ id, text }) {
  return text ? html`<p id=${id} class="composer-complaint" role="alert">${text}</p>` : null;
}

async function answerQuestion(stepId, question, given) {
  forgive(stepId, "page.answer", question);
  const answer = await send("page.answer", { step: stepId, question, ...given });
  if (answer.ok) announce(t("page.saved"));
}

/** What this phone sent last and the view may not show yet. */
function lastSent(stepId, type, question) {
  return echoes.value
    .filter((echo) => echo.type === type && echo.step === stepId && echo.question === question)
    .at(-1);
}

function refusedAsks(stepId, type, question) {
  return refusals.value.filter(
    ({ command }) => command.type === type && command.step === stepId && command.question === question,
  );
}

function complaintOf(stepId, type, question) {
  return refusedAsks(stepId, type, question).at(-1)?.message;
}

function forgive(stepId, type, question) {
  for (const { command } of refusedAsks(stepId, type, question)) dismissRefusal(command.id);
}
