/** Choices in a plan that depend on other steps and boxes: which step, what of it, which boxes. */
import { html } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";

/** What can be taken, from which kind of step, and what that is called. */
const OFFERS = [
  ["cards_of", "canvas", "agenda.cards_of"],
  ["groups_of", "canvas", "agenda.groups_of"],
  ["boxes_of", "canvas", "agenda.boxes_of"],
  ["items_of", "rating discussion", "agenda.items_of"],
  ["targets_of", "choice", "agenda.targets_of"],
];

/** The steps before this one that offer something, as [id, plan]. */
function offering(kinds, { steps }) {
  return steps.filter(
    ([, plan]) =>
      kinds.includes(plan.kind === "rating" && plan.targets !== undefined ? "choice" : plan.kind) ||
      kinds.includes(plan.kind),
  );
}

/** Whether anything can be taken from earlier steps. */
export function somethingOffered(context) {
  return OFFERS.some(([, kinds]) => offering(kinds, context).length > 0);
}

/** The boxes that a step of canvas works on. */
export function boxesOf(plan, { steps }) {
  const owner = plan.board ? steps.find(([id]) => id === plan.board)?.[1] : plan;
  return owner?.boxes ?? [];
}

/** The fields that cards have in a step of canvas, as [id, label]. */
export function cardFieldsOf(plan, context) {
  const owner = plan.board ? context.steps.find(([id]) => id === plan.board)?.[1] : plan;
  const fields = [...(owner?.fields ?? []), ...boxesOf(plan, context).flatMap((box) => box.fields ?? [])];
  return [...new Map(fields.map(({ id, label }) => [id, label]))];
}

/** From which earlier steps something is taken, and what of it; with `spec.none` it may be nothing. */
export function FromChoice({ spec, value, set, context, at }) {
  const offers = OFFERS.filter(([, kinds]) => offering(kinds, context).length > 0);
  const offer = OFFERS.find(([name]) => value?.[name] !== undefined)?.[0] ?? "";
  const choose = (name) => {
    if (!name) return set(undefined);
    const first = offering(OFFERS.find(([one]) => one === name)?.[1] ?? "", context).at(-1)?.[0];
    return set({ [name]: name === "boxes_of" ? first : [first] });
  };
  return html`
    <div class="field">
      <label for=${at}>${t(spec.label)}</label>
      <select id=${at} class="input" onChange=${(event) => choose(event.currentTarget.value)}>
        ${(spec.none || !offer) && html`<option value="" selected=${!offer}>${t(spec.none ?? "agenda.choose")}</option>`}
        ${offers.map(([name, , label]) => html`<option key=${name} value=${name} selected=${name === offer}>${t(label)}</option>`)}
      </select>
      ${offers.length === 0 && html`<p class="muted small">${t("agenda.nothing_before")}</p>`}
      ${offer && html`<${FromDetails} offer=${offer} value=${value} set=${set} context=${context} at=${at} />`}
    </div>
  `;
}

function FromDetails({ offer, value, set, context, at }) {
  const kinds = OFFERS.find(([name]) => name === offer)?.[1] ?? "";
  const steps = offering(kinds, context);
  const chosen = [value[offer]].flat();
  const plans = steps.filter(([id]) => chosen.includes(id)).map(([, plan]) => plan);
  const discussed = plans.length > 0 && plans.every(({ kind }) => kind === "discussion");
  const boxes = ["cards_of", "groups_of"].includes(offer)
    ? plans.flatMap((plan) => boxesOf(plan, context))
    : [];
  const put = (name, next) => set({ ...value, [name]: next });
  if (offer === "boxes_of") {
    return html`
      <select class="input" aria-label=${t("agenda.from_step")} onChange=${(event) => put(offer, event.currentTarget.value)}>
        ${steps.map(([id, plan]) => html`<option key=${id} value=${id} selected=${chosen.includes(id)}>${plan.title}</option>`)}
      </select>
    `;
  }
  return html`
    <${Boxes} legend=${t("agenda.from_steps")} options=${steps.map(([id, { title }]) => [id, title])} chosen=${chosen}
      set=${(ids) => ids.length && put(offer, ids)} />
    ${
      boxes.length > 1 &&
      html`<${Boxes} legend=${t("agenda.only_boxes")} options=${boxes.map(({ id, title }) => [id, title])} chosen=${value.boxes ?? []}
        set=${(ids) => put("boxes", ids)} />`
    }
    ${
      discussed &&
      html`
        <label class="option">
          <input type="checkbox" checked=${Boolean(value.discussed)} onChange=${(event) => put("discussed", event.currentTarget.checked || undefined)} />
          <span>${t("agenda.only_discussed")}</span>
        </label>
        <${Boxes} legend=${t("agenda.only_decided")} options=${[...new Set(plans.flatMap(({ decisions }) => decisions ?? []))].map((word) => [word, word])}
          chosen=${value.decided ?? []} set=${(words) => put("decided", words)} />
      `
    }
    <div class="field">
      <label for=${`${at}-top`}>${t("agenda.only_best")}</label>
      <input id=${`${at}-top`} class="input plan-number" type="number" min="0" max="100" value=${value.top ?? ""}
        onInput=${(event) => put("top", Number(event.currentTarget.value) || undefined)} />
    </div>
  `;
}

/** Several of a list, in its order. */
export function Boxes({ legend, options, chosen, set }) {
  if (options.length === 0) return null;
  const press = (key, on) =>
    set(options.map(([id]) => id).filter((id) => (id === key ? on : chosen.includes(id))));
  return html`
    <fieldset class="field plan-group">
      <legend>${legend}</legend>
      <div class="options">
        ${options.map(
          ([id, title]) => html`
            <label class="option" key=${id}>
              <input type="checkbox" checked=${chosen.includes(id)} onChange=${(event) => press(id, event.currentTarget.checked)} />
              <span ...${sessionText()}>${title}</span>
            </label>
          `,
        )}
      </div>
    </fieldset>
  `;
}

/** One of the steps before this one, or none. */
export function StepChoice({ spec, value, set, context, at, plan, write }) {
  const steps = context.steps.filter(
    ([, other]) => !spec.kinds || (spec.kinds.includes(other.kind) && !other.board),
  );
  const choose = (id) =>
    // A step that works on the board of another has no boxes of its own.
    spec.name === "board" && id
      ? write({ ...plan, board: id, boxes: undefined, layout: undefined, focus: undefined })
      : set(id || undefined);
  return html`
    <div class="field">
      <label for=${at}>${t(spec.label)}</label>
      <select id=${at} class="input" onChange=${(event) => choose(event.currentTarget.value)}>
        <option value="">${t(spec.none ?? "agenda.none")}</option>
        ${steps.map(([id, { title }]) => html`<option key=${id} value=${id} selected=${id === value}>${title}</option>`)}
      </select>
    </div>
  `;
}

/** Which boxes are in this step: all, unless some are left out. */
export function FocusChoice({ spec, value, set, context, plan }) {
  const boxes = boxesOf(plan, context);
  const all = boxes.map(({ id }) => id);
  if (boxes.length < 2) return null;
  return html`
    <${Boxes} legend=${t(spec.label)} options=${boxes.map(({ id, title }) => [id, title])} chosen=${value?.length ? value : all}
      set=${(ids) => set(ids.length && ids.length < all.length ? ids : undefined)} />
  `;
}

/** The fields that make a card agreed. */
export function AgreedChoice({ spec, value, set, context, plan }) {
  return html`<${Boxes} legend=${t(spec.label)} options=${cardFieldsOf(plan, context)} chosen=${value ?? []} set=${set} />`;
}

/** One of the boxes. */
export function BoxChoice({ spec, value, set, context, at, plan }) {
  return html`
    <div class="field">
      <label for=${at}>${t(spec.label)}</label>
      <select id=${at} class="input" onChange=${(event) => set(event.currentTarget.value || undefined)}>
        <option value="">${t("agenda.first_box")}</option>
        ${boxesOf(plan, context).map(({ id, title }) => html`<option key=${id} value=${id} selected=${id === value}>${title}</option>`)}
      </select>
    </div>
  `;
}

/** Points of the scale that is being edited. */
export function PointsChoice({ spec, value, set, context }) {
  const words = context.points ?? [];
  const chosen = (value ?? []).map(String);
  return html`
    <${Boxes} legend=${t(spec.label)} options=${words.map((word, n) => [String(n + 1), word])} chosen=${chosen}
      set=${(keys) => set(keys.map(Number))} />
  `;
}
