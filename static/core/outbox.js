/**
 * Commands on their way to the server.  Nothing that somebody wrote leaves this device's memory before the server
 * has said that it is stored: a command lives under its own key in localStorage, so that two tabs never overwrite
 * each other, and it is sent again after a lost connection or a reload.  Sending twice is harmless, because the
 * server knows the id.
 */
import { computed, signal } from "@preact/signals";

/**
 * @typedef {{id: string, type: string, [field: string]: any}} Command
 * @typedef {Command & {since: number}} Entry  since: when it was made, also its place in the queue
 * @typedef {Entry & {seq?: number}} Echo  seq: where the server stored it, absent while it is on its way
 * @typedef {{id: string, ok: true, seq: number}} Accepted
 * @typedef {{id: string, ok: false, code: string, message: string, retry_ms?: number}} Refused
 * @typedef {Accepted | Refused} Answer
 * @typedef {{command: Entry, code: string, message: string}} Refusal
 * @typedef {{entry: Entry, refused?: {code: string, message: string}, done?: boolean}} Kept
 * @typedef {{length: number, key(at: number): string | null, getItem(key: string): string | null,
 *   setItem(key: string, value: string): void, removeItem(key: string): void}} Storage
 */

const BATCH_COMMANDS = 20;
const BATCH_BYTES = 12_000;
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
const ECHO_MS = 300;
const LONGEST_ECHO_MS = 5_000;
/** What was stored is kept this long on the device as well, in case the server goes back to an older copy. */
const STORED_MS = 12 * 3_600_000;
const MOST_STORED = 500;
/** For this long a page may learn that another one has sent what it made. */
const WORD_MS = 3_600_000;
/** These say "later", not "no". */
const KEPT = ["slow_down", "storage_failed"];

/** @type {import("@preact/signals").Signal<Entry[]>} not yet acknowledged, oldest first */
export const outbox = signal([]);
/** @type {import("@preact/signals").Signal<Refusal[]>} refused for good: their text has to go back to its field */
export const refusals = signal([]);
/** True when this browser keeps nothing, so that closing the page would lose what is not sent. */
export const forgetful = signal(false);

/** @type {import("@preact/signals").Signal<Echo[]>} */
const acknowledged = signal([]);

/** Commands that the view may not show yet: shown at once on this device, with a tick once `seq` is known. */
export const echoes = computed(() => [...acknowledged.value, .../** @type {Echo[]} */ (outbox.value)]);

/**
 * The first commands of *queue* that fit in one call.
 *
 * @param {Entry[]} queue
 * @param {number} most  how many at most
 */
function nextBatch(queue, most = BATCH_COMMANDS) {
  const batch = [];
  let bytes = 2;
  for (const entry of queue.slice(0, most)) {
    bytes += new TextEncoder().encode(JSON.stringify(entry)).length + 1;
    if (batch.length > 0 && bytes > BATCH_BYTES) break;
    batch.push(entry);
  }
  return batch;
}

/**
 * Sorts the server's answers to *batch*: what is done, what is refused for good, and when to try the rest again.
 * An answer that is missing or cannot be understood keeps its command.
 *
 * @param {Entry[]} batch
 * @param {Answer[] | Refused | undefined} answers  one refusal stands for the whole call
 * @returns {{accepted: (Entry & {seq: number})[], refused: Refusal[], kept: number, retryMs?: number, apart: boolean}}
 *   apart: the call as a whole was refused, so its commands should go one by one
 */
function sortAnswers(batch, answers) {
  const whole = answers && !Array.isArray(answers) && answers.ok === false ? answers : undefined;
  const byId = new Map((Array.isArray(answers) ? answers : []).map((answer) => [answer?.id, answer]));
  /** @type {ReturnType<typeof sortAnswers>} */
  const sorted = { accepted: [], refused: [], kept: 0, apart: false };
  if (whole && batch.length > 1 && !KEPT.includes(whole.code))
    return { ...sorted, kept: batch.length, apart: true };
  for (const entry of batch) {
    const answer = whole ?? byId.get(entry.id);
    if (answer?.ok === true) {
      sorted.accepted.push({ ...entry, seq: answer.seq });
    } else if (answer?.ok === false && !KEPT.includes(answer.code)) {
      sorted.refused.push({ command: entry, code: answer.code, message: answer.message });
    } else {
      sorted.kept += 1;
      if (answer?.retry_ms) sorted.retryMs = Math.max(sorted.retryMs ?? 0, answer.retry_ms);
    }
  }
  return sorted;
}

/** 96 random bits in base64url; `randomUUID` does not exist on plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/**
 * Where the commands of one person in one session lie; falls back to memory when the browser keeps nothing.
 *
 * @param {Storage} storage
 * @param {string} prefix
 * @param {() => void} onForgetful
 */
function shelf(storage, prefix, onForgetful) {
  const attempt = (action, otherwise) => {
    try {
      return action();
    } catch {
      onForgetful();
      return otherwise;
    }
  };
  const keyOf = (entry) => `${prefix}${String(entry.since).padStart(15, "0")}:${entry.id}`;
  return {
    /**
     * @param {Entry} entry
     * @param {{code: string, message: string}} [refused]
     */
    put(entry, refused) {
      attempt(() => storage.setItem(keyOf(entry), JSON.stringify({ entry, refused })));
    },
    /** @param {Entry} entry */
    drop(entry) {
      attempt(() => storage.removeItem(keyOf(entry)));
    },
    /**
     * It is over, and the page that made it may not know yet.
     *
     * @param {Entry} entry
     */
    leaveWord(entry) {
      attempt(() => storage.setItem(keyOf(entry), JSON.stringify({ entry, done: true })));
    },
    /**
     * How it lies here now; null when it does not.
     *
     * @param {Entry} entry
     * @returns {Kept | null}
     */
    found(entry) {
      return attempt(() => read(storage.getItem(keyOf(entry))) ?? null, { entry });
    },
    /** @returns {Kept[]} oldest first */
    all() {
      return attempt(() => {
        const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "");
        return keys
          .filter((key) => key.startsWith(prefix))
          .sort()
          .map((key) => read(storage.getItem(key)))
          .filter((kept) => kept?.entry?.id);
      }, []);
    },
  };
}

/** One text that outlives the page, where the browser keeps anything. */
function textThatLasts(storage, key) {
  let known = "";
  return {
    get() {
      try {
        return storage.getItem(key) ?? known;
      } catch {
        return known;
      }
    },
    set(text) {
      known = text;
      try {
        storage.setItem(key, text);
      } catch {
        // Then only this page remembers.
      }
    },
  };
}

/** When the last of them was made: a device whose clock was put back may not put new commands before old ones. */
function latestOf(all) {
  return Math.max(0, ...all.map(({ entry }) => entry.since));
}

/** @returns {Refusal} */
function asRefusal(command, { code, message } = { code: "", message: "" }) {
  return { command, code, message };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * One person's queue.  Everything from outside comes in here, so that it runs without a browser too.
 *
 * @param {{storage?: Storage, name: string, post: (commands: Command[]) => Promise<any>, now?: () => number,
 *   later?: (action: () => void, milliseconds: number) => unknown, chance?: () => number, remember?: boolean}} outside
 *   name: whose queue it is; post: brings commands to the server, and rejects when no answer came;
 *   remember: whether to keep what is stored, to offer it again to a server that has lost it
 */
function createOutbox({
  storage,
  name,
  post,
  now = Date.now,
  later = (action, milliseconds) => setTimeout(action, milliseconds),
  chance = Math.random,
  remember = false,
}) {
  const onForgetful = () => {
    forgetful.value = true;
  };
  const place = /** @type {Storage} */ (storage);
  const kept = shelf(place, `dialoogtafel:${name}:command:`, onForgetful);
  const stored = shelf(place, `dialoogtafel:${name}:stored:`, onForgetful);
  const history = textThatLasts(place, `dialoogtafel:${name}:epoch`);
  /** @type {Map<string, (answer: Answer) => void>} */
  const waiting = new Map();
  /** Ids of what another page made; that page learns from us what became of it. */
  const adopted = new Set();
  const isRefused = (id) => refusals.value.some(({ command }) => command.id === id);
  let online = false;
  let busy = false;
  let failures = 0;
  let most = BATCH_COMMANDS;
  let resting = false;
  let rests = 0;
  let told = "";
  let latest = latestOf(stored.all());
  forgetOldWords();

  /** Takes over what another tab or an earlier visit left behind. */
  function adopt() {
    const known = new Set([...outbox.value, ...acknowledged.value].map(({ id }) => id));
    const all = kept.all();
    latest = Math.max(latest, latestOf(all));
    const found = all.filter(({ entry, done }) => !done && !known.has(entry.id) && !isRefused(entry.id));
    const open = found.filter(({ refused }) => !refused).map(({ entry }) => entry);
    const over = found
      .filter(({ refused }) => refused)
      .map(({ entry, refused }) => asRefusal(entry, refused));
    for (const { entry } of found) adopted.add(entry.id);
    if (open.length) outbox.value = [...outbox.value, ...open].sort((a, b) => a.since - b.since);
    if (over.length) refusals.value = [...refusals.value, ...over];
  }

  /** @returns {Promise<Answer>} */
  function send(type, fields) {
    latest = Math.max(now(), latest + 1);
    const entry = { id: newId(), type, ...fields, since: latest };
    kept.put(entry);
    outbox.value = [...outbox.value, entry];
    return new Promise((resolve) => {
      waiting.set(entry.id, resolve);
      pump();
    });
  }

  async function pump() {
    if (busy) return;
    busy = true;
    while (online && !resting) {
      forgetSent();
      const batch = nextBatch(outbox.value, most);
      if (batch.length === 0) break;
      const asked = history.get();
      const answers = await post(batch.map(({ since, ...command }) => command)).catch(() => undefined);
      // Another tab may have met a server that went back to a copy; then this answer is of a history that is gone.
      settle(batch, history.get() === asked ? answers : undefined);
    }
    busy = false;
  }

  /** What another tab has sent meanwhile needs no second time, whatever the answer was. */
  function forgetSent() {
    const now = outbox.value.map((entry) => ({ entry, found: kept.found(entry) }));
    const over = now.filter(({ found }) => found?.refused);
    // One of our own is only over when that is written: somebody may have cleared what the browser keeps.
    const gone = now.filter(({ entry, found }) => found?.done || (!found && adopted.has(entry.id)));
    for (const { entry } of gone) if (!adopted.has(entry.id)) kept.drop(entry);
    for (const { entry } of gone) waiting.delete(entry.id);
    remove([...over, ...gone].map(({ entry }) => entry));
    refuse(over.map(({ entry, found }) => asRefusal(entry, found?.refused)));
  }

  function settle(batch, answers) {
    const { accepted, refused, kept: left, retryMs, apart } = sortAnswers(batch, answers);
    most = apart ? 1 : BATCH_COMMANDS;
    for (const { seq, ...entry } of accepted) {
      if (remember) stored.put(entry);
      finish(entry);
    }
    if (remember && accepted.length) forgetOld();
    for (const { command, code, message } of refused) kept.put(command, { code, message });
    if (accepted.length) {
      acknowledged.value = [...acknowledged.value, ...accepted];
      later(() => forgetEchoes(accepted), LONGEST_ECHO_MS);
    }
    remove([...accepted, ...refused.map(({ command }) => command)]);
    for (const { id, seq } of accepted) answer(id, { id, ok: true, seq });
    refuse(refused);
    if (left === 0 || apart) {
      failures = 0;
      return;
    }
    rest(retryMs ?? Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures));
    failures += 1;
  }

  function finish(entry) {
    if (adopted.has(entry.id)) kept.leaveWord(entry);
    else kept.drop(entry);
  }

  function refuse(refused) {
    const fresh = refused.filter(({ command }) => !isRefused(command.id));
    if (fresh.length) refusals.value = [...refusals.value, ...fresh];
    for (const { command, code, message } of refused)
      answer(command.id, { id: command.id, ok: false, code, message });
  }

  function forgetOldWords() {
    for (const { entry, done } of kept.all()) if (done && entry.since < now() - WORD_MS) kept.drop(entry);
  }

  function forgetOld() {
    const all = stored.all().map(({ entry }) => entry);
    const old = all.filter(({ since }, at) => at < all.length - MOST_STORED || since < now() - STORED_MS);
    for (const entry of old) stored.drop(entry);
  }

  /** Everything this device still has goes into the queue again; what the server knows has no second effect. */
  function offerAgain() {
    for (const { entry } of stored.all()) {
      kept.put(entry);
      stored.drop(entry);
    }
    adopt();
  }

  function rest(milliseconds) {
    rests += 1;
    resting = true;
    const thisRest = rests;
    later(() => thisRest === rests && wake(), milliseconds * (1 + chance() / 2));
  }

  function wake() {
    rests += 1;
    resting = false;
    pump();
  }

  function answer(id, outcome) {
    waiting.get(id)?.(outcome);
    waiting.delete(id);
  }

  function remove(entries) {
    if (entries.length === 0) return;
    const ids = new Set(entries.map(({ id }) => id));
    outbox.value = outbox.value.filter(({ id }) => !ids.has(id));
  }

  function forgetEchoes(entries) {
    const ids = new Set(entries.map(({ id }) => id));
    if (acknowledged.value.some(({ id }) => ids.has(id))) {
      acknowledged.value = acknowledged.value.filter(({ id }) => !ids.has(id));
    }
  }

  return {
    send,
    adopt,

    /** The connection stands (again): send what waits. */
    resume() {
      online = true;
      failures = 0;
      adopt();
      wake();
    },

    /** Which history the server tells; when it is another one than before, ours is offered again. */
    learn(epoch) {
      const before = history.get();
      if (before !== epoch) history.set(epoch);
      // Also when another tab was first to offer everything again: what is open again is no echo any more.
      if (told !== epoch) acknowledged.value = [];
      told = epoch;
      if (before && before !== epoch) offerAgain();
    },

    /** The connection is gone. */
    hold() {
      online = false;
    },

    /** The view shows everything up to *seq*; a moment later the echoes of that are not needed any more. */
    reached(seq) {
      const shown = acknowledged.value.filter((echo) => (echo.seq ?? 0) <= seq);
      if (shown.length) later(() => forgetEchoes(shown), ECHO_MS);
    },

    dismiss(id) {
      const over = refusals.value.find(({ command }) => command.id === id);
      if (over) finish(over.command);
      refusals.value = refusals.value.filter(({ command }) => command.id !== id);
    },
  };
}

/** @type {ReturnType<typeof createOutbox> | undefined} */
let queue;

/** Opens the queue of this page; `connection.js` does so before anything can be sent. */
export function openOutbox(outside) {
  queue = createOutbox(outside);
  queue.adopt();
  return queue;
}

/**
 * Sends a command, now or as soon as there is a connection.
 *
 * @param {string} type
 * @param {Object<string, any>} [fields]
 * @returns {Promise<Answer>} when the server has stored it or refused it; not when another tab heard the answer
 */
export function send(type, fields = {}) {
  if (!queue) throw new Error("the outbox is not open yet");
  return queue.send(type, fields);
}

/** The text of a refused command is back where it came from (or given up). */
export function dismissRefusal(id) {
  queue?.dismiss(id);
}
