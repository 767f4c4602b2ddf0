/**
 * A board with what this person has just done to it: shown at once on this device, before the server tells it to
 * everybody.  A newcomer would wait for the view; on a slow line people would then press twice.
 */
import { ordered } from "../core/dom.js";

/**
 * @typedef {import("./board.js").BoardCardView & {state?: "sending" | "saved", merged_into?: string}} OwnCard
 * @typedef {import("../core/outbox.js").Echo} Echo
 */

/**
 * Somebody's own cards, newest first.
 *
 * @param {Object<string, any> | undefined} stored  as `mine` has them
 * @param {Echo[]} commands
 * @param {string} stepId
 * @param {Object<string, any>} shown  the cards that everybody sees; they know more than `mine` does
 * @returns {Map<string, OwnCard>}
 */
export function ownCards(stored, commands, stepId, shown = {}) {
  /** @type {Map<string, OwnCard>} */
  const cards = new Map(
    ordered(stored).map(([id, card]) => [
      id,
      { ...shown[id], ...card, support: card.support, state: "saved" },
    ]),
  );
  for (const command of commands) {
    if (command.step !== stepId) continue;
    const state = command.seq === undefined ? "sending" : "saved";
    const { card: id, type, box, row, text, fields, since } = command;
    const card = cards.get(id);
    if (type === "canvas.add_card" && !card) {
      cards.set(id, { box, row, text, fields, order: since, support: 0, state });
    } else if (type === "canvas.remove_card") {
      cards.delete(id);
    } else if (card) {
      const changed = changedCard(card, command);
      if (changed !== card) cards.set(id, { ...changed, state });
    }
  }
  return new Map([...cards].reverse());
}

/**
 * The cards of everybody with this person's latest changes in them; the same object when there are none.
 *
 * @param {Object<string, any>} cards
 * @param {Echo[]} commands
 * @param {string} stepId
 */
export function withOwnChanges(cards, commands, stepId) {
  let changed = cards;
  for (const command of commands) {
    const card = changed[command.card];
    if (command.step !== stepId || !card) continue;
    const after = changedCard(card, command);
    if (after !== card) changed = { ...changed, [command.card]: after };
  }
  return changed;
}

/** @param {any} command */
function changedCard(card, command) {
  const { type, text, fields, box, row, on } = command;
  switch (type) {
    case "canvas.edit_card":
      return { ...card, text: text ?? card.text, fields: { ...card.fields, ...fields } };
    case "canvas.move_card":
      return { ...card, box, row: row ?? card.row, group: undefined };
    case "canvas.take_card":
      return on ? { ...card, taken: true, fields: { ...card.fields, ...fields } } : card;
    default:
      return card;
  }
}

/**
 * The ids of the cards that this person supports, takes or joins, with what they have just pressed.
 *
 * @param {Object<string, true> | undefined} stored
 * @param {Echo[]} commands
 * @param {string} stepId
 * @param {string} kind  type of the command that presses it
 */
export function ownMarks(stored, commands, stepId, kind) {
  const marked = new Set(Object.keys(stored ?? {}));
  for (const { type, step, card, on } of commands) {
    if (type !== kind || step !== stepId) continue;
    if (on) marked.add(card);
    else marked.delete(card);
  }
  return marked;
}

/** How many cards somebody may still write; undefined where there is no limit. */
export function cardsLeft(left, stored, commands, stepId) {
  if (left === undefined) return undefined;
  const underway = commands.filter(
    ({ type, step, card }) => type === "canvas.add_card" && step === stepId && !stored?.[card],
  );
  return Math.max(0, left - underway.length);
}
