/** How the real time goes with the planned one. */
import { useEffect, useState } from "preact/hooks";
import { ordered } from "../core/dom.js";
import { serverNow } from "../core/time.js";

const PACE_MINUTE_MS = 60_000;
const PACE_LOOK_MS = 10_000;

/**
 * @typedef {{start?: number, planned: Map<string, number>, late: number, shorten?: Shorten}} Pace
 *   start: of the first step, as planned or else as it was; planned: when each step begins; late: in whole minutes,
 *   below zero when there is time left; shorten: what makes up for it
 *
 * @typedef {{step: string, number: number, title: string, minutes: number, of: number, to?: string}} Shorten
 *   number: of the step that has most to spare of those to come; minutes: by how much; of: what it has now; to: the step
 *   that took longer, absent when it was the start that came late
 */

/**
 * @param {Object<string, {order: number, minutes: number, title: string, spare?: number, skipped?: boolean}>} agenda
 * @param {{starts?: number, entered?: Object<string, number>}} steering
 * @param {string} here  the current step; empty before the first
 * @param {number} now
 * @returns {Pace}
 */
export function paceOf(agenda, { starts, entered = {} }, here, now) {
  const steps = ordered(agenda);
  const start = starts ?? earliest(Object.values(entered));
  const planned = new Map();
  let at = start ?? 0;
  for (const [id, step] of steps) {
    if (start !== undefined) planned.set(id, at);
    at += minutesOf(step) * PACE_MINUTE_MS;
  }
  const place = steps.findIndex(([id]) => id === here);
  if (start === undefined || place < 0) return { start, planned, late: 0 };
  const began = planned.get(here);
  const over = now - began - minutesOf(steps[place][1]) * PACE_MINUTE_MS;
  const behind = (entered[here] ?? began) - began;
  const late = Math.trunc(Math.max(over, behind) / PACE_MINUTE_MS);
  const before = steps.slice(0, place).findLast(([, { skipped }]) => !skipped)?.[0];
  const to = behind >= PACE_MINUTE_MS ? before : here;
  return { start, planned, late, shorten: late > 1 ? shortenOf(steps, place, late, to) : undefined };
}

/** @returns {Shorten | undefined} */
function shortenOf(steps, place, late, to) {
  const spare = ([, step]) => (step.skipped ? 0 : (step.spare ?? 0));
  const most = Math.max(0, ...steps.slice(place + 1).map(spare));
  const at = steps.findIndex((step, index) => index > place && spare(step) === most);
  if (!most || at < 0) return undefined;
  const [id, { title, minutes }] = steps[at];
  return { step: id, number: at + 1, title, minutes: Math.min(late, most), of: minutes, to };
}

/** What is skipped takes no time. */
function minutesOf({ minutes, skipped }) {
  return skipped ? 0 : minutes;
}

function earliest(moments) {
  return moments.length ? Math.min(...moments) : undefined;
}

/** The pace now; draws the component again as time goes by. */
export function usePace(agenda, steering, here) {
  const [, look] = useState(0);
  useEffect(() => {
    const looking = setInterval(() => look((count) => count + 1), PACE_LOOK_MS);
    return () => clearInterval(looking);
  }, []);
  return paceOf(agenda, steering ?? {}, here, serverNow());
}
