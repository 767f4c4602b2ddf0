/** Answers of people without a phone: a count for each point, item by item, on behalf of an organisation. */
import { useState } from "preact/hooks";
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { stepView, view } from "../core/store.js";
import { Dialog } from "./dialog.js";
import { scalePoints } from "./figures.js";

const MOST_TALLIED = 500;

/** Whether the answers of people without a phone can be entered in this round. */
export function takesTally(step) {
  return (
    step.form === "scale" &&
    !step.criteria &&
    !step.per_organisation &&
    !step.closed &&
    !(step.blind && step.revealed)
  );
}

/** The organisations somebody may speak for: those of the session, and those of who is here. */
export function organisationsHere() {
  const { session, people = {} } = view.value;
  const listed = ordered(session.organisations).map(([, { title }]) => title);
  const others = Object.values(people).map(({ organisation }) => organisation);
  return [...new Set([...listed, ...others])].filter(Boolean);
}

/** @param {{stepId: string, onClose: () => void}} props */
export function TallyDialog({ stepId, onClose }) {
  const step = stepView(stepId);
  const [organisation, choose] = useState("");
  const entered =
    Object.values(step.tallies ?? {}).find((one) => one.organisation === organisation)?.items ?? {};
  // What is on its way counts as well: every command says all that stands for an item.
  const [typed, setTyped] = useState(/** @type {Object<string, Object<string, number>>} */ ({}));
  const countsOf = (item) => ({ ...entered[item], ...typed[`${organisation}/${item}`] });
  const points = [
    ...scalePoints(step.scale).map(({ point, word }) => [`${point}`, word]),
    ...(step.scale.off ? [["none", step.scale.off]] : []),
  ];
  const set = (item, point, n) => {
    const counts = {
      ...countsOf(item),
      [point]: Math.max(0, Math.min(MOST_TALLIED, Math.round(n) || 0)),
    };
    setTyped({ ...typed, [`${organisation}/${item}`]: counts });
    send("rating.tally", { step: stepId, item, organisation, counts });
  };
  return html`
    <${Dialog} title=${t("tally.title")} onClose=${onClose}>
      ${
        takesTally(step)
          ? html`
              <div class="stack">
                <p class="muted small">${t("tally.hint")}</p>
                <div class="field">
                  <label for="tally-organisation">${t("tally.organisation")}</label>
                  <select id="tally-organisation" class="input" value=${organisation} onChange=${(event) => choose(event.currentTarget.value)}>
                    <option value="">${t("console.no_organisation")}</option>
                    ${organisationsHere().map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
                  </select>
                </div>
                <div class="tally-scroll" tabindex="0" role="region" aria-label=${t("tally.title")}>
                  <table class="progress-table tally" key=${organisation}>
                    <thead>
                      <tr>
                        <th scope="col">${t("tally.item")}</th>
                        ${points.map(([point, word]) => html`<th scope="col" key=${point} ...${sessionText()}>${word}</th>`)}
                      </tr>
                    </thead>
                    <tbody>
                      ${ordered(step.items).map(
                        ([item, { title }]) => html`
                          <tr key=${item}>
                            <th scope="row" ...${sessionText()}>${title}</th>
                            ${points.map(
                              ([point, word]) => html`
                                <td key=${point}>
                                  <input class="input tally-count" type="number" min="0" max=${MOST_TALLIED} inputmode="numeric"
                                    aria-label=${t("tally.cell", { item: title, point: word })} value=${countsOf(item)[point] || ""}
                                    onChange=${(event) => set(item, point, Number(event.currentTarget.value))} />
                                </td>
                              `,
                            )}
                          </tr>
                        `,
                      )}
                    </tbody>
                  </table>
                </div>
              </div>
            `
          : html`<p>${t("tally.closed")}</p>`
      }
    <//>
  `;
}
