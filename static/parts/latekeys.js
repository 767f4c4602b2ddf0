/** Keys of a step whose part is still on its way: what was pressed last is done as soon as the part is here. */
import { useLayoutEffect, useRef } from "preact/hooks";

/** Every letter with which a part does something; see `Action` in `activities/registry.js`. */
const LETTERS = ["r", "s", "g", "n"];

/**
 * The actions by key, for `useKeys`; before they are known each letter is remembered.
 *
 * @param {{stepId: string, here: boolean, actions: import("../activities/registry.js").Action[]}} props
 *   here: whether the part of this step has come, so that *actions* are all there are
 * @returns {Object<string, () => void>}
 */
export function useLateKeys({ stepId, here, actions }) {
  const pressed = useRef({ key: "", stepId: "" });
  useLayoutEffect(() => {
    if (!here) return;
    const { key, stepId: of } = pressed.current;
    pressed.current = { key: "", stepId: "" };
    // Whoever went on meanwhile did not mean the step that is there now.
    if (of === stepId) actions.find((action) => action.key === key && !action.disabled)?.run();
  }, [here, stepId]);
  if (here)
    return Object.fromEntries(actions.filter(({ disabled }) => !disabled).map(({ key, run }) => [key, run]));
  const remember = (key) => () => {
    pressed.current = { key, stepId };
  };
  return Object.fromEntries(LETTERS.map((key) => [key, remember(key)]));
}
