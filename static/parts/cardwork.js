/** What writing on a card needs everywhere: where drafts are kept, what was refused, who else is at it. */
import { announce, html } from "../core/dom.js";
import { draftOf, keepDraft } from "../core/drafts.js";
import { t } from "../core/i18n.js";
import { newId, refusals, send } from "../core/outbox.js";
import { people } from "../core/store.js";

/** The name of the text of a card among its fields. */
export const TEXT = "";

/** What was typed in a form and is not sent yet, by field. */
export function formDraft(key) {
  try {
    return JSON.parse(draftOf(key) || "{}");
  } catch {
    return {};
  }
}

export function keepFormDraft(key, typed) {
  keepDraft(key, Object.keys(typed).length ? JSON.stringify(typed) : "");
}

/** The refused change of a card that still waits to be mended. */
export function refusedEdit(id) {
  return refusals.value.find(({ command }) => command.type === "canvas.edit_card" && command.card === id);
}

/** Who has a card open at this moment, in words. */
export function atWork(stepId, id) {
  return [...new Set(people.value.at?.[stepId]?.[id] ?? [])].join(", ");
}

/**
 * @param {string} step
 * @param {{box: string, row?: string}} place
 * @param {string} text
 */
export async function addCard(step, place, text, fields = {}) {
  const { box, row } = place;
  const more = { ...(row && { row }), ...(Object.keys(fields).length && { fields }) };
  const answer = await send("canvas.add_card", { step, card: newId(), box, text, ...more });
  if (answer.ok) announce(t("canvas.card_saved"));
}

/**
 * The field in which a new card for this place is typed.
 *
 * @param {string} stepId
 * @param {{box: string, row?: string}} place
 */
export function placeKey(stepId, place) {
  return ["card", stepId, place.box, place.row].filter(Boolean).join(":");
}

/**
 * The form of a new card for this place.
 *
 * @param {string} stepId
 * @param {{box: string, row?: string}} place
 */
export function newKey(stepId, place) {
  return `${placeKey(stepId, place)}:form`;
}

/** The form of a card that is there already. */
export function editKey(stepId, id) {
  return `edit:${stepId}:${id}`;
}

export function CharsLeft({ left, most }) {
  return html`
    <span class="chars-left" data-over=${left < 0 ? "" : undefined}>
      <span aria-hidden="true">${most - left}/${most}</span>
      <span class="visually-hidden">${t("canvas.chars_left", { n: left })}</span>
    </span>
  `;
}

/** Characters as the server counts them: an emoji is one. */
export function lengthOf(text) {
  return [...text.trim()].length;
}
