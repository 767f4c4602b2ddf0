/**
 * The one place that talks to the server.  Joining, reloading, waking up and having missed a message are the same
 * thing: `sync`.  Everything that is received ends in the store, everything that is sent comes from the outbox.
 */
import { effect } from "@preact/signals";
import { io } from "socket.io-client";
import { boot } from "./boot.js";
import { openOutbox } from "./outbox.js";
import {
  connection,
  epoch,
  here,
  judge,
  mergePatch,
  mine,
  people,
  refusal,
  seq,
  showView,
  storing,
  view,
  you,
} from "./store.js";
import { learnTime } from "./time.js";

const ANSWER_MS = 10_000;
const WAKE_ANSWER_MS = 4_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS_CONNECTION = 8_000;
const QUIET_MS = 25_000;
const WATCH_MS = 5_000;
const LATER = ["slow_down", "storage_failed"];
const LATER_MS = 5_000;

/** Opens the connection of this page and keeps it open.  Call it once, before the first `send`. */
export function connect() {
  const { code, role, language, urls } = boot();
  const socket = io({
    path: urls.socket ?? "/socket.io",
    query: { s: code },
    auth: { code, role, language },
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    closeOnBeforeunload: false,
    reconnectionDelay: FIRST_RETRY_MS,
    reconnectionDelayMax: LONGEST_RETRY_MS_CONNECTION,
    randomizationFactor: 0.5,
    timeout: ANSWER_MS,
  });
  const queue = openOutbox({
    storage: browserStorage(),
    name: `${code}:${role}`,
    post,
    remember: role === "participant",
  });
  /** @type {object[]} changes that came while the answer to a sync was on its way */
  let early = [];
  let syncing = false;
  let syncs = 0;
  let heardAt = 0;
  let pauseMs = 0;

  function post(commands) {
    if (!socket.connected) return Promise.reject(new Error("offline"));
    return socket.timeout(ANSWER_MS).emitWithAck("commands", commands);
  }

  /** Asks what we missed; when no answer comes the line is dead, whatever the browser thinks, and is opened anew. */
  function sync(answerMs = ANSWER_MS) {
    if (syncing || !socket.connected) return;
    syncing = true;
    syncs += 1;
    const thisSync = syncs;
    early = [];
    const asked = Date.now();
    const known = { epoch: epoch.value, seq: seq.value };
    // No promise: what follows the answer may come in the same moment, and has to find it taken in.
    socket.timeout(answerMs).emit("sync", view.value ? known : {}, (_, answer) => {
      if (thisSync === syncs) synced(answer, asked);
    });
  }

  function synced(answer, asked) {
    syncing = false;
    if (answer?.epoch === undefined) {
      if (answer?.code) refuse(answer, () => sync());
      else if (socket.connected) reconnect();
      return;
    }
    learnTime(answer.now, asked);
    const fresh = answer.view ?? mergePatch(view.value, answer.patch ?? {});
    you.value = answer.you;
    const lostPerson = answer.mine.person ? undefined : mine.value.person;
    mine.value = answer.mine;
    show(fresh, answer.epoch, answer.seq);
    connection.value = "online";
    for (const changes of early) receive(changes);
    queue.learn(answer.epoch);
    // The join form is no command of ours, so a server that went back to a copy is told again who this is.
    if (lostPerson && role === "participant") queue.send("participant.enter", lostPerson);
    queue.resume();
  }

  function receive(changes) {
    if (syncing) {
      early.push(changes);
      return;
    }
    switch (judge({ epoch: epoch.value, seq: seq.value }, changes)) {
      case "apply":
        show(mergePatch(view.value, changes.patch), changes.epoch, changes.to);
        break;
      case "sync":
        sync();
        break;
    }
  }

  function show(newView, newEpoch, newSeq) {
    showView(newView, newEpoch, newSeq);
    queue.reached(newSeq);
  }

  /** "Later" is tried again in silence; any other refusal is for a person to read. */
  function refuse({ code: reason, message, retry_ms }, again) {
    if (!LATER.includes(reason)) {
      refusal.value = { code: reason, message };
      connection.value = "refused";
    }
    if (reason === "full" || LATER.includes(reason)) setTimeout(again, spread(retry_ms ?? LATER_MS));
    else socket.disconnect();
  }

  /** Tries now, also when the next attempt was planned for later. */
  function reconnect() {
    pauseMs = 0;
    socket.io.reconnection(true);
    socket.disconnect().connect();
  }

  /** The device woke up or the network came back: what looks open may be dead. */
  function wake() {
    if (connection.value === "refused") return;
    if (socket.connected) sync(WAKE_ANSWER_MS);
    else if (!pauseMs) reconnect();
  }

  socket.on("connect", () => {
    refusal.value = null;
    storing.value = true;
    heardAt = Date.now();
    sync();
  });
  socket.on("disconnect", (reason) => {
    queue.hold();
    syncing = false;
    syncs += 1;
    if (connection.value === "refused") return;
    connection.value = "offline";
    if (pauseMs || reason === "io server disconnect")
      setTimeout(reconnect, spread(pauseMs || FIRST_RETRY_MS));
  });
  socket.on("connect_error", (error) => {
    const reason = /** @type {any} */ (error).data;
    if (reason?.code) refuse(reason, reconnect);
    else connection.value = "offline";
  });
  socket.on("changes", receive);
  socket.on("mine", (own) => {
    mine.value = own;
  });
  socket.on("people", (present) => {
    people.value = present;
  });
  socket.on("storage", ({ ok }) => {
    storing.value = ok;
  });
  socket.on("head", (head) => {
    if (head.epoch !== epoch.value || head.seq > seq.value) sync();
  });
  socket.on("bye", ({ retry_ms }) => {
    pauseMs = retry_ms;
    socket.io.reconnection(false);
  });
  socket.onAny(() => {
    heardAt = Date.now();
  });

  effect(() => {
    if (here.value && connection.value === "online") socket.emit("at", here.value);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  addEventListener("pageshow", (event) => event.persisted && wake());
  addEventListener("online", wake);
  setInterval(() => {
    const quiet = Date.now() - heardAt > QUIET_MS && document.visibilityState === "visible";
    if (socket.connected && quiet) {
      heardAt = Date.now();
      sync();
    }
  }, WATCH_MS);
}

/** Somewhat later than asked, so that a whole room does not come back in the same moment. */
function spread(milliseconds) {
  return milliseconds * (1 + Math.random());
}

function browserStorage() {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
