/**
 * What a rating round looks like to read: used by phones, page steps, the console and the screen.
 *
 * Ordinal words are not measured distances, so the distribution and the number of answers always come first; the
 * mean is only in the table.
 */
import { html, ordered } from "../core/dom.js";
import { formatNumber, sessionText, t } from "../core/i18n.js";

/** The key under which the server puts organisations that are too small to show on their own. */
const OTHERS = "_other";

/**
 * @typedef {{n: number, off?: number, counts?: Object<string, number>, median?: number, mean?: number}} Distribution
 * @typedef {Distribution & {title: string, order: number}} OrganisationResult
 * @typedef {Distribution & {agreement?: string, divided_rank?: number, remarks?: Object<string, string>,
 *   organisations?: Object<string, OrganisationResult>}} ItemResult
 * @typedef {{label: string, shown: boolean, scores: Object<string, number>, notes?: Object<string, string>}} Reference
 * @typedef {{items: Object<string, {title: string, text?: string, order: number}>,
 *   scale: {question: string, points: Object<string, string>, off?: string},
 *   results?: Object<string, ItemResult>, reference?: Reference}} RevealedRound
 * @typedef {{point: number, word: string, side: "low" | "middle" | "high", mix: number}} ScalePoint
 */

/**
 * The revealed results of a round as diverging bars, with the same figures as a table behind a button.
 *
 * @param {{round: RevealedRound, sort?: "order" | "divided", compare?: boolean, remarks?: boolean, table?: boolean,
 *   level?: number, only?: string[], grow?: boolean, yours?: Object<string, number | "none">}} props
 *   *only*: ids of the items to show; *yours*: what the reader answered, by item
 */
export function RatingResults({
  round,
  sort = "order",
  compare = false,
  remarks = true,
  table = true,
  level = 3,
  only,
  grow = false,
  yours,
}) {
  const results = round.results ?? {};
  const points = scalePoints(round.scale);
  const ids = sortedItems(round, sort).filter((id) => results[id] && (!only || only.includes(id)));
  const groups = compare ? comparedGroups(results) : [];
  const reference = round.reference?.shown ? round.reference : undefined;
  const shape = groups.length ? "compared" : "plain";
  const frame = barFrame(Object.values(results), points, groups.length > 0);

  return html`
    <div class="results" data-shape=${shape} style=${{ "--groups": groups.length + 1 }}>
      <${ScaleLegend} points=${points} off=${round.scale.off} reference=${reference} />
      ${groups.length > 0 && html`<${GroupHeads} groups=${groups} />`}
      <ol class=${grow ? "results-list growing" : "results-list"} data-fits>
        ${ids.map(
          (id, index) => html`
            <${ResultRow}
              key=${id}
              item=${round.items[id]}
              result=${results[id]}
              groups=${groups}
              level=${level}
              points=${points}
              off=${round.scale.off}
              frame=${frame}
              index=${index}
              remarks=${remarks}
              yours=${yours?.[id]}
              mark=${reference && { label: reference.label, point: reference.scores[id], note: reference.notes?.[id] }}
            />
          `,
        )}
      </ol>
      ${
        table &&
        html`
          <details class="results-table">
            <summary>${t("rating.as_table")}</summary>
            <${ResultsTable} round=${round} ids=${ids} points=${points} compare=${compare} reference=${reference} />
          </details>
        `
      }
    </div>
  `;
}

/**
 * Item ids in the order asked for; "divided" puts the strongest disagreement first.
 *
 * @param {RevealedRound} round
 * @param {"order" | "divided"} sort
 * @returns {string[]}
 */
export function sortedItems(round, sort) {
  const rank = (/** @type {string} */ id) =>
    sort === "divided" ? (round.results?.[id]?.divided_rank ?? Number.MAX_SAFE_INTEGER) : 0;
  return Object.keys(round.items).sort(
    (a, b) => rank(a) - rank(b) || round.items[a].order - round.items[b].order,
  );
}

/** The words of the scale with their place in the diverging colours. */
export function ScaleLegend({ points, off, reference }) {
  return html`
    <ul class="scale-legend" ...${sessionText()}>
      ${points.map(
        (point) => html`<li><i class="tone" ...${toneOf(point)}></i><span>${point.word}</span></li>`,
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

function toneOf(point) {
  return {
    "data-side": point.side,
    "data-edge": point.mix <= 0.5 ? "outer" : "inner",
    style: { "--mix": `${point.mix * 100}%` },
  };
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

function ResultRow({ item, result, groups, level, points, off, frame, index, remarks, yours, mark }) {
  const reference = points.find(({ point }) => point === mark?.point);
  const bar = ({ off: offScale, ...distribution }, name, marked) => html`
    <${ResultBar} distribution=${groups.length ? distribution : { ...distribution, off: offScale }} name=${name} points=${points} off=${off} frame=${frame}
      mark=${marked} />
  `;
  return html`
    <li class="result" style=${{ "--row": index }}>
      <${`h${level}`} class="result-title" ...${sessionText()}>${item.title}<//>
      <div class="result-bars">
        ${groups.map((group) => {
          const own = result.organisations?.[group.key];
          return html`
            <div class="result-group" key=${group.key}>
              <span class="result-name">${group.title}</span>
              ${own ? bar(own, group.title) : html`<span class="result-empty">${group.key === OTHERS ? "–" : t("rating.too_few")}</span>`}
            </div>
          `;
        })}
        <div class="result-group" data-total>
          ${groups.length > 0 && html`<span class="result-name">${t("rating.everyone")}</span>`}
          ${bar(result, undefined, mark)}
        </div>
      </div>
      <p class="result-meta">
        ${
          yours !== undefined &&
          html`<span class="badge">${t("rating.your_answer", { word: yours === "none" ? off : pointWords(yours, points) })}</span>`
        }
        <${AgreementWord} result=${result} />
        <span>${t("rating.answers", { n: result.n })}</span>
        ${
          result.median !== undefined &&
          html`<span class="result-median">${t("rating.median", { word: pointWords(result.median, points) })}</span>`
        }
        ${
          reference &&
          html`
            <span class="result-reference">
              <i class="reference-mark tone" ...${toneOf(reference)}></i>
              <span class="reference-label">${mark.label}: </span>${reference.word}
              ${mark.note && html`<span class="reference-note"> – ${mark.note}</span>`}
            </span>
          `
        }
      </p>
      ${remarks && result.remarks && html`<${ResultRemarks} remarks=${result.remarks} />`}
    </li>
  `;
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
  const results = round.results ?? {};
  const withMean = (value) => (value === undefined ? "–" : formatNumber(value, 1));
  const cells = (distribution) => html`
    ${points.map((point) => html`<td>${distribution.counts?.[point.point] ?? 0}</td>`)}
    ${round.scale.off && html`<td>${distribution.off ?? "–"}</td>`}
    <td>${distribution.n}</td>
    <td>${distribution.median === undefined ? "–" : pointWords(distribution.median, points)}</td>
    <td>${withMean(distribution.mean)}</td>
  `;
  return html`
    <div class="table-scroll" role="region" tabindex="0" aria-label=${t("rating.table_caption")}>
      <table>
        <caption>${t("rating.table_caption")}: ${round.scale.question}</caption>
        <thead>
          <tr>
            <th scope="col">${t("rating.col_item")}</th>
            ${points.map((point) => html`<th scope="col">${point.word}</th>`)}
            ${round.scale.off && html`<th scope="col">${round.scale.off}</th>`}
            <th scope="col">${t("rating.col_answers")}</th>
            <th scope="col">${t("rating.col_median")}</th>
            <th scope="col">${t("rating.col_mean")}</th>
            <th scope="col">${t("rating.col_agreement")}</th>
            ${reference && html`<th scope="col">${reference.label}</th>`}
          </tr>
        </thead>
        ${ids.map((id) => {
          const organisations = compare ? ordered(results[id].organisations) : [];
          const point = reference?.scores[id];
          return html`
            <tbody key=${id}>
              <tr>
                <th scope="row" ...${sessionText()}>${round.items[id].title}</th>
                ${cells(results[id])}
                <td><${AgreementWord} result=${results[id]} /></td>
                ${reference && html`<td>${point === undefined ? "–" : pointWords(point, points)}</td>`}
              </tr>
              ${organisations.map(
                ([key, organisation]) => html`
                  <tr class="sub" key=${key}>
                    <th scope="row">${organisation.title}</th>
                    ${cells(organisation)}
                    <td></td>
                    ${reference && html`<td></td>`}
                  </tr>
                `,
              )}
            </tbody>
          `;
        })}
      </table>
    </div>
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
    : results;
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

/** The word of a point; a median between two points names both. */
function pointWords(value, points) {
  const word = (number) => points.find((point) => point.point === number)?.word ?? String(number);
  const [low, high] = [Math.floor(value), Math.ceil(value)];
  return low === high ? word(low) : `${word(low)} – ${word(high)}`;
}

function distributionWords(distribution, points, off) {
  const parts = points.map((point) => `${point.word} ${distribution.counts?.[point.point] ?? 0}`);
  if (off && distribution.off !== undefined) parts.push(`${off} ${distribution.off}`);
  return parts.join(", ");
}
