/** The agenda beside the current step: where the session is, and the way to any other step. */
import { html, Icon, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";

export const STEP_ICONS = {
  page: "file-text",
  canvas: "square",
  rating: "circle-check",
  discussion: "messages-square",
};

export function ConsoleAgenda({ agenda, place, go, closed, edit }) {
  const wide = matchMedia("(min-width: 60rem)").matches;
  return html`
    <nav class="console-agenda" aria-label=${t("console.agenda")}>
      <details open=${wide}>
        <summary>
          <span>${t("console.agenda")}</span>
          ${place.step && html`<span class="muted small">${t("console.step_of", { number: place.number, total: place.total })}</span>`}
        </summary>
        <ol class="agenda">
          ${ordered(agenda).map(
            ([id, step], index) => html`
              <li key=${id}>
                <button
                  type="button"
                  data-skipped=${step.skipped ? "" : undefined}
                  aria-current=${id === place.id ? "step" : undefined}
                  disabled=${closed}
                  onClick=${() => id !== place.id && go(id)}
                >
                  <${Icon} name=${STEP_ICONS[step.kind] ?? "circle"} />
                  <span>${index + 1}. ${step.title}</span>
                  <small>
                    ${step.locked && html`<${Icon} name="lock" /><span class="visually-hidden">${t("console.locked")}</span>`}
                    ${step.skipped ? t("agenda.skipped") : t("console.minutes", { n: step.minutes })}
                  </small>
                </button>
              </li>
            `,
          )}
        </ol>
        <button type="button" class="button quiet" onClick=${edit}><${Icon} name="pencil" />${t("agenda.title")}</button>
      </details>
    </nav>
  `;
}
