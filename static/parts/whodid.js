/** Of which organisations somebody still has to do something: how many, never who. */
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";

/** @param {{progress: Object<string, {people: number, answered: number}>}} props */
export function WhoContributed({ progress }) {
  const groups = Object.entries(progress);
  if (groups.length === 0) return null;
  return html`
    <details class="who">
      <summary>${t("console.who_contributed")}</summary>
      <ul class="people">
        ${groups.map(
          ([organisation, { people: all, answered }]) => html`
            <li key=${organisation} data-all=${answered === all ? "" : undefined}>
              <bdi>${organisation}</bdi><span>${t("console.online_of", { online: answered, all })}</span>
            </li>
          `,
        )}
      </ul>
    </details>
  `;
}
