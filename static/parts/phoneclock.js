/** The clock on a phone: at zero it says so once and buzzes at most, and never disturbs somebody who writes. */
import { html, isTyping } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Clock } from "./clock.js";

const BUZZ_MS = 150;

export function PhoneClock({ session }) {
  return html`<${Clock} session=${session} said=${t("participant.time_up")} onOver=${buzz} />`;
}

function buzz() {
  if (isTyping() || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  // Not every browser can, and one may refuse before the page was touched.
  navigator.vibrate?.(BUZZ_MS);
}
