/** The one answer of an organisation without a phone, item by item, on a scale, in dots or as a choice. */
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { echoes, send } from "../core/outbox.js";
import { criteriaOf, ownAnswers } from "./answers.js";
import { CommitField } from "./commitfield.js";
import { scalePoints } from "./figures.js";

/** @param {{step: any, stepId: string, organisation: string}} props */
export function TallyAnswers({ step, stepId, organisation }) {
  const spoken = Object.values(step.spoken ?? {}).find((one) => one.organisation === organisation);
  if (!spoken && step.progress?.[organisation]?.answered)
    return html`<p class="notice">${t("tally.answers_itself", { organisation })}</p>`;
  const answers = ownAnswers(
    spoken,
    echoes.value.filter((command) => command.organisation === organisation),
    stepId,
  );
  const answer = (type, fields) => send(type, { step: stepId, organisation, ...fields });
  return html`
    ${step.dots && html`<p class="muted">${t("tally.dots_left", { n: spoken?.left ?? step.dots.budget })}</p>`}
    <div class="tally-scroll stack" tabindex="0" role="region" aria-label=${t("tally.title_organisation")}>
      ${ordered(step.items).map(
        ([item, { title }]) => html`
          <fieldset key=${item} class="tally-answer">
            <legend ...${sessionText()}>${title}</legend>
            <${AnswerFields} step=${step} item=${item} title=${title} given=${answers.get(item)} answer=${answer} />
          </fieldset>
        `,
      )}
    </div>
  `;
}

function AnswerFields({ step, item, title, given, answer }) {
  if (step.dots) {
    return html`
      <${CommitField} class="input tally-count" type="number" min="0" max=${step.dots.budget} inputmode="numeric"
        aria-label=${t("tally.cell_dots", { item: title })} value=${given?.dots || ""}
        onCommit=${(text) => answer("rating.dots", { item, dots: Math.max(0, Math.round(Number(text)) || 0) })} />
    `;
  }
  if (step.choice)
    return html`<${Choice} step=${step} item=${item} title=${title} chosen=${given?.targets ?? {}} answer=${answer} />`;
  if (!step.criteria) {
    return html`
      <${Score} step=${step} label=${title} score=${given?.score} choose=${(score) => answer("rating.rate", { item, score })} />
      ${
        step.remarks &&
        given?.score !== undefined &&
        html`
          <${CommitField} class="input" maxlength="500" dir="auto" autocomplete="off" placeholder=${t("rating.remark")}
            aria-label=${t("rating.remark_on", { item: title })} value=${given.remark ?? ""}
            onCommit=${(remark) => answer("rating.rate", { item, score: given.score, remark })} />
        `
      }
    `;
  }
  const asked = criteriaOf(step, item).map((id) => [id, step.criteria[id].title]);
  return asked.map(
    ([criterion, word]) => html`
      <div class="row" key=${criterion}>
        <span class="tally-criterion" ...${sessionText()}>${word}</span>
        <${Score} step=${step} label=${`${title}: ${word}`} score=${given?.criteria?.[criterion]}
          choose=${(score) => answer("rating.rate", { item, criterion, score })} />
      </div>
    `,
  );
}

function Score({ step, label, score, choose }) {
  const change = ({ currentTarget: { value } }) =>
    choose(value === "" || value === "none" ? value || undefined : Number(value));
  return html`
    <select class="input" aria-label=${label} value=${score ?? ""} onChange=${change} ...${sessionText()}>
      <option value="">${t("tally.no_answer")}</option>
      ${scalePoints(step.scale).map(({ point, word }) => html`<option key=${point} value=${point}>${word}</option>`)}
      ${step.scale.off && html`<option value="none">${step.scale.off}</option>`}
    </select>
  `;
}

function Choice({ step, item, title, chosen, answer }) {
  const { multiple } = step.choice;
  const press = (target, on) => {
    const others = multiple ? Object.keys(chosen).filter((id) => id !== target) : [];
    answer("rating.choose", { item, targets: on ? [...others, target] : others });
  };
  return ordered(step.targets).map(
    ([target, { title: word }]) => html`
      <label class="desk-choice" key=${target}>
        <input type="checkbox" aria-label=${t("tally.choice", { item: title, target: word })} checked=${Boolean(chosen[target])}
          onChange=${(event) => press(target, event.currentTarget.checked)} />
        <span ...${sessionText()}>${word}</span>
      </label>
    `,
  );
}
