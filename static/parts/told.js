/** What people answered to closing questions, as everybody may see it. */
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { RatingResults } from "./results.js";

/** @param {{step: any, level: number, table?: boolean}} props */
export function ToldAnswers({ step, level, table = true }) {
  if (!step.answers) return null;
  return html`
    <div class="stack told">
      ${ordered(step.questions).map(([id, question]) => {
        const answer = step.answers[id];
        if (!answer) return null;
        if (question.kind === "scale") {
          const round = { items: { [id]: { title: question.label, order: 1 } }, scale: question.scale };
          return html`<${RatingResults} key=${id} round=${{ ...round, results: { [id]: answer } }} level=${level} table=${table} />`;
        }
        const texts = Object.values(answer.texts ?? {});
        return html`
          <section key=${id}>
            <${`h${level}`} ...${sessionText()}>${question.label}<//>
            ${
              texts.length
                ? html`<ul class="told-texts">${texts.map((text) => html`<li class="card card-text" ...${sessionText()}>${text}</li>`)}</ul>`
                : html`<p class="muted">${t("page.no_answers")}</p>`
            }
          </section>
        `;
      })}
    </div>
  `;
}
