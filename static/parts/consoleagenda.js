/** The agenda beside the current step: where the session is in its time, and the way to any other step. */
import { useEffect, useRef } from "preact/hooks";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { formatTime, sessionText, t } from "../core/i18n.js";
import { outbox, send } from "../core/outbox.js";
import { usePace } from "./pace.js";

export const STEP_ICONS = {
  page: "file-text",
  canvas: "square",
  rating: "circle-check",
  discussion: "messages-square",
};

export function ConsoleAgenda({ agenda, place, go, closed, steering, onTimes, edit }) {
  const wide = matchMedia("(min-width: 60rem)").matches;
  const pace = usePace(agenda, steering, place.id);
  const current = useRef(/** @type {HTMLElement | null} */ (null));
  // An agenda of sixty steps does not fit: the current one is always in sight.
  useEffect(() => current.current?.scrollIntoView({ block: "nearest" }), [place.id]);
  return html`
    <nav class="console-agenda" aria-label=${t("console.agenda")}>
      <details open=${wide}>
        <summary>
          <span>${t("console.agenda")}</span>
          ${place.step && html`<span class="muted small">${t("console.step_of", { number: place.number, total: place.total })}</span>`}
        </summary>
        <${PaceLine} pace=${pace} closed=${closed} onTimes=${onTimes} />
        ${
          edit &&
          html`
            <div class="pace">
              <button type="button" class="button quiet" onClick=${edit}><${Icon} name="pencil" />${t("agenda.title")}</button>
            </div>
          `
        }
        <ol class="agenda">
          ${ordered(agenda).map(
            ([id, step], index) => html`
              <li key=${id}>
                <button
                  type="button"
                  data-skipped=${step.skipped ? "" : undefined}
                  ref=${id === place.id ? current : undefined}
                  aria-current=${id === place.id ? "step" : undefined}
                  disabled=${closed}
                  onClick=${() => id !== place.id && go(id)}
                >
                  <${Icon} name=${STEP_ICONS[step.kind] ?? "circle"} />
                  <span ...${sessionText()}>${index + 1}. ${step.title}</span>
                  <small>
                    ${step.locked && html`<${Icon} name="lock" /><span class="visually-hidden">${t("console.locked")}</span>`}
                    ${
                      !step.skipped &&
                      pace.planned.has(id) &&
                      html`<span class="agenda-at">${formatTime(pace.planned.get(id))}</span><span class="visually-hidden">, </span>`
                    }
                    ${step.skipped ? t("agenda.skipped") : step.minutes > 0 && t("console.minutes", { n: step.minutes })}
                  </small>
                </button>
              </li>
            `,
          )}
        </ol>
      </details>
    </nav>
  `;
}

/** Whether the session is late, and what makes up for it with one press; and the way to the times. */
function PaceLine({ pace: { start, late, shorten }, closed, onTimes }) {
  const said = () => {
    if (late > 0) return t("console.late", { n: late });
    return late < 0 ? t("console.early", { n: -late }) : t("console.on_time");
  };
  return html`
    <div class="pace" data-late=${late > 1 && !closed ? "" : undefined}>
      ${
        start !== undefined &&
        !closed &&
        html`
          <p><strong>${said()}</strong></p>
          ${
            shorten &&
            html`
              <button type="button" class="button quiet" title=${shorten.title} onClick=${() => makeUp(shorten)}>
                <${Icon} name="timer" />${t("console.shorten", { step: shorten.number, n: shorten.minutes })}
              </button>
            `
          }
        `
      }
      <button type="button" class="button quiet" onClick=${onTimes}>
        <${Icon} name="calendar-clock" />${start === undefined ? t("console.set_start") : t("console.start_at", { time: formatTime(start) })}
      </button>
    </div>
  `;
}

/** Moves minutes from a step to come to the one that took longer, so that the plan holds again after it. */
async function makeUp({ step, number, minutes, of, to }) {
  // Once: the next press is about what the answer makes of it.
  if (outbox.value.some(({ type }) => type === "session.make_up")) return;
  const answer = await send("session.make_up", { step, minutes, of, to });
  if (answer.ok) announce(t("console.shortened", { step: number, n: minutes }));
}
