/**
 * Long texts that the server has not acknowledged, in the storage of this browser: one for each window, so that two
 * windows never overwrite each other's.
 */
import { boot } from "./boot.js";
import { randomId } from "./device.js";

/** @typedef {{version: number, seq: number, text: string, at: number}} TextDraft  at: ms since 1970 */

const windowId = randomId();

/**
 * Keeps what was written in this window.
 *
 * @param {TextDraft} draft
 */
export function keepTextDraft(draft) {
  try {
    localStorage.setItem(prefix() + windowId, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** The server has it: what was written in this window, or in the one with this key. */
export function dropTextDraft(key = prefix() + windowId) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}

/**
 * What windows of this browser wrote and the server does not know, oldest first.
 *
 * @returns {[string, TextDraft][]}
 */
export function textDrafts() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix()))
      .map((key) => /** @type {[string, TextDraft]} */ ([key, JSON.parse(localStorage.getItem(key) ?? "{}")]))
      .filter(([, draft]) => typeof draft.text === "string")
      .sort(([, a], [, b]) => a.at - b.at);
  } catch {
    return [];
  }
}

function prefix() {
  return `dialoogtafel:${boot().code}:report:`;
}
