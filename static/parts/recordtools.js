/** What can be done with an entry of a list besides writing in it: up, down and away. */
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";

/** @param {{title: string, n: number, last: number, swap: (n: number, other: number) => void, remove: () => void}} props */
export function RecordTools({ title, n, last, swap, remove }) {
  const tool = (icon, label, disabled, run) => html`
    <button type="button" class="button quiet icon-only" aria-label=${label} disabled=${disabled} onClick=${run}>
      <${Icon} name=${icon} />
    </button>
  `;
  return html`
    <span class="plan-tools">
      ${tool("arrow-up", t("agenda.up", { title }), n === 0, () => swap(n, n - 1))}
      ${tool("arrow-down", t("agenda.down", { title }), n === last, () => swap(n, n + 1))}
      ${tool("trash-2", t("agenda.remove", { title }), false, remove)}
    </span>
  `;
}
