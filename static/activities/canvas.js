/** Boxes that people fill with cards. */
import { computed, signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { announce, html, Icon, memo, ordered } from "../core/dom.js";
import { draftOf, keepDraft, useDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, echoes, newId, refusals, send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { ScreenBoard } from "../parts/bigboard.js";
import { boardTracks, CanvasBoard, cardsByBox, SupportCount } from "../parts/board.js";
import { Dialog } from "../parts/dialog.js";
import { useQuietNews } from "../parts/room.js";
import { Dock, SaveState, StepPage } from "../parts/step.js";

/**
 * @typedef {{title: string, prompt?: string, example?: string, order: number, area?: string,
 *   max_chars: number, locked?: boolean, suggestions?: Object<string, {text: string, order: number}>}} Box
 * @typedef {{box: string, text: string, order: number, support: number, by?: string, hidden?: true}} CardView
 * @typedef {CardView & {state: "sending" | "saved"}} OwnCard
 */

const WIDE = "(min-width: 64rem)";
const MANY_CARDS = 100;
const NEWS_MS = 10_000;

/** Which box each step shows on a phone, or writes in on a laptop. */
const chosenBoxes = signal(/** @type {Object<string, string>} */ ({}));
const wideScreen = signal(false);
/** Who joined, by id; only a facilitator is told. */
const peopleById = computed(() => view.value?.people ?? {});

/** @param {{step: any, stepId: string, agenda: any, own?: any, closed: boolean, notice?: any}} props */
export function CanvasParticipant({ step, stepId, agenda, own, closed, notice }) {
  useWideScreen();
  const boxes = boxesToUse(step);
  const boxId = step.boxes[chosenBoxes.value[stepId]] ? chosenBoxes.value[stepId] : boxes[0][0];
  const mineHere = ownCards(own?.cards, echoes.value, stepId);
  const supported = ownSupport(own?.supported, echoes.value, stepId);
  const others = cardsByBox(
    Object.fromEntries(Object.entries(step.cards).filter(([id]) => !mineHere.has(id))),
  );
  const [editing, setEditing] = useState("");
  const closedBecause = closed ? "closed" : whyClosed(agenda, step, boxId);
  const complaint = useReturnedText(stepId, boxId, mineHere);
  useNews(step.cards, own?.cards);
  const box = {
    step,
    stepId,
    supported,
    supportable: step.supportable,
    shut: closed || agenda.locked,
    onEdit: setEditing,
  };
  const cardsOf = (id) => ({
    own: [...mineHere].filter(([, card]) => card.box === id),
    others: others.get(id) ?? [],
  });
  const edited = mineHere.get(editing);
  return html`
    <${StepPage} instruction=${agenda.instruction} notice=${notice} wide=${wideScreen.value}>
      <${RefusedElsewhere} step=${step} stepId=${stepId} boxId=${boxId} mine=${mineHere} />
      ${
        wideScreen.value
          ? html`
              ${step.top && html`<${CanvasStrip} strip=${step.top} open=${true} />`}
              <div class="canvas-board" data-laid-out=${step.layout ? "" : undefined}
                style=${boardTracks(step)}>
                ${ordered(step.boxes).map(
                  ([id, view]) => html`
                    <${CanvasBox} key=${id} id=${id} view=${view} ...${box} ...${cardsOf(id)}
                      chosen=${id === boxId}
                      heading=${html`<h2 id=${`box-${id}`} ...${sessionText()}>${view.title}</h2>`} />
                  `,
                )}
              </div>
            `
          : html`
              <${CanvasBox} key=${boxId} id=${boxId} view=${step.boxes[boxId]} ...${box} ...${cardsOf(boxId)}
                heading=${html`
                  <${BoxSwitch} boxes=${boxes} boxId=${boxId} step=${step} stepId=${stepId} />
                `} />
              ${step.top && html`<${CanvasStrip} strip=${step.top} />`}
            `
      }
      ${step.bottom && html`<${CanvasStrip} strip=${step.bottom} open=${wideScreen.value} />`}
    <//>
    <${Dock} label=${t("canvas.new_card")}>
      ${
        closedBecause
          ? html`<${ComposerNotice} reason=${closedBecause} field=${cardField(stepId, boxId)}
            complaint=${complaint} />`
          : html`<${Composer} key=${boxId} stepId=${stepId} boxId=${boxId} box=${step.boxes[boxId]}
            anonymous=${step.anonymous}
              named=${boxes.length > 1 && wideScreen.value} complaint=${complaint} />`
      }
    <//>
    ${
      edited &&
      html`<${CardDialog} key=${editing} id=${editing} card=${edited} step=${step} stepId=${stepId}
        boxes=${boxes}
        onClose=${() => setEditing("")} />`
    }
  `;
}

/**
 * The boxes of this step with those to write in first, then those that are here to read.
 *
 * @returns {[string, Box][]}
 */
export function boxesToUse({ boxes, focus }) {
  const all = ordered(boxes);
  return focus ? [...all.filter(([id]) => focus[id]), ...all.filter(([id]) => !focus[id])] : all;
}

/**
 * Somebody's own cards with what they have just done to them, newest first.
 *
 * @param {Object<string, CardView> | undefined} stored
 * @param {import("../core/outbox.js").Echo[]} commands
 * @returns {Map<string, OwnCard>}
 */
export function ownCards(stored, commands, stepId) {
  /** @type {Map<string, OwnCard>} */
  const cards = new Map(ordered(stored).map(([id, card]) => [id, { ...card, state: "saved" }]));
  for (const command of commands) {
    if (command.step !== stepId) continue;
    const state = command.seq === undefined ? "sending" : "saved";
    const { card: id, box, text, since } = command;
    const card = cards.get(id);
    switch (command.type) {
      case "canvas.add_card":
        if (!card) cards.set(id, { box, text, order: since, support: 0, state });
        break;
      case "canvas.edit_card":
        if (card) cards.set(id, { ...card, text: text ?? card.text, state });
        break;
      case "canvas.move_card":
        if (card) cards.set(id, { ...card, box, state });
        break;
      case "canvas.remove_card":
        cards.delete(id);
        break;
    }
  }
  return new Map([...cards].reverse());
}

/** The ids of the cards that this person supports, with what they have just pressed. */
export function ownSupport(stored, commands, stepId) {
  const supported = new Set(Object.keys(stored ?? {}));
  for (const { type, step, card, on } of commands) {
    if (type !== "canvas.support_card" || step !== stepId) continue;
    if (on) supported.add(card);
    else supported.delete(card);
  }
  return supported;
}

/** Why nobody can write in a box now; empty when they can. */
function whyClosed(agenda, { boxes, focus }, boxId) {
  if (agenda.locked || boxes[boxId].locked) return "locked";
  return focus && !focus[boxId] ? "reading" : "";
}

/** The heading of the box on a phone: one at a time, with the ones beside it and a list of all. */
function BoxSwitch({ boxes, boxId, step, stepId }) {
  const [listed, setListed] = useState(false);
  const at = boxes.findIndex(([id]) => id === boxId);
  const title = boxes[at][1].title;
  const choose = (id) => {
    setListed(false);
    chooseBox(stepId, id);
  };
  if (boxes.length === 1) return html`<h2 id=${`box-${boxId}`} ...${sessionText()}>${title}</h2>`;
  const neighbour = (place, name, label) => html`
    <button type="button" class="button quiet icon-only" aria-label=${label} disabled=${!boxes[place]}
      onClick=${() => choose(boxes[place][0])}>
      <${Icon} name=${name} />
    </button>
  `;
  return html`
    <div class="box-switch">
      <h2 id=${`box-${boxId}`}>
        <button type="button" aria-haspopup="dialog" onClick=${() => setListed(true)}>
          <span class="box-place">
            ${t("canvas.box_of", { box: at + 1, boxes: boxes.length })}<${Icon} name="chevron-down" />
          </span>
          <span ...${sessionText()}>${title}</span>
        </button>
      </h2>
      ${neighbour(at - 1, "chevron-left", t("canvas.previous_box"))}
      ${neighbour(at + 1, "chevron-right", t("canvas.next_box"))}
    </div>
    ${
      listed &&
      html`
        <${Dialog} title=${t("canvas.boxes")} onClose=${() => setListed(false)}>
          <ul class="steps">
            ${boxes.map(
              ([id, box]) => html`
                <li key=${id}>
                  <button type="button" class="steps-item" aria-current=${id === boxId ? "true" : undefined}
                    onClick=${() => choose(id)}>
                    <span ...${sessionText()}>${box.title}</span>
                    ${
                      step.focus &&
                      !step.focus[id] &&
                      html`<span class="muted small">${t("canvas.to_read")}</span>`
                    }
                    <span class="badge">${t("canvas.count", { n: step.counts?.[id] ?? 0 })}</span>
                  </button>
                </li>
              `,
            )}
          </ul>
        <//>
      `
    }
  `;
}

function CanvasBox({
  id,
  view,
  heading,
  step,
  stepId,
  own,
  others,
  supported,
  supportable,
  shut,
  chosen,
  onEdit,
}) {
  const [most, setMost] = useState(MANY_CARDS);
  const covered = step.blind && !step.revealed;
  const readOnly = shut || view.locked || (step.focus && !step.focus[id]);
  const writeHere = () => {
    chooseBox(stepId, id);
    document.getElementById("composer")?.focus();
  };
  return html`
    <section class="canvas-box stack" aria-labelledby=${`box-${id}`} data-chosen=${chosen ? "" : undefined}
      style=${{ "--area": view.area ?? "auto" }}>
      <div>
        ${heading}
        ${view.prompt && html`<p class="canvas-prompt" ...${sessionText()}>${view.prompt}</p>`}
      </div>
      ${
        !readOnly &&
        (view.example || view.suggestions) &&
        html`<${BoxHelp} id=${id} view=${view} stepId=${stepId} own=${own} />`
      }
      ${
        chosen !== undefined &&
        !readOnly &&
        html`
          <button type="button" class="button quiet canvas-here" aria-pressed=${chosen} onClick=${writeHere}>
            <${Icon} name="pencil" />${t("canvas.write_here")}
            <span class="visually-hidden">: ${view.title}</span>
          </button>
        `
      }
      ${
        own.length > 0 &&
        html`
          <div class="stack canvas-list">
            <h3 id=${`own-${id}`}>${t("canvas.own_cards", { n: own.length })}</h3>
            <ul class="cards">
              ${own.map(
                ([
                  cardId,
                  card,
                ]) => html`<${OwnCardItem} key=${cardId} id=${cardId} stepId=${stepId} text=${card.text}
                  state=${card.state} hidden=${card.hidden} onEdit=${readOnly ? undefined : onEdit}
                  support=${step.cards[cardId]?.support ?? card.support} />`,
              )}
            </ul>
          </div>
        `
      }
      ${
        covered
          ? html`
            <p class="canvas-covered">
              <${Icon} name="eye-off" />${t("canvas.covered_hint", { n: step.counts?.[id] ?? 0 })}
            </p>
          `
          : html`
              <div class="stack canvas-list">
                ${others.length > 0 && html`<h3>${t("canvas.others_cards", { n: others.length })}</h3>`}
                ${
                  others.length + own.length === 0 &&
                  html`<p class="muted">${readOnly ? t("canvas.empty_read") : t("canvas.empty_box")}</p>`
                }
                <ul class="cards">
                  ${others.slice(0, most).map(
                    ([
                      cardId,
                      card,
                    ]) => html`<${OtherCardItem} key=${cardId} id=${cardId} stepId=${stepId} card=${card}
                      supportable=${supportable && !readOnly} supported=${supported.has(cardId)} />`,
                  )}
                </ul>
                ${
                  others.length > most &&
                  html`<button type="button" class="button" onClick=${() => setMost(most + MANY_CARDS)}>
                    ${t("canvas.show_more", { n: others.length - most })}
                  </button>`
                }
              </div>
            `
      }
    </section>
  `;
}

/** What helps somebody to begin: an example to read, and sentences to take over as a card of their own. */
function BoxHelp({ id, view, stepId, own }) {
  const taken = new Set(own.map(([, card]) => card.text));
  return html`
    <div class="canvas-help">
      ${
        view.example &&
        html`
          <details>
            <summary><${Icon} name="lightbulb" />${t("canvas.example")}</summary>
            <p class="canvas-example" ...${sessionText()}>${view.example}</p>
          </details>
        `
      }
      ${
        view.suggestions &&
        html`
          <details>
            <summary><${Icon} name="plus" />${t("canvas.suggestions")}</summary>
            <ul class="cards">
              ${ordered(view.suggestions).map(
                ([key, { text }]) => html`
                  <li key=${key} class="canvas-suggestion">
                    <span ...${sessionText()}>${text}</span>
                    ${
                      taken.has(text)
                        ? html`
                          <span class="save-state" data-state="saved">
                            <${Icon} name="check" />${t("canvas.taken_over")}
                          </span>
                        `
                        : html`<button type="button" class="button"
                          onClick=${() => addCard(stepId, id, text)}>${t("canvas.take_over")}</button>`
                    }
                  </li>
                `,
              )}
            </ul>
          </details>
        `
      }
    </div>
  `;
}

const OwnCardItem = memo(({ id, stepId, text, state, hidden, support, onEdit }) => {
  const refused = refusals.value.find(
    ({ command }) => command.type === "canvas.edit_card" && command.card === id,
  );
  const again = () => {
    if (refused?.command.text) keepDraft(editField(stepId, id), refused.command.text);
    if (refused) dismissRefusal(refused.command.id);
    onEdit(id);
  };
  return html`
    <li class="card" data-own>
      <p class="card-text" ...${sessionText()}>${text}</p>
      ${
        refused &&
        html`
          <div class="notice" data-tone="bad" role="alert">
            <p>${refused.message} <q ...${sessionText()}>${refused.command.text}</q></p>
          </div>
        `
      }
      <div class="card-foot">
        <${SaveState} state=${state} />
        ${hidden && html`<span class="muted small">${t("canvas.hidden")}</span>`}
        ${
          support > 0 &&
          html`
          <span class="badge">
            <${Icon} name="thumbs-up" />${t("canvas.supported", { n: support })}
          </span>
        `
        }
        ${
          onEdit &&
          html`
            <button type="button" class="button quiet icon-only" aria-label=${t("canvas.edit_card")}
              onClick=${again}>
              <${Icon} name="pencil" />
            </button>
          `
        }
      </div>
    </li>
  `;
});

const OtherCardItem = memo(({ id, stepId, card, supportable, supported }) => {
  const press = () => send("canvas.support_card", { step: stepId, card: id, on: !supported });
  return html`
    <li class="card">
      <p class="card-text" ...${sessionText()}>${card.text}</p>
      ${
        (supportable || card.by || card.support > 0) &&
        html`
          <div class="card-foot">
            ${card.by && html`<bdi class="muted small">${card.by}</bdi>`}
            ${
              supportable
                ? html`
                    <button type="button" class="button support" aria-pressed=${supported} onClick=${press}>
                      <${Icon} name="thumbs-up" />${t("canvas.me_too")}
                      ${card.support > 0 && html`<span class="support-count">${card.support}</span>`}
                    </button>
                  `
                : card.support > 0 &&
                  html`
                    <span class="badge">
                      <${Icon} name="thumbs-up" />${t("canvas.supported", { n: card.support })}
                    </span>
                  `
            }
          </div>
        `
      }
    </li>
  `;
});

/** Where a card is written; its text leaves the field when it is kept in the outbox, and comes back when refused. */
function Composer({ stepId, boxId, box, anonymous, named, complaint }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [text, write] = useDraft(cardField(stepId, boxId));
  const left = box.max_chars - lengthOf(text);
  const add = () => {
    if (!text.trim() || left < 0) return;
    addCard(stepId, boxId, text.trim());
    write("");
    document.getElementById(`own-${boxId}`)?.scrollIntoView({ block: "nearest" });
    field.current?.focus();
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
          ref=${field}
          rows="1"
          dir="auto"
          placeholder=${t("canvas.placeholder")}
          aria-describedby="composer-note"
          aria-invalid=${left < 0}
          value=${text}
          onInput=${(event) => write(event.currentTarget.value)}
          onKeyDown=${addByKey}
        ></textarea>
        <button class="button primary icon-only" aria-label=${t("canvas.add_card")}
          disabled=${!text.trim() || left < 0}>
          <${Icon} name="send" />
        </button>
      </div>
      <p id="composer-note" class="composer-note">
        <span>${anonymous ? t("canvas.anonymous") : t("canvas.not_anonymous")}</span>
        <${CharsLeft} left=${left} most=${box.max_chars} />
      </p>
    </form>
  `;
}

function CharsLeft({ left, most }) {
  return html`
    <span class="chars-left" data-over=${left < 0 ? "" : undefined}>
      <span aria-hidden="true">${most - left}/${most}</span>
      <span class="visually-hidden">${t("canvas.chars_left", { n: left })}</span>
    </span>
  `;
}

/**
 * Takes a refused card back into its field as soon as that is empty.
 *
 * @param {Map<string, OwnCard>} mine
 * @returns {string} the reason, for as long as that text stands there
 */
function useReturnedText(stepId, boxId, mine) {
  const [complaint, setComplaint] = useState({ field: "", message: "" });
  const field = cardField(stepId, boxId);
  const returned = refusedCards(stepId, mine).find(({ command }) => (command.box ?? boxId) === boxId);
  const free = !draftOf(field);
  useEffect(() => {
    if (!returned || !free) return;
    keepDraft(field, returned.command.text ?? "");
    setComplaint({ field, message: returned.message });
    dismissRefusal(returned.command.id);
  }, [returned, free, field]);
  if (returned) return returned.message;
  return complaint.field === field && !free ? complaint.message : "";
}

/** Refused cards of this step, and refused changes to cards that are gone. */
function refusedCards(stepId, mine) {
  return refusals.value.filter(
    ({ command: { type, step, card } }) =>
      step === stepId && (type === "canvas.add_card" || (type === "canvas.edit_card" && !mine.has(card))),
  );
}

/** Cards that were refused in another box than the one that is shown. */
function RefusedElsewhere({ step, stepId, boxId, mine }) {
  return refusedCards(stepId, mine)
    .filter(({ command: { box } }) => box && box !== boxId && step.boxes[box])
    .map(
      ({ command: { id, box, text }, message }) => html`
        <div class="notice" data-tone="bad" role="alert" key=${id}>
          <p>${message} <q ...${sessionText()}>${text}</q></p>
          <button type="button" class="button"
            onClick=${() => chooseBox(stepId, box)}>${t("canvas.go_to_box")}</button>
        </div>
      `,
    );
}

/** Instead of the composer: why nothing can be written here now, with what was typed. */
function ComposerNotice({ reason, field, complaint }) {
  const kept = draftOf(field);
  return html`
    <div class="notice" data-tone=${reason === "reading" ? undefined : "warn"}>
      <${Icon} name=${reason === "reading" ? "info" : "lock"} />
      <p>
        ${
          reason === "closed"
            ? t("canvas.session_closed")
            : reason === "locked"
              ? t("canvas.step_locked")
              : t("canvas.only_reading")
        }
        ${complaint && kept && html`<br />${t("canvas.not_saved")}`}
        ${kept && html`<br />${t("canvas.text_kept")} <q ...${sessionText()}>${kept}</q>`}
      </p>
    </div>
  `;
}

/** Change, move or remove one's own card. */
function CardDialog({ id, card, step, stepId, boxes, onClose }) {
  const [text, write] = useDraft(editField(stepId, id), card.text);
  const [box, setBox] = useState(card.box);
  const [removing, setRemoving] = useState(false);
  const open = boxes.filter(([boxId]) => !step.focus || step.focus[boxId]);
  const left = (step.boxes[box]?.max_chars ?? 0) - lengthOf(text);
  const close = (forget) => {
    if (forget) keepDraft(editField(stepId, id), "");
    onClose();
  };
  const save = (event) => {
    event.preventDefault();
    if (text.trim() !== card.text) send("canvas.edit_card", { step: stepId, card: id, text: text.trim() });
    if (box !== card.box) {
      send("canvas.move_card", { step: stepId, card: id, box });
      chooseBox(stepId, box);
    }
    close(true);
  };
  const remove = () => {
    send("canvas.remove_card", { step: stepId, card: id });
    announce(t("canvas.removed"));
    close(true);
  };
  return html`
    <${Dialog} title=${t("canvas.your_card")} onClose=${() => close(false)}>
      <form class="stack" onSubmit=${save}>
        <div class="field">
          <label for="card-text">${t("canvas.text")}</label>
          <textarea id="card-text" class="input" rows="3" dir="auto" value=${text}
            aria-describedby="card-left"
            onInput=${(event) => write(event.currentTarget.value)}></textarea>
          <p id="card-left" class="composer-note">
            <${CharsLeft} left=${left} most=${step.boxes[box]?.max_chars} />
          </p>
        </div>
        ${
          open.length > 1 &&
          html`
            <div class="field">
              <label for="card-box">${t("canvas.move_to")}</label>
              <select id="card-box" class="input" value=${box}
                onChange=${(event) => setBox(event.currentTarget.value)}>
                ${open.map(
                  ([boxId, { title }]) => html`<option key=${boxId} value=${boxId}>${title}</option>`,
                )}
              </select>
            </div>
          `
        }
        <button class="button primary" disabled=${!text.trim() || left < 0}>${t("canvas.save")}</button>
        ${
          removing
            ? html`
                <div class="notice" data-tone="bad">
                  <p>${t("canvas.remove_sure")}</p>
                  <button type="button" class="button danger"
                    onClick=${remove}>${t("canvas.remove_yes")}</button>
                  <button type="button" class="button"
                    onClick=${() => setRemoving(false)}>${t("canvas.remove_no")}</button>
                </div>
              `
            : html`
                <button type="button" class="button danger quiet" onClick=${() => setRemoving(true)}>
                  <${Icon} name="trash-2" />${t("canvas.remove")}
                </button>
              `
        }
      </form>
    <//>
  `;
}

function CanvasStrip({ strip, open = false }) {
  return html`
    <details class="canvas-strip" open=${open}>
      <summary ...${sessionText()}>${strip.title}</summary>
      <p ...${sessionText()}>${strip.text}</p>
    </details>
  `;
}

async function addCard(step, box, text) {
  const answer = await send("canvas.add_card", { step, card: newId(), box, text });
  if (answer.ok) announce(t("canvas.card_saved"));
}

function chooseBox(stepId, boxId) {
  if (chosenBoxes.value[stepId] !== boxId) chosenBoxes.value = { ...chosenBoxes.value, [stepId]: boxId };
}

/** On a laptop Enter sends and Shift+Enter makes a new line; on a phone Enter is a new line. */
function sendsByKey(event) {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey) return false;
  return event.ctrlKey || event.metaKey || matchMedia("(pointer: fine)").matches;
}

/** Characters as the server counts them: an emoji is one. */
function lengthOf(text) {
  return [...text.trim()].length;
}

function cardField(stepId, boxId) {
  return `card:${stepId}:${boxId}`;
}

function editField(stepId, cardId) {
  return `edit:${stepId}:${cardId}`;
}

function useWideScreen() {
  useEffect(() => {
    const query = matchMedia(WIDE);
    const look = () => {
      wideScreen.value = query.matches;
    };
    look();
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
}

/** Tells once every ten seconds at most how many new cards others have written. */
function useNews(cards, own) {
  const told = useRef(0);
  const count = Object.keys(cards).filter((id) => !own?.[id]).length;
  const latest = useRef(count);
  latest.current = count;
  useEffect(() => {
    told.current = latest.current;
    const telling = setInterval(() => {
      const n = latest.current - told.current;
      if (n > 0) announce(t("canvas.new_cards", { n }));
      told.current = latest.current;
    }, NEWS_MS);
    return () => clearInterval(telling);
  }, []);
}

/** @param {{step: any, stepId: string}} props */
export function CanvasConsole({ step, stepId }) {
  const [moving, setMoving] = useState("");
  const card = step.cards[moving];
  const total = Object.values(step.counts ?? {}).reduce((sum, count) => sum + count, 0);
  useQuietNews(t("canvas.total", { n: total }));
  const cardProps = useMemo(() => ({ stepId, onMove: setMoving }), [stepId]);
  return html`
    <p class="muted">${t("canvas.total", { n: total })} · ${t("canvas.contributors", { n: step.contributors })}</p>
    <${CanvasBoard} canvas=${step} card=${ConsoleCard} cardProps=${cardProps} />
    ${card && html`<${MoveDialog} step=${step} stepId=${stepId} id=${moving} card=${card} onClose=${() => setMoving("")} />`}
  `;
}

const ConsoleCard = memo(({ id, card, stepId, onMove }) => {
  const hide = () => send("canvas.hide_card", { step: stepId, card: id, hidden: !card.hidden });
  const from = [card.by, peopleById.value[card.author]?.name].filter(Boolean).join(" · ");
  return html`
    <li class="card board-card" data-hidden=${card.hidden ? "" : undefined}>
      <p class="card-text" ...${sessionText()}>${card.text}</p>
      <div class="card-tools">
        <span class="muted">${card.hidden && html`<strong>${t("canvas.hidden_now")}</strong> `}<bdi>${from}</bdi></span>
        ${card.support > 0 && html`<${SupportCount} n=${card.support} />`}
        <button
          type="button"
          aria-label=${card.hidden ? t("canvas.show_card", { text: card.text }) : t("canvas.hide_card", { text: card.text })}
          onClick=${hide}
        >
          <${Icon} name=${card.hidden ? "eye" : "eye-off"} />
        </button>
        <button type="button" aria-label=${t("canvas.move_card", { text: card.text })} onClick=${() => onMove(id)}>
          <${Icon} name="move" />
        </button>
      </div>
    </li>
  `;
});

function MoveDialog({ step, stepId, id, card, onClose }) {
  const move = (box) => {
    send("canvas.move_card", { step: stepId, card: id, box });
    onClose();
  };
  return html`
    <${Dialog} title=${t("canvas.move_title")} onClose=${onClose}>
      <p class="card card-text" ...${sessionText()}>${card.text}</p>
      <div class="stack move-boxes">
        ${ordered(step.boxes)
          .filter(([box]) => box !== card.box)
          .map(
            ([box, { title }]) =>
              html`<button type="button" class="button" key=${box} onClick=${() => move(box)}>${title}</button>`,
          )}
      </div>
    <//>
  `;
}

/** What the facilitator's bar offers in this step. */
export function canvasActions({ step, stepId }) {
  if (!step.blind || step.revealed) return [];
  const reveal = () => send("canvas.reveal", { step: stepId });
  return [{ key: "r", icon: "eye", label: t("canvas.reveal"), kind: "primary", run: reveal }];
}

/** What the screen shows during this step, for the facilitator. */
export function canvasOnScreen(step) {
  return step.blind && !step.revealed ? t("canvas.on_screen_counters") : t("canvas.on_screen_board");
}

/** @param {{step: any}} props */
export function CanvasScreen({ step }) {
  const total = Object.values(step.counts ?? {}).reduce((sum, count) => sum + count, 0);
  useQuietNews(t("canvas.total", { n: total }));
  return html`<${ScreenBoard} canvas=${step} />`;
}
