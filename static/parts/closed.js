/** What stands above a step on a phone once the session is closed: that it is over, and where the report is. */
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";

/** @param {{shared?: boolean}} props  whether the facilitator shares the report */
export function ClosedNotice({ shared }) {
  return html`
    <div class="notice" data-tone="good">
      <${Icon} name="circle-check" /><p><strong>${t("participant.closed")}</strong> ${t("participant.closed_hint")}</p>
      ${shared && html`<a class="button" href=${`/s/${boot().code}/shared`}>${t("participant.read_report")}</a>`}
    </div>
  `;
}
