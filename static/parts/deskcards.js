/** What a facilitator does with the cards of a board: pick several, put them elsewhere or into a group. */
import { signal } from "@preact/signals";
import { announce, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { send } from "../core/outbox.js";

/** The cards that are picked to do something with together. */
export const pickedCards = signal(/** @type {Set<string>} */ (new Set()));

/** A card that was dragged: onto a group or a card of a group, onto another card, or into a box. */
export function dropCard(step, stepId, id, { card, group, box, row }, onDo) {
  const onto = group ?? step.cards[card]?.group;
  const ids = pickedCards.value.has(id) ? [...pickedCards.value].filter((one) => step.cards[one]) : [id];
  if (onto) joinGroup(step, stepId, onto, ids);
  else if (card) onDo("group", "", { ids: [card, ...ids.filter((one) => one !== card)] });
  else for (const one of ids) moveTo(step, stepId, one, { box, row });
}

/** The group keeps the place where it is: the first card of a group decides about that. */
export function joinGroup(step, stepId, group, ids) {
  const first = ordered(step.cards).find(([, card]) => card.group === group)?.[0];
  const cards = [...new Set([first, ...ids].filter(Boolean))];
  send("canvas.group_cards", { step: stepId, group, cards, title: step.groups[group].title });
  announce(t("canvas.grouped", { group: step.groups[group].title }));
  pickedCards.value = new Set();
}

export function moveTo(step, stepId, id, { box, row }) {
  const card = step.cards[id];
  if (card.group) send("canvas.ungroup_cards", { step: stepId, cards: [id] });
  if (box !== card.box || (row ?? card.row) !== card.row)
    send("canvas.move_card", { step: stepId, card: id, box, ...(row && { row }) });
}
