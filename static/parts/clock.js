/** The clock of a step, as everybody sees it: running, paused, or over with a soft signal. */
import { useEffect, useRef } from "preact/hooks";
import { announce, html, Icon } from "../core/dom.js";
import { formatDuration, t } from "../core/i18n.js";
import { useTimeLeft } from "../core/time.js";
import { Timer } from "./timer.js";

/**
 * @param {{session: {timer?: {ends: number}, paused?: {left: number}}, said?: string, onOver?: () => void}} props
 *   said: what is read out at zero
 */
export function Clock({ session: { timer, paused }, said, onOver }) {
  if (timer)
    return html`<${RunningClock} key=${timer.ends} ends=${timer.ends} said=${said} onOver=${onOver} />`;
  if (!paused) return null;
  return html`
    <span class="badge timer" data-paused>
      <${Icon} name="pause" /><span class="visually-hidden">${t("console.clock_paused")}</span>${formatDuration(paused.left)}
    </span>
  `;
}

function RunningClock({ ends, said = t("common.time_up"), onOver }) {
  const over = useTimeLeft(ends) === 0;
  const before = useRef(over);
  useEffect(() => {
    // Whoever comes in later hears nothing of it.
    if (over && !before.current) {
      announce(said);
      onOver?.();
    }
    before.current = over;
  }, [over]);
  return html`<${Timer} ends=${ends} />`;
}
