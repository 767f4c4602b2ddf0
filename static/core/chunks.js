/**
 * Parts of a page that come when they are wanted: a chunk for each kind of step.  The chunk of the current step comes
 * with the page and the others as soon as all is quiet, so that a phone that loses its connection can still do every
 * later step.
 *
 * A newcomer would simply import again after a failure; a browser may remember for ever that a module could not be
 * fetched, so we see to it that the files are there before we import them.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { html, Icon } from "./dom.js";
import { addTexts, t } from "./i18n.js";
import { connection } from "./store.js";

const FETCH_MS = 20_000;
const FETCH_AGAIN_MS = 4_000;
const IDLE_MS = 500;
const LONGEST_WAIT_MS = 2_000;
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Object<string, () => Promise<any>>} ChunkTable  kind of step -> what brings its chunk */

/** @type {import("@preact/signals").Signal<Object<string, any>>} kind -> what its chunk gave; "" when it failed */
const chunks = signal({});
/** @type {Object<string, Promise<void>>} kind -> until it is here, or not */
const onTheirWay = {};

/**
 * What draws a kind of step, once it is here.
 *
 * @param {ChunkTable} table
 * @param {string | undefined} kind
 */
export function useChunk(table, kind) {
  const found = chunks.value[kind ?? ""];
  const online = connection.value === "online";
  useEffect(() => {
    if (kind && !found) bring(table, kind);
  }, [kind, online]);
  return found || undefined;
}

/** Fetches what later steps need; draws nothing. */
export function ChunksAhead({ table }) {
  const online = connection.value === "online";
  useEffect(() => {
    const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, IDLE_MS));
    const all = async () => {
      for (const kind of Object.keys(table)) await bring(table, kind);
      document.body.dataset.ahead = "";
    };
    idle(all, { timeout: LONGEST_WAIT_MS });
  }, [online]);
  return null;
}

/** In place of a step whose chunk is not here. */
export function ChunkMissing({ kind }) {
  if (chunks.value[kind] !== "") return html`<p class="late">${t("common.loading")}</p>`;
  return html`
    <div class="notice" data-tone="warn">
      <${Icon} name="triangle-alert" />
      <p role="alert">${t("common.chunk_missing")}</p>
      <button type="button" class="button" onClick=${() => location.reload()}>${t("common.chunk_reload")}</button>
    </div>
  `;
}

/**
 * @param {ChunkTable} table
 * @param {string} kind
 */
function bring(table, kind) {
  if (!table[kind] || chunks.peek()[kind]) return;
  onTheirWay[kind] ??= fetchChunk(table, kind);
  return onTheirWay[kind];
}

async function fetchChunk(table, kind) {
  try {
    await Promise.all(addressesOf(kind).map(fetchWhole));
    // First wait, then look what is there: others may have come meanwhile.
    const gave = await table[kind]();
    chunks.value = { ...chunks.peek(), [kind]: gave };
  } catch {
    chunks.value = { ...chunks.peek(), [kind]: "" };
    setTimeout(() => bring(table, kind), FETCH_AGAIN_MS);
  }
  delete onTheirWay[kind];
}

/** The files of a chunk that the page does not fetch anyway: the import map names them, with who needs them. */
function addressesOf(kind) {
  const map = document.querySelector("script[type=importmap]")?.textContent ?? "{}";
  return Object.entries(/** @type {Object<string, string>} */ (JSON.parse(map).imports))
    .filter(([name]) => name.split("+").includes(kind))
    .map(([, address]) => address)
    .filter((address) => !document.querySelector(`link[href="${address}"]`));
}

async function fetchWhole(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!answer.ok) throw new Error(address);
  await answer.arrayBuffer();
}

/**
 * Called by every chunk before anything else: what it brings besides code.
 *
 * @param {Object<string, string>} texts
 * @param {string} icons  symbols for the sprite
 * @param {string} css
 */
export function arrive(texts, icons, css) {
  addTexts(texts);
  if (icons) {
    const sprite = new DOMParser().parseFromString(`<svg xmlns="${SVG}">${icons}</svg>`, "image/svg+xml");
    document.querySelector("[hidden] > svg")?.append(...sprite.documentElement.childNodes);
  }
  if (css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
}
