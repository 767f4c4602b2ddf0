/** Boxes that people fill with cards. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { echoes, send } from "../core/outbox.js";
import { ScreenBoard } from "../parts/bigboard.js";
import { BoardWaiting, boardTracks, cellKey, cellsOf, LockMark } from "../parts/board.js";
import { BoardDesk } from "../parts/boarddesk.js";
import { SupportCount } from "../parts/cardface.js";
import { addCard, atWork } from "../parts/cardwork.js";
import { CardDock } from "../parts/composer.js";
import { Dialog } from "../parts/dialog.js";
import { cardsLeft, ownCards, ownMarks, withOwnChanges } from "../parts/ownwork.js";
import { PhoneCard } from "../parts/phonecard.js";
import { useQuietNews } from "../parts/room.js";
import { StepPage } from "../parts/step.js";
import { WhoContributed } from "../parts/whodid.js";
import { PARTICIPANT_ACTIVITIES } from "./registry.js";

const WIDE = "(min-width: 64rem)";
const MANY_CARDS = 100;
const NEWS_MS = 10_000;

/** Which box and which row each step shows on a phone, or writes in on a laptop. */
const chosenPlaces = signal(/** @type {Object<string, {box?: string, row?: string}>} */ ({}));
const wideScreen = signal(false);

/** @param {{step: any, stepId: string, agenda: any, own?: any, closed: boolean, notice?: any}} props */
export function CanvasParticipant({ step, stepId, agenda, own, closed, notice }) {
  useWideScreen();
  useNews(step.cards, own?.cards);
  const [open, setOpen] = useState({ what: "", id: "" });
  const boxes = boxesToUse(step);
  const rows = ordered(step.rows);
  const first = useMemo(() => firstBox(step, boxes), [stepId]);
  const place = placeOnBoard(step, [first, boxes[0][0]], rows, chosenPlaces.value[stepId]);
  const shownCards = withOwnChanges(step.cards, echoes.value, stepId);
  const mine = ownCards(own?.cards, echoes.value, stepId, step.cards);
  const marks = {
    supported: ownMarks(own?.supported, echoes.value, stepId, "canvas.support_card"),
    taken: ownMarks(own?.taken, echoes.value, stepId, "canvas.take_card"),
    joined: ownMarks(own?.joined, echoes.value, stepId, "canvas.join_card"),
  };
  const left = cardsLeft(own?.left ?? (step.per_person || undefined), own?.cards, echoes.value, stepId);
  const shut = closed ? "closed" : agenda.locked ? "locked" : "";
  const opening = useMemo(() => (what, id) => setOpen({ what, id }), []);
  const close = (moved) => {
    if (moved?.box) choosePlace(stepId, moved);
    setOpen({ what: "", id: "" });
  };
  const shared = { step, stepId, shut, mine, marks, cards: shownCards, row: place.row, onOpen: opening };
  const card = mine.get(open.id) ?? shownCards[open.id];
  const boxHeading = (id, title) => html`<h2 id=${`box-${id}`} ...${sessionText()}>${title}</h2>`;
  return html`
    <${StepPage} instruction=${agenda.instruction} notice=${notice} wide=${wideScreen.value}>
      <${BoardWaiting} step=${step.waiting} />
      ${rows.length > 0 && html`<${RowSwitch} rows=${rows} row=${place.row} stepId=${stepId} />`}
      ${
        step.rows && rows.length === 0
          ? html`<p class="muted">${t("canvas.no_rows")}</p>`
          : wideScreen.value
            ? html`
                ${step.top && html`<${CanvasStrip} strip=${step.top} open=${true} />`}
                <div class="canvas-board" data-laid-out=${step.layout ? "" : undefined} style=${boardTracks(step)}>
                  ${ordered(step.boxes).map(
                    ([id, box]) => html`
                      <${CanvasBox} key=${id} id=${id} box=${box} ...${shared} chosen=${id === place.box}
                        heading=${boxHeading(id, box.title)} />
                    `,
                  )}
                </div>
              `
            : html`
                <${CanvasBox} key=${place.box} id=${place.box} box=${step.boxes[place.box]} ...${shared}
                  heading=${html`<${BoxSwitch} boxes=${boxes} boxId=${place.box} step=${step} stepId=${stepId} />`} />
                ${step.top && html`<${CanvasStrip} strip=${step.top} />`}
              `
      }
      ${step.bottom && html`<${CanvasStrip} strip=${step.bottom} open=${wideScreen.value} />`}
    <//>
    <${CardDock} step=${step} stepId=${stepId} place=${place} mine=${mine} shut=${shut} left=${left}
      named=${boxes.length > 1 && wideScreen.value} onChoose=${(elsewhere) => choosePlace(stepId, elsewhere)} />
    ${
      card &&
      html`<${OpenCard} key=${open.id} ...${open} card=${card} own=${mine.has(open.id)} step=${step} stepId=${stepId}
      boxes=${boxes.filter(([id]) => !step.focus || step.focus[id])} onClose=${close} />`
    }
  `;
}

/** The dialog of one card; dialogs come a moment after the rest of the page. */
function OpenCard({ what, ...about }) {
  const forms = useChunk(PARTICIPANT_ACTIVITIES, "carddialog");
  if (!forms) return html`<${ChunkMissing} kind="carddialog" />`;
  return html`<${forms[what]} ...${about} />`;
}

/**
 * The boxes of this step with those to write in first, then those that are here to read.
 *
 * @returns {[string, import("../parts/board.js").BoxView][]}
 */
function boxesToUse({ boxes, focus }) {
  const all = ordered(boxes);
  return focus ? [...all.filter(([id]) => focus[id]), ...all.filter(([id]) => !focus[id])] : all;
}

/** The box that one sees first: of actions to be taken the first that holds any. */
function firstBox({ agreed_with, counts }, boxes) {
  return ((agreed_with && boxes.find(([id]) => counts?.[id])) || boxes[0])[0];
}

/** Where somebody is on the board: what they chose, as long as that is there. */
function placeOnBoard(step, places, rows, { box = "", row = "" } = {}) {
  return { box: [box, ...places].find((id) => step.boxes[id]), row: step.rows?.[row] ? row : rows[0]?.[0] };
}

/** The heading of the box on a phone: one at a time, with the ones beside it and a list of all. */
function BoxSwitch({ boxes, boxId, step, stepId }) {
  const at = boxes.findIndex(([id]) => id === boxId) + 1;
  return html`
    <${PlaceSwitch} id=${`box-${boxId}`} places=${boxes} chosen=${boxId} title=${t("canvas.boxes")}
      here=${t("canvas.box_of", { box: at, boxes: boxes.length })} previous=${t("canvas.previous_box")}
      next=${t("canvas.next_box")} onChoose=${(box) => choosePlace(stepId, { box })}
      note=${(id, box) => html`
        ${box.locked && html`<${LockMark} />`}
        ${step.focus && !step.focus[id] && html`<span class="muted small">${t("canvas.to_read")}</span>`}
        ${!step.rows && html`<span class="badge">${t("canvas.count", { n: step.counts?.[id] ?? 0 })}</span>`}
      `} />
  `;
}

/** Where a row is to be chosen before a box. */
function RowSwitch({ rows, row, stepId }) {
  const at = rows.findIndex(([id]) => id === row) + 1;
  const { text } = rows[at - 1][1];
  return html`
    <div>
      <${PlaceSwitch} id="canvas-row" places=${rows} chosen=${row} title=${t("canvas.rows")}
        here=${t("canvas.row_of", { row: at, rows: rows.length })} previous=${t("canvas.previous_row")}
        next=${t("canvas.next_row")} onChoose=${(id) => choosePlace(stepId, { row: id })}
        note=${(_, { decision }) => decision && html`<span class="badge">${decision}</span>`} />
      ${text && html`<p class="canvas-prompt" ...${sessionText()}>${text}</p>`}
    </div>
  `;
}

/** One of several places, with buttons to the ones beside it and a list of all. */
function PlaceSwitch({ id, places, chosen, title, here, previous, next, note, onChoose }) {
  const [listed, setListed] = useState(false);
  if (places.length === 1) {
    const [{ title: only, locked }] = places.map(([, about]) => about);
    return html`<h2 id=${id} ...${sessionText()}>${only} ${locked && html`<${LockMark} />`}</h2>`;
  }
  const at = places.findIndex(([place]) => place === chosen);
  const choose = (place) => {
    setListed(false);
    onChoose(place);
  };
  const neighbour = (place, name, label) => html`
    <button type="button" class="button quiet icon-only" aria-label=${label} disabled=${!places[place]}
      onClick=${() => choose(places[place][0])}>
      <${Icon} name=${name} />
    </button>
  `;
  return html`
    <div class="box-switch">
      <h2 id=${id}>
        <button type="button" aria-haspopup="dialog" onClick=${() => setListed(true)}>
          <span class="box-place">${here}<${Icon} name="chevron-down" /></span>
          <span ...${sessionText()}>${places[at][1].title}</span>
        </button>
      </h2>
      ${neighbour(at - 1, "chevron-left", previous)} ${neighbour(at + 1, "chevron-right", next)}
    </div>
    ${
      listed &&
      html`
        <${Dialog} title=${title} onClose=${() => setListed(false)}>
          <ul class="steps">
            ${places.map(
              ([place, about]) => html`
                <li key=${place}>
                  <button type="button" class="steps-item" aria-current=${place === chosen ? "true" : undefined}
                    onClick=${() => choose(place)}>
                    <span ...${sessionText()}>${about.title}</span>
                    ${note(place, about)}
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

function CanvasBox({ id, box, heading, step, stepId, cards, mine, marks, row, shut, chosen, onOpen }) {
  const [most, setMost] = useState(MANY_CARDS);
  const covered = step.blind && !step.revealed;
  const readOnly = shut || box.locked || (step.focus && !step.focus[id]);
  const table = step.look === "table";
  const can = useMemo(
    () => ({
      support: step.supportable && !readOnly,
      take: step.takeable && !readOnly,
      editAll: step.editable === "everyone" && !readOnly,
    }),
    [step.supportable, step.takeable, step.editable, readOnly],
  );
  const here = (card) => card.box === id && (!step.rows || !row || card.row === row);
  // In a table, and in a group, one's own cards keep their place among the others.
  const mixed = ([cardId, card]) => (table || card.group) && cards[cardId];
  const own = [...mine].filter(([, card]) => here(card));
  const apart = own.filter((entry) => !mixed(entry));
  const among = Object.entries(cards).filter(
    ([cardId, card]) => here(card) && !apart.some(([other]) => other === cardId),
  );
  const seen = /** @type {[string, any][]} */ (
    among.map(([cardId, card]) => [cardId, mine.get(cardId) ?? card])
  );
  const { groups, cards: single } = cellIn(step, seen, id, row);
  const cardOf = ([cardId, card]) => html`
    <${PhoneCard} key=${cardId} id=${cardId} stepId=${stepId} card=${card} fields=${box.fields} links=${step.links}
      needs=${step.agreed_with} own=${mine.has(cardId)} row=${table} can=${can} at=${atWork(stepId, cardId)}
      supported=${marks.supported.has(cardId)} taken=${marks.taken.has(cardId)} joined=${marks.joined.has(cardId)}
      mergedWith=${card.merged_into && (cards[card.merged_into]?.text ?? mine.get(card.merged_into)?.text)}
      onOpen=${readOnly ? undefined : onOpen} />
  `;
  const writeHere = () => {
    choosePlace(stepId, { box: id });
    requestAnimationFrame(() => document.getElementById("composer")?.focus());
  };
  const empty = seen.length + own.length === 0;
  return html`
    <section class="canvas-box stack" aria-labelledby=${`box-${id}`} data-chosen=${chosen ? "" : undefined}
      style=${{ "--area": box.area ?? "auto" }}>
      <div>
        ${heading}
        ${box.prompt && html`<p class="canvas-prompt" ...${sessionText()}>${box.prompt}</p>`}
      </div>
      ${
        !readOnly &&
        (box.example || box.suggestions) &&
        html`<${BoxHelp} id=${id} row=${row} view=${box} stepId=${stepId} own=${own} />`
      }
      ${
        chosen !== undefined &&
        !readOnly &&
        html`
          <button type="button" class="button quiet canvas-here" aria-pressed=${chosen} onClick=${writeHere}>
            <${Icon} name="pencil" />${t("canvas.write_here")}
            <span class="visually-hidden">: ${box.title}</span>
          </button>
        `
      }
      ${
        apart.length > 0 &&
        html`
          <div class="stack canvas-list">
            <h3 id=${`own-${id}`}>${t("canvas.own_cards", { n: apart.length })}</h3>
            <ul class="cards">${apart.map(cardOf)}</ul>
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
                ${empty && html`<p class="muted">${readOnly ? t("canvas.empty_read") : t("canvas.empty_box")}</p>`}
                ${[...groups].map(
                  ([group, { title, support, cards: stack }]) => html`
                    <section class="card-group" key=${group} aria-labelledby=${`group-${group}`}>
                      <h3 id=${`group-${group}`}>
                        <${Icon} name="layers" /><span ...${sessionText()}>${title}</span>
                        <span class="badge">${t("canvas.count", { n: stack.length })}</span>
                        ${support > 0 && html`<${SupportCount} n=${support} />`}
                      </h3>
                      <ul class="cards">${stack.map(cardOf)}</ul>
                    </section>
                  `,
                )}
                ${!table && single.length > 0 && html`<h3>${t("canvas.others_cards", { n: single.length })}</h3>`}
                <ul class="cards">${single.slice(0, most).map(cardOf)}</ul>
                ${
                  single.length > most &&
                  html`<button type="button" class="button" onClick=${() => setMost(most + MANY_CARDS)}>
                    ${t("canvas.show_more", { n: single.length - most })}
                  </button>`
                }
              </div>
            `
      }
    </section>
  `;
}

/** What stands in one place, of the cards that are to be shown there. */
function cellIn({ groups, rows }, cards, box, row) {
  const cells = cellsOf(/** @type {any} */ ({ cards: Object.fromEntries(cards), groups, rows }));
  return cells.get(cellKey(rows && row ? row : "", box)) ?? { groups: new Map(), cards: [] };
}

/** What helps somebody to begin: an example to read, and sentences to take over as a card of their own. */
function BoxHelp({ id, row, view, stepId, own }) {
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
                          onClick=${() => addCard(stepId, { box: id, row }, text)}>${t("canvas.take_over")}</button>`
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

function CanvasStrip({ strip, open = false }) {
  return html`
    <details class="canvas-strip" open=${open}>
      <summary ...${sessionText()}>${strip.title}</summary>
      <p ...${sessionText()}>${strip.text}</p>
    </details>
  `;
}

/** @param {{box?: string, row?: string}} place  what changes */
function choosePlace(stepId, place) {
  const before = chosenPlaces.value[stepId] ?? {};
  if (Object.entries(place).every(([what, id]) => before[what] === id)) return;
  chosenPlaces.value = { ...chosenPlaces.value, [stepId]: { ...before, ...place } };
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
  const total = Object.values(step.counts ?? {}).reduce((sum, count) => sum + count, 0);
  useQuietNews(t("canvas.total", { n: total }));
  return html`
    <p class="muted">${t("canvas.total", { n: total })} · ${t("canvas.contributors", { n: step.contributors })}</p>
    ${step.progress && html`<${WhoContributed} progress=${step.progress} />`}
    <${BoardDesk} step=${step} stepId=${stepId} />
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

/** The board with one box of it, as large as fits. */
function enlarged(step, box) {
  const inside = (things = {}) =>
    Object.fromEntries(Object.entries(things).filter(([, thing]) => thing.box === box));
  return {
    ...step,
    boxes: { [box]: { ...step.boxes[box], area: undefined } },
    cards: inside(step.cards),
    groups: inside(step.groups),
    layout: undefined,
    top: undefined,
    bottom: undefined,
  };
}

/** @param {{step: any, stepId: string, looks?: {step?: string, box?: string}}} props  *looks*: what the console wants */
export function CanvasScreen({ step, stepId, looks: { step: of, box = "" } = {} }) {
  const zoomed = of === stepId && step.boxes[box] ? box : "";
  const total = Object.values(step.counts ?? {}).reduce((sum, count) => sum + count, 0);
  useQuietNews(t("canvas.total", { n: total }));
  return html`<${ScreenBoard} key=${zoomed} canvas=${zoomed ? enlarged(step, zoomed) : step} />`;
}
