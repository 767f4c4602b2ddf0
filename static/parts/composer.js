/** Where a new card is written on a phone, and where its text comes back to when the server refuses it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { PARTICIPANT_ACTIVITIES } from "../activities/registry.js";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { html, Icon } from "../core/dom.js";
import { draftOf, keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, refusals } from "../core/outbox.js";
import {
  addCard,
  CharsLeft,
  formDraft,
  keepFormDraft,
  lengthOf,
  newKey,
  placeKey,
  TEXT,
} from "./cardwork.js";
import { Dock } from "./step.js";

/**
 * One line to write in, or a button to the form where the box asks for more; else why nobody can write here now.
 *
 * @param {{step: any, stepId: string, place: {box: string, row?: string}, mine: Map<string, any>, shut: string,
 *   left?: number, named: boolean, onChoose: (place: object) => void}} props
 *   shut: "closed", "locked" or nothing; left: how many more cards this person may write; named: say in which box
 */
export function CardDock({ step, stepId, place, mine, shut, left, named, onChoose }) {
  const [open, setOpen] = useState(false);
  const forms = useChunk(PARTICIPANT_ACTIVITIES, open ? "carddialog" : undefined);
  const box = step.boxes[place.box];
  const fields = Object.values(box.fields ?? {});
  const complaint = useReturnedCard(step, stepId, place, mine);
  const reason = shut || whyClosed(step, place, left);
  const form = newKey(stepId, place);
  const line = placeKey(stepId, place);
  const openForm = () => {
    const text = draftOf(line);
    if (text) keepFormDraft(form, { ...formDraft(form), [TEXT]: text });
    keepDraft(line, "");
    setOpen(true);
  };
  const closeForm = (saved) => {
    const { [TEXT]: text, ...rest } = formDraft(form);
    if (!saved && text && !asksMore(fields)) {
      keepDraft(line, text);
      keepFormDraft(form, rest);
    }
    setOpen(false);
  };
  const counter = left !== undefined && t("canvas.left", { n: left, most: step.per_person });
  return html`
    <${Dock} label=${t("canvas.new_card")}>
      <${RefusedElsewhere} step=${step} stepId=${stepId} place=${place} mine=${mine} onChoose=${onChoose} />
      ${
        reason
          ? html`<${ComposerNotice} reason=${reason} kept=${draftOf(line) || formDraft(form)[TEXT]} most=${step.per_person}
              complaint=${complaint} />`
          : asksMore(fields)
            ? html`
                ${complaint && html`<p class="composer-complaint" role="alert">${complaint}</p>`}
                <button type="button" class="button primary composer-open" onClick=${openForm}>
                  <${Icon} name="plus" />${Object.keys(formDraft(form)).length ? t("canvas.go_on") : t("canvas.new_card")}
                </button>
                ${counter && html`<p class="composer-note">${counter}</p>`}
              `
            : html`<${Composer} key=${line} field=${line} stepId=${stepId} place=${place} box=${box} counter=${counter}
                anonymous=${step.anonymous} named=${named} complaint=${complaint}
                openForm=${fields.length > 0 && openForm} />`
      }
    <//>
    ${
      open &&
      (forms
        ? html`<${forms.add} key=${form} stepId=${stepId} place=${place} box=${box} links=${step.links}
            complaint=${complaint} onClose=${closeForm} />`
        : html`<${ChunkMissing} kind="carddialog" />`)
    }
  `;
}

/** Whether one line is not enough for a card of this box. */
function asksMore(fields) {
  return fields.some(({ required }) => required);
}

/** Why nobody can write in a box now; empty when they can. */
function whyClosed({ boxes, focus, rows }, place, left) {
  const { box, row } = place;
  if (boxes[box].locked) return "box";
  if (focus && !focus[box]) return "reading";
  if (rows && !row) return "rows";
  return left === 0 ? "limit" : "";
}

/** Where a card is written; its text leaves the field when it is kept in the outbox, and comes back when refused. */
function Composer({ field, stepId, place, box, counter, anonymous, named, complaint, openForm }) {
  const input = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [text, write] = useDraft(field);
  const left = box.max_chars - lengthOf(text);
  const add = () => {
    if (!text.trim() || left < 0) return;
    addCard(stepId, place, text.trim());
    write("");
    document.getElementById(`own-${place.box}`)?.scrollIntoView({ block: "nearest" });
    input.current?.focus();
  };
  const addByKey = (event) => {
    if (!sendsByKey(event)) return;
    event.preventDefault();
    add();
  };
  return html`
    <form
      class="composer"
      onSubmit=${(event) => {
        event.preventDefault();
        add();
      }}
    >
      ${complaint && html`<p class="composer-complaint" role="alert">${complaint}</p>`}
      <label class=${named ? "small" : "visually-hidden"}
        for="composer">${t("canvas.new_card_in", { box: box.title })}</label>
      <div class="composer-row">
        <textarea
          id="composer"
          class="input"
          ref=${input}
          rows="1"
          dir="auto"
          placeholder=${t("canvas.placeholder")}
          aria-describedby="composer-note"
          aria-invalid=${left < 0}
          value=${text}
          onInput=${(event) => write(event.currentTarget.value)}
          onKeyDown=${addByKey}
        ></textarea>
        ${
          openForm &&
          html`<button type="button" class="button icon-only" aria-label=${t("canvas.with_fields")} onClick=${openForm}>
            <${Icon} name="file-text" />
          </button>`
        }
        <button class="button primary icon-only" aria-label=${t("canvas.add_card")}
          disabled=${!text.trim() || left < 0}>
          <${Icon} name="send" />
        </button>
      </div>
      <p id="composer-note" class="composer-note">
        <span>${[counter, anonymous ? t("canvas.anonymous") : t("canvas.not_anonymous")].filter(Boolean).join(" · ")}</span>
        <${CharsLeft} left=${left} most=${box.max_chars} />
      </p>
    </form>
  `;
}

/**
 * Takes a refused card back into its fields as soon as those are empty.
 *
 * @param {Map<string, any>} mine
 * @returns {string} the reason, for as long as that text stands there
 */
function useReturnedCard(step, stepId, place, mine) {
  const [complaint, setComplaint] = useState({ field: "", message: "" });
  const line = placeKey(stepId, place);
  const form = newKey(stepId, place);
  const returned = refusedCards(step, stepId, mine).find(
    ({ command: { box = place.box, row = place.row } }) => box === place.box && row === place.row,
  );
  const free = !draftOf(line) && !Object.keys(formDraft(form)).length;
  useEffect(() => {
    if (!returned || !free) return;
    const { text = "", fields } = returned.command;
    if (fields) keepFormDraft(form, { ...fields, [TEXT]: text });
    else keepDraft(line, text);
    setComplaint({ field: line, message: returned.message });
    dismissRefusal(returned.command.id);
  }, [returned, free, line]);
  if (returned) return returned.message;
  return complaint.field === line && !free ? complaint.message : "";
}

/** Refused cards of this step, and refused changes to cards that are gone. */
function refusedCards(step, stepId, mine) {
  const gone = (card) => !mine.has(card) && !step.cards[card];
  return refusals.value.filter(
    ({ command: { type, step: of, card } }) =>
      of === stepId && (type === "canvas.add_card" || (type === "canvas.edit_card" && gone(card))),
  );
}

/** Cards that were refused in another place than the one that is shown. */
function RefusedElsewhere({ step, stepId, place, mine, onChoose }) {
  return refusedCards(step, stepId, mine)
    .filter(({ command: { box, row } }) => step.boxes[box] && (box !== place.box || row !== place.row))
    .map(
      ({ command: { id, box, row, text }, message }) => html`
        <div class="notice" data-tone="bad" role="alert" key=${id}>
          <p>${message} <q ...${sessionText()}>${text}</q></p>
          <button type="button" class="button" onClick=${() => onChoose({ box, row })}>${t("canvas.go_to_box")}</button>
        </div>
      `,
    );
}

/** Instead of the composer: why nothing can be written here now, with what was typed. */
function ComposerNotice({ reason, kept, most, complaint }) {
  const calm = ["reading", "rows", "limit"].includes(reason);
  return html`
    <div class="notice" data-tone=${calm ? undefined : "warn"}>
      <${Icon} name=${calm ? "info" : "lock"} />
      <p>
        ${closedWords(reason, most)}
        ${complaint && kept && html`<br />${t("canvas.not_saved")}`}
        ${kept && html`<br />${t("canvas.text_kept")} <q ...${sessionText()}>${kept}</q>`}
      </p>
    </div>
  `;
}

function closedWords(reason, most) {
  switch (reason) {
    case "closed":
      return t("canvas.session_closed");
    case "locked":
      return t("canvas.step_locked");
    case "box":
      return t("canvas.box_locked");
    case "rows":
      return t("canvas.no_rows");
    case "limit":
      return t("canvas.limit_reached", { n: most });
    default:
      return t("canvas.only_reading");
  }
}

/** On a laptop Enter sends and Shift+Enter makes a new line; on a phone Enter is a new line. */
function sendsByKey(event) {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || matchMedia("(pointer: fine)").matches;
}
