/** The frame of a step on a phone: a part that scrolls, and a dock that stays above the keyboard. */
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";

/**
 * @param {{instruction?: string, notice?: any, wide?: boolean, children?: any}} props
 *   notice: what is said above the instruction; wide: use the whole width of a laptop
 */
export function StepPage({ instruction, notice, wide, children }) {
  // In the order of the Tab key, so that the keyboard can scroll it when nothing in it can be pressed.
  return html`
    <main id="main" class="page" tabindex="0">
      <div class="page-inner stack" data-wide=${wide ? "" : undefined}>
        ${notice}
        ${instruction && html`<p class="instruction" ...${sessionText()}>${instruction}</p>`}
        ${children}
      </div>
    </main>
  `;
}

/** @param {{label: string, children?: any}} props */
export function Dock({ label, children }) {
  return html`<section class="dock" aria-label=${label}><div class="page-inner">${children}</div></section>`;
}

/**
 * How far something is on its way.  "Sending" shows after 700 ms only: what is quick needs no words.
 *
 * @param {{state: "sending" | "saved"}} props  saved: the server has stored it
 */
export function SaveState({ state }) {
  return html`
    <span class="save-state" data-state=${state} key=${state}>
      ${state === "saved" ? html`<${Icon} name="check" />${t("participant.saved")}` : t("participant.sending")}
    </span>
  `;
}
