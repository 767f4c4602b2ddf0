/** The clock of a step for who looks at the console or the screen: running, paused, or over with a soft signal. */
import { useEffect, useRef } from "preact/hooks";
import { announce, html, Icon } from "../core/dom.js";
import { formatDuration, t } from "../core/i18n.js";
import { useTimeLeft } from "../core/time.js";
import { Timer } from "./timer.js";

/** @param {{session: {timer?: {ends: number}, paused?: {left: number}}}} props */
export function Clock({ session: { timer, paused } }) {
  if (timer) return html`<${RunningClock} key=${timer.ends} ends=${timer.ends} />`;
  if (!paused) return null;
  return html`
    <span class="badge timer" data-paused>
      <${Icon} name="pause" /><span class="visually-hidden">${t("console.clock_paused")}</span>${formatDuration(paused.left)}
    </span>
  `;
}

function RunningClock({ ends }) {
  const over = useTimeLeft(ends) === 0;
  const before = useRef(over);
  useEffect(() => {
    // Whoever comes in later hears nothing of it.
    if (over && !before.current) announce(t("common.time_up"));
    before.current = over;
  }, [over]);
  return html`<${Timer} ends=${ends} />`;
}
