/** The page on the phone of a participant. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { PARTICIPANT_ACTIVITIES, participantChunk } from "./activities/registry.js";
import { ChunkMissing, ChunksAhead, useChunk } from "./core/chunks.js";
import { connect } from "./core/connection.js";
import { html, Icon, isTyping, mount, ordered } from "./core/dom.js";
import { sessionText, t } from "./core/i18n.js";
import { dismissRefusal, forgetful, outbox, refusals } from "./core/outbox.js";
import { connection, mine, ownPart, people, refusal, stepView, view } from "./core/store.js";
import { Dialog } from "./parts/dialog.js";
import { Late } from "./parts/late.js";
import { StepPage } from "./parts/step.js";

const OFFLINE_NOTICE_MS = 1_500;

/** The step this phone shows; it follows the facilitator unless somebody is writing or looks back. */
const shownStep = signal("");

function Participant() {
  if (refusal.value) return html`<${Late} part="refused" ...${refusal.value} />`;
  if (!view.value) return html`<${Connecting} />`;
  const { session, agenda } = view.value;
  return html`
    <${session.state === "lobby" ? Lobby : Step} session=${session} agenda=${agenda} />
    <${ChunksAhead} table=${PARTICIPANT_ACTIVITIES} />
  `;
}

function Step({ session, agenda }) {
  useFollowing(session.step);
  const stepId = agenda[shownStep.value] ? shownStep.value : session.step;
  const step = agenda[stepId];
  const heading = useHeadingFocus(stepId);
  const shown = stepView(stepId);
  const part = participantChunk(step.kind, shown);
  const Activity = useChunk(PARTICIPANT_ACTIVITIES, part);
  useEffect(() => {
    document.title = `${step.title} – ${session.title}`;
  }, [step.title, session.title]);
  return html`
    <${Header} session=${session} agenda=${agenda} stepId=${stepId}>
      <h1 ref=${heading} tabindex="-1" ...${sessionText()}>${step.title}</h1>
    <//>
    ${!Activity && html`<${StepPage}><${ChunkMissing} kind=${part} /><//>`}
    ${
      Activity &&
      shown &&
      html`
        <${Activity}
          key=${stepId}
          stepId=${stepId}
          step=${shown}
          agenda=${step}
          own=${ownPart(stepId)}
          closed=${session.state === "closed"}
          online=${people.value.online}
          notice=${session.state === "closed" && html`<${Late} part="closed" shared=${session.shared} />`}
        />
      `
    }
  `;
}

/** Goes along with the facilitator, but never away from somebody who writes or has a dialog open. */
function useFollowing(current) {
  useEffect(() => {
    const busy = isTyping() || document.querySelector("dialog[open]");
    if (!shownStep.value || !busy) shownStep.value = current;
  }, [current]);
}

/** The heading gets the focus when the step changes, and so is read out; not on arrival, not while writing. */
function useHeadingFocus(stepId) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const last = useRef(stepId);
  useEffect(() => {
    if (last.current === stepId) return;
    last.current = stepId;
    if (!isTyping()) heading.current?.focus();
  }, [stepId]);
  return heading;
}

function Header({ session, agenda, stepId, children }) {
  const [open, setOpen] = useState("");
  const close = () => setOpen("");
  const Clock = useChunk(PARTICIPANT_ACTIVITIES, (session.timer || session.paused) && "clock");
  const steps = ordered(agenda);
  const place = steps.findIndex(([id]) => id === stepId) + 1;
  return html`
    <header class="head">
      <div class="head-bar">
        ${
          stepId
            ? html`
                <button type="button" class="button quiet icon-only" aria-label=${t("participant.steps")}
                  onClick=${() => setOpen("steps")}>
                  <${Icon} name="menu" />
                </button>
              `
            : html`<span class="head-mark" aria-hidden="true"></span>`
        }
        <div class="head-title">
          <p class="head-line">
            ${stepId && html`<span>${t("participant.step_of", { step: place, steps: steps.length })}</span>`}
            ${Clock && html`<${Clock} session=${session} />`}
            <${Presence} />
          </p>
          ${children}
        </div>
        <button type="button" class="button quiet icon-only" aria-label=${t("participant.you")}
          onClick=${() => setOpen("you")}>
          <span class="avatar" aria-hidden="true">${initial()}</span>
        </button>
      </div>
      ${
        stepId &&
        html`<progress class="progress head-progress" value=${place} max=${steps.length}
        aria-hidden="true"></progress>`
      }
      <${Banners} session=${session} agenda=${agenda} stepId=${stepId} />
    </header>
    ${open && html`<${Menu} name=${open} ...${{ session, steps, stepId }} onClose=${close} />`}
  `;
}

function Menu({ name, onClose, ...props }) {
  const menus = useChunk(PARTICIPANT_ACTIVITIES, "menus");
  if (menus) return html`<${menus[name]} ...${props} showStep=${showStep} onClose=${onClose} />`;
  const title = name === "steps" ? t("participant.steps") : t("participant.you");
  return html`<${Dialog} title=${title} onClose=${onClose}><${ChunkMissing} kind="menus" /><//>`;
}

/** The first letter of who you are. */
function initial() {
  const { name, organisation } = mine.value.person ?? {};
  return [...(name ?? organisation ?? "")][0]?.toUpperCase() ?? html`<${Icon} name="users" />`;
}

/** Whether there is a connection, and with how many people. */
function Presence() {
  switch (connection.value) {
    case "online":
      return html`
        <span class="presence" data-online>
          ${people.value.online > 0 ? t("participant.online", { n: people.value.online }) : t("participant.connected")}
        </span>
      `;
    case "connecting":
      return html`<span class="presence">${t("participant.connecting")}</span>`;
    default:
      return html`<span class="presence"><${Icon} name="wifi-off" />${t("participant.offline_short")}</span>`;
  }
}

function Banners({ session, agenda, stepId }) {
  const offline = useLasting(connection.value === "offline", OFFLINE_NOTICE_MS);
  const behind = stepId && stepId !== session.step;
  return html`
    ${
      offline &&
      html`
        <div class="notice" data-tone="warn">
          <${Icon} name="wifi-off" />
          <p>
            <span role="alert">${t("participant.offline")}</span>
            ${outbox.value.length > 0 && html` <strong>${t("participant.waiting", { n: outbox.value.length })}</strong>`}
          </p>
        </div>
      `
    }
    ${
      forgetful.value &&
      html`
        <div class="notice" data-tone="warn">
          <${Icon} name="triangle-alert" /><p>${t("participant.forgetful")}</p>
        </div>
      `
    }
    ${
      behind &&
      html`
        <${BehindNotice} current=${session.step} agenda=${agenda} writable=${agenda[stepId]?.kind !== "page" || Boolean(stepView(stepId)?.questions)} />
      `
    }
    ${refusals.value
      .filter(({ command }) => !returnsToField(command, stepId))
      .map(
        (refused) =>
          html`<${RefusedNotice} key=${refused.command.id} refused=${refused} agenda=${agenda}
            stepId=${stepId} />`,
      )}
  `;
}

function BehindNotice({ current, agenda, writable }) {
  const place = ordered(agenda).findIndex(([id]) => id === current) + 1;
  return html`
    <div class="notice">
      <p>
        ${t("participant.behind", { step: place })}
        ${writable && html` <span class="muted small">${t("participant.text_kept")}</span>`}
      </p>
      <button type="button" class="button primary"
        onClick=${() => showStep(current)}>${t("participant.go_along")}</button>
    </div>
  `;
}

/**
 * True for what the shown step itself gives back to the field it came from.
 *
 * @param {import("./core/outbox.js").Command} command
 * @param {string | undefined} stepId
 */
function returnsToField({ type, step }, stepId) {
  if (step !== stepId) return false;
  // A round that is over shows results in place of its fields, and the field of a target may be folded away.
  const { closed, blind, revealed } = stepView(step) ?? {};
  if (type.startsWith("rating.")) return type !== "rating.add_target" && !closed && !(blind && revealed);
  return ["canvas.add_card", "canvas.edit_card", "page.answer", "page.mail_me"].includes(type);
}

function RefusedNotice({ refused: { command, message }, agenda, stepId }) {
  const text = command.text ?? command.remark ?? command.title;
  const elsewhere = agenda[command.step] && command.step !== stepId && text;
  return html`
    <div class="notice" data-tone="bad">
      <${Icon} name="triangle-alert" />
      <p>${message} ${text && html`<q ...${sessionText()}>${text}</q>`}</p>
      ${
        elsewhere
          ? html`<button type="button" class="button"
            onClick=${() => showStep(command.step)}>${t("participant.show_step")}</button>`
          : html`<button type="button" class="button"
            onClick=${() => dismissRefusal(command.id)}>${t("common.close")}</button>`
      }
    </div>
  `;
}

/** Before the first step. */
function Lobby({ session, agenda }) {
  return html`
    <${Header} session=${session} agenda=${agenda}>
      <h1 ...${sessionText()}>${session.title}</h1>
    <//>
    <${StepPage} reading><${Late} part="lobby" session=${session} agenda=${agenda} /><//>
  `;
}

function Connecting() {
  return html`
    <main id="main" class="whole-page">
      <div role="status" class="late stack">
        <${Icon} name="loader-circle" />
        <h1>${connection.value === "offline" ? t("participant.no_connection") : t("participant.connecting")}</h1>
        ${connection.value === "offline" && html`<p>${t("participant.trying")}</p>`}
      </div>
    </main>
  `;
}

function showStep(id) {
  shownStep.value = id;
}

/** True once *value* has been true for *milliseconds*: a hiccup is no news. */
function useLasting(value, milliseconds) {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) {
      setLasting(false);
      return;
    }
    const waiting = setTimeout(() => setLasting(true), milliseconds);
    return () => clearTimeout(waiting);
  }, [value, milliseconds]);
  return value && lasting;
}

/** iOS lays its keyboard over the page; the shell then takes the height that is left. */
function fitAboveKeyboard(viewport) {
  // Zoomed in with two fingers: that is no keyboard.
  if (viewport.scale > 1.01) return;
  const page = document.documentElement;
  page.style.setProperty("--viewport", `${viewport.height}px`);
  // Where all of it scrolls, the field that is written in may be anywhere.
  if (page.scrollHeight < innerHeight + 9) scrollTo(0, 0);
}

addEventListener("beforeunload", (event) => {
  if (outbox.value.length > 0) event.preventDefault();
});
window.visualViewport?.addEventListener("resize", () => fitAboveKeyboard(window.visualViewport));
connect();
mount(html`<${Participant} />`, document.getElementById("app"));
