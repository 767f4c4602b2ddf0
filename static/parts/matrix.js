/**
 * Two criteria against each other: every item at its middle answers, with how far people lay apart.  The picture holds
 * all items; those that stand in the list beside it are filled.
 */
import { html, ordered } from "../core/dom.js";
import { formatNumber, sessionText, t } from "../core/i18n.js";
import { Figures, pointWords, scalePoints, voices, yourAnswer } from "./figures.js";
import { TrailButton } from "./trail.js";

const SIZE = 320;
const LEFT = 26;
const EDGE = 14;
const DOT = 10;
const BESIDE = 19;

export function Matrix({ round, ids, results, table, level, grow, yours }) {
  const points = scalePoints(round.scale);
  const [across, up] = ordered(round.criteria);
  const known = Object.keys(results).filter((id) =>
    [across, up].every(([key]) => results[id].criteria?.[key]?.median !== undefined),
  );
  const number = new Map(ordered(round.items).map(([id], at) => [id, at + 1]));
  const words = (id) =>
    [across, up].map(([key, { title }]) => {
      const median = results[id].criteria?.[key]?.median;
      return `${title}: ${median === undefined ? "–" : pointWords(median, points)}`;
    });
  return html`
    <div class="results">
     <div class="matrix">
      <div class=${grow ? "matrix-picture growing" : "matrix-picture"}>
        <${Picture} ...${{ round, known, listed: new Set(ids), results, points, across, up, number }} />
      </div>
      <ol class="matrix-list results-list" data-fits>
        ${ids.map((id) => {
          const own = yours?.get(id)?.criteria;
          return html`
            <li key=${id}>
              <span class="matrix-number" aria-hidden="true">${number.get(id)}</span>
              <div>
                <${`h${level}`} class="result-title" ...${sessionText()}>${round.items[id].title}<//>
                <p class="result-meta">
                  ${results[id].quadrant && round.quadrants && html`<strong class="shift" ...${sessionText()}>${round.quadrants[results[id].quadrant]}</strong>`}
                  ${words(id).map((word) => html`<span key=${word} ...${sessionText()}>${word}</span>`)}
                  <span>${voices(round, results[id].n)}</span>
                  ${own && html`<span class="badge">${yourAnswer(round, yourWords(own, [across, up], round.scale))}</span>`}
                  ${table && html`<${TrailButton} id=${id} />`}
                </p>
              </div>
            </li>
          `;
        })}
      </ol>
     </div>
      ${table && html`<${Figures} label=${t("rating.matrix_caption")}><${MatrixTable} ...${{ round, ids, results, points, across, up }} /><//>`}
    </div>
  `;
}

function yourWords(own, criteria, scale) {
  return criteria
    .filter(([key]) => own[key] !== undefined)
    .map(([key]) => (own[key] === "none" ? scale.off : scale.points[own[key]]))
    .join(" / ");
}

function Picture({ round, known, listed, results, points, across, up, number }) {
  const room = SIZE - LEFT - EDGE;
  const steps = points.length - 1;
  const x = (point) => LEFT + ((point - 1) / steps) * (room - 2 * DOT) + DOT;
  const y = (point) => SIZE - x(point);
  const middle = (points.length + 1) / 2;
  const [low, high] = [points[0].word, points[steps].word];
  const label = t("rating.matrix_label", { across: across[1].title, up: up[1].title });
  const corner = (key, left, top) =>
    round.quadrants &&
    html`
      <text class="matrix-quadrant" x=${left ? LEFT + 6 : LEFT + room - 6} y=${top ? EDGE + 15 : SIZE - LEFT - 8}
        text-anchor=${left ? "start" : "end"}>${round.quadrants[key]}</text>
    `;
  const places = apart(
    known.map((id) => [id, ...[across, up].map(([key]) => results[id].criteria[key].median)]),
  );
  places.sort(([a], [b]) => Number(listed.has(a)) - Number(listed.has(b)));
  /** Several at one place keep together, and within the picture. */
  const beside = (point, { at, among }) => {
    const half = ((among - 1) * BESIDE) / 2;
    const middleOf = Math.min(Math.max(x(point), LEFT + DOT + half), LEFT + room - DOT - half);
    return middleOf - half + at * BESIDE;
  };
  return html`
    <svg viewBox=${`0 0 ${SIZE} ${SIZE}`} role="img" aria-label=${label} ...${sessionText()}>
      <rect class="matrix-room" x=${LEFT} y=${EDGE} width=${room} height=${room} rx="6" />
      ${points.map(({ point }) => html`<path key=${point} class="matrix-grid" d=${`M${x(point)} ${EDGE}v${room}M${LEFT} ${y(point)}h${room}`} />`)}
      <path class="matrix-middle" d=${`M${x(middle)} ${EDGE}v${room}M${LEFT} ${y(middle)}h${room}`} />
      <text class="matrix-axis" x=${LEFT + room / 2} y=${SIZE - 8} text-anchor="middle">${across[1].title} →</text>
      <text class="matrix-axis" transform=${`translate(11 ${EDGE + room / 2}) rotate(-90)`} text-anchor="middle">${up[1].title} →</text>
      <text class="matrix-end" x=${LEFT} y=${SIZE - 8}>${low}</text>
      <text class="matrix-end" x=${LEFT + room} y=${SIZE - 8} text-anchor="end">${high}</text>
      <text class="matrix-end" transform=${`translate(11 ${EDGE + room}) rotate(-90)`}>${low}</text>
      <text class="matrix-end" transform=${`translate(11 ${EDGE}) rotate(-90)`} text-anchor="end">${high}</text>
      ${places.map(([id, h, v]) => {
        // The middle half of the answers, as far as it lies within the scale.
        const [wide, tall] = [across, up].map(([key]) => (results[id].criteria[key].spread ?? 0) / 2);
        const within = (point) => Math.min(points.length, Math.max(1, point));
        const ends = `M${x(within(h - wide))} ${y(v)}H${x(within(h + wide))}M${x(h)} ${y(within(v - tall))}V${y(within(v + tall))}`;
        return html`<path key=${id} class="matrix-spread" d=${ends} />`;
      })}
      ${corner("low_high", true, true)}${corner("high_high", false, true)}${corner("low_low", true, false)}${corner("high_low", false, false)}
      ${places.map(
        ([id, h, v, aside], at) => html`
          <g key=${id} class="matrix-dot" data-other=${listed.has(id) ? undefined : ""} style=${{ "--row": at }}>
            <circle cx=${beside(h, aside)} cy=${y(v)} r=${DOT} />
            <text x=${beside(h, aside)} y=${y(v) + 4} text-anchor="middle">${number.get(id)}</text>
          </g>
        `,
      )}
    </svg>
  `;
}

/** Items at the same place stand beside each other: each with which one it is there, among how many. */
function apart(places) {
  const together = new Map();
  for (const place of places) {
    const key = place.slice(1).join();
    together.set(key, [...(together.get(key) ?? []), place]);
  }
  return [...together.values()].flatMap((group) =>
    group.map((place, at) => [...place, { at, among: group.length }]),
  );
}

function MatrixTable({ round, ids, results, points, across, up }) {
  const criteria = [across, up];
  const word = (value) => (value === undefined ? "–" : pointWords(value, points));
  const figure = (value) => (value === undefined ? "–" : formatNumber(value, 1));
  return html`
    <table>
      <caption>${t("rating.matrix_caption")}</caption>
      <thead>
        <tr>
          <th scope="col">${t("rating.col_item")}</th>
          ${criteria.map(
            ([key, { title }]) => html`
              <th scope="col" key=${key} ...${sessionText()}>${title}</th>
              <th scope="col">${t("rating.col_mean")}</th>
              <th scope="col">${t("rating.col_spread")}</th>
              <th scope="col">${t("rating.col_answers")}</th>
            `,
          )}
          ${round.quadrants && html`<th scope="col">${t("rating.col_quadrant")}</th>`}
        </tr>
      </thead>
      <tbody>
        ${ids.map(
          (id) => html`
            <tr key=${id}>
              <th scope="row" ...${sessionText()}>${round.items[id].title}</th>
              ${criteria.map(([key]) => {
                const { n, median, mean, spread } = results[id].criteria?.[key] ?? { n: 0 };
                return html`<td>${word(median)}</td><td>${figure(mean)}</td><td>${figure(spread)}</td><td>${n}</td>`;
              })}
              ${round.quadrants && html`<td>${round.quadrants[results[id].quadrant ?? ""] ?? "–"}</td>`}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
