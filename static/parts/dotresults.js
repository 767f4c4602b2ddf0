/** What a round with dots came to: a bar for each item. */
import { html } from "../core/dom.js";
import { formatNumber, sessionText, t } from "../core/i18n.js";
import { Figures, voices, yourAnswer } from "./figures.js";
import { TrailButton } from "./trail.js";

export function DotResults({ round, ids, results, table, level, grow, yours }) {
  const most = Math.max(1, ...Object.values(results).map(({ dots }) => dots));
  return html`
    <div class="results" data-shape="plain">
      <ol class=${grow ? "results-list growing" : "results-list"} data-fits>
        ${ids.map((id, index) => {
          const { dots, n } = results[id];
          const mine = yours?.get(id)?.dots;
          return html`
            <li class="result" key=${id} style=${{ "--row": index }}>
              <${`h${level}`} class="result-title" ...${sessionText()}>${round.items[id].title}<//>
              <div class="result-bars">
                <div class="result-bar dot-bar" role="img" aria-label=${t("rating.dots", { n: dots })}
                  style=${{ "--axis": "0%", "--share": `${(dots / most) * 100}%` }}>
                  <b></b><span>${dots}</span>
                </div>
              </div>
              <div class="result-meta">
                ${mine && html`<span class="badge">${yourAnswer(round, t("rating.dots", { n: mine }))}</span>`}
                <span>${voices(round, n)}</span>
                ${table && html`<${TrailButton} id=${id} />`}
              </div>
            </li>
          `;
        })}
      </ol>
      ${
        table &&
        html`
          <${Figures} label=${t("rating.dots_caption")}>
            <table>
              <caption>${t("rating.dots_caption")}</caption>
              <thead>
                <tr>
                  <th scope="col">${t("rating.col_rank")}</th>
                  <th scope="col">${t("rating.col_item")}</th>
                  <th scope="col">${t("rating.col_dots")}</th>
                  <th scope="col">${t("rating.col_share")}</th>
                  <th scope="col">${round.per_organisation ? t("rating.col_organisations") : t("rating.col_people")}</th>
                </tr>
              </thead>
              <tbody>
                ${ids.map((id) => {
                  const { rank, dots, share, n } = results[id];
                  return html`
                    <tr key=${id}>
                      <td>${rank}</td>
                      <th scope="row" ...${sessionText()}>${round.items[id].title}</th>
                      <td>${dots}</td>
                      <td>${share === undefined ? "–" : t("rating.percent", { n: formatNumber(Math.round(share * 100)) })}</td>
                      <td>${n}</td>
                    </tr>
                  `;
                })}
              </tbody>
            </table>
          <//>
        `
      }
    </div>
  `;
}
