/** Keys that come too early: what was pressed last is done as soon as what it needs is here. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { connection, view } from "../core/store.js";
import { useKeys } from "./keys.js";

/** What only shows something, wherever the session is. */
const HARMLESS = ["q", "?"];

/** Every letter with which a part does something; see `Action` in `activities/registry.js`. */
const LETTERS = ["r", "s", "g", "n"];

/**
 * Listens until the first view has come.  What steers is not kept: it goes on from the step that one saw, and nobody
 * has seen one yet; the step that the first view brings may be another than the one that was meant.
 *
 * @returns {() => string}  the key that is still to be done; it is given out once
 */
export function useFirstKeys() {
  const pressed = useRef("");
  const waiting = !view.value && connection.value === "connecting";
  // Nothing is laid over the screen of the room by a key of minutes ago.
  if (connection.value === "offline") pressed.current = "";
  const keep = (key) => () => {
    pressed.current = key;
  };
  const keys = [...HARMLESS.map((key) => [key, keep(key)]), ["Escape", keep("")]];
  useKeys(waiting ? Object.fromEntries(keys) : {});
  return () => {
    const key = pressed.current;
    pressed.current = "";
    return key;
  };
}

/**
 * The actions of a step by key, for `useKeys`; before they are known each letter is remembered.
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
