/** Boxes that people fill with cards. */
import { html } from "../core/dom.js";

/** @param {{step: any, stepId: string}} props */
export function CanvasParticipant({ step, stepId }) {
  return html`<p>${stepId}</p>`;
}
