/** The cards of a step that are out of sight: hidden, or removed by a facilitator. */
export function awayCards(step) {
  const hidden = Object.entries(step.cards ?? {}).filter(([, card]) => card.hidden);
  return { hidden, removed: Object.entries(step.removed ?? {}) };
}
