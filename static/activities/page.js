/** A text to read, and where the step asks for it the results of an earlier step. */
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { stepView } from "../core/store.js";
import { LookButtons, ratingLooks, ScreenResults } from "../parts/big.js";
import { ScreenBoard } from "../parts/bigboard.js";
import { CanvasBoard } from "../parts/board.js";
import { useFit } from "../parts/fit.js";
import { Prose } from "../parts/prose.js";
import { RoundQuestion } from "../parts/question.js";
import { RatingResults, ratingCompare } from "../parts/results.js";
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
  if (!earlier?.items) return null;
  if (!earlier.revealed) return html`<p class="notice">${t("page.not_shown_yet")}</p>`;
  return html`<${RoundQuestion} round=${earlier} tag="h2" /><${RatingResults} round=${earlier} />`;
}

/** @param {{step: any}} props */
export function PageConsole({ step }) {
  return html`
    ${Boolean(step.body?.length) && html`<section class="panel"><${Prose} nodes=${step.body} /></section>`}
    ${step.shows && html`<section class="panel stack"><${EarlierOnConsole} stepId=${step.shows} /></section>`}
  `;
}

function EarlierOnConsole({ stepId }) {
  const earlier = stepView(stepId);
  if (!earlier?.revealed || !earlier.items) return html`<${EarlierResults} stepId=${stepId} />`;
  return html`
    <${RoundQuestion} round=${earlier} tag="h3" />
    <div class="row"><${LookButtons} looks=${ratingLooks(earlier)} /></div>
    <${RatingResults} round=${earlier} compare=${ratingCompare.value} level=${4} />
  `;
}

/** How the results beside the text can be looked at. */
export function pageLooks(step) {
  return ratingLooks(stepView(step.shows ?? ""));
}

const PAGE_SIZES = [1.5, 1.3, 1.15, 1, 0.85, 0.75, 0.65];

/** @param {{step: any}} props */
export function PageScreen({ step }) {
  const text = useFit(PAGE_SIZES);
  return html`
    <div class="screen-page" data-shows=${step.shows ? "" : undefined}>
      <div class="screen-text" ref=${text}><${Prose} nodes=${step.body} /></div>
      ${step.shows && html`<${EarlierOnScreen} stepId=${step.shows} />`}
    </div>
  `;
}

function EarlierOnScreen({ stepId }) {
  const earlier = stepView(stepId);
  if (earlier?.boxes) return html`<${ScreenBoard} canvas=${earlier} />`;
  if (earlier?.revealed && earlier.items) return html`<${ScreenResults} round=${earlier} />`;
  return null;
}

/** What the screen shows during this step, for the facilitator. */
export function pageOnScreen(step) {
  return step.shows ? t("page.on_screen_results") : t("page.on_screen");
}
