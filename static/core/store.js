/**
 * What this device knows of the session.  Only `connection.js` writes here; everything else reads.
 *
 * A newcomer would think that messages arrive in order and once.  They do not after a wake-up or a reconnect, so
 * `judge` decides what to do with each, and only changes that start exactly where we are may be merged.
 */
import { signal } from "@preact/signals";

/** @type {import("@preact/signals").Signal<any>} the session as this role may see it */
export const view = signal(undefined);
/** @type {import("@preact/signals").Signal<{person?: Object<string, string>, steps: Object<string, any>}>} */
export const mine = signal({ steps: {} });
/** @type {import("@preact/signals").Signal<{id: string, role: string} | undefined>} */
export const you = signal(undefined);
/** @type {import("@preact/signals").Signal<{online: number, groups: Object<string, number>}>} */
export const people = signal({ online: 0, groups: {} });
export const seq = signal(0);
export const epoch = signal("");
/** @type {import("@preact/signals").Signal<"connecting" | "online" | "offline" | "refused">} */
export const connection = signal("connecting");
/** False while the server cannot store anything; only a facilitator is told. */
export const storing = signal(true);
/** @type {import("@preact/signals").Signal<{code: string, message: string} | null>} why the server let us out */
export const refusal = signal(null);

/**
 * The view of one step, or undefined when there is none yet.  A card of a board that several steps work on stands in
 * the view once, in the first of them; here the others get it back.
 */
export function stepView(id) {
  const steps = view.value?.steps;
  const step = steps?.[id];
  if (!step?.cards_of) return step;
  const parts = [step, ...Object.keys(step.cards_of).map((of) => steps[of])];
  const known = whole.get(id);
  if (known && parts.length === known.parts.length && parts.every((part, at) => part === known.parts[at]))
    return known.step;
  const cards = { ...step.cards };
  for (const { cards: theirs } of parts.slice(1))
    for (const [card, value] of Object.entries(theirs)) if (step.boxes[value.box]) cards[card] = value;
  const made = { ...step, cards };
  whole.set(id, { parts, step: made });
  return made;
}

/** Steps with the cards that stand elsewhere, and what they were made of. */
const whole = new Map();

/**
 * RFC 7396 merge patch.  Changes nothing in place: what the patch does not touch keeps its identity, and a patch
 * without effect gives *target* itself.
 */
export function mergePatch(target, patch) {
  if (!isObject(patch)) return patch;
  const base = isObject(target) ? target : {};
  let merged = base;
  for (const name of Object.keys(patch)) {
    if (name === "__proto__") continue;
    const had = Object.hasOwn(base, name);
    if (patch[name] === null) {
      if (!had) continue;
      if (merged === base) merged = { ...base };
      delete merged[name];
      continue;
    }
    const before = had ? base[name] : undefined;
    const after = mergePatch(before, patch[name]);
    if (had && after === before) continue;
    if (merged === base) merged = { ...base };
    merged[name] = after;
  }
  return merged;
}

/**
 * What to do with a `changes` message: "apply" it, "ignore" what we have already, or "sync" because we miss something.
 *
 * @param {{epoch: string, seq: number}} known
 * @param {{epoch: string, from: number, to: number}} changes
 */
export function judge(known, changes) {
  if (changes.epoch !== known.epoch) return "sync";
  if (changes.from === known.seq) return "apply";
  return changes.to <= known.seq ? "ignore" : "sync";
}

/** @param {object} value  a fresh view, or one that a patch was merged into */
export function showView(value, newEpoch, newSeq) {
  view.value = value;
  epoch.value = newEpoch;
  seq.value = newSeq;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
