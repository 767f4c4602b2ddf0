/** What the session is about, and what people are asked when they join. */
import { useEffect, useState } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
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

/** @param {{data: any, run: (type: string, fields: object, done: string) => Promise<boolean>, setDirty: (on: boolean) => void}} props */
export function SessionForm({ data, run, setDirty }) {
  const [info, setInfo] = useState(data.info);
  const [join, setJoin] = useState(data.join);
  const changes = { info: changed(data.info, info, INFO), join: changed(data.join, join, JOIN) };
  const dirty = Boolean(changes.info || changes.join);
  useEffect(() => setDirty(dirty), [dirty]);
  const save = async (event) => {
    event.preventDefault();
    if (changes.info && !(await run("session.edit_info", changes.info, t("agenda.saved")))) return;
    if (changes.join) await run("session.edit_join", changes.join, t("agenda.saved"));
  };
  const context = { steps: [] };
  return html`
    <form class="editor-form stack" onSubmit=${save} novalidate>
      <h3 tabindex="-1">${t("agenda.session")}</h3>
      <${PlanForm} specs=${INFO} plan=${info} write=${setInfo} context=${context} at="info" />
      <h3>${t("agenda.joining")}</h3>
      <${PlanForm} specs=${JOIN} plan=${join} write=${setJoin} context=${context} at="join" />
      <div class="editor-save">
        <p role="status" class="small">${dirty ? t("agenda.unsaved") : ""}</p>
        <button class="button primary" disabled=${!dirty}><${Icon} name="check" />${t("agenda.save")}</button>
      </div>
    </form>
  `;
}

/** The fields of *specs* that are not as they were; undefined when all are. */
function changed(before, after, specs) {
  const fields = specs
    .map(({ name, type, start }) => [
      name,
      after[name] ?? start ?? (type === "lines" ? [] : ""),
      before[name] ?? start ?? (type === "lines" ? [] : ""),
    ])
    .filter(([, now, then]) => JSON.stringify(now) !== JSON.stringify(then));
  return fields.length ? Object.fromEntries(fields.map(([name, now]) => [name, now])) : undefined;
}
