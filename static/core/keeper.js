/**
 * Keeps the text of the report that somebody writes: on this device at once, on the server a moment later, for as long
 * as it takes.  *Saved* means acknowledged.
 *
 * The server takes a text only on top of the newest version.  When another device was first it keeps ours aside and says
 * so; from then on nothing is sent until the person has chosen, and what they write meanwhile stays on this device.
 */
import { signal } from "@preact/signals";
import { answerTo } from "./answer.js";
import { boot } from "./boot.js";
import { deviceId } from "./device.js";
import { t } from "./i18n.js";
import { dropTextDraft, keepTextDraft, textDrafts } from "./textdrafts.js";

/**
 * What the server says of the text that goes out; parts: how many pieces the session added since.
 *
 * @typedef {{version: number, edited: boolean, seq: number, at?: number, agent?: string, device?: string,
 *   parts: number}} Standing
 */

/** @typedef {"loading" | "saved" | "writing" | "saving" | "unsaved" | "conflict" | "refused"} Keeping */

const REST_MS = 1_200;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];
const LOOK_MS = 15_000;

/** @type {import("@preact/signals").Signal<Standing>} */
export const standing = signal({ version: 0, edited: false, seq: 0, parts: 0 });
/** @type {import("@preact/signals").Signal<Keeping>} */
export const keeping = signal("loading");
/** Why it is not saved, in a sentence; empty when there is nothing to say. */
export const trouble = signal("");
/** Grows whenever the text became another one without anybody writing here. */
export const replaced = signal(0);
/** True after what was written before was brought back from this device. */
export const restored = signal(false);

let text = "";
let saving = /** @type {Promise<boolean> | undefined} */ (undefined);
let waiting = 0;
let failures = 0;

export function currentText() {
  return text;
}

/** Fetches the text, and sends what an earlier visit could not. */
export async function openText() {
  const answer = await answerTo(textAddress("text"));
  if (!answer.ok) {
    explain(answer);
    setTimeout(openText, retryMs());
    return;
  }
  failures = 0;
  takeOver(answer.body);
  for (const [key, draft] of textDrafts()) await bringBack(key, draft);
}

async function bringBack(key, draft) {
  if (draft.text === text) {
    dropTextDraft(key);
    return;
  }
  text = draft.text;
  standing.value = { ...standing.value, version: draft.version, seq: draft.seq };
  keepTextDraft({ ...draft, at: Date.now() });
  dropTextDraft(key);
  restored.value = true;
  replaced.value++;
  await saveText();
}

/** The text in the field is now this. */
export function write(written) {
  text = written;
  const { version, seq } = standing.value;
  const kept = keepTextDraft({ version, seq, text, at: Date.now() });
  if (!kept) trouble.value = t("report.edit_forgetful");
  if (keeping.value === "conflict") return;
  keeping.value = "writing";
  clearTimeout(waiting);
  waiting = setTimeout(saveText, REST_MS);
}

/** Saves now what waits; whether all of it is saved. */
export async function flush() {
  clearTimeout(waiting);
  while (saving) await saving;
  return ["writing", "unsaved"].includes(keeping.value) ? saveText() : keeping.value === "saved";
}

/** Whether closing this page would leave something behind that only this device has. */
function isUnsaved() {
  return ["writing", "saving", "unsaved", "conflict", "refused"].includes(keeping.value);
}

function saveText() {
  clearTimeout(waiting);
  saving ??= post().finally(() => {
    saving = undefined;
  });
  return saving;
}

async function post() {
  const sent = text;
  const { version, seq } = standing.value;
  keeping.value = "saving";
  const answer = await answerTo(textAddress("text"), { version, seq, text: sent, device: deviceId() });
  if (answer.ok) {
    failures = 0;
    trouble.value = "";
    standing.value = { ...standing.value, ...answer.body, edited: answer.body.kind !== "automatic" };
    if (text !== sent) write(text);
    else settle();
    return text === sent;
  }
  if (answer.status === 409) {
    keeping.value = "conflict";
    trouble.value = answer.body.message;
    rival = answer.body.version;
    return false;
  }
  explain(answer);
  // What the server will not have as it is waits for the next change.
  if (answer.status >= 400 && answer.status < 500) keeping.value = "refused";
  else {
    keeping.value = "unsaved";
    waiting = setTimeout(saveText, retryMs());
  }
  return false;
}

let rival = 0;

/** In a conflict: our text in place of the other. */
export function preferOurs() {
  standing.value = { ...standing.value, version: rival };
  trouble.value = "";
  return saveText();
}

/** In a conflict: go on with the other text; ours is kept as a version. */
export async function preferTheirs() {
  const { version, seq } = standing.value;
  const aside = await answerTo(textAddress("text"), { version, seq, text, device: deviceId() });
  if (!aside.ok && aside.status !== 409) {
    trouble.value = t("report.edit_offline");
    return false;
  }
  return reload();
}

/** The text as it now is on the server. */
export async function reload() {
  const answer = await answerTo(textAddress("text"));
  if (answer.ok) takeOver(answer.body);
  else explain(answer);
  return answer.ok;
}

/**
 * Something that makes a new version on the server: going back, or taking over what the session added.
 *
 * @param {"back" | "take"} what
 * @param {Object<string, any>} wanted
 */
export async function change(what, wanted) {
  if (!(await flush())) return false;
  const answer = await answerTo(textAddress(what), {
    ...wanted,
    version: standing.value.version,
    device: deviceId(),
  });
  if (answer.ok) takeOver(answer.body);
  else if (answer.status === 409) await reload();
  else explain(answer);
  return answer.ok;
}

/** Looks now and then whether the session went on, or another device saved. */
export function keepLooking() {
  const look = async () => {
    if (!document.hidden && keeping.value === "saved") {
      const answer = await answerTo(textAddress("now"));
      if (answer.ok && keeping.value === "saved") await compare(answer.body);
    }
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}

async function compare(now) {
  const { version, seq, edited } = standing.value;
  if (now.version !== version || (!edited && now.seq !== seq)) await reload();
  else standing.value = { ...standing.value, parts: now.parts };
}

/** @param {Standing & {text: string, refusal?: string}} state */
function takeOver({ text: newText, refusal, ...state }) {
  standing.value = state;
  if (newText !== text) {
    text = newText;
    replaced.value++;
  }
  trouble.value = refusal ?? "";
  if (refusal) keeping.value = "refused";
  else settle();
}

function settle() {
  dropTextDraft();
  keeping.value = "saved";
}

function explain({ status, body }) {
  trouble.value = (status && body.message) || t("report.edit_offline");
}

function retryMs() {
  failures++;
  return RETRY_MS[Math.min(failures, RETRY_MS.length) - 1];
}

function textAddress(what) {
  return `/s/${boot().code}/report/${what}.json`;
}

addEventListener("online", () => keeping.value === "unsaved" && saveText());
addEventListener("beforeunload", (event) => {
  if (isUnsaved()) event.preventDefault();
});
