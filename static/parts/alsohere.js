/** Who else has the same part of the agenda open: a quiet sign, and no lock. */
import { useEffect } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { people, standAt, you } from "../core/store.js";

/** What the server takes for a card when the step itself is being edited. */
const EDITING = "editing";

/** @param {{part: string}} props  a step, or another part of the agenda */
export function AlsoHere({ part }) {
  useEffect(() => standAt({ step: part, card: EDITING }), [part]);
  const names = othersAt(part);
  return html`
    <p role="status" class="also-here small muted">
      ${
        names.length > 0 &&
        html`<${Icon} name="users" /><span dir="auto">${t("agenda.also_here", { names: names.join(", ") })}</span>`
      }
    </p>
  `;
}

/** The same beside a part that is not open here. @param {{part: string}} props */
export function OthersAt({ part }) {
  const names = othersAt(part, 0);
  if (names.length === 0) return null;
  return html`
    <span class="others-at" title=${t("agenda.also_here", { names: names.join(", ") })}>
      <${Icon} name="users" /><span class="visually-hidden">${t("agenda.also_here", { names: names.join(", ") })}</span>
    </span>
  `;
}

/** The names of the others who have this part open; a second window of one's own is one of them; *ours* are not. */
function othersAt(part, ours = 1) {
  return Object.entries(people.value.editing?.[part] ?? {}).flatMap(([link, windows]) => {
    const own = link === you.value?.link;
    if (own) return windows > ours ? [t("agenda.other_window")] : [];
    return [
      people.value.desk?.[link]?.name || (link === "own" ? t("together.own") : t("together.facilitator")),
    ];
  });
}
