/**
 * What a rating round looks like to read: used by phones, page steps, the console and the screen.
 *
 * Ordinal words are not measured distances, so the distribution and the number of answers always come first; the
 * mean is only in the table.
 */
import { signal } from "@preact/signals";
import { ROUND_SHAPES } from "../activities/registry.js";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { html, ordered } from "../core/dom.js";
import { formatNumber, sessionText, t } from "../core/i18n.js";
import { Figures, pointWords, ScaleLegend, scalePoints, toneOf, voices, yourAnswer } from "./figures.js";
import { TrailButton } from "./trail.js";

/** The key under which the server puts organisations that are too small to show on their own. */
const OTHERS = "_other";
/** So many names of organisations fit beside each other above their columns on a laptop. */
const FEW_GROUPS = 5;

/**
 * @typedef {{n: number, off?: number, counts?: Object<string, number>, median?: number, mean?: number,
 *   agreement?: string}} Distribution
 * @typedef {Distribution & {title: string, order: number}} OrganisationResult
 * @typedef {Distribution & {divided_rank?: number, remarks?: Object<string, string>, reasons?: Object<string, number>,
 *   organisations?: Object<string, OrganisationResult>, before?: Distribution, shift?: "up" | "down" | "same",
 *   dots?: number, rank?: number, share?: number, targets?: Object<string, number>, quadrant?: string,
 *   criteria?: Object<string, Distribution & {spread?: number, highest?: number}>}} ItemResult
 * @typedef {{label: string, shown: boolean, scores: Object<string, number>, notes?: Object<string, string>}} Reference
 * @typedef {{question: string, points: Object<string, string>, off?: string,
 *   reasons?: Object<string, Object<string, string>>}} Scale
 * @typedef {{form?: "scale" | "dots" | "choice", items: Object<string, {title: string, text?: string, order: number}>,
 *   scale?: Scale, dots?: {budget: number, per_item?: number}, choice?: {multiple: boolean, most?: number, own: boolean},
 *   targets?: Object<string, {title: string, order: number}>, criteria?: Object<string, {title: string, order: number}>,
 *   cascade?: boolean, quadrants?: Object<string, string>, per_organisation?: boolean,
 *   results?: Object<string, ItemResult>, reference?: Reference}} RevealedRound
 */

/** How results are looked at on this device; the console tells the screen. */
export const divided = signal(false);
const byDots = signal(true);
export const ratingCompare = signal(false);

/**
 * How the results of a round can be sorted, as a button that is pressed or not; nothing for tables and matrices.
 *
 * @param {RevealedRound} round
 */
export function ratingSorting(round) {
  if (round.criteria || round.choice) return undefined;
  const sort = round.dots ? byDots : divided;
  return {
    label: round.dots ? t("rating.sort_dots") : t("rating.sort_divided"),
    pressed: sort.value,
    run: () => {
      sort.value = !sort.value;
    },
  };
}

/**
 * Item ids in the order that is looked at: as given, the most divided first, or the one with most dots first.
 *
 * @param {RevealedRound} round
 * @returns {string[]}
 */
export function sortedItems(round) {
  const { results = {}, items } = round;
  const sorted = ratingSorting(round)?.pressed;
  const rank = (/** @type {string} */ id) =>
    sorted ? (results[id]?.rank ?? results[id]?.divided_rank ?? Number.MAX_SAFE_INTEGER) : 0;
  return Object.keys(items).sort((a, b) => rank(a) - rank(b) || items[a].order - items[b].order);
}

/**
 * The revealed results of a round in the shape that fits its form, with the same figures as a table.
 *
 * @param {{round: RevealedRound, compare?: boolean, remarks?: boolean, table?: boolean, level?: number,
 *   only?: string[], grow?: boolean, yours?: Map<string, import("./answers.js").OwnAnswer>}} props
 *   *only*: ids of the items to show; *yours*: what the reader answered, by item
 */
export function RatingResults({ only, ...props }) {
  const { round } = props;
  const results = round.results ?? {};
  const ids = sortedItems(round).filter((id) => results[id] && (!only || only.includes(id)));
  const shape = shapeOf(round);
  const Form = shape ? ShapedResults : ScaleResults;
  return html`<${Form} remarks table level=${3} ...${props} shape=${shape} ids=${ids} results=${results} />`;
}

/** Whether a round is shown as a picture of two criteria. */
function isMatrix({ criteria, cascade }) {
  return !cascade && Object.keys(criteria ?? {}).length === 2;
}

/** Which of the further shapes fits the form of a round; empty when it is shown as bars. */
function shapeOf(round) {
  if (round.dots) return "dotresults";
  if (isMatrix(round)) return "matrix";
  return round.choice || round.criteria ? "heatmap" : "";
}

function ShapedResults({ shape, ...props }) {
  const Shape = useChunk(ROUND_SHAPES, shape);
  return Shape ? html`<${Shape} ...${props} />` : html`<${ChunkMissing} kind=${shape} />`;
}

/** Diverging bars. */
function ScaleResults({ round, ids, results, compare, remarks, table, level, grow, yours }) {
  const points = scalePoints(round.scale);
  const groups = compare ? comparedGroups(Object.fromEntries(ids.map((id) => [id, results[id]]))) : [];
  const reference = round.reference?.shown ? round.reference : undefined;
  const again = Object.values(results).some(({ before }) => before);
  const shape = groups.length ? "compared" : again ? "again" : "plain";
  const frame = barFrame(Object.values(results), points, groups.length > 0);

  return html`
    <div class="results" data-shape=${shape} data-many=${groups.length > FEW_GROUPS ? "" : undefined} style=${{ "--groups": groups.length + 1 }}>
      <${ScaleLegend} points=${points} off=${round.scale.off} reference=${reference} />
      ${groups.length > 0 && html`<${GroupHeads} groups=${groups} />`}
      <ol class=${grow ? "results-list growing" : "results-list"} data-fits>
        ${ids.map(
          (id, index) => html`
            <${ResultRow}
              key=${id}
              id=${id}
              story=${table}
              item=${round.items[id]}
              round=${round}
              result=${results[id]}
              groups=${groups}
              level=${level}
              points=${points}
              frame=${frame}
              index=${index}
              remarks=${remarks}
              yours=${yours?.get(id)?.score}
              mark=${reference && { label: reference.label, point: reference.scores[id], note: reference.notes?.[id] }}
            />
          `,
        )}
      </ol>
      ${
        table &&
        html`
          <${Figures} label=${t("rating.table_caption")}>
            <${ResultsTable} round=${round} ids=${ids} points=${points} compare=${compare} reference=${reference} />
          <//>
        `
      }
    </div>
  `;
}

function GroupHeads({ groups }) {
  return html`
    <div class="results-heads" aria-hidden="true">
      <span></span>
      ${groups.map((group) => html`<span>${group.title}</span>`)}
      <span>${t("rating.everyone")}</span>
    </div>
  `;
}

function ResultRow({
  id,
  story,
  item,
  round,
  result,
  groups,
  level,
  points,
  frame,
  index,
  remarks,
  yours,
  mark,
}) {
  const { off, reasons } = round.scale;
  const reference = points.find(({ point }) => point === mark?.point);
  const { before, shift, median } = result;
  const word = (value) => (value === "none" ? off : pointWords(value, points));
  const bar = (distribution, name, marked) => {
    if (!distribution) return html`<span class="result-empty">${t("rating.too_few")}</span>`;
    const { off: offScale, ...onScale } = distribution;
    return html`<${ResultBar} distribution=${groups.length ? onScale : distribution} name=${name} points=${points} off=${off}
      frame=${frame} mark=${marked} />`;
  };
  const group = (name, inside, kind) => html`
    <div class="result-group" data-total=${kind === "total" ? "" : undefined} data-before=${kind === "before" ? "" : undefined}>
      ${name && html`<span class="result-name">${name}</span>`}${inside}
    </div>
  `;
  const whole = groups.length ? t("rating.everyone") : before ? t("rating.now") : undefined;
  return html`
    <li class="result" style=${{ "--row": index }}>
      <${`h${level}`} class="result-title" ...${sessionText()}>${item.title}<//>
      <div class="result-bars">
        ${groups.map(({ key, title }) => {
          const own = result.organisations?.[key];
          return group(
            title,
            own || key !== OTHERS ? bar(own, title) : html`<span class="result-empty">–</span>`,
          );
        })}
        ${!groups.length && before && group(t("rating.before"), bar(before, t("rating.before")), "before")}
        ${group(whole, bar(result, before && !groups.length ? whole : undefined, mark), "total")}
      </div>
      <div class="result-meta">
        ${yours !== undefined && html`<span class="badge">${yourAnswer(round, word(yours))}</span>`}
        <${AgreementWord} result=${result} />
        ${shift && html`<${Shift} shift=${shift} />`}
        <span>${round.per_organisation ? voices(round, result.n) : t("rating.answers", { n: result.n })}</span>
        ${
          median !== undefined &&
          html`<span class="result-median">${
            before?.median === undefined
              ? t("rating.median", { word: word(median) })
              : t("rating.median_again", { word: word(median), before: word(before.median) })
          }</span>`
        }
        ${result.reasons && html`<${ReasonCounts} counts=${result.reasons} words=${reasons} />`}
        ${story && html`<${TrailButton} id=${id} />`}
      </div>
      ${
        reference &&
        html`
          <p class="result-reference">
            <i class="reference-mark tone" ...${toneOf(reference)}></i>
            <span class="reference-label">${mark.label}: </span>${reference.word}
            ${mark.note && html`<span class="reference-note"> – ${mark.note}</span>`}
          </p>
        `
      }
      ${remarks && result.remarks && html`<${ResultRemarks} remarks=${result.remarks} />`}
    </li>
  `;
}

/** Where the room went since the first round: an arrow and words. */
function Shift({ shift }) {
  switch (shift) {
    case "up":
      return html`<strong class="shift"><span aria-hidden="true">↗</span> ${t("rating.shift_up")}</strong>`;
    case "down":
      return html`<strong class="shift"><span aria-hidden="true">↘</span> ${t("rating.shift_down")}</strong>`;
    default:
      return html`<span class="shift"><span aria-hidden="true">→</span> ${t("rating.shift_same")}</span>`;
  }
}

/** The reasons that were ticked, the one given most first. */
function ReasonCounts({ counts, words = {} }) {
  return html`
    <ul class="result-reasons" aria-label=${t("rating.reasons")}>
      ${reasonsOf(counts, words).map(([key, word, n]) => html`<li key=${key}><span ...${sessionText()}>${word}</span> <b>${n}</b></li>`)}
    </ul>
  `;
}

/** @returns {[string, string, number][]} key, word and count, most first */
function reasonsOf(counts = {}, words = {}) {
  const known = Object.assign({}, ...Object.values(words));
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([key, n]) => [key, known[key] ?? key, n]);
}

/** One distribution: low points left of the axis, high points right of it, off the scale apart at the end. */
function ResultBar({ distribution, name, points, off, frame, mark }) {
  const total = distribution.n + (distribution.off ?? 0);
  if (total === 0) return html`<p class="result-empty">${t("rating.no_answers")}</p>`;
  const width = (count) => `${((count / total) * 100) / frame.span}%`;
  const counts = points.map((point) => distribution.counts?.[point.point] ?? 0);
  const [left, right] = sides(counts).map((count) => count / total);
  const blank = (share) => html`<i style=${{ flexBasis: `${(share * 100) / frame.span}%` }}></i>`;
  return html`
    <div
      class="result-bar"
      role="img"
      aria-label=${[name, distributionWords(distribution, points, off)].filter(Boolean).join(": ")}
      style=${{ "--axis": `${(frame.left * 100) / frame.span}%` }}
    >
      ${blank(frame.left - left)}
      ${points.map((point, index) => {
        const marked = mark?.point === point.point;
        if (!counts[index] && !marked) return null;
        const tone = toneOf(point);
        return html`
          <b class="tone" ...${tone} data-none=${counts[index] ? undefined : ""}
            style=${{ ...tone.style, flexBasis: width(counts[index]) }}>
            ${counts[index] || ""}${marked && html`<i class="reference-mark tone" ...${tone}></i>`}
          </b>
        `;
      })}
      ${blank(frame.right - right)}
      ${
        Boolean(distribution.off) &&
        html`
          <b class="tone" data-side="off" style=${{ flexBasis: width(distribution.off) }}>
            <span>${distribution.off}</span>
          </b>
        `
      }
      ${blank(frame.off - (distribution.off ?? 0) / total)}
    </div>
  `;
}

function AgreementWord({ result }) {
  switch (result.agreement) {
    case "agreed":
      return html`<strong class="agreement" data-agreement="agreed">${t("rating.agreed")}</strong>`;
    case "mixed":
      return html`<strong class="agreement" data-agreement="mixed">${t("rating.mixed")}</strong>`;
    case "divided":
      return html`<strong class="agreement" data-agreement="divided">${t("rating.divided")}</strong>`;
    default:
      return null;
  }
}

function ResultRemarks({ remarks }) {
  const texts = Object.values(remarks);
  return html`
    <details class="result-remarks">
      <summary>${t("rating.remarks", { n: texts.length })}</summary>
      <ul>${texts.map((text) => html`<li ...${sessionText()}>${text}</li>`)}</ul>
    </details>
  `;
}

function ResultsTable({ round, ids, points, compare, reference }) {
  const { results = {}, scale } = round;
  const some = (field) => ids.some((id) => results[id][field]);
  const withReasons = some("reasons");
  const word = (value) => (value === undefined ? "–" : pointWords(value, points));
  const cells = (distribution) => html`
    ${points.map((point) => html`<td>${distribution.counts?.[point.point] ?? 0}</td>`)}
    ${scale.off && html`<td>${distribution.off ?? "–"}</td>`}
    <td>${distribution.n}</td>
    <td>${word(distribution.median)}</td>
    <td>${distribution.mean === undefined ? "–" : formatNumber(distribution.mean, 1)}</td>
    <td><${AgreementWord} result=${distribution} /></td>
  `;
  const sub = (title, distribution) => html`
    <tr class="sub" key=${title}>
      <th scope="row">${title}</th>
      ${cells(distribution)}${withReasons && html`<td></td>`}${reference && html`<td></td>`}
    </tr>
  `;
  return html`
    <table>
      <caption>${t("rating.table_caption")}: ${scale.question}</caption>
      <thead>
        <tr>
          <th scope="col">${t("rating.col_item")}</th>
          ${points.map((point) => html`<th scope="col">${point.word}</th>`)}
          ${scale.off && html`<th scope="col">${scale.off}</th>`}
          <th scope="col">${round.per_organisation ? t("rating.col_organisations") : t("rating.col_answers")}</th>
          <th scope="col">${t("rating.col_median")}</th>
          <th scope="col">${t("rating.col_mean")}</th>
          <th scope="col">${t("rating.col_agreement")}</th>
          ${withReasons && html`<th scope="col">${t("rating.reasons")}</th>`}
          ${reference && html`<th scope="col">${reference.label}</th>`}
        </tr>
      </thead>
      ${ids.map((id) => {
        const { before, shift, organisations, reasons } = results[id];
        return html`
          <tbody key=${id}>
            <tr>
              <th scope="row" ...${sessionText()}>${round.items[id].title}</th>
              ${cells(results[id])}
              ${
                withReasons &&
                html`<td>${reasonsOf(reasons, scale.reasons)
                  .map(([, name, n]) => `${name} ${n}`)
                  .join(", ")}</td>`
              }
              ${reference && html`<td>${word(reference.scores[id])}</td>`}
            </tr>
            ${before && sub(html`${t("rating.before")}${shift && html` <${Shift} shift=${shift} />`}`, before)}
            ${compare && ordered(organisations).map(([, organisation]) => sub(organisation.title, organisation))}
          </tbody>
        `;
      })}
    </table>
  `;
}

/** How many answers lie left and right of the axis; the middle point of an odd scale counts half on both sides. */
function sides(counts) {
  const middle = (counts.length - 1) / 2;
  let left = 0;
  let right = 0;
  counts.forEach((count, index) => {
    if (index < middle) left += count;
    else if (index > middle) right += count;
    else {
      left += count / 2;
      right += count / 2;
    }
  });
  return [left, right];
}

/** The room that all bars share, as shares of one whole bar, so that their axes stand under each other. */
function barFrame(results, points, compare) {
  const frame = { left: 0, right: 0, off: 0, span: 0 };
  // Organisations come without answers off the scale, so beside them the whole room does too.
  const everyBar = compare
    ? results.flatMap(({ off, ...result }) => [result, ...Object.values(result.organisations ?? {})])
    : results.flatMap((result) => (result.before ? [result, result.before] : [result]));
  for (const distribution of everyBar) {
    const total = distribution.n + (distribution.off ?? 0);
    if (total === 0) continue;
    const [left, right] = sides(points.map((point) => distribution.counts?.[point.point] ?? 0));
    frame.left = Math.max(frame.left, left / total);
    frame.right = Math.max(frame.right, right / total);
    frame.off = Math.max(frame.off, (distribution.off ?? 0) / total);
  }
  frame.span = frame.left + frame.right + frame.off || 1;
  return frame;
}

/** Every organisation that occurs in any item, in about the session's order; the small ones together come last. */
function comparedGroups(results) {
  /** @type {Map<string, {key: string, title: string, order: number}>} */
  const groups = new Map();
  for (const result of Object.values(results)) {
    for (const [key, { title, order }] of Object.entries(result.organisations ?? {})) {
      const place = key === OTHERS ? Number.MAX_SAFE_INTEGER : Math.max(order, groups.get(key)?.order ?? 0);
      groups.set(key, { key, title, order: place });
    }
  }
  return [...groups.values()].sort((a, b) => a.order - b.order);
}

function distributionWords(distribution, points, off) {
  const parts = points.map((point) => `${point.word} ${distribution.counts?.[point.point] ?? 0}`);
  if (off && distribution.off !== undefined) parts.push(`${off} ${distribution.off}`);
  return parts.join(", ");
}
