/** The steps of the agenda in the editor: choose one, or drag it to another place. */
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { OthersAt } from "./alsohere.js";
import { STEP_ICONS } from "./consoleagenda.js";
import { startDrag } from "./drag.js";

export function AgendaList({ agenda, chosen, choose, run, closed }) {
  const steps = ordered(agenda);
  const drop = (id) => (target) => {
    const before = target.dataset.step;
    if (before !== id)
      run(
        "session.move_step",
        { step: id, ...(before && { before }) },
        t("agenda.moved", { title: agenda[id].title }),
      );
  };
  const grab = (id) => (event) =>
    startDrag(event, {
      what: event.currentTarget.closest("li"),
      targets: ".editor-steps > li",
      onDrop: drop(id),
    });
  return html`
    <ol class="editor-steps">
      ${steps.map(
        ([id, step], n) => html`
          <li key=${id} data-step=${id} data-skipped=${step.skipped ? "" : undefined}>
            ${!closed && html`<span class="drag-handle" aria-hidden="true" onPointerDown=${grab(id)}><${Icon} name="move" /></span>`}
            <button type="button" aria-current=${id === chosen ? "true" : undefined} onClick=${() => choose(id)}>
              <${Icon} name=${STEP_ICONS[step.kind] ?? "circle"} />
              <span><span aria-hidden="true">${n + 1}. </span><span ...${sessionText()}>${step.title}</span></span>
              ${id !== chosen && html`<${OthersAt} part=${id} />`}
              <small>${step.skipped ? t("agenda.skipped") : t("console.minutes", { n: step.minutes })}</small>
            </button>
          </li>
        `,
      )}
      <li data-step="" class="editor-end" aria-hidden="true"></li>
    </ol>
    <p class="muted small">${t("agenda.total", { n: steps.reduce((sum, [, step]) => sum + (step.skipped ? 0 : step.minutes), 0) })}</p>
  `;
}
