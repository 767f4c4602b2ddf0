/** What somebody has answered in a round: what the server has stored, and on top what was chosen just now. */
import { newId, send } from "../core/outbox.js";

/**
 * @typedef {number | "none"} Score
 * @typedef {{score?: Score, remark?: string, reasons?: Object<string, true>, criteria?: Object<string, Score>,
 *   targets?: Object<string, true>, dots?: number, state: "sending" | "saved"}} OwnAnswer
 */

const NOTHING = {};

/** Answers that did not change stay the same object, so that their items are not drawn again. */
const savedAnswers = new WeakMap();

/**
 * Somebody's own answers with what they have just chosen, by item.
 *
 * @param {any} own  the private part of the step
 * @param {import("../core/outbox.js").Echo[]} commands
 * @param {string} stepId
 * @returns {Map<string, OwnAnswer>}
 */
export function ownAnswers(own, commands, stepId) {
  /** @type {Map<string, OwnAnswer>} */
  const answers = new Map();
  for (const [id, stored] of Object.entries(own?.scores ?? {})) answers.set(id, savedAnswer(stored, ofScore));
  for (const [id, stored] of Object.entries(own?.choices ?? {}))
    answers.set(id, savedAnswer(stored, ofChoice));
  for (const [id, dots] of Object.entries(own?.dots ?? {})) answers.set(id, { dots, state: "saved" });
  for (const command of commands) {
    if (command.step !== stepId || !command.item) continue;
    const answer = answered(answers.get(command.item), command);
    if (answer === null) answers.delete(command.item);
    else if (answer)
      answers.set(command.item, { ...answer, state: command.seq === undefined ? "sending" : "saved" });
  }
  return answers;
}

function savedAnswer(stored, read) {
  if (!savedAnswers.has(stored)) savedAnswers.set(stored, { ...read(stored), state: "saved" });
  return savedAnswers.get(stored);
}

function ofScore({ criteria, ...answer }) {
  if (!criteria) return answer;
  return { criteria: Object.fromEntries(Object.entries(criteria).map(([id, { score }]) => [id, score])) };
}

function ofChoice(targets) {
  return { targets };
}

/**
 * The answer after *command*: null when it takes the answer back, undefined when it is about something else.
 *
 * @param {OwnAnswer | undefined} before
 * @param {Object<string, any>} command
 */
function answered(before, { type, score, criterion, remark, reasons, dots, targets }) {
  switch (type) {
    case "rating.rate":
      if (criterion) return ofCriteria({ ...before?.criteria, [criterion]: score });
      if (score === undefined) return null;
      return {
        score,
        remark: remark ?? before?.remark,
        reasons: reasons ? marked(reasons) : before?.score === score ? before?.reasons : undefined,
      };
    case "rating.dots":
      return dots ? { dots } : null;
    case "rating.choose":
      return targets.length ? { targets: marked(targets) } : null;
    default:
      return undefined;
  }
}

function ofCriteria(scores) {
  const criteria = Object.fromEntries(Object.entries(scores).filter(([, score]) => score !== undefined));
  return Object.keys(criteria).length ? { criteria } : null;
}

/** @returns {Object<string, true>} */
function marked(ids) {
  return Object.fromEntries(ids.map((id) => [id, true]));
}

/** The criteria that *item* is judged on; nothing affects itself. */
export function criteriaOf(step, item) {
  return Object.keys(step.criteria ?? {}).filter((id) => !step.cascade || id !== item);
}

/**
 * How far an item is.
 *
 * @param {OwnAnswer | undefined} answer
 * @returns {{done: number, of: number}}
 */
export function itemProgress(step, item, answer) {
  if (!step.criteria) return { done: answer ? 1 : 0, of: 1 };
  const wanted = criteriaOf(step, item);
  return { done: wanted.filter((id) => answer?.criteria?.[id] !== undefined).length, of: wanted.length };
}

/** What people add themselves, with what they have just added and the view does not show yet. */
export function withAdded(known, commands, stepId, type, field) {
  const added = commands.filter(
    (command) => command.type === type && command.step === stepId && !known?.[command[field]],
  );
  if (!added.length) return known ?? NOTHING;
  const fresh = added.map((command) => [
    command[field],
    { title: command.title, order: Number.MAX_SAFE_INTEGER, own: true },
  ]);
  return { ...known, ...Object.fromEntries(fresh) };
}

/** Sends something new with an id of its own. */
export function sendNew(type, step, field, title) {
  return send(type, { step, [field]: newId(), title });
}
