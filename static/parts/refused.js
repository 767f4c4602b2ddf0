/** What a phone shows when the server does not let it in: a chunk of its own, because that seldom happens. */
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { outbox, refusals } from "../core/outbox.js";

/** The reason, and what was written and could not be sent. */
export function TurnedAway({ code, message }) {
  const unsent = [...outbox.value, ...refusals.value.map(({ command }) => command)].filter(
    ({ text }) => text,
  );
  return html`
    <main id="main" class="whole-page">
      <div class="stack">
        <${Icon} name=${code === "full" ? "users" : "triangle-alert"} />
        <h1>${message}</h1>
        ${code === "full" && html`<p>${t("participant.trying")}</p>`}
        ${
          unsent.length > 0 &&
          html`
            <p>${t("participant.unsent")}</p>
            <ul class="cards">
              ${unsent.map(({ id, text }) => html`<li key=${id} class="card" ...${sessionText()}>${text}</li>`)}
            </ul>
          `
        }
        <p class="row">
          <button type="button" class="button primary"
            onClick=${() => location.reload()}>${t("participant.try_again")}</button>
          <a class="button" href=${boot().urls.home ?? "/"}>${t("participant.other_code")}</a>
        </p>
      </div>
    </main>
  `;
}
