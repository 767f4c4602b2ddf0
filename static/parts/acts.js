/** What was done when, with the way back for each of it. */
import { announce, html, Icon } from "../core/dom.js";
import { formatTime, sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { Dialog } from "./dialog.js";

/** What each act is called; the first thing that happened says what it was. */
const ACT_WORDS = {
  "session.went": "acts.went",
  "session.step_locked": "acts.locked",
  "session.timer_set": "acts.timer",
  "session.timer_paused": "acts.timer",
  "session.closed": "acts.closed",
  "session.reopened": "acts.reopened",
  "session.door_set": "acts.door",
  "session.code_changed": "acts.code",
  "session.person_blocked": "acts.blocked",
  "session.start_planned": "acts.start",
  "session.parked": "acts.parked",
  "session.unparked": "acts.unparked",
  "session.settled": "acts.settled",
  "session.step_added": "acts.step_added",
  "session.step_edited": "acts.step_edited",
  "session.step_moved": "acts.step_moved",
  "session.step_skipped": "acts.step_skipped",
  "session.step_removed": "acts.step_removed",
  "session.info_edited": "acts.session_edited",
  "session.join_edited": "acts.session_edited",
  "session.delivers_edited": "acts.delivers_edited",
  "session.translated": "acts.translated",
  "canvas.card_added": "acts.card_added",
  "canvas.card_prefilled": "acts.prefilled",
  "canvas.card_edited": "acts.card_edited",
  "canvas.card_taken": "acts.card_taken",
  "canvas.card_moved": "acts.card_moved",
  "canvas.card_removed": "acts.card_removed",
  "canvas.card_restored": "acts.card_restored",
  "canvas.card_hidden": "acts.card_hidden",
  "canvas.cards_grouped": "acts.grouped",
  "canvas.group_renamed": "acts.renamed",
  "canvas.cards_ungrouped": "acts.ungrouped",
  "canvas.cards_merged": "acts.merged",
  "canvas.card_split": "acts.split",
  "canvas.box_locked": "acts.box_locked",
  "canvas.revealed": "acts.revealed",
  "rating.revealed": "acts.revealed",
  "page.revealed": "acts.revealed",
  "rating.reopened": "acts.round_reopened",
  "rating.tallied": "acts.tallied",
  "rating.people_tallied": "acts.tallied",
  "rating.rated": "acts.answered_for",
  "rating.dotted": "acts.answered_for",
  "rating.chosen": "acts.answered_for",
  "rating.item_added": "acts.item_added",
  "rating.target_added": "acts.item_added",
  "rating.item_hidden": "acts.item_hidden",
  "rating.reference_shown": "acts.reference",
  "page.written": "acts.written",
  "discussion.spotlit": "acts.spotlit",
  "discussion.concluded": "acts.concluded",
  "discussion.marked": "acts.marked",
};

/** @param {{onClose: () => void}} props */
export function ActsDialog({ onClose }) {
  const acts = Object.entries(view.value.acts ?? {}).sort(([, a], [, b]) => b.order - a.order);
  return html`
    <${Dialog} title=${t("console.done_so_far")} onClose=${onClose}>
      ${acts.length === 0 ? html`<p class="muted">${t("acts.none")}</p>` : html`<p class="muted small">${t("acts.hint")}</p>`}
      <ol class="acts">${acts.map(([id, act]) => html`<${ActLine} key=${id} id=${id} act=${act} />`)}</ol>
    <//>
  `;
}

function ActLine({ id, act }) {
  const what = t(ACT_WORDS[act.what] ?? "acts.something");
  const step = view.value.agenda[act.step]?.title;
  const about = act.about ?? step ?? "";
  const turn = async () => {
    const answer = await send(act.undone ? "session.redo" : "session.undo", { act: Number(id) });
    if (answer.ok) announce(act.undone ? t("console.redone") : t("console.undone"));
  };
  const label = act.undone ? t("console.redo") : t("console.undo");
  return html`
    <li class="act" data-undone=${act.undone ? "" : undefined}>
      <time>${formatTime(act.at)}</time>
      <span>
        ${what}${about && html`: <q ...${sessionText()}>${about}</q>`}
        ${act.undone && html` <span class="badge">${t("acts.undone")}</span>`}
      </span>
      <button type="button" class="button quiet icon-only" aria-label=${`${label}: ${what} ${about}`} title=${label} onClick=${turn}>
        <${Icon} name=${act.undone ? "redo-2" : "undo-2"} />
      </button>
    </li>
  `;
}
