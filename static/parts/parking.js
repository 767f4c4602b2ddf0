/** The parking lot: thoughts that do not belong to this step, for later.  Open in every step, to everybody. */
import { announce, html, Icon, ordered } from "../core/dom.js";
import { useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { newId, send } from "../core/outbox.js";
import { mine, view } from "../core/store.js";
import { Dialog } from "./dialog.js";

const MAX_THOUGHT = 280;

/** For a participant: put a thought there, and see what is there. */
export function ParkingLot({ closed }) {
  const thoughts = ordered(view.value.parking);
  const own = /** @type {any} */ (mine.value).parked ?? {};
  return html`
    <section class="stack">
      <h3>${t("parking.title")}</h3>
      ${!closed && html`<${ParkForm} />`}
      <ul class="cards">
        ${thoughts.map(
          ([id, thought]) => html`
            <li key=${id} class="card">
              <p class="card-text" ...${sessionText()}>${thought.text}</p>
              <p class="card-footer"><bdi>${thought.by}</bdi> ${thought.settled && t("parking.settled")}</p>
              ${
                own[id] &&
                !closed &&
                html`<button type="button" class="button quiet" onClick=${() => send("session.unpark", { thought: id })}>
                  ${t("parking.take_back")}
                </button>`
              }
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

function ParkForm() {
  const [text, write] = useDraft("parking");
  const park = async (event) => {
    event.preventDefault();
    const typed = text.trim();
    if (!typed) return;
    write("");
    const answer = await send("session.park", { thought: newId(), text: typed });
    if (answer.ok) announce(t("parking.parked"));
    else write(typed);
  };
  return html`
    <form class="stack" onSubmit=${park}>
      <div class="field">
        <label for="parking-text">${t("parking.thought")}</label>
        <textarea id="parking-text" class="input" rows="2" maxlength=${MAX_THOUGHT} dir="auto" value=${text}
          aria-describedby="parking-hint" onInput=${(event) => write(event.currentTarget.value)}></textarea>
        <p id="parking-hint" class="muted small">${t("parking.hint")}</p>
      </div>
      <p><button class="button primary" aria-disabled=${!text.trim()}>${t("parking.park")}</button></p>
    </form>
  `;
}

/** For a facilitator: all of it, to be dealt with or taken off the wall. @param {{onClose: () => void}} props */
export function ParkingDialog({ onClose }) {
  const thoughts = ordered(view.value.parking);
  const settle = (id, fields) => send("session.settle", { thought: id, ...fields });
  return html`
    <${Dialog} title=${t("parking.title")} onClose=${onClose}>
      <${ParkForm} />
      <ul class="everybody">
        ${thoughts.map(
          ([id, { text, by, settled = false, hidden = false }]) => html`
            <li key=${id} data-hidden=${hidden ? "" : undefined}>
              <span>
                <span ...${sessionText()}>${text}</span>
                <span class="muted small"> <bdi>${by}</bdi> ${hidden && t("parking.hidden")}</span>
              </span>
              <span class="row">
                <button type="button" class="button quiet icon-only" aria-pressed=${settled} title=${t("parking.settled")}
                  aria-label=${t("parking.settle", { text })} onClick=${() => settle(id, { settled: !settled })}>
                  <${Icon} name="check" />
                </button>
                <button type="button" class="button quiet icon-only" title=${hidden ? t("parking.show") : t("parking.hide")}
                  aria-label=${hidden ? t("parking.show_this", { text }) : t("parking.hide_this", { text })}
                  onClick=${() => settle(id, { hidden: !hidden })}>
                  <${Icon} name=${hidden ? "eye" : "eye-off"} />
                </button>
              </span>
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}
