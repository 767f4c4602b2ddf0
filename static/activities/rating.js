/** A round in which everybody judges the same items. */
import { html } from "../core/dom.js";

/** @param {{step: any, stepId: string}} props */
export function RatingParticipant({ step, stepId }) {
  return html`<p>${stepId}</p>`;
}
