/** What all shapes of results share: the points of a scale in words and colours, counts, and the table behind a button. */
import { html } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";

/** @typedef {{point: number, word: string, side: "low" | "middle" | "high", mix: number}} ScalePoint */

/** How many people (or organisations) answered. */
export function voices(round, n) {
  return round.per_organisation ? t("rating.organisations", { n }) : t("rating.people", { n });
}

/** What the reader answered, or their organisation. */
export function yourAnswer(round, word) {
  return round.per_organisation ? t("rating.our_answer", { word }) : t("rating.your_answer", { word });
}

/** Figures as a table behind a button. */
export function Figures({ label, children }) {
  return html`
    <details class="results-table">
      <summary>${t("rating.as_table")}</summary>
      <div class="table-scroll" role="region" tabindex="0" aria-label=${label}>${children}</div>
    </details>
  `;
}

/** The words of the scale with their place in the diverging colours. */
export function ScaleLegend({ points, off, reference, numbers }) {
  return html`
    <ul class="scale-legend" ...${sessionText()}>
      ${points.map(
        (point) =>
          html`<li>${numbers ? html`<b>${point.point}</b>` : html`<i class="tone" ...${toneOf(point)}></i>`}<span>${point.word}</span></li>`,
      )}
      ${off && html`<li><i class="tone" data-side="off"></i><span>${off}</span></li>`}
      ${reference && html`<li><i class="reference-mark"></i><span>${reference.label}</span></li>`}
    </ul>
  `;
}

/**
 * @param {{question: string, points: Object<string, string>}} scale
 * @returns {ScalePoint[]} lowest first
 */
export function scalePoints(scale) {
  const numbers = Object.keys(scale.points)
    .map(Number)
    .sort((a, b) => a - b);
  return numbers.map((point, index) => ({
    point,
    word: scale.points[point],
    ...tonePlace(index, numbers.length),
  }));
}

/** Which half of the scale a point is in, and how far (0 to 1) from that half's outer end. */
function tonePlace(index, count) {
  const middle = (count - 1) / 2;
  if (index === middle) return { side: /** @type {const} */ ("middle"), mix: 0 };
  const inwards = Math.min(index, count - 1 - index);
  const steps = Math.floor(count / 2) - 1;
  return {
    side: index < middle ? /** @type {const} */ ("low") : /** @type {const} */ ("high"),
    mix: steps > 0 ? inwards / steps : 0,
  };
}

export function toneOf(point) {
  return {
    "data-side": point.side,
    "data-edge": point.mix <= 0.5 ? "outer" : "inner",
    style: { "--mix": `${point.mix * 100}%` },
  };
}

/** The word of a point; a median between two points names both. */
export function pointWords(value, points) {
  const word = (number) => points.find((point) => point.point === number)?.word ?? String(number);
  const [low, high] = [Math.floor(value), Math.ceil(value)];
  return low === high ? word(low) : `${word(low)} – ${word(high)}`;
}
