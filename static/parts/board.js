/** What a canvas looks like to read: used by phones, page steps, the console and the screen. */
import { html, Icon, memo, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { view } from "../core/store.js";
import { BoardTable } from "./boardtable.js";
import { agreedMark, CardFace, CardFooter, SupportCount } from "./cardface.js";

/**
 * @typedef {{label: string, kind: string, order: number, required?: boolean, hint?: string, max_chars?: number,
 *   unit?: string, options?: Object<string, {title: string, order: number}>}} FieldView
 * @typedef {Object<string, {title: string, order: number}>} Choices
 * @typedef {{box: string, text: string, order: number, row?: string, group?: string, support?: number, by?: string,
 *   hidden?: boolean, edited?: boolean, author?: string, fields?: Object<string, string>, agreed?: true, taken?: true,
 *   joined?: number, with?: Object<string, string>, merged?: number, from?: Object<string, string>}} BoardCardView
 * @typedef {{title: string, prompt?: string, example?: string, order: number, area?: string, locked?: boolean,
 *   max_chars: number, fields?: Object<string, FieldView>, text_label?: string,
 *   suggestions?: Object<string, {text: string, order: number}>}} BoxView
 * @typedef {{boxes: Object<string, BoxView>, look?: "grid" | "lanes" | "table",
 *   layout?: string[], top?: {title: string, text: string}, bottom?: {title: string, text: string},
 *   rows?: Object<string, {title: string, text?: string, order: number, decision?: string}>, waiting?: string,
 *   groups?: Object<string, {title: string, box: string, order: number, row?: string, support?: number}>,
 *   links?: Object<string, Choices>, agreed_with?: Object<string, true>, supportable?: boolean,
 *   cards: Object<string, BoardCardView>, blind: boolean, revealed: boolean, counts?: Object<string, number>}} CanvasView
 * @typedef {[string, BoardCardView][]} Cards
 * @typedef {{groups: Map<string, {title: string, support?: number, cards: Cards}>, cards: Cards}} Cell
 */

/**
 * The board in its own layout on wide screens, one box under the other on narrow ones; or, as the step wants it, a
 * table, or a row for every item.
 *
 * @param {{canvas: CanvasView, level?: number, prompts?: boolean, look?: string, card?: (props: any) => unknown,
 *   cardProps?: object, boxTools?: (props: any) => unknown, groupTools?: (props: any) => unknown}} props
 *   *card* draws one card and gets `id`, `card`, what its box says about fields and *cardProps*; by default a card is
 *   for reading only.  *boxTools* (gets `id`, `row`, `whole`) and *groupTools* (gets `id`, `group`) stand beside a title.
 */
export function CanvasBoard({ canvas, look = canvas.look, ...how }) {
  return html`
    <div class="board-frame">
      ${canvas.top && html`<${BoardStrip} strip=${canvas.top} />`}
      <${BoardWaiting} step=${canvas.waiting} />
      ${
        look === "table"
          ? html`<${BoardTable} canvas=${canvas} />`
          : canvas.rows
            ? html`<${BoardRows} canvas=${canvas} ...${how} />`
            : html`<${BoardBoxes} canvas=${canvas} look=${look} ...${how} />`
      }
      ${canvas.bottom && html`<${BoardStrip} strip=${canvas.bottom} />`}
    </div>
  `;
}

function BoardBoxes({ canvas, look, level = 3, prompts = false, boxTools: BoxTools, ...how }) {
  const cells = cellsOf(canvas);
  const lanes = look === "lanes";
  return html`
    <div class="board" style=${lanes ? {} : boardTracks(canvas)} data-look=${look}
      data-laid-out=${canvas.layout && !lanes ? "" : undefined}>
      ${ordered(canvas.boxes).map(
        ([id, box]) => html`
          <section
            key=${id}
            class="board-box"
            data-box=${id}
            aria-labelledby=${`box-${id}`}
            style=${{ "--area": canvas.layout ? (box.area ?? id) : "auto" }}
          >
            <div class="board-head">
              <${`h${level}`} id=${`box-${id}`} ...${sessionText()}>
                ${box.title} <span class="board-count">${t("canvas.count", { n: cardsIn(canvas, cells, id) })}</span>
                ${box.locked && !BoxTools && html`<${LockMark} />`}
              <//>
              ${BoxTools && html`<${BoxTools} id=${id} whole />`}
            </div>
            ${prompts && box.prompt && html`<p class="board-prompt">${box.prompt}</p>`}
            <${BoardCell} canvas=${canvas} box=${id} cell=${cells.get(cellKey("", id))} level=${level + 1} ...${how} />
          </section>
        `,
      )}
    </div>
  `;
}

/** A row for every item and a column for every box; on narrow screens one cell under the other. */
function BoardRows({ canvas, level = 3, boxTools: BoxTools, ...how }) {
  const cells = cellsOf(canvas);
  const boxes = ordered(canvas.boxes);
  return html`
    <div class="rows" style=${{ "--boxes": boxes.length }}>
      <div class="rows-head">
        <span></span>
        ${boxes.map(
          ([id, box]) => html`
            <div class="board-head" key=${id}>
              <span aria-hidden="true" ...${sessionText()}>${box.title} ${box.locked && !BoxTools && html`<${LockMark} />`}</span>
              ${BoxTools && html`<${BoxTools} id=${id} whole />`}
            </div>
          `,
        )}
      </div>
      ${rowsOf(canvas).map(
        ([row, item]) => html`
          <section class="rows-row" key=${row} aria-labelledby=${`row-${row}`}>
            <div class="rows-title">
              <${`h${level}`} id=${`row-${row}`} ...${sessionText()}>${item.title}<//>
              <${DecisionMark} word=${item.decision} />
            </div>
            ${boxes.map(
              ([id, box]) => html`
                <section class="rows-cell" key=${id} data-box=${id} data-row=${row} aria-label=${`${item.title}: ${box.title}`}>
                  <div class="board-head">
                    <p class="rows-box" aria-hidden="true">${box.title}</p>
                    ${BoxTools && html`<${BoxTools} id=${id} row=${row} />`}
                  </div>
                  <${BoardCell} canvas=${canvas} box=${id} cell=${cells.get(cellKey(row, id))} level=${level + 1} ...${how} />
                </section>
              `,
            )}
          </section>
        `,
      )}
    </div>
  `;
}

/** Groups as titled stacks, then the cards that stand alone; or that all of them are still covered. */
export function BoardCell({
  canvas,
  box,
  cell,
  level = 4,
  card: Card = BoardCard,
  cardProps = {},
  groupTools: GroupTools = undefined,
}) {
  const covered = canvas.blind && !canvas.revealed;
  if (covered && canvas.counts?.[box]) {
    return html`<p class="board-covered"><${Icon} name="eye-off" />${t("canvas.covered")}</p>`;
  }
  const { fields } = canvas.boxes[box];
  const cards = (list) =>
    list.map(
      ([id, card]) => html`
        <${Card} key=${id} id=${id} card=${card} fields=${fields} links=${canvas.links} needs=${canvas.agreed_with}
          ...${cardProps} />
      `,
    );
  return html`
    <ul class="board-cards" data-fits="">
      ${[...(cell?.groups ?? [])].map(
        ([id, group]) => html`
          <li class="card-group" key=${id} data-group=${id}>
            <div class="board-head">
              <${`h${level}`} class="group-title" ...${sessionText()}>
                ${group.title} <span class="board-count">${t("canvas.count", { n: group.cards.length })}</span>
              <//>
              ${Boolean(group.support) && html`<${SupportCount} n=${group.support} />`}
              ${GroupTools && html`<${GroupTools} id=${id} group=${group} />`}
            </div>
            <ul class="cards">${cards(group.cards)}</ul>
          </li>
        `,
      )}
      ${cards(cell?.cards ?? [])}
    </ul>
  `;
}

/** What stands above or below a board: where it starts from, or what it should bring. */
export function BoardStrip({ strip }) {
  return html`<p class="board-strip" ...${sessionText()}><strong>${strip.title}</strong> ${strip.text}</p>`;
}

/** That part of this step comes from a result which is not shown yet. */
export function BoardWaiting({ step }) {
  const title = view.value?.agenda[step]?.title;
  return (
    step &&
    html`<p class="notice"><${Icon} name="clock" />${t("canvas.waiting", { step: title ?? step })}</p>`
  );
}

export function LockMark() {
  return html`<${Icon} name="lock" /><span class="visually-hidden">${t("canvas.locked")}</span>`;
}

export function DecisionMark({ word }) {
  return word && html`<span class="badge decision" ...${sessionText()}>${word}</span>`;
}

/** @type {(props: any) => any} */
const BoardCard = memo(
  ({ id, card, fields, links, needs }) => html`
    <li class="card board-card" data-card=${id} data-agreed=${agreedMark(card, needs)}>
      <${CardFace} card=${card} fields=${fields} links=${links} needs=${needs} />
      <${CardFooter} card=${card} />
    </li>
  `,
);

/** The name of a place on the board; the row is empty where there are no rows. */
export function cellKey(row, box) {
  return `${row} ${box}`;
}

/**
 * What stands in each place of the board, by `cellKey`; groups without a card that is shown are left out.
 *
 * @param {CanvasView} canvas
 * @returns {Map<string, Cell>}
 */
export function cellsOf({ cards, groups, rows }) {
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  const cellOf = ({ row = "", box }) => {
    const key = cellKey(rows?.[row] ? row : "", box);
    const cell = cells.get(key) ?? { groups: new Map(), cards: [] };
    cells.set(key, cell);
    return cell;
  };
  for (const [id, group] of ordered(groups)) cellOf(group).groups.set(id, { ...group, cards: [] });
  for (const entry of ordered(cards)) {
    const cell = cellOf(entry[1]);
    (cell.groups.get(entry[1].group ?? "")?.cards ?? cell.cards).push(entry);
  }
  for (const { groups: stacks } of cells.values())
    for (const [id, { cards: stack }] of stacks) if (stack.length === 0) stacks.delete(id);
  return cells;
}

/**
 * The rows of the board in order, and one more when there are cards in none of them.
 *
 * @param {CanvasView} canvas
 * @returns {[string, {title: string, decision?: string}][]}
 */
export function rowsOf({ rows = {}, cards }) {
  const astray = Object.values(cards).some(({ row }) => !rows[row ?? ""]);
  return astray ? [...ordered(rows), ["", { title: t("canvas.no_row") }]] : ordered(rows);
}

function cardsIn(canvas, cells, box) {
  const { cards = [], groups = [] } = cells.get(cellKey("", box)) ?? {};
  const counted = [...groups].reduce((sum, [, group]) => sum + group.cards.length, cards.length);
  return canvas.counts?.[box] ?? counted;
}

/**
 * The grid of a board with a layout of its own, as custom properties.
 *
 * @param {CanvasView} canvas
 */
export function boardTracks({ layout }) {
  if (!layout) return {};
  const rows = layoutRows(layout);
  return {
    "--areas": rows.map((row) => `"${row.join(" ")}"`).join(" "),
    "--columns": `repeat(${rows[0].length}, minmax(0, 1fr))`,
  };
}

/** @param {string[]} layout  rows of grid areas */
export function layoutRows(layout) {
  return layout.map((row) => row.trim().split(/\s+/));
}
