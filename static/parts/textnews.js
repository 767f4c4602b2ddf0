/** What the session added after the edit began: shown piece by piece, taken over by who edits, never by itself. */
import { useEffect, useState } from "preact/hooks";
import { answerTo } from "../core/answer.js";
import { boot } from "../core/boot.js";
import { announce, html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { change, trouble } from "../core/keeper.js";
import { Dialog } from "./dialog.js";
import { Difference } from "./difference.js";

/** @typedef {{version: number, seq: number, parts: {heading: string, clash: boolean, lines: any[]}[]}} News */

export function NewsDialog({ language, onClose }) {
  const [news, setNews] = useState(/** @type {News | undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  const fetchNews = async () => {
    const answer = await answerTo(`/s/${boot().code}/report/news.json`);
    if (answer.ok) setNews(answer.body);
    setProblem(answer.ok ? "" : answer.body.message || t("report.edit_offline"));
  };
  useEffect(() => {
    fetchNews();
  }, []);
  const choose = async (choices) => {
    const done = await change("take", { seq: news?.seq, choices });
    if (done) announce(t("report.taken"));
    setProblem(done ? "" : trouble.value);
    await fetchNews();
  };
  const clean = Object.fromEntries(
    (news?.parts ?? []).flatMap(({ clash }, at) => (clash ? [] : [[at, "take"]])),
  );
  return html`
    <${Dialog} title=${t("report.news_title")} onClose=${onClose}>
      <div class="stack">
        ${problem && html`<p class="notice" data-tone="bad" role="alert">${problem}</p>`}
        ${!news && !problem && html`<p class="late">${t("common.loading")}</p>`}
        ${news?.parts.length === 0 && html`<p>${t("report.news_none")}</p>`}
        ${
          Object.keys(clean).length > 1 &&
          html`
            <button type="button" class="button primary" onClick=${() => choose(clean)}>
              <${Icon} name="merge" />${t("report.take_all", { n: Object.keys(clean).length })}
            </button>
          `
        }
        ${news?.parts.map(
          (part, at) => html`
            <${NewsPart} key=${`${news.version}.${at}`} ...${part} language=${language}
              choose=${(choice) => choose({ [at]: choice })} />
          `,
        )}
      </div>
    <//>
  `;
}

function NewsPart({ heading, clash, lines, language, choose }) {
  const title = heading ? t("report.news_under", { heading }) : t("report.news_top");
  return html`
    <section class="panel stack news-part" aria-label=${title}>
      <h3>${title}</h3>
      ${clash && html`<p>${t("report.clash")}</p>`}
      <${Difference} lines=${lines} language=${language} />
      <div class="row">
        <button type="button" class="button" onClick=${() => choose("take")}>
          ${clash ? t("report.take_instead") : t("report.take")}
        </button>
        ${
          clash &&
          html`<button type="button" class="button" onClick=${() => choose("both")}>${t("report.take_both")}</button>`
        }
        <button type="button" class="button quiet" onClick=${() => choose("leave")}>
          ${clash ? t("report.keep_mine") : t("report.leave_out")}
        </button>
      </div>
    </section>
  `;
}

/** What the edit made of the automatic text. */
export function ChangesDialog({ language, onClose }) {
  const [lines, setLines] = useState(/** @type {any[] | undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  useEffect(() => {
    answerTo(`/s/${boot().code}/report/changes.json`).then((answer) => {
      if (answer.ok) setLines(answer.body.lines);
      else setProblem(answer.body.message || t("report.edit_offline"));
    });
  }, []);
  return html`
    <${Dialog} title=${t("report.changes_title")} onClose=${onClose}>
      <div class="stack">
        ${problem && html`<p class="notice" data-tone="bad" role="alert">${problem}</p>`}
        ${!lines && !problem && html`<p class="late">${t("common.loading")}</p>`}
        ${lines?.length === 0 && html`<p>${t("report.changes_none")}</p>`}
        ${
          Boolean(lines?.length) &&
          html`<p>${t("report.changes_explain")}</p><${Difference} lines=${lines} language=${language} />`
        }
      </div>
    <//>
  `;
}
