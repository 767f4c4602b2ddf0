/** A form for a plan as data: each field of a spec becomes an input with a label, a list becomes entries to open. */
import { useRef, useState } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { DeliverChoice } from "./deliverchoice.js";
import { AgreedChoice, BoxChoice, FocusChoice, FromChoice, PointsChoice, StepChoice } from "./planchoices.js";
import { fittedLayout, ItemSource, LayoutChoice, RatingForm, Reference } from "./planwidgets.js";
import { RecordTools } from "./recordtools.js";
import { isShown } from "./stepspec.js";

/**
 * @param {{specs: import("./stepspec.js").Spec[], plan: any, write: (plan: any) => void, context: any, at: string}} props
 *   context: {steps: the plans of the steps before, by id, in order; whole: the plan of this step; aside}; at: where in
 *   the step this is, which makes ids
 */
export function PlanForm({ specs, plan, write, context, at }) {
  const shown = specs.filter((spec) => isShown(spec, plan, context));
  const field = (spec) => html`
    <${PlanField} key=${spec.name} spec=${spec} plan=${plan} write=${write} context=${context} at=${`${at}-${spec.name}`} />
  `;
  const more = shown.filter((spec) => spec.more);
  return html`
    ${shown.filter((spec) => !spec.more).map(field)}
    ${
      more.length > 0 &&
      html`
        <details class="plan-more">
          <summary>${t("agenda.more")}</summary>
          <div class="stack">${more.map(field)}</div>
        </details>
      `
    }
  `;
}

function PlanField({ spec, plan, write, context, at }) {
  const value = plan[spec.name] ?? spec.start;
  const set = (next) => write({ ...plan, [spec.name]: next });
  const props = { spec, value, set, context, at, plan, write };
  switch (spec.type) {
    case "check":
      return html`<${Check} ...${props} />`;
    case "select":
      return html`<${Select} ...${props} />`;
    case "questionkind":
      return html`<${Select} ...${props} set=${(kind) => write({ ...plan, kind, scale: kind === "scale" ? { question: "", points: [] } : undefined })} />`;
    case "boxes": {
      const put = (boxes) => write({ ...plan, boxes, layout: fittedLayout(plan.layout, boxes) });
      return html`<${Records} ...${props} set=${put} />`;
    }
    case "records":
      return html`<${Records} ...${props} />`;
    case "criteria":
      return html`<${Criteria} ...${props} />`;
    case "object":
      return html`
        <fieldset class="field plan-group">
          <legend>${t(spec.label)}</legend>
          <${PlanForm} specs=${spec.of} plan=${value ?? {}} write=${set} context=${{ ...context, points: value?.points }} at=${at} />
        </fieldset>
      `;
    case "source":
      return html`<${ItemSource} ...${props} />`;
    case "ratingform":
      return html`<${RatingForm} ...${props} />`;
    case "layout":
      return html`<${LayoutChoice} ...${props} />`;
    case "reference":
      return html`<${Reference} ...${props} />`;
    case "from":
      return html`<${FromChoice} ...${props} />`;
    case "step":
      return html`<${StepChoice} ...${props} />`;
    case "focus":
      return html`<${FocusChoice} ...${props} />`;
    case "agreed":
      return html`<${AgreedChoice} ...${props} />`;
    case "box":
      return html`<${BoxChoice} ...${props} />`;
    case "deliver":
      return html`<${DeliverChoice} ...${props} />`;
    case "points":
      return html`<${PointsChoice} ...${props} />`;
    default:
      return html`<${Typed} ...${props} />`;
  }
}

/** A text of one line or more, a number, or a list with an entry on each line. */
function Typed({ spec, value, set, at }) {
  const hint = spec.hint && `${at}-hint`;
  const common = { id: at, class: "input", "aria-describedby": hint || undefined };
  const input = () => {
    switch (spec.type) {
      case "number":
        return html`<input ...${common} class="input plan-number" type="number" min="0" max="10000" value=${value ?? ""}
          onInput=${(event) => set(event.currentTarget.value === "" ? undefined : Math.round(Number(event.currentTarget.value)))} />`;
      case "day":
        return html`<input ...${common} type="date" value=${value ?? ""} onInput=${(event) => set(event.currentTarget.value)} />`;
      case "area":
        return html`<textarea ...${common} ...${sessionText()} rows=${spec.rows ?? 2} value=${value ?? ""}
          onInput=${(event) => set(event.currentTarget.value)}></textarea>`;
      case "lines":
        return html`<${Lines} common=${common} rows=${spec.rows} value=${value} set=${set} />`;
      default:
        return html`<input ...${common} ...${sessionText()} maxlength=${spec.most ?? 500} autocomplete="off" value=${value ?? ""}
          onInput=${(event) => set(event.currentTarget.value)} />`;
    }
  };
  return html`
    <div class="field">
      <label for=${at}>${t(spec.label)}</label>
      ${hint && html`<p class="muted small" id=${hint}>${t(spec.hint)}</p>`}
      ${input()}
    </div>
  `;
}

/** A list as lines; an empty line stays while somebody types. */
function Lines({ common, rows, value, set }) {
  const [typed, setTyped] = useState(/** @type {string | undefined} */ (undefined));
  const lines = (text) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  const now = (value ?? []).join("\n");
  const shown = typed !== undefined && lines(typed).join("\n") === now ? typed : now;
  const write = (event) => {
    setTyped(event.currentTarget.value);
    set(lines(event.currentTarget.value));
  };
  return html`<textarea ...${common} ...${sessionText()} rows=${rows ?? 4} value=${shown} onInput=${write}></textarea>`;
}

function Check({ spec, value, set, at }) {
  return html`
    <div class="field">
      <label class="option">
        <input type="checkbox" checked=${Boolean(value)} aria-describedby=${spec.hint ? `${at}-hint` : undefined}
          onChange=${(event) => set(event.currentTarget.checked)} />
        <span>${t(spec.label)}</span>
      </label>
      ${spec.hint && html`<p class="muted small" id=${`${at}-hint`}>${t(spec.hint)}</p>`}
    </div>
  `;
}

function Select({ spec, value, set, at }) {
  return html`
    <div class="field">
      <label for=${at}>${t(spec.label)}</label>
      ${spec.hint && html`<p class="muted small" id=${`${at}-hint`}>${t(spec.hint)}</p>`}
      <select id=${at} class="input" aria-describedby=${spec.hint ? `${at}-hint` : undefined} onChange=${(event) => set(event.currentTarget.value)}>
        ${spec.options.map(([key, label]) => html`<option key=${key} value=${key} selected=${key === value}>${t(label)}</option>`)}
      </select>
    </div>
  `;
}

/** Questions to ask of each item; or each item is scored against every other, and the questions are kept until then. */
function Criteria(props) {
  const { value, set } = props;
  const cascade = value === "items";
  const kept = useRef(/** @type {any[] | undefined} */ (undefined));
  if (!cascade) kept.current = value;
  return html`
    <div hidden=${cascade}><${Records} ...${props} value=${kept.current} /></div>
    <label class="option">
      <input type="checkbox" checked=${cascade} onChange=${(event) => set(event.currentTarget.checked ? "items" : kept.current)} />
      <span>${t("agenda.cascade")}</span>
    </label>
  `;
}

/** Entries that have fields of their own: each opens, moves and goes away. */
function Records({ spec, value, set, context, at }) {
  const [opened, setOpened] = useState(-1);
  const entries = value ?? [];
  const replace = (n, entry) => set(entries.map((one, at) => (at === n ? entry : one)));
  const swap = (n, other) => {
    const moved = [...entries];
    [moved[n], moved[other]] = [moved[other], moved[n]];
    set(moved);
  };
  const add = () => {
    setOpened(entries.length);
    set([...entries, spec.made()]);
  };
  return html`
    <fieldset class="field plan-group">
      <legend>${t(spec.label)}</legend>
      ${spec.hint && html`<p class="muted small">${t(spec.hint)}</p>`}
      <ol class="plan-records">
        ${entries.map((entry, n) => {
          const title =
            entry.title ||
            entry.label ||
            entry.text ||
            (entry.tags ?? []).join(", ") ||
            t("agenda.number", { n: n + 1 });
          return html`
            <li key=${entry.id ?? n} class="plan-record">
              <details open=${opened === n}>
                <summary><span ...${sessionText()}>${title}</span></summary>
                <div class="stack">
                  <${PlanForm} specs=${spec.of} plan=${entry} write=${(next) => replace(n, next)} context=${context}
                    at=${`${at}-${entry.id ?? n}`} />
                </div>
              </details>
              <${RecordTools} title=${title} n=${n} last=${entries.length - 1} swap=${swap}
                remove=${() => set(entries.filter((_, at) => at !== n))} />
            </li>
          `;
        })}
      </ol>
      <button type="button" class="button" onClick=${add}><${Icon} name="plus" />${t(spec.add)}</button>
    </fieldset>
  `;
}
