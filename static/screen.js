/** The big screen: what the room looks at.  It reads only, and its keys change nothing but this screen. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ROUND_SHAPES, SCREEN_ACTIVITIES, STORY } from "./activities/registry.js";
import { ChunkMissing, ChunksAhead, useChunk } from "./core/chunks.js";
import { connect } from "./core/connection.js";
import { announce, html, Icon, mount, ordered } from "./core/dom.js";
import { sessionText, t } from "./core/i18n.js";
import { people, refusal, stepView, view } from "./core/store.js";
import { LookButtons } from "./parts/big.js";
import { Clock } from "./parts/clock.js";
import { KeyButton, KeysDialog, toggleFullScreen, useKeys } from "./parts/keys.js";
import {
  ConnectionNotice,
  joinAddress,
  presentOrganisations,
  QrCode,
  RoomWaiting,
  spacedCode,
  useQuietNews,
} from "./parts/room.js";

const TOOLS_MS = 3_000;

function Screen() {
  // Also when it was let out: what is erased is not to stand here any longer.
  if (!view.value || refusal.value) return html`<${RoomWaiting} kind="screen-cover" />`;
  return html`<${ScreenRoom} session=${view.value.session} agenda=${view.value.agenda} />`;
}

function ScreenRoom({ session, agenda }) {
  const [cover, setCover] = useState("");
  const asked = session.screen?.cover ?? "";
  const toggle = (name) => () => setCover((now) => (now === name ? "" : name));
  const stepId = session.state === "lobby" ? "" : session.step;
  const planned = agenda[stepId];
  const step = stepView(stepId);
  const kind = useChunk(SCREEN_ACTIVITIES, planned?.kind);
  const looks = (step && kind?.looks?.(step)) || [];
  const number = ordered(agenda).findIndex(([id]) => id === stepId) + 1;

  useEffect(() => {
    if (planned) announce(t("screen.now_at", { number, title: planned.title }));
  }, [stepId]);
  // The console lays something over the screen, or takes it away; the keys of the screen do so too.
  useEffect(() => setCover(asked), [asked]);
  useKeys({
    q: toggle("qr"),
    b: toggle("blank"),
    f: toggleFullScreen,
    "?": toggle("keys"),
    Escape: () => setCover(""),
    ...Object.fromEntries(looks.filter(({ disabled }) => !disabled).map(({ key, run }) => [key, run])),
  });

  return html`
    <div class="screen-room" data-kind=${planned?.kind ?? session.state} inert=${cover === "qr" || cover === "blank"}>
      ${
        session.state === "live" && planned
          ? html`
              <header class="screen-head">
                <h1 ...${sessionText()}>${planned.title}</h1>
                <${Clock} session=${session} />
                ${planned.instruction && html`<p ...${sessionText()}>${planned.instruction}</p>`}
              </header>
              <main id="main" class="screen-main">
                ${
                  kind
                    ? step &&
                      html`<${kind.screen} key=${stepId} step=${step} stepId=${stepId} looks=${session.screen} />`
                    : html`<${ChunkMissing} kind=${planned.kind} />`
                }
                ${number === 1 && planned.kind === "page" && html`<${ScreenJoin} />`}
              </main>
            `
          : html`<main id="main" class="screen-main">
              ${session.state === "closed" ? html`<${ScreenClosed} session=${session} />` : html`<${ScreenLobby} session=${session} />`}
            </main>`
      }
      <footer class="screen-foot">
        ${session.state === "live" && html`<p class="screen-code">${joinAddress()} <strong>${spacedCode()}</strong></p>`}
        <${ConnectionNotice} />
        ${session.rehearsal && html`<p class="badge">${t("rehearsal.badge")}</p>`}
        ${planned?.locked && html`<p class="badge"><${Icon} name="lock" />${t("screen.locked")}</p>`}
        ${session.state === "live" && html`<p><${Icon} name="users" /> ${t("screen.online", { n: people.value.online })}</p>`}
      </footer>
    </div>
    <${ChunksAhead} table=${SCREEN_ACTIVITIES} /><${ChunksAhead} table=${ROUND_SHAPES} /><${ChunksAhead} table=${STORY} />
    ${cover === "qr" && html`<${QrCover} onClose=${toggle("qr")} />`}
    ${cover === "blank" && html`<${BlankCover} onClose=${toggle("blank")} />`}
    ${cover === "keys" && html`<${KeysDialog} keys=${screenKeys()} onClose=${() => setCover("")} />`}
    <${ScreenTools} looks=${looks} toggle=${toggle} />
  `;
}

function ScreenLobby({ session }) {
  const organisations = presentOrganisations();
  useQuietNews(t("screen.present", { n: people.value.online }));
  return html`
    <div class="screen-lobby">
      <div>
        <h1 ...${sessionText()}>${session.title}</h1>
        <p class="screen-address">${t("screen.go_to")} <strong>${joinAddress()}</strong></p>
        <p class="join-code">${spacedCode()}</p>
        <p class="screen-present">
          ${people.value.online ? t("screen.present", { n: people.value.online }) : t("screen.nobody_yet")}
        </p>
        <ul class="screen-groups">
          ${organisations.map(({ title, online }) => html`<li key=${title}><strong>${online}</strong> <bdi>${title}</bdi></li>`)}
        </ul>
      </div>
      <${QrCode} />
    </div>
  `;
}

/** People still come in while they are welcomed: the code stays in sight. */
function ScreenJoin() {
  return html`
    <section class="screen-join" aria-label=${t("screen.qr")}>
      <${QrCode} />
      <p class="screen-address">${t("screen.go_to")} <strong>${joinAddress()}</strong></p>
      <p class="join-code">${spacedCode()}</p>
    </section>
  `;
}

function ScreenClosed({ session }) {
  return html`
    <div class="screen-closed">
      <h1>${t("screen.closed_title")}</h1>
      <p ...${sessionText()}>${session.title}</p>
      <p>${t("screen.closed_text")}</p>
    </div>
  `;
}

function QrCover({ onClose }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => button.current?.focus(), []);
  return html`
    <section class="screen-cover" aria-label=${t("common.qr")}>
      <${QrCode} />
      <div>
        <p class="screen-address">${t("screen.go_to")} <strong>${joinAddress()}</strong></p>
        <p class="join-code">${spacedCode()}</p>
        <button type="button" class="button" ref=${button} onClick=${onClose}>${t("common.close")}</button>
      </div>
    </section>
  `;
}

function BlankCover({ onClose }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => button.current?.focus(), []);
  return html`
    <section class="screen-cover screen-blank" aria-label=${t("screen.blank")}>
      <button type="button" ref=${button} onClick=${onClose}>${t("screen.unblank")}</button>
    </section>
  `;
}

/** Buttons for what the keys do; they show when the mouse moves or one of them has the focus. */
function ScreenTools({ looks, toggle }) {
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    let sleep = 0;
    const wake = () => {
      setAwake(true);
      clearTimeout(sleep);
      sleep = window.setTimeout(() => setAwake(false), TOOLS_MS);
    };
    document.addEventListener("pointermove", wake);
    document.addEventListener("pointerdown", wake);
    return () => {
      document.removeEventListener("pointermove", wake);
      document.removeEventListener("pointerdown", wake);
    };
  }, []);
  return html`
    <section class="screen-tools" aria-label=${t("screen.tools")} data-awake=${awake ? "" : undefined}>
      <${LookButtons} looks=${looks} />
      <${KeyButton} icon="qr-code" letter="Q" label=${t("screen.qr")} onClick=${toggle("qr")} />
      <${KeyButton} icon="moon" letter="B" label=${t("screen.blank")} onClick=${toggle("blank")} />
      <${KeyButton} icon="maximize" letter="F" label=${t("screen.full_screen")} onClick=${toggleFullScreen} />
      <${KeyButton} letter="?" label=${t("common.keys")} onClick=${toggle("keys")} />
    </section>
  `;
}

/** @returns {[string, string][]} */
function screenKeys() {
  return [
    ["Q", t("screen.qr")],
    ["B", t("screen.blank")],
    ["F", t("screen.full_screen")],
    ["S", t("rating.sort_divided")],
    ["G", t("rating.compare")],
    ["←  →", t("screen.key_pages")],
    ["?", t("common.keys")],
  ];
}

connect();
mount(html`<${Screen} />`, document.getElementById("app"));
