/** What a facilitator looks at besides the step: notes, the clock, what the screen shows, who is here. */
import { useRef } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { people } from "../core/store.js";
import { Clock } from "./clock.js";
import { CommitField } from "./commitfield.js";
import { KeyButton } from "./keys.js";
import { organisationTitle, presentOrganisations } from "./room.js";

const MOST_PARKED = 3;

/** They have a place of their own size in every step, so that nothing below moves when the step changes. */
export function Notes({ text }) {
  return html`
    <section class="console-notes" tabindex="0" aria-label=${t("console.notes")}>
      <h2>${t("console.notes")}</h2>
      ${text ? html`<p class="card-text" ...${sessionText()}>${text}</p>` : html`<p class="muted">${t("console.no_notes")}</p>`}
    </section>
  `;
}

export function TimerPanel({ session, minutes, setMinutes, steering }) {
  const on = session.timer || session.paused;
  return html`
    <section>
      <h2>${t("console.timer")}</h2>
      ${
        on
          ? html`
              <div class="row console-clock">
                <${Clock} session=${session} />
                <${KeyButton} kind="quiet" letter="+" label=${t("console.one_minute")} name=${t("console.add_minute")} onClick=${steering.addMinute} />
                <${KeyButton} kind="quiet" icon=${session.paused ? "play" : "pause"} letter="P" onClick=${steering.pauseTimer}
                  label=${session.paused ? t("console.resume_timer") : t("console.pause_timer")} />
                <${KeyButton} kind="quiet" letter="T" label=${t("console.stop_timer")} onClick=${steering.stopTimer} />
              </div>
            `
          : html`
              <div class="row">
                <label class="row">
                  <${CommitField} class="input console-minutes" type="number" min="1" max="240" value=${minutes || ""}
                    onType=${(text) => setMinutes(Number(text))} onCommit=${(text) => setMinutes(Number(text))} />
                  ${t("console.minutes_word")}
                </label>
                <${KeyButton} letter="T" label=${t("console.start_timer")} onClick=${steering.startTimer} />
              </div>
            `
      }
    </section>
  `;
}

/** What the room sees now, and what can be laid over it. */
export function OnScreen({ session, kind, step, stepId, steering }) {
  const { cover, box, step: of } = session.screen ?? {};
  const zoomed = of === stepId && step?.boxes?.[box]?.title;
  const what = () => {
    if (cover === "blank") return t("console.screen_blank");
    if (cover === "qr") return t("console.screen_qr");
    if (session.state === "lobby") return t("console.screen_lobby");
    if (session.state === "closed") return t("console.screen_closed");
    if (zoomed) return t("console.screen_box", { box: zoomed });
    return kind && step ? kind.onScreen(step) : "";
  };
  return html`
    <section>
      <h2>${t("console.on_screen")}</h2>
      <p class="console-on-screen">${what()}</p>
      ${!cover && session.state === "live" && html`<${ScreenPages} session=${session} stepId=${stepId} />`}
      <div class="row">
        <${KeyButton} kind="quiet" icon="moon" letter="B" label=${t("screen.blank")} pressed=${cover === "blank"} onClick=${steering.blank} />
        ${
          cover === "qr" &&
          html`<button type="button" class="button quiet" onClick=${() => steering.cover("")}>${t("console.qr_away")}</button>`
        }
        ${
          zoomed &&
          html`<button type="button" class="button quiet" onClick=${() => steering.zoom("")}>${t("console.whole_board")}</button>`
        }
      </div>
    </section>
  `;
}

/** Which of several pages the big screen shows, and the way to another one. */
function ScreenPages({ session, stepId }) {
  const { page = 1, of = 1 } = people.value.pages ?? {};
  const { paged, page: asked = 0 } = session.screen ?? {};
  const pressed = useRef({ told: "", page: 0 });
  if (of < 2) return null;
  const turn = (by) => {
    // Pressed again before the screen has told what came of it: on from there.
    const told = `${stepId} ${page}/${of}`;
    const from = pressed.current.told === told ? pressed.current.page : page - 1;
    pressed.current = { told, page: (from + by + of) % of };
    const last = paged === stepId ? asked : 0;
    send("session.screen", { step: stepId, page: nextTurn(last, pressed.current.page, of) });
  };
  const button = (icon, label, by) => html`
    <button type="button" class="button quiet icon-only" aria-label=${label} onClick=${() => turn(by)}><${Icon} name=${icon} /></button>
  `;
  return html`
    <div class="row" role="group" aria-label=${t("console.screen_pages")}>
      ${button("chevron-left", t("screen.previous_page"), -1)}
      <span>${t("screen.page_of", { page, pages: of })}</span>
      ${button("chevron-right", t("screen.next_page"), 1)}
    </div>
  `;
}

/** The first number after *last* that is *page* in a circle of *of*: a turn to where the screen was before is one too. */
function nextTurn(last, page, of) {
  return last + 1 + ((((page - last - 1) % of) + of) % of);
}

export function PeoplePanel({ session, everybody = {}, blocked = {}, setDialog }) {
  const online = new Map(presentOrganisations().map((group) => [group.title, group.online]));
  const joined = new Map();
  for (const { organisation } of Object.values(everybody)) {
    const title = organisation ? organisationTitle(organisation) : t("console.no_organisation");
    joined.set(title, (joined.get(title) ?? 0) + 1);
  }
  const titles = [
    ...ordered(session.organisations).map(([, { title }]) => title),
    ...online.keys(),
    ...joined.keys(),
  ];
  const rows = [...new Set(titles)].filter((title) => online.get(title) || joined.get(title));
  const out = Object.keys(blocked).length;
  return html`
    <section>
      <h2>${t("console.people")} <span class="badge"><${Icon} name="users" />${t("console.online", { n: people.value.online })}</span></h2>
      ${
        rows.length === 0
          ? html`<p class="muted">${t("console.nobody_yet")}</p>`
          : html`
              <ul class="people">
                ${rows.map(
                  (title) => html`
                    <li key=${title}>
                      <bdi>${title}</bdi>
                      <span>${t("console.online_of", { online: online.get(title) ?? 0, all: joined.get(title) ?? online.get(title) ?? 0 })}</span>
                    </li>
                  `,
                )}
              </ul>
            `
      }
      <div class="row">
        <button type="button" class="button quiet" onClick=${() => setDialog("peopledesk")}>
          <${Icon} name=${session.door_closed ? "door-closed" : "door-open"} />${t("console.people_and_door")}
        </button>
        ${out > 0 && html`<span class="badge"><${Icon} name="ban" />${t("console.blocked", { n: out })}</span>`}
      </div>
    </section>
  `;
}

/** What was put aside from any step; the newest first. */
export function ParkingPanel({ parking = {}, setDialog }) {
  const open = ordered(parking)
    .filter(([, { settled, hidden }]) => !settled && !hidden)
    .reverse();
  return html`
    <section>
      <h2>${t("parking.title")} ${open.length > 0 && html`<span class="badge">${open.length}</span>`}</h2>
      ${
        open.length > 0 &&
        html`
          <ul class="parked">
            ${open.slice(0, MOST_PARKED).map(([id, { text }]) => html`<li key=${id} ...${sessionText()}>${text}</li>`)}
          </ul>
        `
      }
      <button type="button" class="button quiet" onClick=${() => setDialog("parking")}>
        <${Icon} name="square-parking" />${open.length > 0 ? t("parking.open") : t("parking.park")}
      </button>
    </section>
  `;
}

export function LinksPanel() {
  const { join, screen, report } = boot().urls;
  const link = (href, icon, label) => html`
    <li><a href=${href} target="_blank" rel="noopener"><${Icon} name=${icon} />${label}<${Icon} name="external-link" /></a></li>
  `;
  return html`
    <section>
      <h2>${t("console.links")}</h2>
      <ul class="console-links">
        ${link(screen, "monitor", t("console.screen_link"))}
        ${link(join, "users", t("console.join_link"))}
        ${link(report, "file-text", t("console.report_link"))}
      </ul>
    </section>
  `;
}
