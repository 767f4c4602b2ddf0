/** Single-key commands of the console and the screen; they can be switched off and never act inside a field. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const KEYS_OFF = "dialoogtafel.keys_off";
const FIELDS = "input, textarea, select, [contenteditable]";

/** Whether single keys act; remembered on this device. */
export const keysOn = signal(localStorage.getItem(KEYS_OFF) === null);

/** @param {boolean} on */
export function switchKeys(on) {
  keysOn.value = on;
  if (on) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "");
}

/**
 * Listen for keys while the component is shown.
 *
 * @param {Object<string, () => void>} actions  by KeyboardEvent.key; letters in lower case
 */
export function useKeys(actions) {
  useEffect(() => {
    const listen = (/** @type {KeyboardEvent} */ event) => {
      if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const target = /** @type {Element} */ (event.target);
      if (target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });
}
