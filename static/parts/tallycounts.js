/** Counts for people without a phone: how many of them chose what, item by item, or how many dots they gave. */
import { useState } from "preact/hooks";
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { criteriaOf } from "./answers.js";
import { CommitField } from "./commitfield.js";
import { scalePoints } from "./figures.js";

const MOST_TYPED = 100_000;

/** @param {{step: any, stepId: string, organisation: string}} props */
export function TallyCounts({ step, stepId, organisation }) {
  const entered = Object.values(step.tallies ?? {}).find((one) => one.organisation === organisation);
  const criteria = ordered(step.criteria);
  const [criterion, choose] = useState(criteria[0]?.[0]);
  const items = ordered(step.items).filter(
    ([item]) => !criterion || criteriaOf(step, item).includes(criterion),
  );
  const columns = columnsOf(step);
  const countOf = (item, what) => {
    const row = entered?.items[item];
    return (criterion ? row?.[criterion] : row)?.[what];
  };
  const count = (item, what, text) =>
    send("rating.tally", { step: stepId, item, organisation, criterion, counts: { [what]: numberIn(text) } });
  return html`
    ${step.asks_people && html`<${HowMany} stepId=${stepId} organisation=${organisation} people=${entered?.people} left=${entered?.left} />`}
    ${
      criteria.length > 0 &&
      html`
        <div class="field">
          <label for="tally-criterion">${t("tally.criterion")}</label>
          <select id="tally-criterion" class="input" value=${criterion} onChange=${(event) => choose(event.currentTarget.value)} ...${sessionText()}>
            ${criteria.map(([id, { title }]) => html`<option key=${id} value=${id}>${title}</option>`)}
          </select>
        </div>
      `
    }
    <div class="tally-scroll" tabindex="0" role="region" aria-label=${t("tally.title")}>
      <table class="progress-table tally" key=${criterion}>
        <thead>
          <tr>
            <th scope="col">${t("tally.item")}</th>
            ${columns.map(([what, word]) => html`<th scope="col" key=${what} ...${sessionText()}>${word}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${items.map(
            ([item, { title }]) => html`
              <tr key=${item}>
                <th scope="row" ...${sessionText()}>${title}</th>
                ${columns.map(
                  ([what, word]) => html`
                    <td key=${what}>
                      <${CommitField} class="input tally-count" type="number" min="0" max=${MOST_TYPED} inputmode="numeric"
                        aria-label=${step.dots ? t("tally.cell_dots", { item: title }) : t("tally.cell", { item: title, point: word })}
                        value=${countOf(item, what) || ""} onCommit=${(text) => count(item, what, text)} />
                    </td>
                  `,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** @returns {[string, string][]} what is counted, and its word */
function columnsOf(step) {
  if (step.dots) return [["dots", t("tally.dots")]];
  if (step.choice) return ordered(step.targets).map(([id, { title }]) => [id, title]);
  const points = scalePoints(step.scale).map(
    ({ point, word }) => /** @type {[string, string]} */ ([`${point}`, word]),
  );
  return step.scale.off ? [...points, ["none", step.scale.off]] : points;
}

function HowMany({ stepId, organisation, people, left }) {
  const change = (text) =>
    send("rating.tally_people", { step: stepId, organisation, people: numberIn(text) });
  return html`
    <div class="field">
      <label for="tally-people">${t("tally.people")}</label>
      <div class="row">
        <${CommitField} id="tally-people" class="input tally-count" type="number" min="0" max=${MOST_TYPED} inputmode="numeric"
          value=${people ?? ""} onCommit=${change} />
        ${left !== undefined && html`<span class="muted">${t("tally.dots_left", { n: left })}</span>`}
      </div>
    </div>
  `;
}

function numberIn(text) {
  return Math.max(0, Math.min(MOST_TYPED, Math.round(Number(text)) || 0));
}
