/** The time that is left for a step: calm words in the last minute and at zero, nothing closes by itself. */
import { html, Icon } from "../core/dom.js";
import { formatDuration, t } from "../core/i18n.js";
import { useTimeLeft } from "../core/time.js";

const LAST_MS = 60_000;

/** @param {{ends: number}} props  milliseconds since 1970 by the server's clock */
export function Timer({ ends }) {
  const left = useTimeLeft(ends);
  if (left === 0)
    return html`<span class="badge timer" role="timer" data-over><${Icon} name="clock" />${t("common.time_up")}</span>`;
  const last = left <= LAST_MS;
  return html`
    <span class="badge timer" role="timer" data-last=${last ? "" : undefined}>
      <${Icon} name="clock" />
      ${last ? html`<span>${t("common.last_minute")}</span>` : html`<span class="visually-hidden">${t("common.time_left")}</span>`}
      ${formatDuration(left)}
    </span>
  `;
}
