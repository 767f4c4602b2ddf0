/** The checklist of what the session must deliver: its lines, and what ticks each. */
import { useEffect, useRef, useState } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { draftOf, keepDraft } from "../core/drafts.js";
import { t } from "../core/i18n.js";
import { AlsoHere } from "./alsohere.js";
import { PlanForm } from "./stepform.js";
import { tidyPlan } from "./stepspec.js";

/** Stands for the checklist in the list of steps; no step has such an id. */
export const DELIVERS = ":delivers";
const DELIVERS_DRAFT = `plan.${DELIVERS}`;

/** @type {import("./stepspec.js").Spec[]} */
const DELIVER_SPECS = [
  {
    name: "delivers",
    type: "records",
    label: "agenda.delivers_lines",
    add: "agenda.add_deliver",
    made: () => ({ text: "" }),
    of: [
      { name: "text", type: "area", label: "agenda.deliver_text", rows: 2 },
      { name: "step", type: "deliver", label: "agenda.deliver_from" },
    ],
  },
];

/** @param {{data: any, run: (type: string, fields: object, done: string) => Promise<boolean>, setDirty: (on: boolean) => void}} props */
export function DeliversForm({ data, run, setDirty }) {
  const [work, setWork] = useState(() => restoredLines() ?? { lines: data.delivers, was: data.delivers });
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const lines = tidyPlan(work.lines);
  const dirty = !sameLines(lines, data.delivers);
  const overtaken = !sameLines(work.was, data.delivers);
  useEffect(() => setDirty(dirty), [dirty]);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    // Nothing of one's own is on the form: then it shows what is new.
    if (overtaken && !draftOf(DELIVERS_DRAFT)) takeOver(data.delivers, data.delivers);
  }, [data.delivers]);
  const takeOver = (from, was) => {
    setWork({ lines: from, was });
    keepDraft(
      DELIVERS_DRAFT,
      sameLines(tidyPlan(from), data.delivers) ? "" : JSON.stringify({ lines: from, was }),
    );
  };
  const save = async (event) => {
    event.preventDefault();
    const fields = { delivers: lines, expect: work.was };
    if (await run("session.edit_delivers", fields, t("agenda.delivers_saved"))) {
      keepDraft(DELIVERS_DRAFT, "");
      setWork({ lines, was: lines });
    }
  };
  const steps = Object.entries(data.steps).map(([id, { plan }]) => [id, plan]);
  return html`
    <form class="editor-form stack" onSubmit=${save} novalidate>
      <h3 ref=${heading} tabindex="-1">${t("agenda.delivers")}</h3>
      <p class="muted small">${t("agenda.delivers_hint")}</p>
      <${AlsoHere} part=${DELIVERS} />
      ${
        overtaken &&
        dirty &&
        html`
          <div class="notice" data-tone="warn" role="alert">
            <${Icon} name="triangle-alert" />
            <div class="stack">
              <p>${t("agenda.delivers_overtaken")}</p>
              <p class="row">
                <button type="button" class="button" onClick=${() => takeOver(data.delivers, data.delivers)}>${t("agenda.take_theirs")}</button>
                <button type="button" class="button" onClick=${() => takeOver(work.lines, data.delivers)}>${t("agenda.keep_mine")}</button>
              </p>
            </div>
          </div>
        `
      }
      <${PlanForm} specs=${DELIVER_SPECS} plan=${{ delivers: work.lines }} context=${{ steps }} at="delivers"
        write=${({ delivers }) => takeOver(delivers, work.was)} />
      <div class="editor-save">
        <p role="status" class="small">${dirty ? t("agenda.unsaved") : ""}</p>
        <button class="button primary" disabled=${!dirty}><${Icon} name="check" />${t("agenda.save")}</button>
        ${
          dirty &&
          html`<button type="button" class="button quiet" onClick=${() => takeOver(data.delivers, data.delivers)}>
            <${Icon} name="rotate-ccw" />${t("agenda.discard")}
          </button>`
        }
      </div>
    </form>
  `;
}

function sameLines(some, others) {
  return JSON.stringify(some.map(sorted)) === JSON.stringify(others.map(sorted));
}

/** A line with its fields in one order, so that two can be compared; what is so anyway is left out. */
function sorted(line) {
  const { least, ...rest } = line;
  return Object.entries(least > 1 ? { ...rest, least } : rest).sort();
}

/** What was written here before and never saved. */
function restoredLines() {
  try {
    return JSON.parse(draftOf(DELIVERS_DRAFT));
  } catch {
    return undefined;
  }
}
