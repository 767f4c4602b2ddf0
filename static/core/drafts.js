/** Texts that are being written: kept per field, also over a reload, until they are sent or emptied. */
import { useState } from "preact/hooks";
import { boot } from "./boot.js";

/** @type {Map<string, string>} */
const inMemory = new Map();

/** Stands for a text that was emptied while something else is stored. */
const EMPTIED = " ";

/** The draft of a field in this session; empty when there is none. */
export function draftOf(field) {
  const key = draftKey(field);
  try {
    return inMemory.get(key) ?? localStorage.getItem(key) ?? "";
  } catch {
    return inMemory.get(key) ?? "";
  }
}

export function keepDraft(field, text) {
  const key = draftKey(field);
  inMemory.set(key, text);
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // This browser keeps nothing; the page then still remembers it, and the outbox warns about that.
  }
}

/**
 * The draft of *field* as state of a component.
 *
 * @param {string} field
 * @param {string} [start]  what stands there when there is no draft
 * @returns {[string, (text: string) => void]}
 */
export function useDraft(field, start = "") {
  const [, redraw] = useState(0);
  const write = (text) => {
    keepDraft(field, text === start ? "" : text || EMPTIED);
    redraw((count) => count + 1);
  };
  const draft = draftOf(field) || start;
  return [draft === EMPTIED ? "" : draft, write];
}

function draftKey(field) {
  return `dialoogtafel:${boot().code}:draft:${field}`;
}
