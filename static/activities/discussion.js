/** Items talked through one by one: the room looks at the one in the spotlight, and what is concluded is written down. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { stepView } from "../core/store.js";
import { useKeys } from "../parts/keys.js";
import { Paged } from "../parts/paging.js";
import { RatingResults } from "../parts/results.js";
import { StepPage } from "../parts/step.js";
import { Concluded, DiscussedList, ItemState, ScreenList, TalkWaiting } from "../parts/topics.js";
import { TrailButton } from "../parts/trail.js";

/** @typedef {import("../parts/topics.js").DiscussionView} DiscussionView */

const MAX_NOTE = 1_000;
const MAX_WHO = 120;

/** Which item the facilitator has open, by step; without one the item in the spotlight. */
const openItems = signal(/** @type {Object<string, string>} */ ({}));

/** @param {{step: DiscussionView, agenda: any, notice?: any}} props */
export function DiscussionParticipant({ step, agenda, notice }) {
  const lit = step.items[step.spotlight ?? ""];
  useEffect(() => {
    if (lit) announce(t("discussion.now", { title: lit.title }));
  }, [step.spotlight]);
  return html`
    <${StepPage} instruction=${!lit && agenda.instruction} notice=${notice} key=${step.spotlight}>
      ${
        lit
          ? html`<${LitItem} step=${step} id=${step.spotlight} />`
          : html`<${DiscussedList} step=${step} level=${2} />`
      }
    <//>
  `;
}

/** The item that is talked about, on a phone. */
function LitItem({ step, id }) {
  const item = step.items[id];
  const others = ordered(step.items).length - 1;
  return html`
    <article class="stack talk-item">
      <div>
        <p class="talk-now"><${Icon} name="spotlight" />${t("discussion.in_spotlight")}</p>
        <h2 ...${sessionText()}>${item.title}</h2>
        ${item.text && html`<p ...${sessionText()}>${item.text}</p>`}
        ${step.question && html`<p class="talk-question" ...${sessionText()}>${step.question}</p>`}
      </div>
      <${Concluded} conclusion=${step.conclusions[id]} />
      <${ItemResults} step=${step} id=${id} level=${3} />
      <p><${TrailButton} id=${id} /></p>
    </article>
    ${
      others > 0 &&
      html`
        <details>
          <summary>${t("discussion.all_items")}</summary>
          <${DiscussedList} step=${step} level=${3} />
        </details>
      `
    }
  `;
}

/** What the room answered about one item, once everybody may see that. */
function ItemResults({ step, id, level, compare = false, remarks = true, grow = false }) {
  const round = stepView(step.items[id].of ?? step.of ?? "");
  if (!round?.results?.[id]) return null;
  return html`
    <div class="talk-results">
      <${RatingResults} round=${round} only=${[id]} compare=${compare} remarks=${remarks} table=${false}
        level=${level} grow=${grow} />
    </div>
  `;
}

/** @param {{step: DiscussionView, stepId: string}} props */
export function DiscussionConsole({ step, stepId }) {
  const items = ordered(step.items);
  const open = openItem(step, stepId);
  useKeys({
    ArrowDown: () => openBeside(step, stepId, 1),
    ArrowUp: () => openBeside(step, stepId, -1),
    o: step.spotlight ? () => shine(stepId, undefined) : undefined,
    ...Object.fromEntries(
      ordered(step.decisions).map(([, { title }], at) => [
        `${at + 1}`,
        () => open && decide(step, stepId, open, title),
      ]),
    ),
  });
  if (step.waiting) return html`<section class="panel"><${TalkWaiting} step=${step} /></section>`;
  if (items.length === 0) return html`<p class="muted">${t("discussion.nothing")}</p>`;
  const done = items.filter(([id]) => step.discussed[id]).length;
  return html`
    <p class="muted">
      ${t("discussion.progress", { done, items: items.length })}${step.question && html` · <span ...${sessionText()}>${step.question}</span>`}
    </p>
    <ol class="talk-agenda">
      ${items.map(
        ([id, item], at) => html`
          <li key=${id} class="panel talk-topic" data-open=${id === open ? "" : undefined}>
            <h3>
              <button type="button" aria-expanded=${id === open} onClick=${() => openTopic(stepId, id)}>
                <span class="talk-number">${at + 1}</span>
                <span class="talk-title" ...${sessionText()}>${item.title}</span>
                ${
                  id === step.spotlight &&
                  html`<span class="badge talk-lit"><${Icon} name="spotlight" />${t("discussion.on_screen_now")}</span>`
                }
                <${ItemState} step=${step} id=${id} />
                <${Icon} name="chevron-down" />
              </button>
            </h3>
            ${id === open && html`<${Topic} step=${step} stepId=${stepId} id=${id} />`}
          </li>
        `,
      )}
    </ol>
  `;
}

/** One item with all that the facilitator does with it. */
function Topic({ step, stepId, id }) {
  const item = step.items[id];
  const lit = step.spotlight === id;
  const discussed = Boolean(step.discussed[id]);
  const mark = () => send("discussion.mark", { step: stepId, item: id, discussed: !discussed });
  return html`
    <div class="stack talk-body">
      ${item.text && html`<p ...${sessionText()}>${item.text}</p>`}
      <div class="row">
        <button type="button" class=${lit ? "button" : "button primary"} aria-pressed=${lit}
          aria-keyshortcuts=${lit ? "O" : undefined} onClick=${() => shine(stepId, lit ? undefined : id)}>
          <${Icon} name="spotlight" />${lit ? t("discussion.spotlight_off") : t("discussion.spotlight_on")}
          ${lit && html`<kbd aria-hidden="true">O</kbd>`}
        </button>
        <button type="button" class="button" aria-pressed=${discussed} onClick=${mark}>
          <${Icon} name="check" />${t("discussion.discussed")}
        </button>
        <${TrailButton} id=${id} />
      </div>
      <${ItemResults} step=${step} id=${id} level=${4} compare />
      <${ConcludeForm} step=${step} stepId=${stepId} id=${id} />
    </div>
  `;
}

function ConcludeForm({ step, stepId, id }) {
  const { decision = "", note = "", who = "" } = step.conclusions[id] ?? {};
  return html`
    <fieldset class="stack talk-form">
      <legend class="talk-legend">${t("discussion.conclusion")}</legend>
      ${
        ordered(step.decisions).length > 0 &&
        html`
          <div class="row">
            ${ordered(step.decisions).map(
              ([key, { title }], at) => html`
                <button type="button" class="button" key=${key} aria-pressed=${decision === title}
                  aria-keyshortcuts=${at < 9 ? `${at + 1}` : undefined}
                  onClick=${() => decide(step, stepId, id, title)}>
                  <span ...${sessionText()}>${title}</span>
                  ${at < 9 && html`<kbd aria-hidden="true">${at + 1}</kbd>`}
                </button>
              `,
            )}
          </div>
        `
      }
      <${ConcludeField} stepId=${stepId} id=${id} name="note" stored=${note} label=${t("discussion.note")}
        most=${MAX_NOTE} rows=${3} />
      <${ConcludeField} stepId=${stepId} id=${id} name="who" stored=${who} label=${t("discussion.who")}
        most=${MAX_WHO} hint=${t("discussion.who_hint")} />
    </fieldset>
  `;
}

/** A text of the conclusion: kept while it is written, stored when the field is left or the button is pressed. */
function ConcludeField({ stepId, id, name, stored, label, most, rows, hint }) {
  const field = `talk:${stepId}:${id}:${name}`;
  const [text, write] = useDraft(field, stored);
  const changed = text.trim() !== stored;
  useEffect(() => {
    // What was stored is no draft any more; what was refused stays in its field.
    if (text.trim() === stored) keepDraft(field, "");
  }, [stored]);
  const save = async () => {
    if (!changed) return;
    if (!text.trim()) keepDraft(field, "");
    const answer = await send("discussion.conclude", { step: stepId, item: id, [name]: text.trim() });
    if (answer.ok) announce(t("discussion.saved"));
  };
  const props = {
    id: field,
    class: "input",
    maxlength: most,
    dir: "auto",
    value: text,
    onInput: (event) => write(event.currentTarget.value),
    onBlur: save,
    "aria-describedby": hint ? `${field}:hint` : undefined,
  };
  return html`
    <div class="field">
      <label for=${field}>${label}</label>
      ${hint && html`<p class="muted small" id=${`${field}:hint`}>${hint}</p>`}
      ${rows ? html`<textarea rows=${rows} ...${props}></textarea>` : html`<input ...${props} />`}
      ${changed && html`<p><button type="button" class="button" onClick=${save}>${t("discussion.save")}</button></p>`}
    </div>
  `;
}

/** What the facilitator's bar offers in this step. */
export function discussionActions({ step, stepId }) {
  const following = nextTopic(step);
  if (step.waiting || ordered(step.items).length === 0) return [];
  return [
    {
      key: "n",
      icon: "chevron-right",
      label: t("discussion.next"),
      kind: following ? "primary" : "",
      disabled: !following,
      run: () => following && goOn(step, stepId, following),
    },
  ];
}

/** What the screen shows during this step, for the facilitator. */
export function discussionOnScreen(step) {
  const lit = step.items[step.spotlight ?? ""];
  return lit ? t("discussion.on_screen", { title: lit.title }) : t("discussion.on_screen_list");
}

/** The first item after the one in the spotlight that was not talked about yet, or else the first one at all. */
function nextTopic(step) {
  const ids = ordered(step.items).map(([id]) => id);
  const from = ids.indexOf(step.spotlight) + 1;
  return [...ids.slice(from), ...ids.slice(0, from)].find(
    (id) => !step.discussed[id] && id !== step.spotlight,
  );
}

/** The item that was in the light is done, the next one comes into it. */
function goOn(step, stepId, id) {
  if (step.spotlight && !step.discussed[step.spotlight])
    send("discussion.mark", { step: stepId, item: step.spotlight, discussed: true });
  shine(stepId, id);
}

function shine(stepId, id) {
  send("discussion.spotlight", { step: stepId, item: id });
  if (id) openItems.value = { ...openItems.value, [stepId]: id };
}

/** The word that stands already is taken back. */
function decide(step, stepId, id, word) {
  const decision = step.conclusions[id]?.decision === word ? "" : word;
  send("discussion.conclude", { step: stepId, item: id, decision });
}

function openItem(step, stepId) {
  const chosen = openItems.value[stepId];
  if (chosen === "" || step.items[chosen]) return chosen;
  return step.items[step.spotlight ?? ""] ? step.spotlight : ordered(step.items)[0]?.[0];
}

function openTopic(stepId, id) {
  const now = openItems.value[stepId];
  openItems.value = { ...openItems.value, [stepId]: now === id ? "" : id };
}

function openBeside(step, stepId, by) {
  const ids = ordered(step.items).map(([id]) => id);
  const at = ids.indexOf(openItem(step, stepId)) + by;
  if (ids[at]) openItems.value = { ...openItems.value, [stepId]: ids[at] };
}

const TALK_SIZES = [2.8, 2.4, 2, 1.7, 1.45, 1.25, 1.1, 0.95];

/** @param {{step: DiscussionView}} props */
export function DiscussionScreen({ step }) {
  return step.items[step.spotlight ?? ""]
    ? html`<${ScreenItem} key=${step.spotlight} step=${step} id=${step.spotlight} />`
    : html`<${ScreenList} step=${step} />`;
}

function ScreenItem({ step, id }) {
  const item = step.items[id];
  return html`
    <${Paged} kind="screen-talk" sizes=${TALK_SIZES}>
      <div class="talk-item">
        <h2 ...${sessionText()}>${item.title}</h2>
        ${item.text && html`<p ...${sessionText()}>${item.text}</p>`}
        ${step.question && html`<p class="talk-question" ...${sessionText()}>${step.question}</p>`}
      </div>
      <${ItemResults} step=${step} id=${id} level=${3} compare remarks=${false} grow />
      <${Concluded} conclusion=${step.conclusions[id]} />
    <//>
  `;
}
