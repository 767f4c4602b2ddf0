/** Judging an item on a scale: one answer with reasons and a remark, or one answer for each criterion. */
import { useEffect } from "preact/hooks";
import { html, memo } from "../core/dom.js";
import { keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { criteriaOf } from "./answers.js";
import { AnswerFoot, ItemFrame, refusedFor, sendAnswer } from "./rate.js";

const MAX_REMARK = 500;
/** More points than this stand beside each other. */
const MOST_UNDER_EACH_OTHER = 5;
/** Words of so few letters, such as numbers, share a line with many. */
const SHORT = 3;

export const ScaleItem = memo(({ id, item, number, of: total, step, stepId, shut, answer, earlier }) => {
  const { scale } = step;
  const { score, remark, reasons, state } = answer ?? {};
  const field = `remark:${stepId}:${id}`;
  const [text, write] = useDraft(field, remark ?? "");
  const refused = refusedFor("rating.rate", stepId, id).at(-1);
  useEffect(() => {
    const back = refused?.command.remark;
    if (back && back !== remark) write(back);
  }, [refused]);
  useEffect(() => {
    // What was sent is no draft any more.
    if (remark !== undefined && text.trim() === remark) keepDraft(field, "");
  }, [remark]);
  const rate = (fields) =>
    sendAnswer(
      "rating.rate",
      { step: stepId, item: id, ...fields },
      fields.score === undefined ? t("rating.withdrawn") : undefined,
    );
  const unsent = () => (text.trim() !== (remark ?? "") ? { remark: text.trim() } : {});
  const keepRemark = () =>
    score !== undefined && text.trim() !== (remark ?? "") && rate({ score, ...unsent() });
  const why = scale.reasons?.[score];
  const giveReason = (key, on) => {
    const { [key]: _, ...others } = reasons ?? {};
    rate({ score, reasons: Object.keys(on ? { ...others, [key]: true } : others) });
  };
  const foot =
    score !== undefined &&
    html`
      ${why && html`<${Reasons} words=${why} given=${reasons} shut=${shut} give=${giveReason} />`}
      <${AnswerFoot} state=${state} shut=${shut} withdraw=${() => rate({})} />
      ${
        step.remarks &&
        html`<${RemarkField} id=${id} title=${item.title} text=${text} remark=${remark} shut=${shut}
          write=${write} keep=${keepRemark} />`
      }
    `;
  return html`
    <${ItemFrame} id=${id} item=${item} number=${number} of=${total} complaint=${refused?.message} foot=${foot}
      earlier=${earlier && scoreWord(scale, earlier.score)}>
      <${Options} scale=${scale} name=${`${stepId}-${id}`} score=${score} shut=${shut}
        choose=${(chosen) => rate({ score: chosen, ...unsent() })} />
    <//>
  `;
});

/** Two scales under one title, or in a cascade one for each of the other items. */
export const CriteriaItem = memo(({ id, item, number, of: total, step, stepId, shut, answer, earlier }) => {
  const given = answer?.criteria ?? {};
  const rate = (criterion, /** @type {any} */ score = undefined) =>
    sendAnswer(
      "rating.rate",
      { step: stepId, item: id, criterion, ...(score === undefined ? {} : { score }) },
      score === undefined ? t("rating.withdrawn") : undefined,
    );
  const withdraw = () => {
    for (const criterion of Object.keys(given)) rate(criterion);
  };
  const foot = answer && html`<${AnswerFoot} state=${answer.state} shut=${shut} withdraw=${withdraw} />`;
  return html`
    <${ItemFrame} id=${id} item=${item} number=${number} of=${total} foot=${foot}
      complaint=${refusedFor("rating.rate", stepId, id).at(-1)?.message}>
      ${criteriaOf(step, id).map((criterion) => {
        const { title, question } = step.criteria[criterion];
        return html`
          <fieldset class="stack rating-criterion" key=${criterion}>
            <legend ...${sessionText()}>${title}${question && html`<span>${question}</span>`}</legend>
            ${
              earlier?.criteria?.[criterion] !== undefined &&
              html`<p class="rating-earlier">${t("rating.earlier", { word: scoreWord(step.scale, earlier.criteria[criterion]) })}</p>`
            }
            <${Options} scale=${step.scale} name=${`${stepId}-${id}-${criterion}`} score=${given[criterion]}
              shut=${shut} dense=${step.cascade} choose=${(score) => rate(criterion, score)} />
          </fieldset>
        `;
      })}
    <//>
  `;
});

function Options({ scale, name, score, shut, dense, choose }) {
  const points = Object.keys(scale.points)
    .map(Number)
    .sort((a, b) => a - b);
  const short =
    points.length > MOST_UNDER_EACH_OTHER && points.every((point) => scale.points[point].length <= SHORT);
  const option = (value, word, off) => html`
    <label class="option" data-off=${off}>
      <input type="radio" name=${name} checked=${score === value} disabled=${shut} onChange=${() => choose(value)} />
      <span ...${sessionText()}>${word}</span>
    </label>
  `;
  return html`
    <div class="options" data-dense=${short ? "short" : dense || points.length > MOST_UNDER_EACH_OTHER ? "" : undefined}>
      ${points.map((point) => option(point, scale.points[point]))}
      ${scale.off && option("none", scale.off, "")}
    </div>
  `;
}

function Reasons({ words, given = {}, shut, give }) {
  return html`
    <fieldset class="rating-reasons">
      <legend>${t("rating.reasons_for")}</legend>
      <div class="chips">
        ${Object.entries(words).map(
          ([key, word]) => html`
            <label class="option" key=${key}>
              <input type="checkbox" checked=${Boolean(given[key])} disabled=${shut}
                onChange=${(event) => give(key, event.currentTarget.checked)} />
              <span ...${sessionText()}>${word}</span>
            </label>
          `,
        )}
      </div>
    </fieldset>
  `;
}

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
        ${changed && html`<button type="button" class="button" onClick=${keep}>${t("rating.remark_save")}</button>`}
      </div>
    </details>
  `;
}

/** The word of somebody's answer. */
export function scoreWord(scale, score) {
  return score === "none" ? scale.off : scale.points[score];
}
