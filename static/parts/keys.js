/** Single-key commands of the console and the screen; they can be switched off and never act inside a field. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Dialog } from "./dialog.js";

const KEYS_OFF = "dialoogtafel:keys_off";
const FIELDS = "input, textarea, select, [contenteditable]";

/** Whether single keys act; remembered on this device. */
const keysOn = signal(keysRemembered());

/**
 * Listens for keys for as long as the component is drawn.
 *
 * @param {Object<string, (() => void) | undefined>} actions  by KeyboardEvent.key, letters in lower case, with what is
 *   held down before it: "l", "Control+Shift+z"; these last ones also act when single keys are switched off
 */
export function useKeys(actions) {
  // Before the next key: what is shown has to be what a key does.
  useLayoutEffect(() => {
    const listen = (/** @type {KeyboardEvent} */ event) => {
      const combined = event.ctrlKey || event.metaKey;
      if ((!keysOn.value && !combined) || event.altKey || event.repeat) return;
      const target = /** @type {Element} */ (event.target);
      if (target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const action = actions[combined ? `Control+${event.shiftKey ? "Shift+" : ""}${key}` : key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });
}

/** @param {{keys: [string, string][], onClose: () => void}} props  *keys*: what to press, what it does */
export function KeysDialog({ keys, onClose }) {
  return html`
    <${Dialog} title=${t("common.keys")} onClose=${onClose}>
      <label class="row keys-switch">
        <input type="checkbox" checked=${keysOn.value} onChange=${(event) => switchKeys(event.currentTarget.checked)} />
        ${t("common.keys_on")}
      </label>
      <dl class="keys">
        ${keys.map(([key, meaning]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${meaning}</dd></div>`)}
      </dl>
    <//>
  `;
}

/** A button that also has a key, which is shown when keys are on; *name* says more than its label to screen readers. */
export function KeyButton({ icon, label, name, letter, onClick, kind = "", pressed, disabled }) {
  return html`
    <button
      type="button"
      class=${`button key-button ${kind}`}
      aria-label=${name}
      aria-pressed=${pressed}
      aria-keyshortcuts=${keysOn.value ? letter : undefined}
      disabled=${disabled}
      onClick=${onClick}
    >
      ${icon && html`<${Icon} name=${icon} />`}<span>${label}</span>
      ${keysOn.value && letter && html`<kbd aria-hidden="true">${letter}</kbd>`}
    </button>
  `;
}

/** @param {boolean} on */
function switchKeys(on) {
  keysOn.value = on;
  try {
    if (on) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  } catch {
    // This browser keeps nothing: the choice holds until the page is closed.
  }
}

function keysRemembered() {
  try {
    return localStorage.getItem(KEYS_OFF) === null;
  } catch {
    return true;
  }
}

export function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}
