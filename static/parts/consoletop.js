/** The top of the console: what session this is, how the connection is, and what holds for the whole session. */
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { connection } from "../core/store.js";
import { KeyButton, toggleFullScreen } from "./keys.js";
import { spacedCode } from "./room.js";

export function ConsoleTop({ session, repair, showQr, setDialog, observing }) {
  const only = (icon, label, onClick, more = {}) => html`
    <button type="button" class="button quiet icon-only" aria-label=${label} title=${label} onClick=${onClick} ...${more}>
      <${Icon} name=${icon} />
    </button>
  `;
  return html`
    <header class="console-top">
      <div class="console-title">
        <h1 ...${sessionText()}>${session.title}</h1>
        ${session.state === "live" && session.door_closed && html`<span class="badge"><${Icon} name="door-closed" />${t("console.door_is_closed")}</span>`}
      </div>
      <div class="console-close">
        <button type="button" class="button quiet" data-now=${session.state === "live" && !observing ? "" : undefined}
          onClick=${() => setDialog("close")}>
          <${Icon} name="log-out" /><span>${t("console.close")}</span>
        </button>
        <${SessionState} session=${session} />
      </div>
      <p class="console-connection" data-state=${connection.value}>
        <span class="dot" aria-hidden="true"></span>${connection.value === "online" ? t("console.connected") : t("console.not_connected")}
      </p>
      <div class="row">
        <div class="row console-repair" role="group" aria-label=${t("console.repair")}>
          ${only("undo-2", t("console.undo"), repair.undo, { "aria-disabled": !repair.undo, "aria-keyshortcuts": "Control+Z" })}
          ${only("redo-2", t("console.redo"), repair.redo, { "aria-disabled": !repair.redo, "aria-keyshortcuts": "Control+Shift+Z" })}
          ${only("history", t("console.done_so_far"), () => setDialog("acts"))}
        </div>
        <${KeyButton} kind="quiet console-code" icon="qr-code" letter="Q" label=${spacedCode()} onClick=${showQr} />
        ${only("maximize", t("console.full_screen"), toggleFullScreen, { class: "button quiet icon-only console-keys" })}
        <button type="button" class="button quiet icon-only console-keys" aria-label=${t("common.keys")} title=${t("common.keys")}
          onClick=${() => setDialog("keys")}>
          <kbd aria-hidden="true">?</kbd>
        </button>
      </div>
    </header>
  `;
}

/** Where the button to close will be, or was: nothing beside it moves when the session begins or ends. */
function SessionState({ session }) {
  switch (session.state) {
    case "lobby":
      return html`<span class="badge">${t("console.state_lobby")}</span>`;
    case "closed":
      return html`<span class="badge"><${Icon} name="lock" />${t("console.state_closed")}</span>`;
    default:
      return null;
  }
}
