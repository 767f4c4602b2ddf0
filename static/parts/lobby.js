/** What a phone shows before the first step: a chunk of its own, because a session is there only once. */
import { html, ordered } from "../core/dom.js";
import { formatDate, sessionText, t } from "../core/i18n.js";
import { mine, people, stepView } from "../core/store.js";
import { Prose } from "./prose.js";

/** Before the first step: what the session is, who you are, and that it works. */
export function LobbyText({ session, agenda }) {
  const [first, step] = ordered(agenda)[0] ?? [];
  const welcome = step?.kind === "page" ? stepView(first) : undefined;
  const groups = Object.entries(people.value.groups ?? {}).sort(([a], [b]) => a.localeCompare(b));
  const when = [session.date && formatDate(session.date), session.place].filter(Boolean).join(" · ");
  return html`
      <div class="lobby stack">
        <div>
          <p class="lobby-hello">${t("participant.joined")}</p>
          <${YouLine} />
        </div>
        <p>${t("participant.wait")}</p>
        <p class="row">
          <strong class="lobby-count">${t("participant.here", { n: people.value.online })}</strong>
          ${groups.map(([name, n]) => html`<span class="badge" key=${name}><bdi>${name}</bdi> ${n}</span>`)}
        </p>
      </div>
      ${
        (when || session.purpose) &&
        html`
          <div>
            ${when && html`<p class="muted">${when}</p>`}
            ${session.purpose && html`<p ...${sessionText()}>${session.purpose}</p>`}
          </div>
        `
      }
      ${welcome && html`<div class="panel"><${Prose} nodes=${welcome.body} /></div>`}
  `;
}

function YouLine() {
  const { name, organisation } = mine.value.person ?? {};
  if (!name && !organisation) return null;
  return html`
    <p>
      ${name && html`<strong><bdi>${name}</bdi></strong>`}
      ${name && organisation && " · "}
      ${organisation && html`<bdi>${organisation}</bdi>`}
    </p>
  `;
}
