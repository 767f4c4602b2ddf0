/** Who is in the session, the door for newcomers, and the way out for somebody who disturbs. */
import { useState } from "preact/hooks";
import { html, Icon, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { CodePanel } from "./codedesk.js";
import { Dialog } from "./dialog.js";

const MOST_LISTED = 60;

/** @param {{onClose: () => void}} props */
export function PeopleDialog({ onClose }) {
  const { session, people = {}, steering = {} } = view.value;
  const [wanted, setWanted] = useState("");
  const [asking, setAsking] = useState("");
  const blocked = steering.blocked ?? {};
  const door = () => send("session.door", { closed: !session.door_closed });
  const sought = wanted.trim().toLowerCase();
  const found = ordered(people).filter(([, person]) =>
    `${person.name ?? ""} ${person.organisation ?? ""}`.toLowerCase().includes(sought),
  );
  // Who is kept out comes first: that is whom one looks for.
  const listed = [...found.filter(([id]) => blocked[id]), ...found.filter(([id]) => !blocked[id])];
  return html`
    <${Dialog} title=${t("console.people_and_door")} onClose=${onClose}>
      <div class="stack">
        <section class="panel door">
          <p><strong>${session.door_closed ? t("people.door_closed") : t("people.door_open")}</strong></p>
          <p class="muted small">${t("people.door_hint")}</p>
          <button type="button" class="button" aria-pressed=${Boolean(session.door_closed)} onClick=${door}>
            <${Icon} name=${session.door_closed ? "door-closed" : "door-open"} />${session.door_closed ? t("people.open_door") : t("people.close_door")}
          </button>
        </section>
        <${CodePanel} />
        ${
          ordered(people).length > 0 &&
          html`
            <div class="field">
              <label for="people-find">${t("people.find", { n: ordered(people).length })}</label>
              <input id="people-find" class="input" type="search" autocomplete="off" value=${wanted}
                onInput=${(event) => setWanted(event.currentTarget.value)} />
            </div>
          `
        }
        <ul class="everybody">
          ${listed.slice(0, MOST_LISTED).map(
            ([id, person]) => html`
                <${PersonLine} key=${id} id=${id} person=${person} blocked=${Boolean(blocked[id])} asking=${asking === id} onAsk=${setAsking} />
              `,
          )}
        </ul>
        ${listed.length > MOST_LISTED && html`<p class="muted">${t("people.more", { n: listed.length - MOST_LISTED })}</p>`}
        ${ordered(people).length === 0 && html`<p class="muted">${t("console.nobody_yet")}</p>`}
      </div>
    <//>
  `;
}

function PersonLine({ id, person, blocked, asking, onAsk }) {
  const who =
    [person.name, person.organisation].filter(Boolean).join(" · ") ||
    t("people.nameless", { n: person.order });
  const block = (on) => {
    send("session.block", { person: id, blocked: on });
    onAsk("");
  };
  return html`
    <li data-blocked=${blocked ? "" : undefined}>
      <span><bdi>${who}</bdi> ${blocked && html`<span class="badge"><${Icon} name="ban" />${t("people.is_blocked")}</span>`}</span>
      ${
        blocked
          ? html`<button type="button" class="button quiet" aria-label=${t("people.readmit_who", { who })} onClick=${() => block(false)}>${t("people.readmit")}</button>`
          : html`<button type="button" class="button quiet" aria-label=${t("people.block_who", { who })} aria-expanded=${asking}
              onClick=${() => onAsk(asking ? "" : id)}>${t("people.block")}</button>`
      }
      ${
        asking &&
        html`
          <div class="asking stack">
            <p>${t("people.block_text")}</p>
            <p class="row">
              <button type="button" class="button danger" onClick=${() => block(true)}>${t("people.block_yes")}</button>
              ${hiding(id).length > 0 && html`<button type="button" class="button danger" onClick=${() => hide(id, block)}>${t("people.block_hide", { n: hiding(id).length })}</button>`}
              <button type="button" class="button" onClick=${() => onAsk("")}>${t("console.close_no")}</button>
            </p>
          </div>
        `
      }
    </li>
  `;
}

/** The cards somebody wrote that everyone sees, where it is known who wrote them: [step, card]. */
function hiding(person) {
  return Object.entries(view.value.steps).flatMap(([step, { cards = {} }]) =>
    Object.entries(cards)
      .filter(([, card]) => card.author === person && !card.hidden)
      .map(([card]) => [step, card]),
  );
}

function hide(person, block) {
  for (const [step, card] of hiding(person)) send("canvas.hide_card", { step, card, hidden: true });
  block(true);
}
