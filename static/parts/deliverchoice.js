/** What ticks a line of the checklist: a step and what has to be there, or another session. */
import { html } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { Boxes, boxesOf, cardFieldsOf } from "./planchoices.js";

/** Stands for another session in the list of steps. */
const ELSEWHERE = ":elsewhere";

/** @param {{plan: any, write: (line: any) => void, context: any, at: string}} props  plan: the line */
export function DeliverChoice({ plan, write, context, at }) {
  const { text, step } = plan;
  const elsewhere = plan.elsewhere !== undefined;
  // What counted in one step says nothing of another.
  const choose = (to) =>
    write(to === ELSEWHERE ? { text, elsewhere: "" } : { text, ...(to && { step: to }) });
  const found = context.steps.find(([id]) => id === step)?.[1];
  return html`
    <div class="field">
      <label for=${at}>${t("agenda.deliver_from")}</label>
      <select id=${at} class="input" onChange=${(event) => choose(event.currentTarget.value)}>
        ${!found && !elsewhere && html`<option value="" selected>${step ? t("agenda.deliver_gone") : t("agenda.choose")}</option>`}
        ${context.steps.map(([id, { title }]) => html`<option key=${id} value=${id} selected=${id === step}>${title}</option>`)}
        <option value=${ELSEWHERE} selected=${elsewhere}>${t("agenda.deliver_elsewhere")}</option>
      </select>
    </div>
    ${
      elsewhere &&
      html`
        <div class="field">
          <label for=${`${at}-elsewhere`}>${t("agenda.elsewhere_label")}</label>
          <input id=${`${at}-elsewhere`} class="input" ...${sessionText()} maxlength="200" autocomplete="off" value=${plan.elsewhere}
            onInput=${(event) => write({ ...plan, elsewhere: event.currentTarget.value })} />
        </div>
      `
    }
    ${found && html`<${Counting} plan=${plan} write=${write} context=${context} at=${at} step=${found} />`}
  `;
}

/** What of the step counts, and how much of it there must be. */
function Counting({ plan, write, context, at, step }) {
  const put = (name, value) => write({ ...plan, [name]: value });
  const several = (legend, name, options) => html`
    <${Boxes} legend=${legend} options=${options} chosen=${plan[name] ?? []} set=${(ids) => put(name, ids)} />
  `;
  const boxes = step.kind === "canvas" ? boxesOf(step, context) : [];
  const fields = step.kind === "canvas" ? cardFieldsOf(step, context) : [];
  const check = (name, label) => html`
    <label class="option">
      <input type="checkbox" checked=${Boolean(plan[name])} onChange=${(event) => put(name, event.currentTarget.checked || undefined)} />
      <span>${label}</span>
    </label>
  `;
  return html`
    ${several(
      t("agenda.deliver_boxes"),
      "boxes",
      boxes.map(({ id, title }) => [id, title]),
    )}
    ${several(t("agenda.deliver_filled"), "filled", fields)}
    ${several(
      t("agenda.deliver_decided"),
      "decided",
      (step.decisions ?? []).map((word) => [word, word]),
    )}
    ${fields.length > 0 && check("agreed", t("agenda.deliver_agreed"))}
    <div class="field">
      <label for=${`${at}-least`}>${t("agenda.deliver_least")}</label>
      <input id=${`${at}-least`} class="input plan-number" type="number" min="1" max="10000" value=${plan.least ?? 1}
        onInput=${(event) => put("least", event.currentTarget.value === "" ? undefined : Math.round(Number(event.currentTarget.value)))} />
    </div>
    ${check("every", t("agenda.deliver_every"))}
  `;
}
