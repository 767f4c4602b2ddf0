/** A board as the big screen shows it: large, without names of people, never scrolling. */
import { useEffect, useRef, useState } from "preact/hooks";
import { html, memo, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import {
  BoardCell,
  BoardStrip,
  BoardWaiting,
  cellKey,
  cellsOf,
  DecisionMark,
  LockMark,
  layoutRows,
  rowsOf,
} from "./board.js";
import { BoardTable } from "./boardtable.js";
import { agreedMark, CardFace, CardFooter } from "./cardface.js";
import { useFit } from "./fit.js";
import { ScreenPager, showPage, showWhole, usePages } from "./paging.js";

const BOARD_SIZES = [1.9, 1.7, 1.5, 1.3, 1.15, 1, 0.92, 0.84, 0.76];
const ARRIVE_MS = 900;
/** A box that is nearly empty still gets this share of the room of the fullest one. */
const LEAST_ROOM = 0.4;
/** What a card takes besides its letters, in letters. */
const CARD_ROOM = 40;
/** From so many letters on, boxes side by side get the more room the more is written in them. */
const MUCH = 600;

/**
 * The whole board at once: text as large as fits; where even the smallest does not, a page at a time.  In boxes the
 * newest cards come first, because people look for what they have just written.
 *
 * @param {{canvas: import("./board.js").CanvasView}} props
 */
export function ScreenBoard({ canvas }) {
  const [pages, setPages] = useState(1);
  const [crowded, setCrowded] = useState(false);
  const { page, turn, first } = usePages(pages);
  const place = useFit(
    BOARD_SIZES,
    (board) => {
      const now = showPage(board, page);
      setPages(now);
      if (now > 1) setCrowded(true);
    },
    showWhole,
  );
  useArrivals(place, canvas.cards, first);
  return html`
    <div class="screen-canvas">
      ${canvas.top && html`<${BoardStrip} strip=${canvas.top} />`}
      <${BoardWaiting} step=${canvas.waiting} />
      ${
        canvas.look === "table"
          ? html`<div class="screen-table" ref=${place}><${BoardTable} canvas=${canvas} /></div>`
          : canvas.rows
            ? html`<${ScreenRows} canvas=${canvas} place=${place} />`
            : html`<${ScreenBoxes} canvas=${canvas} place=${place} crowded=${crowded} />`
      }
      ${canvas.bottom && html`<${BoardStrip} strip=${canvas.bottom} />`}
      ${
        // Its room stays taken: a board that grows without it and shrinks with it would never come to rest.
        crowded && html`<${ScreenPager} page=${page} pages=${pages} turn=${turn} />`
      }
    </div>
  `;
}

function ScreenBoxes({ canvas, place, crowded }) {
  const cells = cellsOf(canvas);
  return html`
    <div class="screen-board" ref=${place} style=${screenTracks(canvas, crowded)}>
      ${ordered(canvas.boxes).map(
        ([id, box]) => html`
          <section key=${id} class="board-box" aria-labelledby=${`box-${id}`}
            style=${{ "--area": canvas.layout ? (box.area ?? id) : "auto" }}>
            <h2 id=${`box-${id}`} ...${sessionText()}>
              ${box.title} ${box.locked && html`<${LockMark} />`}<span class="board-more" hidden></span>
            </h2>
            <${ScreenCell} canvas=${canvas} box=${id} cell=${cells.get(cellKey("", id))} level=${3} />
          </section>
        `,
      )}
    </div>
  `;
}

function ScreenRows({ canvas, place }) {
  const cells = cellsOf(canvas);
  const boxes = ordered(canvas.boxes);
  return html`
    <div class="screen-rows" style=${{ "--boxes": boxes.length }}>
      <div class="rows-head" aria-hidden="true">
        <span></span>
        ${boxes.map(([id, { title }]) => html`<span key=${id} ...${sessionText()}>${title}</span>`)}
      </div>
      <div class="rows" ref=${place} data-fits=".rows-row">
        ${rowsOf(canvas).map(
          ([row, { title, decision }]) => html`
            <section class="rows-row" key=${row} aria-labelledby=${`row-${row}`}>
              <div class="rows-title">
                <h2 id=${`row-${row}`} ...${sessionText()}>${title}</h2>
                <${DecisionMark} word=${decision} />
              </div>
              ${boxes.map(
                ([id, box]) => html`
                  <section class="rows-cell" key=${id} aria-label=${`${title}: ${box.title}`}>
                    <${BoardCell} canvas=${canvas} box=${id} cell=${cells.get(cellKey(row, id))} level=${3} card=${ScreenCard} />
                  </section>
                `,
              )}
            </section>
          `,
        )}
      </div>
    </div>
  `;
}

/** The cards of a box, or how many there are as long as they are covered. */
function ScreenCell({ canvas, box, cell, level }) {
  if (canvas.blind && !canvas.revealed) {
    const count = canvas.counts?.[box] ?? 0;
    return html`<p class="board-total"><strong>${count}</strong> ${t("canvas.cards_word", { n: count })}</p>`;
  }
  return html`<${BoardCell} canvas=${canvas} box=${box} cell=${cell} level=${level} card=${ScreenCard} />`;
}

/**
 * Of an action the room sees what it takes to be agreed: with every field of it nobody could read it from a distance.
 *
 * @type {(props: any) => any}
 */
const ScreenCard = memo(
  ({ id, card, fields, links, needs }) => html`
    <li class="card board-card" data-card=${id} data-agreed=${agreedMark(card, needs)}>
      <${CardFace} card=${card} fields=${needs ? onlyNeeded(fields, needs) : fields} links=${links} needs=${needs} />
      <${CardFooter} card=${card} />
    </li>
  `,
);

function onlyNeeded(fields, needs) {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([id]) => needs[id]));
}

/** Lets cards that come in while the board is shown catch the eye; it stays still for those who ask for that. */
function useArrivals(board, cards, toNewest) {
  const known = useRef(/** @type {Set<string> | undefined} */ (undefined));
  useEffect(() => {
    const before = known.current;
    known.current = new Set(Object.keys(cards));
    if (!before || [...known.current].every((id) => before.has(id))) return;
    toNewest();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const card of board.current?.querySelectorAll("[data-card]") ?? []) {
      if (before.has(card.dataset.card)) continue;
      card.animate([{ opacity: 0, transform: "scale(0.9)" }, { opacity: 1 }], {
        duration: ARRIVE_MS,
        easing: "ease-out",
      });
    }
  }, [cards]);
}

/** The grid of the screen; on a full board a row of boxes gets more room the more is written in it. */
function screenTracks({ layout, boxes, cards }, crowded) {
  const ids = ordered(boxes).map(([id]) => id);
  const rows = layout ? layoutRows(layout) : evenRows(ids);
  const idOf = Object.fromEntries(ids.map((id) => [layout ? (boxes[id].area ?? id) : id, id]));
  const written = Object.fromEntries(ids.map((id) => [id, CARD_ROOM]));
  const all = Object.values(cards);
  const much = all.reduce((sum, { text }) => sum + CARD_ROOM + text.length, 0) > MUCH;
  if (crowded || (much && rows.length === 1))
    for (const { box, text } of all) written[box] += CARD_ROOM + text.length;
  const amounts = (areas) => areas.map((area) => written[idOf[area]] ?? 0);
  // What spans several rows says nothing about any of them.
  const alone = (area) => rows.filter((row) => row.includes(area)).length === 1;
  const heights = rows.map((row) => Math.max(0, ...amounts(row.filter(alone))));
  return {
    ...(layout && { "--areas": rows.map((row) => `"${row.join(" ")}"`).join(" ") }),
    "--columns": tracks(rows.length === 1 ? amounts(rows[0]) : rows[0].map(() => 1)),
    "--rows": tracks(heights),
  };
}

/** Tracks in proportion to what is in them, in coarse steps so that a board does not tremble at every card. */
function tracks(amounts) {
  const most = Math.max(1, ...amounts);
  const share = (amount) => Math.max(LEAST_ROOM, Math.ceil((amount / most) * 5) / 5);
  return amounts.map((amount) => `minmax(0, ${share(amount)}fr)`).join(" ");
}

/** Up to four boxes stand side by side, more in two or three rows. */
function evenRows(ids) {
  const columns = ids.length <= 4 ? ids.length : Math.min(4, Math.ceil(ids.length / 2));
  return Array.from({ length: Math.ceil(ids.length / columns) }, (_, row) =>
    ids.slice(row * columns, (row + 1) * columns),
  );
}
