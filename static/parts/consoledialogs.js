/** What the console asks and shows on top of everything. */
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { Dialog } from "./dialog.js";
import { joinUrl, QrCode, spacedCode } from "./room.js";

export function QrDialog({ onClose }) {
  const address = joinUrl();
  return html`
    <${Dialog} title=${t("console.join_title")} onClose=${onClose}>
      <div class="join-dialog">
        <${QrCode} />
        <p class="muted">${t("console.qr_on_screen")}</p>
        <p class="join-code">${spacedCode()}</p>
        <p><a href=${address} target="_blank" rel="noopener">${address}</a></p>
      </div>
    <//>
  `;
}

export function CloseDialog({ onClose }) {
  const closeSession = () => {
    send("session.close");
    onClose();
  };
  return html`
    <${Dialog} title=${t("console.close_title")} onClose=${onClose}>
      <div class="stack">
        <p>${t("console.close_text")}</p>
        <p class="row">
          <button type="button" class="button danger" onClick=${closeSession}>${t("console.close_yes")}</button>
          <button type="button" class="button" onClick=${onClose}>${t("console.close_no")}</button>
        </p>
      </div>
    <//>
  `;
}
