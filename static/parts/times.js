/** When each step was to begin and when it began, and when the first one is to begin. */
import { useState } from "preact/hooks";
import { html, ordered } from "../core/dom.js";
import { formatTime, sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { serverNow } from "../core/time.js";
import { Dialog } from "./dialog.js";
import { paceOf } from "./pace.js";

/** @param {{place: {id: string}, onClose: () => void}} props */
export function TimesDialog({ place, onClose }) {
  const { agenda, steering = {} } = view.value;
  const { start, planned } = paceOf(agenda, steering, place.id, serverNow());
  const [time, setTime] = useState(start === undefined ? "" : asTime(start));
  const save = (event) => {
    event.preventDefault();
    const at = time && asMoment(time);
    send("session.starts", at ? { at } : {});
  };
  return html`
    <${Dialog} title=${t("times.title")} onClose=${onClose}>
      <form class="stack" onSubmit=${save}>
        <div class="field">
          <label for="times-start">${t("times.start")}</label>
          <div class="row">
            <input id="times-start" class="input times-start" type="time" value=${time} aria-describedby="times-hint"
              onInput=${(event) => setTime(event.currentTarget.value)} />
            <button class="button primary">${t("times.save")}</button>
          </div>
          <p id="times-hint" class="muted small">${t("times.hint")}</p>
        </div>
      </form>
      <table class="progress-table times">
        <thead>
          <tr><th scope="col">${t("times.step")}</th><th scope="col">${t("times.minutes")}</th><th scope="col">${t("times.planned")}</th><th scope="col">${t("times.real")}</th></tr>
        </thead>
        <tbody>
          ${ordered(agenda).map(
            ([id, step], at) => html`
              <tr key=${id} aria-current=${id === place.id ? "step" : undefined}>
                <th scope="row" ...${sessionText()}>${at + 1}. ${step.title}</th>
                <td>${step.minutes || "–"}</td>
                <td>${planned.has(id) ? formatTime(planned.get(id)) : "–"}</td>
                <td>${steering.entered?.[id] ? formatTime(steering.entered[id]) : "–"}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    <//>
  `;
}

/** A moment as a field for a time has it. */
function asTime(moment) {
  const day = new Date(moment);
  return `${String(day.getHours()).padStart(2, "0")}:${String(day.getMinutes()).padStart(2, "0")}`;
}

/** The moment of today at this time. */
function asMoment(time) {
  const [hours, minutes] = time.split(":").map(Number);
  const day = new Date(serverNow());
  day.setHours(hours, minutes, 0, 0);
  return day.getTime();
}
