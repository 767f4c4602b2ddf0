/** Cards that were hidden or removed, to be brought back. */
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { awayCards } from "./away.js";
import { Dialog } from "./dialog.js";

/** @param {{step: any, stepId: string, onClose: () => void}} props */
export function AwayDialog({ step, stepId, onClose }) {
  const { hidden, removed } = awayCards(step);
  const line = ([id, { text, box }], word, restore) => html`
    <li key=${id}>
      <span>
        <span ...${sessionText()}>${text}</span>
        <span class="muted small"> <bdi>${step.boxes[box]?.title}</bdi> · ${word}</span>
      </span>
      <button type="button" class="button quiet" aria-label=${t("away.restore_this", { text })} onClick=${restore}>
        <${Icon} name="archive-restore" />${t("away.restore")}
      </button>
    </li>
  `;
  return html`
    <${Dialog} title=${t("away.title")} onClose=${onClose}>
      ${hidden.length + removed.length === 0 && html`<p class="muted">${t("away.none")}</p>`}
      <ul class="everybody">
        ${hidden.map((entry) =>
          line(entry, t("canvas.hidden_now"), () =>
            send("canvas.hide_card", { step: stepId, card: entry[0], hidden: false }),
          ),
        )}
        ${removed.map((entry) =>
          line(entry, t("away.removed"), () => send("canvas.restore_card", { step: stepId, card: entry[0] })),
        )}
      </ul>
    <//>
  `;
}
