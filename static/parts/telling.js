/** Who says why something was refused: a dialog that does so itself keeps the console from saying it a second time. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { refusals } from "../core/outbox.js";

/** @typedef {import("../core/outbox.js").Entry} Entry */

/** @type {import("@preact/signals").Signal<((command: Entry) => boolean) | undefined>} */
const telling = signal(undefined);

/**
 * For as long as the component is drawn it says itself why these commands were refused.
 *
 * @param {(command: Entry) => boolean} ours
 */
export function useTelling(ours) {
  useLayoutEffect(() => {
    telling.value = ours;
    return () => {
      telling.value = undefined;
    };
  }, []);
}

/** What was refused and nobody else tells of. */
export function untold() {
  return refusals.value.filter(({ command }) => !telling.value?.(command));
}
