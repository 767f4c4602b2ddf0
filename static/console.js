/** The facilitator's console: the agenda, the current step, the room, and one bar that steers. */
import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { CONSOLE_ACTIVITIES, CONSOLE_PARTS, ROUND_SHAPES, STORY } from "./activities/registry.js";
import { boot } from "./core/boot.js";
import { ChunkMissing, ChunksAhead, useChunk } from "./core/chunks.js";
import { connect } from "./core/connection.js";
import { announce, html, Icon, mount, ordered } from "./core/dom.js";
import { keepFocus } from "./core/focus.js";
import { sessionText, t } from "./core/i18n.js";
import { exchangeKey } from "./core/key.js";
import { dismissRefusal, echoes, outbox, send } from "./core/outbox.js";
import { people, refusal, stepView, storing, view, you } from "./core/store.js";
import { serverNow } from "./core/time.js";
import { ConsoleAgenda } from "./parts/consoleagenda.js";
import { CloseDialog, QrDialog } from "./parts/consoledialogs.js";
import { LinksPanel, Notes, OnScreen, ParkingPanel, PeoplePanel, TimerPanel } from "./parts/consoleside.js";
import { ConsoleTop } from "./parts/consoletop.js";
import { DeskPart } from "./parts/deskpart.js";
import { KeyButton, KeysDialog, toggleFullScreen, useKeys } from "./parts/keys.js";
import { useFirstKeys, useLateKeys } from "./parts/latekeys.js";
import { ConnectionNotice, joinAddress, QrCode, RoomWaiting, spacedCode } from "./parts/room.js";
import { untold } from "./parts/telling.js";

const MINUTE_MS = 60_000;
/** What whoever only watches can do. */
const WATCHING = { cover: () => false };
const WATCHED_DIALOGS = ["qr", "keys"];
/** The dialogs that come when they are wanted. */
const DESK_DIALOGS = ["acts", "parking", "peopledesk", "prepare", "rehearse", "times"];

function Console() {
  const firstKey = useFirstKeys();
  // Also when it was let out: what is erased is not to stand here any longer.
  if (!view.value || refusal.value) return html`<${RoomWaiting} kind="console-waiting" />`;
  return html`<${ConsoleRoom} session=${view.value.session} agenda=${view.value.agenda} firstKey=${firstKey} />`;
}

function ConsoleRoom({ session, agenda, firstKey }) {
  const [dialog, setDialog] = useState("");
  const [minutes, setMinutes] = useState(0);
  const place = placeIn(session, agenda);
  const observing = you.value?.role === "observer";
  const steering = observing ? WATCHING : steeringOf(session, place, minutes);
  const repair = observing ? {} : repairOf(view.value.acts);
  const ask = observing ? (name) => WATCHED_DIALOGS.includes(name) && setDialog(name) : setDialog;
  const kind = useChunk(CONSOLE_ACTIVITIES, place.step?.kind);
  const Desk = useChunk(CONSOLE_PARTS, "desk");
  const Band = useChunk(CONSOLE_PARTS, session.rehearsal && "rehearsal");
  const step = stepView(place.id);
  const steers = step && !observing && session.state === "live";
  const actions =
    (steers && (revealFirst(step, agenda) ?? kind?.actions?.({ step, stepId: place.id }))) || [];
  const looks = (step && kind?.looks?.(step)) || [];
  const close = () => setDialog("");
  // The room sees it as well, that is whom it is for; but nothing is laid over the screen of a closed session.
  const coverScreen = (over) => session.state !== "closed" && steering.cover(over);
  const showQr = () => {
    coverScreen("qr");
    setDialog("qr");
  };
  const hideQr = () => {
    coverScreen("");
    close();
  };

  // Before the start it is the first step that one prepares for.
  const coming = place.step ?? agenda[place.next ?? ""];
  useEffect(() => setMinutes(coming?.minutes ?? 0), [place.id]);
  useEffect(() => document.getElementById("main")?.scrollTo(0, 0), [place.id]);
  useEffect(() => {
    if (place.step) announce(t("console.now_at", { number: place.number, title: place.step.title }));
  }, [place.id]);

  const stepKeys = useLateKeys({
    stepId: place.id,
    here: Boolean(kind && step),
    actions: [...actions, ...looks],
  });
  const showing = { q: showQr, "?": () => setDialog("keys") };
  useLayoutEffect(() => showing[firstKey()]?.(), []);
  useKeys({
    ...showing,
    ArrowRight: steering.next,
    PageDown: steering.next,
    ArrowLeft: steering.previous,
    PageUp: steering.previous,
    l: steering.lock,
    t: steering.toggleTimer,
    p: steering.pauseTimer,
    b: steering.blank,
    "+": steering.addMinute,
    "=": steering.addMinute,
    f: toggleFullScreen,
    "Control+z": repair.undo,
    "Control+Shift+z": repair.redo,
    "Control+y": repair.redo,
    ...stepKeys,
  });

  return html`
    <div class="console-room">
      <${ConsoleTop} session=${session} repair=${repair} showQr=${showQr} setDialog=${ask} observing=${observing} />
      <${ConsoleAgenda} agenda=${agenda} place=${place} go=${steering.go} closed=${observing || session.state === "closed"}
        steering=${view.value.steering} onTimes=${() => ask("times")}
        edit=${observing ? undefined : () => setDialog("prepare")} />
      <main class="console-main" id="main" tabindex="0">
        <div class="console-notices">${dialog !== "prepare" && html`<${ConnectionNotice} />`}<${StorageNotice} /><${Refused} /></div>
        ${Band && !observing && html`<${Band} />`}
        ${observing && html`<p class="notice">${t("together.observing")}</p>`}
        <${observing ? Watching : Fragment}>
          <${ConsoleMiddle} session=${session} place=${place} kind=${kind} step=${step} start=${steering.next} ask=${observing ? undefined : ask} />
        <//>
      </main>
      <aside class="console-side" aria-label=${t("console.side")}>
        ${
          session.state !== "closed" &&
          !observing &&
          html`<${session.state === "live" ? Fragment : Watching}>
            <${TimerPanel} session=${session} minutes=${minutes} setMinutes=${setMinutes} steering=${steering} />
          <//>`
        }
        <${observing ? Watching : Fragment}>
          <${OnScreen} session=${session} kind=${kind} step=${step} stepId=${place.id} steering=${steering} />
        <//>
        ${anyNotes(agenda) && html`<${Notes} key=${place.id} text=${coming?.notes} />`}
        <${observing ? Watching : Fragment}>
          <${PeoplePanel} session=${session} everybody=${view.value.people} blocked=${view.value.steering?.blocked}
            setDialog=${ask} />
          <${ParkingPanel} parking=${view.value.parking} setDialog=${ask} />
        <//>
        <${LinksPanel} />
        ${Desk && html`<${Desk} session=${session} />`}
      </aside>
      ${session.state === "live" && !observing && html`<${SteeringBar} steering=${steering} place=${place} actions=${actions} />`}
    </div>
    <${ChunksAhead} table=${CONSOLE_ACTIVITIES} /><${ChunksAhead} table=${ROUND_SHAPES} /><${ChunksAhead} table=${STORY} /><${ChunksAhead} table=${CONSOLE_PARTS} />
    ${dialog === "qr" && html`<${QrDialog} onClose=${hideQr} />`}
    ${dialog === "keys" && html`<${KeysDialog} keys=${consoleKeys()} onClose=${close} />`}
    ${DESK_DIALOGS.includes(dialog) && html`<${DeskPart} part=${dialog} stepId=${place.id} place=${place} session=${session} onClose=${close} />`}
    ${dialog === "close" && html`<${CloseDialog} onClose=${close} />`}
  `;
}

/** What people write stays on their phones meanwhile; somebody has to make room on the server. */
function StorageNotice() {
  if (storing.value) return null;
  return html`<p class="notice" data-tone="bad" role="alert"><${Icon} name="triangle-alert" />${t("console.storage_failed")}</p>`;
}

/**
 * Where the session is in its agenda; in the lobby there is no step yet and the first one is next.
 *
 * @typedef {{kind: string, title: string, order: number, minutes: number, locked: boolean, instruction?: string,
 *   notes?: string}} AgendaStep
 * @returns {{id: string, step?: AgendaStep, number: number, total: number, previous?: string, next?: string,
 *   nextTitle?: string}}
 */
function placeIn(session, agenda) {
  const steps = ordered(agenda).filter(([id, { skipped }]) => !skipped || id === session.step);
  const at = session.state === "lobby" ? -1 : steps.findIndex(([id]) => id === session.step);
  return {
    id: steps[at]?.[0] ?? "",
    step: steps[at]?.[1],
    number: at + 1,
    total: steps.length,
    previous: steps[at - 1]?.[0],
    next: steps[at + 1]?.[0],
    nextTitle: steps[at + 1]?.[1].title,
  };
}

function anyNotes(agenda) {
  return Object.values(agenda).some(({ notes }) => notes);
}

/** What the facilitator can do now; what makes no sense now is undefined. */
function steeringOf(session, place, minutes) {
  const live = session.state === "live";
  const go = (step) => {
    // One step at a time: what waits for the connection says already where to go.
    if (outbox.value.some(({ type }) => type === "session.go")) return;
    send("session.go", { step, expect: session.step });
  };
  const { ends, left } = clockOf(session);
  const on = ends !== undefined || left !== undefined;
  const timer = (end) => send("session.timer", end ? { ends: Math.round(end) } : {});
  // Also when it seems there already: a screen may have heard what this console has not heard yet.
  const cover = (over) => send("session.screen", { cover: over });
  const open = session.state !== "closed";
  const start = () => timer(serverNow() + Math.max(1, minutes) * MINUTE_MS);
  const addMinute = () =>
    left === undefined
      ? timer(Math.max(ends ?? 0, serverNow()) + MINUTE_MS)
      : send("session.pause_timer", { left: left + MINUTE_MS });
  const pauseTimer = () =>
    left === undefined
      ? send("session.pause_timer", { left: Math.max(0, Math.round((ends ?? 0) - serverNow())) })
      : timer(serverNow() + left);
  return {
    go,
    next: open && place.next ? () => go(place.next) : undefined,
    previous: live && place.previous ? () => go(place.previous) : undefined,
    lock: live ? () => send("session.lock_step", { step: place.id, locked: !place.step?.locked }) : undefined,
    startTimer: live ? start : undefined,
    stopTimer: live ? () => timer(0) : undefined,
    toggleTimer: live ? () => (on ? timer(0) : start()) : undefined,
    addMinute: live ? addMinute : undefined,
    pauseTimer: live && on ? pauseTimer : undefined,
    cover,
    blank: () => cover(session.screen?.cover === "blank" ? "" : "blank"),
    zoom: (box) => send("session.screen", { step: place.id, box }),
  };
}

/** What is left to do in a step that waits for the outcome of an earlier one; undefined in any other. */
function revealFirst({ waiting }, agenda) {
  const earlier = agenda[waiting];
  if (!earlier) return undefined;
  const run = () => send(`${earlier.kind}.reveal`, { step: waiting });
  return [{ key: "r", icon: "eye", label: t("console.reveal_earlier"), kind: "primary", run }];
}

/**
 * When the clock ends, or what it has left while it stands still, as this console last set it: a second press counts on
 * from the first one, also before the server has told what came of that.
 *
 * @returns {{ends?: number, left?: number}}
 */
function clockOf(session) {
  const last = echoes.value.findLast(({ type }) => ["session.timer", "session.pause_timer"].includes(type));
  const { ends, left } = last ?? { ends: session.timer?.ends, left: session.paused?.left };
  return { ends, left };
}

/** The way back, and forth again; what is not there to be taken back is undefined. */
function repairOf(acts = {}) {
  const all = Object.entries(acts);
  const last = Math.max(...all.filter(([, { undone }]) => !undone).map(([id]) => Number(id)));
  const turn = async (type, fields, said) => {
    // The same act is not undone twice by two who press at once.
    if (outbox.value.some((waiting) => waiting.type === type)) return;
    const answer = await send(type, fields);
    if (answer.ok) announce(said);
  };
  return {
    undo: last > 0 ? () => turn("session.undo", { act: last }, t("console.undone")) : undefined,
    redo: all.some(([, { undone }]) => undone)
      ? () => turn("session.redo", {}, t("console.redone"))
      : undefined,
  };
}

/** Everything is there and nothing can be pressed: whoever watches does not steer. */
function Watching({ children }) {
  return html`<fieldset class="watching" disabled>${children}</fieldset>`;
}

function ConsoleMiddle({ session, place, kind, step, start, ask }) {
  if (session.state === "lobby")
    return html`<${Lobby} start=${start} rehearse=${ask && !session.rehearsal ? () => ask("rehearse") : undefined} />`;
  return html`
    ${session.state === "closed" && html`<${Closed} />`}
    ${
      place.step &&
      html`
        <div class="console-step">
          <h2 ...${sessionText()}>${place.step.title}</h2>
          ${place.step.locked && html`<span class="badge"><${Icon} name="lock" />${t("console.locked")}</span>`}
          ${place.step.instruction && html`<p class="muted" ...${sessionText()}>${place.step.instruction}</p>`}
        </div>
        ${
          kind
            ? step && html`<${kind.console} key=${place.id} step=${step} stepId=${place.id} />`
            : html`<${ChunkMissing} kind=${place.step.kind} />`
        }
      `
    }
  `;
}

function Lobby({ start, rehearse }) {
  return html`
    <section class="panel lobby">
      <${QrCode} />
      <div class="stack">
        <h2>${t("console.lobby_title")}</h2>
        <p>${t("console.lobby_text", { address: joinAddress() })}</p>
        <p class="join-code">${spacedCode()}</p>
        <p>${people.value.online ? t("console.lobby_present", { n: people.value.online }) : t("console.nobody_yet")}</p>
        <p class="muted">${t("console.lobby_late")}</p>
        <p class="row">
          <button type="button" class="button primary" onClick=${start}><${Icon} name="play" />${t("console.start")}</button>
          <a class="button" href=${boot().urls.screen} target="_blank" rel="noopener"><${Icon} name="monitor" />${t("console.open_screen")}</a>
        </p>
        ${
          rehearse &&
          html`
            <p class="row">
              <span class="muted">${t("console.rehearse_first")}</span>
              <button type="button" class="button quiet" onClick=${rehearse}><${Icon} name="play" />${t("rehearsal.try")}</button>
            </p>
          `
        }
      </div>
    </section>
  `;
}

function Closed() {
  return html`
    <section class="panel stack">
      <h2>${t("console.closed_title")}</h2>
      <p>${t("console.closed_text")}</p>
      <p class="row">
        <a class="button primary" href=${boot().urls.report}><${Icon} name="file-text" />${t("console.open_report")}</a>
        <button type="button" class="button" onClick=${() => send("session.reopen")}>
          <${Icon} name="rotate-ccw" />${t("console.reopen")}
        </button>
      </p>
    </section>
  `;
}

/** What the server would not do, as a sentence; a newer refusal takes the place of an older one. */
function Refused() {
  const told = untold();
  const last = told.at(-1);
  const dismiss = () => {
    for (const { command } of told) dismissRefusal(command.id);
  };
  return html`
    <div role="alert">
      ${
        last &&
        html`
          <div class="notice" data-tone="bad">
            <${Icon} name="triangle-alert" />
            <p>${last.message}</p>
            <button type="button" class="button quiet icon-only" aria-label=${t("common.close")} onClick=${dismiss}>
              <${Icon} name="x" />
            </button>
          </div>
        `
      }
    </div>
  `;
}

function SteeringBar({ steering, place, actions }) {
  return html`
    <section class="console-bar" aria-label=${t("console.steer")}>
      <${KeyButton} icon="arrow-left" label=${t("console.previous")} disabled=${!steering.previous} onClick=${steering.previous} />
      <${KeyButton}
        icon=${place.step?.locked ? "lock" : "lock-open"}
        letter="L"
        label=${place.step?.locked ? t("console.unlock") : t("console.lock")}
        pressed=${Boolean(place.step?.locked)}
        onClick=${steering.lock}
      />
      ${actions.map(
        ({ key, icon, label, kind, pressed, disabled, run }) => html`
          <${KeyButton} key=${key} icon=${icon} letter=${key.toUpperCase()} label=${label} kind=${kind} pressed=${pressed}
            disabled=${disabled} onClick=${run} />
        `,
      )}
      <${KeyButton}
        kind=${actions.some(({ kind }) => kind === "primary") ? "console-next" : "primary console-next"}
        icon="arrow-right"
        label=${place.nextTitle ? t("console.next_step", { title: place.nextTitle }) : t("console.last_step")}
        disabled=${!steering.next}
        onClick=${steering.next}
      />
    </section>
  `;
}

/** @returns {[string, string][]} */
function consoleKeys() {
  return [
    ["→  PgDn", t("console.next")],
    ["←  PgUp", t("console.previous")],
    ["R", t("console.key_reveal")],
    ["L", t("console.key_lock")],
    ["S", t("console.key_sort")],
    ["G", t("console.key_compare")],
    ["T", t("console.key_timer")],
    ["P", t("console.key_pause")],
    ["+", t("console.add_minute")],
    ["Q", t("console.key_qr")],
    ["B", t("screen.blank")],
    ["F", t("console.full_screen")],
    ["N", t("discussion.next")],
    ["↑  ↓", t("console.key_open")],
    ["1 – 9", t("console.key_decide")],
    ["O", t("discussion.spotlight_off")],
    ["Ctrl Z", t("console.undo")],
    ["Ctrl Shift Z", t("console.redo")],
    ["?", t("common.keys")],
  ];
}

exchangeKey().then(connect);
keepFocus();
mount(html`<${Console} />`, document.getElementById("app"));
