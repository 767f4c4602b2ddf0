/** What every form of a round shares on a phone: the frame of an item, refused answers, and adding something. */
import { useEffect } from "preact/hooks";
import { announce, html, Icon } from "../core/dom.js";
import { keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, refusals, send } from "../core/outbox.js";
import { sendNew } from "./answers.js";
import { SaveState } from "./step.js";
import { TrailButton } from "./trail.js";

const MAX_TITLE = 200;

/**
 * One item: its title as the legend of all that belongs to it.
 *
 * @param {{id: string, item: any, number: number, of?: number, complaint?: string, earlier?: string, foot?: any,
 *   children?: any}} props  of: how many there are, when only this one is shown; earlier: an answer in a former round
 */
export function ItemFrame({ id, item, number, of: total, complaint, earlier, foot, children }) {
  return html`
    <div class="panel rating-item" data-item=${id}>
      <fieldset class="stack" aria-describedby=${complaint ? `why-${id}` : undefined}>
        <legend>
          <span class="rating-number" data-line=${total ? "" : undefined}>
            ${total ? t("rating.item_of", { item: number, items: total }) : number}
          </span>
          <span ...${sessionText()}>${item.title}</span>
          ${item.own && html` <span class="badge">${t("rating.added")}</span>`}
          ${item.decision && html` <span class="badge" ...${sessionText()}>${item.decision}</span>`}
        </legend>
        ${
          item.text &&
          html`
            <details class="rating-text">
              <summary>${t("rating.explanation")}</summary>
              <p ...${sessionText()}>${item.text}</p>
            </details>
          `
        }
        ${item.from && html`<div><${TrailButton} id=${id} /></div>`}
        ${earlier && html`<p class="rating-earlier">${t("rating.earlier", { word: earlier })}</p>`}
        ${children}
      </fieldset>
      ${complaint && html`<p id=${`why-${id}`} class="composer-complaint" role="alert">${complaint}</p>`}
      ${foot}
    </div>
  `;
}

/** @param {{state: "sending" | "saved", shut: boolean, withdraw: () => void}} props */
export function AnswerFoot({ state, shut, withdraw }) {
  return html`
    <div class="rating-foot">
      <${SaveState} state=${state} />
      ${!shut && html`<button type="button" class="button quiet small" onClick=${withdraw}>${t("rating.withdraw")}</button>`}
    </div>
  `;
}

/**
 * Sends an answer to an item; what was refused before is over then.
 *
 * @param {string} type
 * @param {{step: string, item: string, [field: string]: any}} fields
 * @param {string} [said]  what to tell once it is stored
 */
export async function sendAnswer(type, fields, said) {
  for (const { command } of refusedFor(type, fields.step, fields.item)) dismissRefusal(command.id);
  const answer = await send(type, fields);
  if (answer.ok) announce(said ?? t("rating.saved"));
}

/** What was refused of one kind about one item, oldest first. */
export function refusedFor(type, step, item) {
  return refusals.value.filter(
    ({ command }) => command.type === type && command.step === step && (!item || command.item === item),
  );
}

/**
 * A line to add something of one's own; what is refused comes back into it, with the reason.
 *
 * @param {{type: string, stepId: string, field: "item" | "target", label: string, id: string, shut: boolean}} props
 */
export function AddForm({ type, stepId, field, label, id, shut }) {
  const place = `${type}:${stepId}`;
  const [text, write] = useDraft(place);
  const refused = refusedFor(type, stepId).at(-1);
  useEffect(() => {
    if (refused && !text) write(refused.command.title);
  }, [refused]);
  const add = async (event) => {
    event.preventDefault();
    const title = text.trim();
    if (!title || shut) return;
    for (const { command } of refusedFor(type, stepId)) dismissRefusal(command.id);
    keepDraft(place, "");
    write("");
    const answer = await sendNew(type, stepId, field, title);
    if (answer.ok) announce(t("rating.added_now", { title }));
  };
  // What somebody wrote stays in sight, also when nothing can be added any more.
  if (shut && !text && !refused) return null;
  return html`
    <form class="rating-add" onSubmit=${add}>
      <label for=${`add-${id}`} ...${sessionText()}>${label}</label>
      <div>
        <input id=${`add-${id}`} class="input" value=${text} maxlength=${MAX_TITLE} dir="auto" autocomplete="off"
          aria-describedby=${refused ? `why-add-${id}` : undefined}
          onInput=${(event) => write(event.currentTarget.value)} />
        <button class="button icon-only" aria-label=${t("rating.add")} aria-disabled=${shut || !text.trim()}><${Icon} name="plus" /></button>
      </div>
      ${refused && html`<p id=${`why-add-${id}`} class="composer-complaint" role="alert">${refused.message}</p>`}
    </form>
  `;
}
