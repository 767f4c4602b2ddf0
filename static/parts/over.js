/** Whether a round takes no more answers. */
export function isOver(step) {
  return step.closed ?? (step.blind && step.revealed);
}
