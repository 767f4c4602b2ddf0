/** The frame of a step on a phone: a part that scrolls, and a dock that stays above the keyboard. */
import { html } from "../core/dom.js";

/**
 * @param {{instruction?: string, notice?: any, wide?: boolean, children?: any}} props
 *   notice: what is said above the instruction; wide: use the whole width of a laptop
 */
export function StepPage({ instruction, notice, wide, children }) {
  return html`
    <main id="main" class="page">
      <div class="page-inner stack" data-wide=${wide ? "" : undefined}>
        ${notice}
        ${instruction && html`<p class="instruction" dir="auto">${instruction}</p>`}
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
 * How far something is on its way; nothing is said about what is quick.
 *
 * @param {{state: "sending" | "saved", savedText: string, sendingText: string}} props
 */
export function SaveState({ state, savedText, sendingText }) {
  return html`
    <span class="save-state" data-state=${state} key=${state}>
      ${state === "saved" ? html`<svg class="icon" aria-hidden="true"><use href="#i-check" /></svg>${savedText}` : sendingText}
    </span>
  `;
}
