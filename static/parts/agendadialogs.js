/** Questions of the agenda's editor: which kind of step to add, and what to do with what is not saved. */
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Dialog } from "./dialog.js";
import { planId } from "./stepspec.js";

/** @param {{data: any, add: (plan: object) => void, onClose: () => void}} props */
export function AddStepDialog({ data, add, onClose }) {
  const kind = (icon, label, hint, plan) => html`
    <li>
      <button type="button" class="choice-card" onClick=${() => add(plan)}>
        <${Icon} name=${icon} /><span><strong>${label}</strong><span class="muted small">${hint}</span></span>
      </button>
    </li>
  `;
  const item = () => [{ id: planId("i"), title: t("agenda.start_item") }];
  const earlier = Object.entries(data.steps).filter(([, { plan }]) => plan.kind === "rating");
  const round = earlier.at(-1)?.[0];
  const scale = {
    question: t("agenda.start_question"),
    points: [t("agenda.start_1"), t("agenda.start_2"), t("agenda.start_3"), t("agenda.start_4")],
    off: t("agenda.start_off"),
  };
  return html`
    <${Dialog} title=${t("agenda.add")} onClose=${onClose}>
      <ul class="choice-cards">
        ${kind("square", t("agenda.new_canvas"), t("agenda.new_canvas_hint"), {
          kind: "canvas",
          title: t("agenda.new_canvas"),
          minutes: 10,
          boxes: [{ id: planId("b"), title: t("agenda.start_box") }],
        })}
        ${kind("circle-check", t("agenda.new_scale"), t("agenda.new_scale_hint"), {
          kind: "rating",
          title: t("agenda.new_scale"),
          minutes: 10,
          items: item(),
          scale,
        })}
        ${kind("circle-check", t("agenda.new_dots"), t("agenda.new_dots_hint"), {
          kind: "rating",
          title: t("agenda.new_dots"),
          minutes: 5,
          items: item(),
          dots: 5,
        })}
        ${kind("messages-square", t("agenda.new_talk"), t("agenda.new_talk_hint"), {
          kind: "discussion",
          title: t("agenda.new_talk"),
          minutes: 15,
          items: round ? { items_of: [round] } : item(),
        })}
        ${kind("file-text", t("agenda.new_page"), t("agenda.new_page_hint"), {
          kind: "page",
          title: t("agenda.new_page"),
          minutes: 5,
          text: t("agenda.start_text"),
        })}
      </ul>
    <//>
  `;
}

/** @param {{leave: () => void, onClose: () => void}} props  leave: go on without what was written */
export function LeaveDialog({ leave, onClose }) {
  return html`
    <${Dialog} title=${t("agenda.leave_title")} onClose=${onClose}>
      <div class="stack">
        <p>${t("agenda.leave_text")}</p>
        <p class="row">
          <button type="button" class="button primary" onClick=${onClose}>${t("agenda.leave_no")}</button>
          <button type="button" class="button" onClick=${leave}>${t("agenda.leave_yes")}</button>
        </p>
      </div>
    <//>
  `;
}
