/** What the big screen shows of a step that is being edited. */
import { ROUND_SHAPES, SCREEN_ACTIVITIES } from "./activities/registry.js";
import { ChunksAhead, useChunk } from "./core/chunks.js";
import { html, mount } from "./core/dom.js";
import { sessionText } from "./core/i18n.js";
import { stepView, view } from "./core/store.js";
import { listenToConsole } from "./parts/previewing.js";

function ScreenPreview() {
  const { session, agenda } = view.value ?? {};
  const planned = agenda?.[session.step];
  const step = stepView(session?.step);
  const kind = useChunk(SCREEN_ACTIVITIES, planned?.kind);
  if (!planned) return html`<main id="main" class="screen-main"></main>`;
  return html`
    <div class="screen-room" data-kind=${planned.kind}>
      <header class="screen-head">
        <h1 ...${sessionText()}>${planned.title}</h1>
        ${planned.instruction && html`<p ...${sessionText()}>${planned.instruction}</p>`}
      </header>
      <main id="main" class="screen-main">
        ${kind && step && html`<${kind.screen} key=${session.step} step=${step} stepId=${session.step} />`}
      </main>
    </div>
    <${ChunksAhead} table=${ROUND_SHAPES} />
  `;
}

mount(html`<${ScreenPreview} />`, document.getElementById("app"));
listenToConsole();
