/** What a facilitator looks at besides the step: notes, the clock, what the screen shows, who is here. */
import { boot } from "../core/boot.js";
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { people } from "../core/store.js";
import { KeyButton } from "./keys.js";
import { organisationTitle, presentOrganisations } from "./room.js";
import { Timer } from "./timer.js";

export function Notes({ text }) {
  return html`
    <section class="console-notes">
      <h2>${t("console.notes")}</h2>
      <p class="card-text" ...${sessionText()}>${text}</p>
    </section>
  `;
}

export function TimerPanel({ timer, minutes, setMinutes, steering }) {
  return html`
    <section>
      <h2>${t("console.timer")}</h2>
      ${
        timer
          ? html`
              <div class="row">
                <${Timer} ends=${timer.ends} />
                <${KeyButton} kind="quiet" letter="+" label=${t("console.one_minute")} name=${t("console.add_minute")} onClick=${steering.addMinute} />
                <${KeyButton} kind="quiet" letter="T" label=${t("console.stop_timer")} onClick=${steering.stopTimer} />
              </div>
            `
          : html`
              <div class="row">
                <label class="row">
                  <input
                    class="input console-minutes"
                    type="number"
                    min="1"
                    max="240"
                    value=${minutes || ""}
                    onInput=${(event) => setMinutes(Number(event.currentTarget.value))}
                  />
                  ${t("console.minutes_word")}
                </label>
                <${KeyButton} letter="T" label=${t("console.start_timer")} onClick=${steering.startTimer} />
              </div>
            `
      }
    </section>
  `;
}

export function OnScreen({ session, kind, step }) {
  const what = () => {
    if (session.state === "lobby") return t("console.screen_lobby");
    if (session.state === "closed") return t("console.screen_closed");
    return kind && step ? kind.onScreen(step) : "";
  };
  return html`
    <section>
      <h2>${t("console.on_screen")}</h2>
      <p>${what()}</p>
    </section>
  `;
}

export function PeoplePanel({ session, everybody = {} }) {
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
