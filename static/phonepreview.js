/** What a phone shows of a step that is being edited. */
import { PARTICIPANT_ACTIVITIES, participantChunk } from "./activities/registry.js";
import { ChunkMissing, useChunk } from "./core/chunks.js";
import { html, mount } from "./core/dom.js";
import { sessionText } from "./core/i18n.js";
import { stepView, view } from "./core/store.js";
import { listenToConsole } from "./parts/previewing.js";
import { StepPage } from "./parts/step.js";

function PhonePreview() {
  const { session, agenda } = view.value ?? {};
  const stepId = session?.step;
  const shown = stepView(stepId);
  const part = shown && participantChunk(agenda[stepId].kind, shown);
  const Activity = useChunk(PARTICIPANT_ACTIVITIES, part);
  if (!shown) return html`<main id="main" class="page"></main>`;
  return html`
    <header class="head">
      <div class="head-bar"><div class="head-title"><h1 ...${sessionText()}>${agenda[stepId].title}</h1></div></div>
    </header>
    ${
      Activity
        ? html`<${Activity} key=${stepId} stepId=${stepId} step=${shown} agenda=${agenda[stepId]} closed=${false} online=${0} />`
        : html`<${StepPage}><${ChunkMissing} kind=${part} /><//>`
    }
  `;
}

mount(html`<${PhonePreview} />`, document.getElementById("app"));
listenToConsole();
