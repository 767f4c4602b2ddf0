/**
 * Items against something else as a table, darker where it is more: targets that were chosen, what affects what, or
 * several criteria.  The number is always in the cell, so nobody has to see the colour.
 */
import { html, ordered } from "../core/dom.js";
import { formatNumber, sessionText, t } from "../core/i18n.js";
import { pointWords, ScaleLegend, scalePoints } from "./figures.js";
import { TrailButton } from "./trail.js";

/** More columns than this carry only their number; their titles stand in a list. */
const FEW_COLUMNS = 4;
const TONES = 5;

export function HeatMap({ round, ids, results, table, grow, yours }) {
  const columns = ordered(round.choice ? round.targets : round.criteria);
  const points = round.scale ? scalePoints(round.scale) : [];
  const most = round.choice
    ? Math.max(1, ...Object.values(results).flatMap(({ targets }) => Object.values(targets ?? {})))
    : points.length - 1;
  const cellOf = (id, column) =>
    round.choice
      ? chosenCell(results[id].targets?.[column] ?? 0, most)
      : scoredCell(results[id].criteria?.[column], points, most);
  const numbered = columns.length > FEW_COLUMNS;
  const caption = round.choice
    ? t("rating.choice_caption")
    : round.cascade
      ? t("rating.cascade_caption")
      : t("rating.criteria_caption");
  return html`
    <div class="results heat" data-numbered=${numbered ? "" : undefined}>
      ${round.scale && html`<${ScaleLegend} points=${points} off=${undefined} numbers />`}
      <div class="table-scroll results-list" role="region" tabindex="0" aria-label=${caption} data-fits>
        <table class=${grow ? "heat-table growing" : "heat-table"}>
          <caption>${caption}</caption>
          <thead>
            <tr>
              <th scope="col">${round.cascade ? t("rating.col_when") : t("rating.col_item")}</th>
              ${columns.map(
                ([column, { title }], at) => html`
                  <th scope="col" class="heat-head" key=${column}>
                    ${numbered && html`<span aria-hidden="true">${at + 1}</span>`}
                    <span class=${numbered ? "visually-hidden" : undefined} ...${sessionText()}>${title}</span>
                  </th>
                `,
              )}
              <th scope="col" class="heat-n">${round.per_organisation ? t("rating.col_organisations") : t("rating.col_people")}</th>
            </tr>
          </thead>
          <tbody>
            ${ids.map(
              (id, row) => html`
                <tr key=${id} style=${{ "--row": row }}>
                  <th scope="row" ...${sessionText()}>
                    ${round.cascade && html`<span class="heat-number">${columns.findIndex(([column]) => column === id) + 1}</span> `}
                    ${round.items[id].title}
                    ${table && html`<${TrailButton} id=${id} />`}
                  </th>
                  ${columns.map(([column]) => {
                    if (round.cascade && column === id)
                      return html`<td class="heat-self" key=${column}></td>`;
                    const { tone, text, label, note } = cellOf(id, column);
                    return html`
                      <td class="heat-cell" key=${column} data-tone=${tone} data-mine=${isYours(yours?.get(id), column) ? "" : undefined}>
                        <span aria-hidden=${label ? "true" : undefined}>${text}${note && html`<small>${note}</small>`}</span>
                        ${label && html`<span class="visually-hidden">${label}</span>`}
                        ${isYours(yours?.get(id), column) && html`<span class="visually-hidden">${t("rating.also_yours")}</span>`}
                      </td>
                    `;
                  })}
                  <td class="heat-n">${results[id].n}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
      ${yours?.size > 0 && round.choice && html`<p class="heat-yours">${t("rating.heat_yours")}</p>`}
      ${!round.choice && html`<p class="muted small">${round.cascade ? t("rating.cascade_cells") : t("rating.criteria_cells")}</p>`}
      ${
        numbered &&
        html`<ol class="heat-columns">${columns.map(([column, { title }]) => html`<li key=${column} ...${sessionText()}>${title}</li>`)}</ol>`
      }
    </div>
  `;
}

function chosenCell(n, most) {
  return {
    tone: n ? Math.max(1, Math.round((n / most) * TONES)) : 0,
    text: n ? formatNumber(n) : "·",
    label: n ? "" : formatNumber(0),
    note: "",
  };
}

/** The middle answer, and where it is asked for the highest. */
function scoredCell(answers, points, most) {
  if (answers?.median === undefined) return { tone: 0, text: "–", label: t("rating.no_answers"), note: "" };
  const { median, highest } = answers;
  const place = (median - points[0].point) / most;
  const label = t("rating.median", { word: pointWords(median, points) });
  return {
    tone: Math.round(place * TONES),
    text: formatNumber(median),
    note: highest > median ? formatNumber(highest) : "",
    label:
      highest === undefined
        ? label
        : `${label}, ${t("rating.highest", { word: pointWords(highest, points) })}`,
  };
}

function isYours(answer, column) {
  return Boolean(answer?.targets?.[column]);
}
