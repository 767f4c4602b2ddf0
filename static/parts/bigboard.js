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
const LEAST_ROOM = 0.6;
/** What a card takes besides its letters, in letters. */
const CARD_ROOM = 40;
/** On a board of so many boxes an empty one has room for what it asks. */
const PROMPTED = 6;
/** From so many letters on, boxes side by side get the more room the more is written in them. */
const MUCH = 600;

/**
 * The whole board at once: text as large as fits; where even the smallest does not, a row of boxes at a time, and what
 * does not fit that in pages.  In boxes the newest cards come first, because people look for what they have just written.
 *
 * @param {{canvas: import("./board.js").CanvasView}} props
 */
export function ScreenBoard({ canvas }) {
  const { crowded, crowd } = useCrowd(canvas.cards);
  const bands = crowded ? bandsOf(canvas) : [undefined];
  const [counts, setCounts] = useState([1]);
  const pages = bands.reduce((sum, _, at) => sum + (counts[at] ?? 1), 0);
  const { page, turn, first } = usePages(pages);
  const told = (at) => (now) => {
    if (now > 1) crowd();
    setCounts((before) => (before[at] === now ? before : Object.assign([...before], { [at]: now })));
  };
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useArrivals(place, canvas.cards, first);
  const shown = pageOf(page % pages, bands.length, counts);
  return html`
    <div class="screen-canvas">
      ${!crowded && canvas.top && html`<${BoardStrip} strip=${canvas.top} />`}
      <${BoardWaiting} step=${canvas.waiting} />
      <div class="screen-bands" ref=${place}>
        ${bands.map(
          (band, at) => html`
            <${ScreenBand} key=${`${crowded} ${at}`} canvas=${canvas} band=${band} shown=${at === shown.band}
              page=${at === shown.band ? shown.page : 0} onPages=${told(at)} />
          `,
        )}
      </div>
      ${!crowded && canvas.bottom && html`<${BoardStrip} strip=${canvas.bottom} />`}
      ${
        // Its room stays taken: a board that grows without it and shrinks with it would never come to rest.
        crowded && html`<${ScreenPager} page=${page} pages=${pages} turn=${turn} />`
      }
    </div>
  `;
}

/** Whether the board is too full to be seen at once; what was too much once stays so until there is more room or less text. */
function useCrowd(cards) {
  const [tooMuch, setTooMuch] = useState(Number.POSITIVE_INFINITY);
  const letters = lettersOf(cards);
  useEffect(() => {
    const again = () => setTooMuch(Number.POSITIVE_INFINITY);
    addEventListener("resize", again);
    return () => removeEventListener("resize", again);
  }, []);
  return { crowded: letters >= tooMuch, crowd: () => setTooMuch((before) => Math.min(before, letters)) };
}

/** Which page of which band the page of that number is. */
function pageOf(page, bands, counts) {
  let left = page;
  for (let band = 0; band < bands - 1; band++) {
    const here = counts[band] ?? 1;
    if (left < here) return { band, page: left };
    left -= here;
  }
  return { band: bands - 1, page: left };
}

/** The board, or a row of its boxes; those that are not shown are there as well, to know how many pages they take. */
function ScreenBand({ canvas, band, shown, page, onPages }) {
  const place = useFit(BOARD_SIZES, (board) => onPages(showPage(board, page)), showWhole);
  return html`
    <div class="screen-band" style=${{ visibility: shown ? "visible" : "hidden" }}>
      ${
        canvas.look === "table"
          ? html`<div class="screen-table" ref=${place}><${BoardTable} canvas=${canvas} /></div>`
          : canvas.rows
            ? html`<${ScreenRows} canvas=${canvas} place=${place} />`
            : html`<${ScreenBoxes} canvas=${canvas} place=${place} band=${band} />`
      }
    </div>
  `;
}

/** The rows of boxes of a board that does not fit at once, each box in the row where it begins. */
function bandsOf(canvas) {
  if (canvas.look === "table" || canvas.rows) return [undefined];
  const seen = new Set();
  const bands = boxRows(canvas).map((row) =>
    row.filter((id) => canvas.boxes[id] && !seen.has(id) && seen.add(id)),
  );
  return bands.filter((band) => band.length);
}

function ScreenBoxes({ canvas, place, band }) {
  const cells = cellsOf(canvas);
  const boxes = ordered(canvas.boxes).filter(([id]) => !band || band.includes(id));
  const laidOut = canvas.layout && !band;
  return html`
    <div class="screen-board" ref=${place} style=${band ? bandTracks(band, canvas.cards) : wholeTracks(canvas)}>
      ${boxes.map(
        ([id, box]) => html`
          <section key=${id} class="board-box" aria-labelledby=${`box-${id}`}
            style=${{ "--area": laidOut ? (box.area ?? id) : "auto" }}>
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

/** The cards of a box, or how many there are as long as they are covered; what an empty box asks. */
function ScreenCell({ canvas, box, cell, level }) {
  if (canvas.blind && !canvas.revealed) {
    const count = canvas.counts?.[box] ?? 0;
    return html`<p class="board-total"><strong>${count}</strong> ${t("canvas.cards_word", { n: count })}</p>`;
  }
  const { prompt } = canvas.boxes[box];
  const empty = !cell?.cards.length && !cell?.groups.size;
  if (empty && prompt && Object.keys(canvas.boxes).length <= PROMPTED)
    return html`<p class="screen-prompt" data-fits="" ...${sessionText()}>${prompt}</p>`;
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

/** The grid of the whole board; the more is written in a row of boxes, or in boxes side by side, the more room they get. */
function wholeTracks(canvas) {
  const { layout, cards } = canvas;
  const rows = boxRows(canvas);
  const written = lettersOf(cards) > MUCH ? lettersByBox(cards) : new Map();
  const amounts = (ids) => ids.map((id) => CARD_ROOM + (written.get(id) ?? 0));
  // What spans several rows says nothing about any of them.
  const alone = (id) => rows.filter((row) => row.includes(id)).length === 1;
  return {
    ...(layout && {
      "--areas": layoutRows(layout)
        .map((row) => `"${row.join(" ")}"`)
        .join(" "),
    }),
    "--columns": tracks(rows.length === 1 ? amounts(rows[0]) : rows[0].map(() => 1)),
    "--rows": tracks(rows.map((row) => Math.max(CARD_ROOM, ...amounts(row.filter(alone))))),
  };
}

function bandTracks(band, cards) {
  const written = lettersByBox(cards);
  return { "--columns": tracks(band.map((id) => CARD_ROOM + (written.get(id) ?? 0))), "--rows": tracks([1]) };
}

/** How much is written, in letters. */
function lettersOf(cards) {
  return Object.values(cards).reduce((sum, { text }) => sum + CARD_ROOM + text.length, 0);
}

function lettersByBox(cards) {
  const written = new Map();
  for (const { box, text } of Object.values(cards))
    written.set(box, (written.get(box) ?? 0) + CARD_ROOM + text.length);
  return written;
}

/** Tracks in proportion to what is in them, in coarse steps so that a board does not tremble at every card. */
function tracks(amounts) {
  const most = Math.max(1, ...amounts);
  const share = (amount) => Math.max(LEAST_ROOM, Math.ceil((amount / most) * 5) / 5);
  return amounts.map((amount) => `minmax(0, ${share(amount)}fr)`).join(" ");
}

/** The boxes as they stand on the big screen, row by row; one that spans several rows is in each of them. */
function boxRows({ layout, boxes }) {
  const ids = ordered(boxes).map(([id]) => id);
  if (!layout) return evenRows(ids);
  const idOf = new Map(ids.map((id) => [boxes[id].area ?? id, id]));
  return layoutRows(layout).map((row) => row.map((area) => idOf.get(area) ?? ""));
}

/** Up to four boxes stand side by side, more in two or three rows. */
function evenRows(ids) {
  const columns = ids.length <= 4 ? ids.length : Math.min(4, Math.ceil(ids.length / 2));
  return Array.from({ length: Math.ceil(ids.length / columns) }, (_, row) =>
    ids.slice(row * columns, (row + 1) * columns),
  );
}
