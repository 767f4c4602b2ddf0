/**
 * What this device knows of the session.  Only `connection.js` writes here; everything else reads.
 *
 * A newcomer would think that messages arrive in order and once.  They do not after a wake-up or a reconnect, so
 * `judge` decides what to do with each, and only changes that start exactly where we are may be merged.
 */
import { signal } from "@preact/signals";

/** @type {import("@preact/signals").Signal<any>} the session as this role may see it */
export const view = signal(undefined);
/**
 * @type {import("@preact/signals").Signal<{person?: Object<string, string>, steps: Object<string, any>, code?: string}>}
 *   code: on a screen, the code to come in by where that is not the session's own
 */
export const mine = signal({ steps: {} });
/** @type {import("@preact/signals").Signal<{id: string, role: string, link?: string} | undefined>} */
export const you = signal(undefined);
/** @type {import("@preact/signals").Signal<{online: number, groups: Object<string, number>,
 *   at?: Object<string, Object<string, string[]>>,
 *   desk?: Object<string, {kind: string, name: string, windows: number}>,
 *   editing?: Object<string, Object<string, number>>, pages?: {page: number, of: number}}>}
 *   at: step -> card -> organisations that have it open; told behind a console only: desk: link -> who came by it;
 *   editing: part of the agenda -> link -> in how many windows it is being edited; pages: which of several
 *   the big screen shows */
export const people = signal({ online: 0, groups: {} });
/** Which card, or step in the editor, this device has open, so that others see that somebody works on it; kept nowhere. */
export const here = signal(/** @type {{step: string, card?: string} | undefined} */ (undefined));
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
  return remembered(wholeSteps, steps, steps, id, (step, cards) => ({ ...step, cards }));
}

/** What only this participant knows of one step, or undefined when that is nothing. */
export function ownPart(id) {
  const parts = mine.value.steps;
  return remembered(wholeParts, view.value?.steps, parts, id, (part, cards) => {
    const all = [part, ...sharedWith(view.value?.steps, id).map((of) => parts[of])];
    return { ...part, cards, supported: Object.assign({}, ...all.map((one) => one?.supported)) };
  });
}

const wholeSteps = new Map();
const wholeParts = new Map();

/** The steps in which cards of step *id* stand. */
function sharedWith(steps, id) {
  return Object.keys(steps?.[id]?.cards_of ?? {});
}

/** *parts[id]* with the cards that stand with other steps; the same object as long as all of these are the same. */
function remembered(memory, steps, parts, id, make) {
  const others = sharedWith(steps, id);
  if (!others.length) return parts?.[id];
  const from = [steps[id].boxes, parts[id], ...others.map((of) => parts[of])];
  const known = memory.get(id);
  if (known?.from.length === from.length && from.every((one, at) => one === known.from[at]))
    return known.made;
  const cards = { ...parts[id]?.cards };
  for (const of of others)
    for (const [card, value] of Object.entries(parts[of]?.cards ?? {}))
      if (steps[id].boxes[value.box]) cards[card] = value;
  const made = make(parts[id], cards);
  memory.set(id, { from, made });
  return made;
}

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

/**
 * Says where this device is; the answer takes it back, unless it is elsewhere by then.
 *
 * @param {{step: string, card: string}} at
 */
export function standAt(at) {
  here.value = at;
  return () => {
    if (here.value === at) here.value = { step: at.step };
  };
}
