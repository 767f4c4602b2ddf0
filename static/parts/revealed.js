/** A round that is over, on a phone: a chunk of its own, because it needs nothing of what a round is answered with. */
import { html, Icon } from "../core/dom.js";
import { ownAnswers } from "./answers.js";
import { RoundQuestion } from "./question.js";
import { RatingResults, ratingSorting } from "./results.js";
import { StepPage } from "./step.js";

/**
 * Everybody's answers, and beside them what this person chose.
 *
 * @param {{step: any, stepId: string, agenda: any, own?: any, notice?: any}} props
 */
export function RevealedRound({ step, own, stepId, agenda, notice }) {
  const answers = ownAnswers(own, [], stepId);
  const sorting = ratingSorting(step);
  return html`
    <${StepPage} instruction=${agenda.instruction} notice=${notice}>
      <${RoundQuestion} round=${step} tag="h2" />
      ${
        sorting &&
        html`
          <button type="button" class="button sort-button" aria-pressed=${sorting.pressed} onClick=${sorting.run}>
            <${Icon} name="arrow-up-down" />${sorting.label}
          </button>
        `
      }
      <${RatingResults} round=${step} yours=${answers} />
    <//>
  `;
}
