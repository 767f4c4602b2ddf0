/** What the console and the screen both tell about the room: how to join, who is there, what is new. */
import { useEffect, useRef } from "preact/hooks";
import { boot } from "../core/boot.js";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { connection, mine, people, refusal, view } from "../core/store.js";

const CALM_MS = 10_000;

/** The code to come in by, which may be changed; the console has it in its view, a screen as its own. */
export function entryCode() {
  const { code, entry = code } = boot();
  return view.value ? (view.value.steering?.code ?? mine.value.code ?? code) : entry;
}

/** The address that newcomers open. */
export function joinUrl() {
  return new URL(`/s/${entryCode()}`, new URL(boot().urls.join, location.href)).href;
}

/** The eight digits in two groups, as people read them out. */
export function spacedCode(code = entryCode()) {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

/** The address people type, without the scheme that browsers add themselves. */
export function joinAddress() {
  const { host, urls } = boot();
  return host ?? new URL(urls.join ?? "", location.href).host;
}

/** The QR code that the server drew into the page, or a new one when the code was changed since. */
export function QrCode() {
  const code = entryCode();
  const { entry = boot().code } = boot();
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const drawn = /** @type {HTMLTemplateElement | null} */ (document.getElementById("qr"));
    if (code === entry && drawn) place.current?.replaceChildren(drawn.content.cloneNode(true));
  }, [code]);
  return html`
    <div key=${code} class="qr" role="img" aria-label=${t("common.qr")} ref=${place}>
      ${code !== entry && html`<img src=${`/s/${code}/qr.svg`} alt="" />`}
    </div>
  `;
}

/**
 * Organisations in the session's order with how many of their people are online.
 *
 * @returns {{title: string, online: number}[]}
 */
export function presentOrganisations() {
  const left = { ...people.value.groups };
  const present = [];
  for (const [id, { title }] of ordered(view.value?.session.organisations)) {
    const online = left[title] ?? left[id] ?? 0;
    delete left[title];
    delete left[id];
    if (online > 0) present.push({ title, online });
  }
  for (const [title, online] of Object.entries(left)) if (online > 0) present.push({ title, online });
  return present;
}

/** The name of an organisation that the view may give as an id or as a text. */
export function organisationTitle(organisation) {
  return view.value?.session.organisations?.[organisation]?.title ?? organisation;
}

/** Says nothing while all is well. */
export function ConnectionNotice() {
  switch (connection.value) {
    case "online":
      return null;
    case "refused":
      return html`<p class="notice" data-tone="bad" role="alert"><${Icon} name="triangle-alert" />${refusal.value?.message}</p>`;
    case "offline":
      return html`<p class="notice" data-tone="warn" role="alert"><${Icon} name="wifi-off" />${t("common.offline")}</p>`;
    default:
      return html`<p class="notice">${t("common.connecting")}</p>`;
  }
}

/**
 * Instead of a room that is not there yet, or that this browser may not see.
 *
 * @param {{kind: string}} props  *kind*: the class of the page's main part
 */
export function RoomWaiting({ kind }) {
  if (connection.value !== "refused") {
    return html`
      <main id="main" class=${kind}>
        <div class="late">
          <h1 class="visually-hidden">${t("common.product")}</h1>
          <${ConnectionNotice} />
        </div>
      </main>
    `;
  }
  return html`
    <main id="main" class=${kind}>
      <div class="stack" role="alert">
        <h1>${refusal.value?.message}</h1>
        <p><a class="button primary" href=${boot().urls.home ?? "/"}>${t("common.to_start")}</a></p>
      </div>
    </main>
  `;
}

/** Announces *text* when it has changed, at most once in ten seconds, so that a busy room does not chatter. */
export function useQuietNews(text) {
  const news = useRef({ said: text, latest: text, waiting: 0 });
  useEffect(() => {
    const state = news.current;
    state.latest = text;
    if (state.waiting || state.latest === state.said) return;
    state.waiting = window.setTimeout(() => {
      state.waiting = 0;
      if (state.latest === state.said) return;
      state.said = state.latest;
      announce(state.latest);
    }, CALM_MS);
  }, [text]);
}
