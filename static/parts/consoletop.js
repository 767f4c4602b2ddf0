/** The top of the console: what session this is, how the connection is, and what holds for the whole session. */
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { connection } from "../core/store.js";
import { KeyButton, toggleFullScreen } from "./keys.js";
import { spacedCode } from "./room.js";

export function ConsoleTop({ session, showQr, setDialog }) {
  return html`
    <header class="console-top">
      <div class="console-title">
        <h1 ...${sessionText()}>${session.title}</h1>
        <${SessionState} state=${session.state} />
      </div>
      <p class="console-connection" data-state=${connection.value}>
        <span class="dot" aria-hidden="true"></span>${connection.value === "online" ? t("console.connected") : t("console.not_connected")}
      </p>
      <div class="row">
        <${KeyButton} kind="quiet console-code" icon="qr-code" letter="Q" label=${spacedCode(boot().code)} onClick=${showQr} />
        <button type="button" class="button quiet icon-only console-keys" aria-label=${t("common.keys")} onClick=${() => setDialog("keys")}>
          <kbd aria-hidden="true">?</kbd>
        </button>
        <button type="button" class="button quiet icon-only console-keys" aria-label=${t("console.full_screen")} onClick=${toggleFullScreen}>
          <${Icon} name="maximize" />
        </button>
        ${
          session.state === "live" &&
          html`
            <button type="button" class="button quiet" onClick=${() => setDialog("close")}>
              <${Icon} name="log-out" /><span>${t("console.close")}</span>
            </button>
          `
        }
      </div>
    </header>
  `;
}

function SessionState({ state }) {
  switch (state) {
    case "lobby":
      return html`<span class="badge">${t("console.state_lobby")}</span>`;
    case "closed":
      return html`<span class="badge"><${Icon} name="lock" />${t("console.state_closed")}</span>`;
    default:
      return null;
  }
}
