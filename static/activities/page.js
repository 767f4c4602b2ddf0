/** A text to read, and where the step asks for it the results of an earlier step. */
import { html } from "../core/dom.js";

/** @param {{step: any, stepId: string}} props */
export function PageParticipant({ step, stepId }) {
  return html`<p>${stepId}</p>`;
}
