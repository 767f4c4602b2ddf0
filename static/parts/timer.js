/** The time that is left for a step: a soft signal at zero, nothing closes by itself. */
import { html, Icon } from "../core/dom.js";
import { formatDuration, t } from "../core/i18n.js";
import { useTimeLeft } from "../core/time.js";

/** @param {{ends: number}} props  milliseconds since 1970 by the server's clock */
export function Timer({ ends }) {
  const left = useTimeLeft(ends);
  return html`
    <span class="badge timer" role="timer" data-over=${left === 0 ? "" : undefined}>
      <${Icon} name="clock" />
      <span class="visually-hidden">${t("common.time_left")}</span>
      ${left === 0 ? t("common.time_up") : formatDuration(left)}
    </span>
  `;
}
