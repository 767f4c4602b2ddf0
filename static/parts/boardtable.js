/** A canvas as a table: a row for every card, a column for every field. */
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { AgreedWord, agreedMark, fieldText, SupportCount } from "./cardface.js";

/**
 * @typedef {import("./board.js").BoardCardView} BoardCardView
 * @typedef {{id: string, title: string, show: (card: BoardCardView) => any,
 *   rank: (card: BoardCardView) => string | number}} Column
 *   show: what stands in the cell; rank: what the column is sorted by
 * @typedef {{by: string, down: boolean}} Sort  by: a column's id; down: from high to low
 */

/**
 * What there is to tell about the cards of a canvas, from left to right.
 *
 * @param {import("./board.js").CanvasView} canvas
 * @returns {Column[]}
 */
function tableColumns(canvas) {
  const boxes = ordered(canvas.boxes);
  /** @type {Column[]} */
  const columns = [];
  const named = (id, title, names, keyOf) => {
    const place = new Map(ordered(names).map(([key], at) => [key, at + 1]));
    columns.push({
      id,
      title,
      show: (card) => names[keyOf(card)]?.title,
      rank: (card) => place.get(keyOf(card)) ?? Number.MAX_VALUE,
    });
  };
  if (canvas.rows) named(" row", t("canvas.row"), canvas.rows, ({ row = "" }) => row);
  if (boxes.length > 1) named(" box", t("canvas.move_to"), canvas.boxes, ({ box }) => box);
  const label = boxes.find(([, box]) => box.text_label)?.[1].text_label ?? t("canvas.text");
  columns.push({ id: " text", title: label, show: ({ text }) => text, rank: ({ text }) => text });
  if (Object.keys(canvas.groups ?? {}).length)
    named(" group", t("canvas.group"), canvas.groups, ({ group = "" }) => group);
  for (const [id, field] of fieldsOf(boxes)) {
    const typedIn = (card) => card.fields?.[id] ?? "";
    const show = (card) => typedIn(card) && fieldText(field, typedIn(card), canvas.links?.[id]);
    columns.push({
      id,
      title: field.label,
      show,
      rank: (card) => fieldRank(field, typedIn(card), show(card)),
    });
  }
  if (canvas.agreed_with) columns.push(agreedColumn(canvas));
  if (canvas.supportable) {
    columns.push({
      id: " support",
      title: t("canvas.col_support"),
      show: ({ support }) => Boolean(support) && html`<${SupportCount} n=${support} />`,
      rank: ({ support = 0 }) => -support,
    });
  }
  return columns;
}

/** @param {any} canvas */
function agreedColumn({ boxes, agreed_with: needs }) {
  return {
    id: " agreed",
    title: t("canvas.agreed"),
    show: (card) => html`<${AgreedWord} card=${card} fields=${boxes[card.box]?.fields} needs=${needs} />`,
    rank: (card) => (card.agreed ? 0 : 1),
  };
}

/** The fields of all boxes, each once. */
function fieldsOf(boxes) {
  /** @type {Map<string, any>} */
  const fields = new Map();
  for (const [, box] of boxes)
    for (const [id, field] of ordered(box.fields)) if (!fields.has(id)) fields.set(id, field);
  return fields;
}

/** What is empty comes last. */
function fieldRank(field, value, shown) {
  if (!value) return field.kind === "amount" ? Number.MAX_VALUE : "\uffff";
  if (field.kind === "amount") return Number(value);
  if (field.kind === "choice") return String(field.options?.[value]?.order ?? 0).padStart(4, "0");
  return field.kind === "date" ? value : shown;
}

/**
 * @param {{canvas: import("./board.js").CanvasView, cards?: import("./board.js").Cards, sort?: Sort,
 *   onSort?: (sort: Sort) => void, lead?: (props: any) => unknown}} props
 *   cards: in the order to show them; lead: what stands before the columns of a card
 */
export function BoardTable({ canvas, cards = ordered(canvas.cards), sort, onSort, lead: Lead }) {
  const columns = tableColumns(canvas);
  const sorted = (id) => (sort?.by !== id ? undefined : sort?.down ? "descending" : "ascending");
  return html`
    <div class="table-scroll" role="region" tabindex="0" aria-label=${t("canvas.as_table")} data-fits="tbody > tr">
      <table class="board-table">
        <thead>
          <tr>
            ${Lead && html`<td></td>`}
            ${columns.map(
              ({ id, title }) => html`
                <th scope="col" key=${id} aria-sort=${sorted(id)}>
                  ${
                    onSort
                      ? html`
                          <button type="button" onClick=${() => onSort({ by: id, down: sorted(id) === "ascending" })}>
                            ${title}<span class="sort-mark" aria-hidden="true"></span>
                          </button>
                        `
                      : title
                  }
                </th>
              `,
            )}
          </tr>
        </thead>
        <tbody>
          ${cards.map(
            ([id, card]) => html`
              <tr key=${id} data-card=${id} data-agreed=${agreedMark(card, canvas.agreed_with)}
                data-hidden=${card.hidden ? "" : undefined}>
                ${Lead && html`<td class="table-tools"><${Lead} id=${id} card=${card} /></td>`}
                ${columns.map(({ id: column, show }) =>
                  column === " text"
                    ? html`<th scope="row" key=${column} ...${sessionText()}>${show(card)}</th>`
                    : html`<td key=${column} ...${sessionText()}>${show(card)}</td>`,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
      ${cards.length === 0 && html`<p class="muted">${t("canvas.empty_read")}</p>`}
    </div>
  `;
}

/**
 * The cards of *canvas* by one column; equal ones keep their order.
 *
 * @param {import("./board.js").CanvasView} canvas
 * @param {Sort} sort
 * @returns {import("./board.js").Cards}
 */
export function sortedCards(canvas, { by, down }) {
  const cards = ordered(canvas.cards);
  const column = tableColumns(canvas).find(({ id }) => id === by);
  if (!column) return cards;
  const ranked = cards.map((entry) => ({ entry, rank: column.rank(entry[1]) }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank));
  if (down) ranked.reverse();
  return ranked.map(({ entry }) => entry);
}

function compareRanks(a, b) {
  if (typeof a === "number") return a - b;
  return a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });
}
