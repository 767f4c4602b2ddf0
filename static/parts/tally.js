/** What people or organisations without a phone answer, entered on their behalf until the reveal. */
import { useState } from "preact/hooks";
import { html, Icon, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { dismissRefusal, refusals } from "../core/outbox.js";
import { stepView, view } from "../core/store.js";
import { Dialog } from "./dialog.js";
import { isOver } from "./over.js";
import { TallyAnswers } from "./tallyanswers.js";
import { TallyCounts } from "./tallycounts.js";
import { useTelling } from "./telling.js";

const ENTRIES = ["rating.tally", "rating.tally_people", "rating.rate", "rating.dots", "rating.choose"];

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
  useTelling((command) => ofEntries(stepId, command));
  const whole = step.per_organisation;
  const title = whole ? t("tally.title_organisation") : t("tally.title");
  const change = (event) => {
    forgiveEntries(stepId);
    choose(event.currentTarget.value);
  };
  if (isOver(step)) return html`<${Dialog} title=${title} onClose=${onClose}><p>${t("tally.closed")}</p><//>`;
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <div class="stack">
        <p class="muted small">${hintOf(step)}</p>
        <div class="field">
          <label for="tally-organisation">${t("tally.organisation")}</label>
          <select id="tally-organisation" class="input" value=${organisation} onChange=${change}>
            <option value="">${whole ? t("tally.choose") : t("console.no_organisation")}</option>
            ${organisationsHere().map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </div>
        <${NotStored} stepId=${stepId} />
        ${
          (organisation || !whole) &&
          html`<${whole ? TallyAnswers : TallyCounts} key=${organisation} step=${step} stepId=${stepId} organisation=${organisation} />`
        }
      </div>
    <//>
  `;
}

function hintOf({ per_organisation, form }) {
  if (per_organisation) return t("tally.hint_organisation");
  return form === "dots" ? t("tally.hint_dots") : t("tally.hint");
}

/** Why the last entry was not taken; what was typed still stands in its field. */
function NotStored({ stepId }) {
  const last = refusedEntries(stepId).at(-1);
  return html`
    <div role="alert">
      ${
        last &&
        html`
          <div class="notice" data-tone="bad">
            <${Icon} name="triangle-alert" /><p>${last.message}</p>
            <button type="button" class="button quiet icon-only" aria-label=${t("common.close")} onClick=${() => forgiveEntries(stepId)}>
              <${Icon} name="x" />
            </button>
          </div>
        `
      }
    </div>
  `;
}

function refusedEntries(stepId) {
  return refusals.value.filter(({ command }) => ofEntries(stepId, command));
}

/**
 * @param {string} stepId
 * @param {import("../core/outbox.js").Entry} command
 */
function ofEntries(stepId, { step, type }) {
  return step === stepId && ENTRIES.includes(type);
}

function forgiveEntries(stepId) {
  for (const { command } of refusedEntries(stepId)) dismissRefusal(command.id);
}
