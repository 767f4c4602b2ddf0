/**
 * Preparing on the console: the agenda, a form for each step, and what phone and screen show of it.
 *
 * What is written stays on this device until it is saved, also over a reload; the server says what cannot be, and when
 * somebody else was faster.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html, Icon, ordered } from "../core/dom.js";
import { draftOf, keepDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, send } from "../core/outbox.js";
import { connection, view } from "../core/store.js";
import { AddStepDialog, LeaveDialog } from "./agendadialogs.js";
import { AgendaList } from "./agendalist.js";
import { AlsoHere } from "./alsohere.js";
import { DELIVERS, DeliversForm } from "./deliversform.js";
import { OwnPlaybook } from "./ownplaybook.js";
import { Previews } from "./previews.js";
import { ConnectionNotice } from "./room.js";
import { SESSION_DRAFT, SessionForm } from "./sessionform.js";
import { PlanForm } from "./stepform.js";
import { planId, STEP_SPECS, tidyPlan } from "./stepspec.js";
import { useTelling } from "./telling.js";
import { draftName, LanguageSwitch, OtherLanguage } from "./translation.js";

/** Stands for the session itself in the list of steps. */
const SESSION = "";

/** @param {{stepId: string, onClose: () => void}} props  stepId: what is opened first; the session itself when empty */
export function AgendaEditor({ stepId, onClose }) {
  const { session, agenda } = view.value;
  const { data, reload } = useAgenda(agenda, session);
  const [chosen, setChosen] = useState(stepId);
  const [dirty, setDirty] = useState(false);
  const [asking, setAsking] = useState(/** @type {{then: () => void} | undefined} */ (undefined));
  const [adding, setAdding] = useState(false);
  const [translating, setTranslating] = useState(false);
  const [said, setSaid] = useState({ wrong: "", done: "" });
  const closed = session.state === "closed";
  useUnsaved(dirty);
  useTelling(({ type }) => type.startsWith("session."));

  /** Goes on at once, or asks first when something is not saved. */
  const leave = (then) => (dirty ? setAsking({ then }) : then());
  const turn = (to) =>
    leave(() => {
      to();
      setDirty(false);
      setSaid({ wrong: "", done: "" });
    });
  const choose = (id) => turn(() => setChosen(id));

  /** After something was done: what is said of it stays. */
  const show = (id) => {
    setChosen(id);
    setDirty(false);
  };

  /** Sends a command; whether it was done.  Why not is said in the editor. */
  const run = async (type, fields, done = "") => {
    const answer = await send(type, fields);
    if (!answer.ok) dismissRefusal(answer.id);
    setSaid({ wrong: answer.ok ? "" : answer.message, done: answer.ok ? done : "" });
    // Also when it was refused: perhaps by what somebody else has written.
    await reload();
    return answer.ok;
  };
  const add = async (plan) => {
    setAdding(false);
    const step = planId("s");
    const ids = ordered(agenda).map(([id]) => id);
    const before = ids[ids.indexOf(chosen) + 1];
    const place = ids.includes(chosen) && before ? { before } : {};
    if (await run("session.add_step", { step, plan, ...place }, t("agenda.added", { title: plan.title })))
      show(step);
  };

  const step = data?.steps[chosen];
  // What the checklist says in the other language is told with what the session is about.
  const sheet = chosen === DELIVERS ? SESSION : chosen;
  return html`
    <${EditorDialog} onClose=${() => leave(onClose)}>
      <nav class="editor-list" aria-label=${t("console.agenda")}>
        <button type="button" class="editor-session" aria-current=${chosen === SESSION ? "true" : undefined} onClick=${() => choose(SESSION)}>
          <${Icon} name="file-text" /><span>${t("agenda.session")}</span>
        </button>
        <${AgendaList} agenda=${agenda} chosen=${chosen} choose=${choose} run=${run} closed=${closed} />
        <button type="button" class="button" disabled=${closed} onClick=${() => leave(() => setAdding(true))}>
          <${Icon} name="plus" />${t("agenda.add")}
        </button>
        <button type="button" class="editor-session" aria-current=${chosen === DELIVERS ? "true" : undefined} onClick=${() => choose(DELIVERS)}>
          <${Icon} name="circle-check" /><span>${t("agenda.delivers")}</span>
        </button>
        <${OwnPlaybook} title=${session.title} />
      </nav>
      <div class="editor-work">
        <div class="editor-said">
          ${connection.value !== "online" && html`<${ConnectionNotice} />`}
          <div role="alert">${said.wrong && html`<p class="notice" data-tone="bad"><${Icon} name="triangle-alert" />${said.wrong}</p>`}</div>
          <p role="status" class="small">${said.done}</p>
          ${closed && html`<p class="notice">${t("agenda.closed")}</p>`}
        </div>
        ${!data && html`<p class="muted">${t("common.loading")}</p>`}
        ${data && html`<${LanguageSwitch} language=${data.language} on=${translating} choose=${(on) => turn(() => setTranslating(on))} />`}
        ${data && translating && html`<${OtherLanguage} key=${sheet} step=${sheet} agenda=${agenda} run=${run} setDirty=${setDirty} />`}
        ${data && !translating && chosen === DELIVERS && html`<${DeliversForm} data=${data} run=${run} setDirty=${setDirty} />`}
        ${data && !translating && chosen === SESSION && html`<${SessionForm} key="session" data=${data} run=${run} setDirty=${setDirty} />`}
        ${step && !translating && html`<${StepEditor} key=${chosen} id=${chosen} data=${data} run=${run} setDirty=${setDirty} show=${show} leave=${leave} />`}
        ${data && ![SESSION, DELIVERS].includes(chosen) && !step && html`<p class="notice">${t("agenda.gone")}</p>`}
      </div>
    <//>
    ${adding && html`<${AddStepDialog} data=${data} add=${add} onClose=${() => setAdding(false)} />`}
    ${
      asking &&
      html`
        <${LeaveDialog}
          leave=${() => {
            for (const draft of [
              `plan.${chosen}`,
              draftName(sheet),
              ...(chosen === SESSION ? [SESSION_DRAFT] : []),
            ])
              keepDraft(draft, "");
            setAsking(undefined);
            setDirty(false);
            asking.then();
          }}
          onClose=${() => setAsking(undefined)}
        />
      `
    }
  `;
}

/** The agenda as the server has it, fetched anew whenever somebody changed it. */
function useAgenda(agenda, session) {
  const [data, setData] = useState(/** @type {any} */ (undefined));
  const asked = useRef(0);
  const answered = useRef(0);
  const reload = async () => {
    const question = ++asked.current;
    const answer = await fetch(`/s/${boot().code}/agenda.json`).catch(() => undefined);
    const fresh = answer?.ok && (await answer.json());
    // An answer that was overtaken by a later one is old.
    if (!fresh || question < answered.current) return;
    answered.current = question;
    setData(fresh);
  };
  useEffect(() => {
    reload();
  }, [agenda, session]);
  return { data, reload };
}

/** The browser asks before it closes a page with something unsaved on it. */
function useUnsaved(dirty) {
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [dirty]);
}

function EditorDialog({ onClose, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const opener = /** @type {HTMLElement | null} */ (document.activeElement);
    element.current?.showModal();
    return () => opener?.isConnected && opener.focus();
  }, []);
  const leave = (event) => {
    if (event.target !== element.current) return;
    event.preventDefault();
    onClose();
  };
  return html`
    <dialog class="editor" ref=${element} aria-labelledby="editor-title" onCancel=${leave}>
      <header class="editor-head">
        <h2 id="editor-title" tabindex="-1" autofocus>${t("agenda.title")}</h2>
        <button type="button" class="button quiet" onClick=${onClose}><${Icon} name="x" />${t("common.close")}</button>
      </header>
      <div class="editor-body">${children}</div>
    </dialog>
  `;
}

function StepEditor({ id, data, run, setDirty, show, leave }) {
  const base = data.steps[id];
  const [work, setWork] = useState(() => restored(id) ?? { plan: base.plan, revision: base.revision });
  const [problem, setProblem] = useState("");
  const [saving, setSaving] = useState(false);
  const plan = readyPlan(work.plan);
  const dirty = JSON.stringify(plan) !== JSON.stringify(readyPlan(base.plan));
  const overtaken = work.revision !== base.revision;
  // At once: whoever types and then leaves with Esc is asked.
  // What waits for the connection is on its way: then there is nothing to be asked.
  useLayoutEffect(() => setDirty(dirty && !saving), [dirty, saving]);
  useEffect(() => {
    // Nothing of one's own is on the form: then it shows what is new.
    if (overtaken && !keptDraft(id)) setWork({ plan: base.plan, revision: base.revision });
  }, [base.revision]);

  const write = (next) => {
    setWork({ ...work, plan: next });
    const same = JSON.stringify(readyPlan(next)) === JSON.stringify(readyPlan(base.plan));
    keepDraft(`plan.${id}`, same ? "" : JSON.stringify({ ...work, plan: next }));
  };
  const takeOver = (revision, from) => {
    setWork({ plan: from, revision });
    if (from === base.plan) keepDraft(`plan.${id}`, "");
  };
  const save = async (event) => {
    event?.preventDefault();
    setSaving(true);
    const done = await run(
      "session.edit_step",
      { step: id, plan, revision: work.revision },
      t("agenda.saved"),
    );
    setSaving(false);
    if (!done) return;
    keepDraft(`plan.${id}`, "");
    // An edit without a change counts for nothing.
    setWork({ plan, revision: dirty ? work.revision + 1 : work.revision });
  };
  const before = Object.entries(data.steps).filter(([, other]) => other.order < base.order);
  const context = {
    steps: before.map(([other, { plan: of }]) => [other, of]),
    whole: work.plan,
    aside: base.aside,
  };
  return html`
    <form class="editor-form stack" onSubmit=${save} novalidate>
      <${StepHead} id=${id} data=${data} plan=${work.plan} run=${run} show=${show} leave=${leave} />
      <${AlsoHere} part=${id} />
      ${
        overtaken &&
        dirty &&
        html`
          <div class="notice" data-tone="warn" role="alert">
            <${Icon} name="triangle-alert" />
            <div class="stack">
              <p>${t("agenda.overtaken")}</p>
              <p class="row">
                <button type="button" class="button" onClick=${() => takeOver(base.revision, base.plan)}>${t("agenda.take_theirs")}</button>
                <button type="button" class="button" onClick=${() => takeOver(base.revision, work.plan)}>${t("agenda.keep_mine")}</button>
              </p>
            </div>
          </div>
        `
      }
      <${PlanForm} specs=${STEP_SPECS[base.plan.kind]} plan=${work.plan} write=${write} context=${context} at=${id} />
      <div class="editor-save">
        <p role="status" class="small">${saving && connection.value !== "online" ? t("agenda.saved_later") : problem && dirty && !overtaken ? html`<span class="field-error"><${Icon} name="triangle-alert" />${problem}</span>` : dirty ? t("agenda.unsaved") : ""}</p>
        <button class="button primary" disabled=${!dirty || saving}><${Icon} name="check" />${t("agenda.save")}</button>
        ${
          dirty &&
          html`<button type="button" class="button quiet" onClick=${() => takeOver(base.revision, base.plan)}>
            <${Icon} name="rotate-ccw" />${t("agenda.discard")}
          </button>`
        }
      </div>
    </form>
    <aside class="editor-preview" aria-label=${t("agenda.preview")}>
      <${Previews} command=${{ type: "session.edit_step", step: id, plan }} tell=${setProblem} />
    </aside>
  `;
}

/** What this step is, and what can be done with it as a whole. */
function StepHead({ id, data, plan, run, show, leave }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus(), [id]);
  const ids = Object.keys(data.steps);
  const { skipped } = data.steps[id];
  const title = data.steps[id].plan.title;
  const at = ids.indexOf(id);
  const move = (before) =>
    run("session.move_step", { step: id, ...(before && { before }) }, t("agenda.moved", { title }));
  const copy = async () => {
    const step = planId("s");
    const fields = { step: id, copy: step, title: t("agenda.copy_of", { title }) };
    if (await run("session.copy_step", fields, t("agenda.copied", { title }))) show(step);
  };
  const remove = async () => {
    if (await run("session.remove_step", { step: id }, t("agenda.removed", { title })))
      show(ids[at + 1] ?? ids[at - 1] ?? SESSION);
  };
  const tool = (icon, label, press, disabled = false) => html`
    <button type="button" class="button quiet" disabled=${disabled} onClick=${press}><${Icon} name=${icon} />${label}</button>
  `;
  return html`
    <div class="editor-step">
      <h3 ref=${heading} tabindex="-1" ...${sessionText()}>${plan.title || t("agenda.untitled")}</h3>
      ${skipped && html`<span class="badge">${t("agenda.skipped")}</span>`}
    </div>
    <div class="editor-tools" role="group" aria-label=${t("agenda.tools")}>
      ${tool("arrow-up", t("agenda.earlier"), () => move(ids[at - 1]), at === 0)}
      ${tool("arrow-down", t("agenda.later"), () => move(ids[at + 2]), at === ids.length - 1)}
      ${tool("copy", t("agenda.copy"), () => leave(copy))}
      ${tool(skipped ? "eye" : "eye-off", skipped ? t("agenda.unskip") : t("agenda.skip"), () => run("session.skip_step", { step: id, skipped: !skipped }, skipped ? t("agenda.is_back", { title }) : t("agenda.is_skipped", { title })))}
      ${tool("trash-2", t("agenda.remove_step"), () => leave(remove))}
    </div>
  `;
}

/** A plan as it is sent: without what says nothing, and without scores of items that are gone. */
function readyPlan(plan) {
  const tidy = tidyPlan(plan);
  if (!tidy.reference || !Array.isArray(tidy.items)) return tidy;
  const there = new Set(tidy.items.map(({ id }) => id));
  const scores = Object.entries(tidy.reference.scores ?? {}).filter(([id]) => there.has(id));
  return { ...tidy, reference: { label: "", ...tidy.reference, scores: Object.fromEntries(scores) } };
}

function keptDraft(id) {
  return draftOf(`plan.${id}`);
}

/** What was written here before and never saved. */
function restored(id) {
  try {
    return JSON.parse(keptDraft(id));
  } catch {
    return undefined;
  }
}
