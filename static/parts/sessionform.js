/** What the session is about, and what people are asked when they join. */
import { useEffect, useState } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { draftOf, keepDraft } from "../core/drafts.js";
import { t } from "../core/i18n.js";
import { AlsoHere } from "./alsohere.js";
import { PlanForm } from "./stepform.js";

/** @type {[string, string][]} */
const ASKED = [
  ["no", "agenda.ask_no"],
  ["optional", "agenda.ask_optional"],
  ["required", "agenda.ask_required"],
];

/** @type {import("./stepspec.js").Spec[]} */
const INFO = [
  { name: "title", type: "line", label: "new.session_title", most: 120 },
  { name: "date", type: "day", label: "new.date" },
  { name: "place", type: "line", label: "new.place", most: 120 },
  { name: "client", type: "line", label: "new.client", hint: "new.client_hint", most: 120 },
  { name: "purpose", type: "area", label: "new.purpose", hint: "new.purpose_hint", rows: 3 },
  {
    name: "language",
    type: "select",
    label: "new.language",
    hint: "agenda.language_hint",
    options: [
      ["nl", "common.dutch"],
      ["en", "common.english"],
    ],
  },
];

/** @type {import("./stepspec.js").Spec[]} */
const JOIN = [
  { name: "name", type: "select", label: "agenda.ask_name", options: ASKED, start: "optional" },
  {
    name: "organisation",
    type: "select",
    label: "agenda.ask_organisation",
    options: ASKED,
    start: "required",
  },
  { name: "organisation_label", type: "line", label: "agenda.organisation_label", most: 200 },
  {
    name: "organisations",
    type: "lines",
    label: "agenda.organisations",
    hint: "agenda.organisations_hint",
    rows: 8,
  },
  { name: "role", type: "lines", label: "agenda.roles", hint: "agenda.roles_hint", rows: 3 },
  { name: "level", type: "lines", label: "agenda.levels", hint: "agenda.roles_hint", rows: 3 },
];

/** What is written here and not saved; see AgendaEditor. */
export const SESSION_DRAFT = "plan.:session";

/**
 * @typedef {Object<string, {now: any, was: any}>} Wishes  field -> what it is to be, and what it was when it was changed
 * @param {{data: any, run: (type: string, fields: object, done: string) => Promise<boolean>, setDirty: (on: boolean) => void}} props
 */
export function SessionForm({ data, run, setDirty }) {
  const [wishes, setWishes] = useState(restoredWishes);
  const changes = {
    info: changesOf(wishes.info, data.info, INFO),
    join: changesOf(wishes.join, data.join, JOIN),
  };
  const dirty = Boolean(changes.info || changes.join);
  const contested = [
    ...INFO.filter((spec) => isOvertaken(wishes.info, data.info, spec)),
    ...JOIN.filter((spec) => isOvertaken(wishes.join, data.join, spec)),
  ].map(({ label }) => t(label));
  useEffect(() => setDirty(dirty), [dirty]);
  const keep = (next) => {
    setWishes(next);
    const any = Object.keys(next.info).length + Object.keys(next.join).length;
    keepDraft(SESSION_DRAFT, any ? JSON.stringify(next) : "");
  };
  const write = (of, specs) => (next) => keep({ ...wishes, [of]: wished(wishes[of], data[of], next, specs) });
  const settle = (settled) =>
    keep({ info: settled(wishes.info, data.info, INFO), join: settled(wishes.join, data.join, JOIN) });
  const save = async (event) => {
    event.preventDefault();
    if (changes.info && !(await run("session.edit_info", changes.info, t("agenda.saved")))) return;
    if (changes.join && !(await run("session.edit_join", changes.join, t("agenda.saved")))) return;
    keep({ info: {}, join: {} });
  };
  const context = { steps: [] };
  return html`
    <form class="editor-form stack" onSubmit=${save} novalidate>
      <h3 tabindex="-1">${t("agenda.session")}</h3>
      <${AlsoHere} part=":session" />
      ${
        contested.length > 0 &&
        html`
          <div class="notice" data-tone="warn" role="alert">
            <${Icon} name="triangle-alert" />
            <div class="stack">
              <p>${t("agenda.session_overtaken", { fields: contested.join(", ") })}</p>
              <p class="row">
                <button type="button" class="button" onClick=${() => settle(theirs)}>${t("agenda.take_theirs")}</button>
                <button type="button" class="button" onClick=${() => settle(ours)}>${t("agenda.keep_mine")}</button>
              </p>
            </div>
          </div>
        `
      }
      <${PlanForm} specs=${INFO} plan=${withWishes(data.info, wishes.info)} write=${write("info", INFO)} context=${context} at="info" />
      <h3>${t("agenda.joining")}</h3>
      <${PlanForm} specs=${JOIN} plan=${withWishes(data.join, wishes.join)} write=${write("join", JOIN)} context=${context} at="join" />
      <div class="editor-save">
        <p role="status" class="small">${dirty ? t("agenda.unsaved") : ""}</p>
        <button class="button primary" disabled=${!dirty}><${Icon} name="check" />${t("agenda.save")}</button>
        ${
          dirty &&
          html`<button type="button" class="button quiet" onClick=${() => keep({ info: {}, join: {} })}>
            <${Icon} name="rotate-ccw" />${t("agenda.discard")}
          </button>`
        }
      </div>
    </form>
  `;
}

/** What the server has of a field; what it leaves out is empty, or what holds when nothing is said. */
function knownValue(base, { name, type, start }) {
  return base[name] ?? start ?? (type === "lines" ? [] : "");
}

function withWishes(base, wishes) {
  return { ...base, ...Object.fromEntries(Object.entries(wishes).map(([name, { now }]) => [name, now])) };
}

/** The wishes after the form says *next*: a field that is as the server has it is no wish. */
function wished(wishes, base, next, specs) {
  const entries = specs.map((spec) => {
    const was = knownValue(base, spec);
    const now = next[spec.name] ?? knownValue({}, spec);
    return [spec.name, { now, was: wishes[spec.name]?.was ?? was }, sameValue(now, was)];
  });
  return Object.fromEntries(entries.filter(([, , asItWas]) => !asItWas).map(([name, wish]) => [name, wish]));
}

/** What is sent of these wishes; undefined when there are none. */
function changesOf(wishes, base, specs) {
  const entries = specs.filter(
    (spec) => wishes[spec.name] && !sameValue(wishes[spec.name].now, knownValue(base, spec)),
  );
  if (entries.length === 0) return undefined;
  const all = (value) => Object.fromEntries(entries.map(({ name }) => [name, value(wishes[name])]));
  return { ...all(({ now }) => now), expect: all(({ was }) => was) };
}

/** Whether somebody else has changed a field since, and not to what it is to be. */
function isOvertaken(wishes, base, spec) {
  const wish = wishes[spec.name];
  return wish && !sameValue(wish.was, knownValue(base, spec)) && !sameValue(wish.now, knownValue(base, spec));
}

/** Wishes without those about a field that somebody else has changed since. */
function theirs(wishes, base, specs) {
  const kept = specs.filter((spec) => wishes[spec.name] && !isOvertaken(wishes, base, spec));
  return Object.fromEntries(kept.map(({ name }) => [name, wishes[name]]));
}

/** The same wishes, in the knowledge of what somebody else has written. */
function ours(wishes, base, specs) {
  const kept = specs.filter(({ name }) => wishes[name]);
  return Object.fromEntries(
    kept.map((spec) => [spec.name, { ...wishes[spec.name], was: knownValue(base, spec) }]),
  );
}

function sameValue(some, other) {
  return JSON.stringify(some) === JSON.stringify(other);
}

/** What was written here before and never saved. @returns {{info: Wishes, join: Wishes}} */
function restoredWishes() {
  try {
    return JSON.parse(draftOf(SESSION_DRAFT));
  } catch {
    return { info: {}, join: {} };
  }
}
