/** What can be done with a session as a whole: keep its log, copy it, delete it. */
import { boot } from "../core/boot.js";
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Dialog } from "./dialog.js";

export function ManageDialog({ onClose }) {
  const base = `/s/${boot().code}`;
  return html`
    <${Dialog} title=${t("after.title")} onClose=${onClose}>
      <div class="stack">
        <p>${t("after.own")}</p>
        <p><a class="button" href=${`${base}/copy`}>${t("after.copy")}</a></p>
        <p>
          <a class="button" href=${`${base}/events.jsonl`} download>${t("after.export")}</a>
          <span class="muted small">${t("after.export_hint")}</span>
        </p>
        <p>
          <a class="button quiet" href=${`${base}/events.jsonl?for=others`} download>${t("after.export_others")}</a>
          <span class="muted small">${t("after.export_others_hint")}</span>
        </p>
        <p><a class="button danger" href=${`${base}/delete`}>${t("after.delete")}</a></p>
      </div>
    <//>
  `;
}
