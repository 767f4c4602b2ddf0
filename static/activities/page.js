/** A text to read, and where the step asks for it the results of an earlier step. */
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { stepView } from "../core/store.js";
import { Prose } from "../parts/prose.js";
import { CanvasBoard, RatingResults } from "../parts/results.js";
import { StepPage } from "../parts/step.js";

/**
 * @param {{step: {body?: import("../parts/prose.js").TextNode[], shows?: string}, stepId: string, agenda: any,
 *   notice?: any}} props
 */
export function PageParticipant({ step, agenda, notice }) {
  return html`
    <${StepPage} instruction=${agenda.instruction} notice=${notice}>
      <${Prose} nodes=${step.body} />
      ${step.shows && html`<${EarlierResults} stepId=${step.shows} />`}
    <//>
  `;
}

/** What an earlier step brought: the bars of a round, or the board of a canvas. */
export function EarlierResults({ stepId }) {
  const earlier = stepView(stepId);
  if (earlier?.boxes) return html`<${CanvasBoard} canvas=${earlier} level=${2} />`;
  if (!earlier?.scale) return null;
  if (!earlier.revealed) return html`<p class="notice">${t("page.not_shown_yet")}</p>`;
  return html`<h2 dir="auto">${earlier.scale.question}</h2><${RatingResults} round=${earlier} />`;
}
