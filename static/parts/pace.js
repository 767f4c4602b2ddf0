/** How the real time goes with the planned one. */
import { useEffect, useState } from "preact/hooks";
import { ordered } from "../core/dom.js";
import { serverNow } from "../core/time.js";

const PACE_MINUTE_MS = 60_000;
const PACE_LOOK_MS = 10_000;
/** A step that is shorter than this has nothing to give. */
const SHORTEST = 4;

/**
 * @typedef {{start?: number, planned: Map<string, number>, late: number, longest: number, titles: string[]}} Pace
 *   start: of the first step, as planned or else as it was; planned: when each step begins; late: in whole minutes,
 *   below zero when there is time left; longest: the number of the longest step that is still to come, 0 for none
 */

/**
 * @param {Object<string, {order: number, minutes: number, title: string, skipped?: boolean}>} agenda
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
  const titles = steps.map(([, { title }]) => title);
  if (start === undefined || place < 0) return { start, planned, late: 0, longest: 0, titles };
  const began = planned.get(here);
  const over = now - began - minutesOf(steps[place][1]) * PACE_MINUTE_MS;
  const behind = (entered[here] ?? began) - began;
  const late = Math.trunc(Math.max(over, behind) / PACE_MINUTE_MS);
  const rest = steps.slice(place + 1).map(([, step]) => minutesOf(step));
  const most = Math.max(0, ...rest);
  return { start, planned, late, longest: most >= SHORTEST ? place + 2 + rest.indexOf(most) : 0, titles };
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
