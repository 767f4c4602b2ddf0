/** Choosing targets for an item: a list to tick, with a search field when it is long. */
import { useState } from "preact/hooks";
import { html, memo } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { AddForm, AnswerFoot, ItemFrame, refusedFor, sendAnswer } from "./rate.js";

/** More targets than this fold away; more than a screenful can be searched. */
const FEW = 6;
const SEARCHABLE = 10;

/** *targets*: what can be chosen, in order, as `[id, {title, text?}]` */
export const ChoiceItem = memo(({ id, item, number, of: total, step, stepId, targets, shut, answer }) => {
  const { multiple, most, own } = step.choice;
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState("");
  // What was chosen and then taken away is not there to be counted.
  const chosen = Object.fromEntries(
    targets.filter(([key]) => answer?.targets?.[key]).map(([key]) => [key, true]),
  );
  const count = Object.keys(chosen).length;
  const full = multiple && most > 0 && count >= most;
  // As it was at first: a list does not fold under the thumb of who adds one.
  const [many] = useState(targets.length > FEW);
  const choose = (target, on) => {
    const { [target]: _, ...others } = chosen;
    const next = multiple ? (on ? { ...others, [target]: true } : others) : { [target]: true };
    sendAnswer("rating.choose", { step: stepId, item: id, targets: Object.keys(next) });
  };
  const withdraw = () =>
    sendAnswer("rating.choose", { step: stepId, item: id, targets: [] }, t("rating.withdrawn"));
  const looked = wanted.trim().toLowerCase();
  const shown = looked
    ? targets.filter(([key, { title }]) => chosen[key] || title.toLowerCase().includes(looked))
    : targets;
  const list = () => html`
    ${
      targets.length > SEARCHABLE &&
      html`<input class="input" type="search" value=${wanted} placeholder=${t("rating.find")} aria-label=${t("rating.find")}
        onInput=${(event) => setWanted(event.currentTarget.value)} />`
    }
    <div class="options">
      ${shown.map(
        ([key, target]) => html`
          <label class="option" key=${key}>
            <input type=${multiple ? "checkbox" : "radio"} name=${`${stepId}-${id}`} checked=${Boolean(chosen[key])}
              disabled=${shut || (full && !chosen[key])} onChange=${(event) => choose(key, event.currentTarget.checked)} />
            <span ...${sessionText()}>${target.title}</span>
          </label>
        `,
      )}
    </div>
    ${!shown.length && html`<p class="muted">${t("rating.nothing_found")}</p>`}
    ${own && html`<${AddForm} shut=${shut} type="rating.add_target" stepId=${stepId} field="target" id=${`${stepId}-${id}`} label=${t("rating.own_target")} />`}
  `;
  const limit =
    most > 0 && multiple && html`<p class="muted small">${t("rating.most_targets", { n: most })}</p>`;
  return html`
    <${ItemFrame} id=${id} item=${item} number=${number} of=${total}
      complaint=${refusedFor("rating.choose", stepId, id).at(-1)?.message}
      foot=${answer && html`<${AnswerFoot} state=${answer.state} shut=${shut} withdraw=${withdraw} />`}>
      ${
        many && !total
          ? html`
              ${
                count > 0 &&
                html`<ul class="rating-targets">
                  ${targets.filter(([key]) => chosen[key]).map(([key, { title }]) => html`<li key=${key} ...${sessionText()}>${title}</li>`)}
                </ul>`
              }
              <details class="rating-text" open=${open} onToggle=${(event) => setOpen(event.currentTarget.open)}>
                <summary>${count ? t("rating.choose_other") : t("rating.choose")}</summary>
                ${open && html`<div class="stack">${limit}${list()}</div>`}
              </details>
            `
          : html`${limit}${list()}`
      }
    <//>
  `;
});
