/** What a canvas looks like to read: used by phones, page steps, the console and the screen. */
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";

/**
 * @typedef {{box: string, text: string, order: number, support?: number, by?: string, hidden?: boolean,
 *   edited?: boolean, author?: string}} BoardCardView
 * @typedef {{boxes: Object<string, {title: string, prompt?: string, order: number, area?: string, locked?: boolean}>,
 *   layout?: string[], top?: {title: string, text: string}, bottom?: {title: string, text: string},
 *   cards: Object<string, BoardCardView>, blind: boolean, revealed: boolean, counts: Object<string, number>}} CanvasView
 */

/**
 * The board in its own layout on wide screens, one box under the other on narrow ones.
 *
 * @param {{canvas: CanvasView, level?: number, prompts?: boolean,
 *   card?: (props: any) => unknown, cardProps?: object}} props
 *   *card* draws one card and gets `id`, `card` and *cardProps*; by default a card is for reading only
 */
export function CanvasBoard({ canvas, level = 3, prompts = false, card: Card = BoardCard, cardProps = {} }) {
  const covered = canvas.blind && !canvas.revealed;
  const cards = cardsByBox(canvas.cards);
  return html`
    <div class="board-frame">
      ${canvas.top && html`<${BoardStrip} strip=${canvas.top} />`}
      <div class="board" style=${boardTracks(canvas)} data-laid-out=${canvas.layout ? "" : undefined}>
        ${ordered(canvas.boxes).map(([id, box]) => {
          const count = canvas.counts?.[id] ?? cards.get(id)?.length ?? 0;
          return html`
            <section
              key=${id}
              class="board-box"
              aria-labelledby=${`box-${id}`}
              style=${{ "--area": canvas.layout ? (box.area ?? id) : "auto" }}
            >
              <${`h${level}`} id=${`box-${id}`}>
                ${box.title} <span class="board-count">${t("canvas.count", { n: count })}</span>
                ${box.locked && html`<${Icon} name="lock" />`}
              <//>
              ${prompts && box.prompt && html`<p class="board-prompt">${box.prompt}</p>`}
              ${covered && count > 0 && html`<p class="board-covered"><${Icon} name="eye-off" />${t("canvas.covered")}</p>`}
              <ul class="board-cards">
                ${(cards.get(id) ?? []).map(([cardId, card]) => html`<${Card} key=${cardId} id=${cardId} card=${card} ...${cardProps} />`)}
              </ul>
            </section>
          `;
        })}
      </div>
      ${canvas.bottom && html`<${BoardStrip} strip=${canvas.bottom} />`}
    </div>
  `;
}

/** What stands above or below a board: where it starts from, or what it should bring. */
export function BoardStrip({ strip }) {
  return html`<p class="board-strip" ...${sessionText()}><strong>${strip.title}</strong> ${strip.text}</p>`;
}

/** @param {{card: BoardCardView}} props */
function BoardCard({ card }) {
  return html`
    <li class="card board-card">
      <p class="card-text" ...${sessionText()}>${card.text}</p>
      <${CardFooter} card=${card} />
    </li>
  `;
}

/** Who it is from and how many people support it; nothing when there is neither. */
export function CardFooter({ card }) {
  if (!card.by && !card.support) return null;
  return html`
    <p class="card-footer">
      ${card.by && html`<bdi>${card.by}</bdi>`}
      ${Boolean(card.support) && html`<${SupportCount} n=${card.support} />`}
    </p>
  `;
}

/** A thumb and a number; read out as a sentence. */
export function SupportCount({ n }) {
  return html`
    <span class="support-mark">
      <${Icon} name="thumbs-up" /><span aria-hidden="true">${n}</span>
      <span class="visually-hidden">${t("canvas.supported", { n })}</span>
    </span>
  `;
}

/**
 * Cards of each box in order.
 *
 * @param {Object<string, BoardCardView>} cards
 * @returns {Map<string, [string, BoardCardView][]>}
 */
export function cardsByBox(cards) {
  const boxes = new Map();
  for (const entry of ordered(cards)) {
    const list = boxes.get(entry[1].box) ?? [];
    list.push(entry);
    boxes.set(entry[1].box, list);
  }
  return boxes;
}

/**
 * The grid of a board as custom properties.
 *
 * @param {CanvasView} canvas
 * @param {boolean} [fill]  also tracks for a board without a layout of its own
 */
export function boardTracks(canvas, fill = false) {
  if (!canvas.layout) return fill ? evenTracks(Object.keys(canvas.boxes).length) : {};
  const rows = canvas.layout.map((row) => row.trim().split(/\s+/));
  return {
    "--areas": rows.map((row) => `"${row.join(" ")}"`).join(" "),
    "--columns": `repeat(${rows[0].length}, minmax(0, 1fr))`,
    "--rows": `repeat(${rows.length}, minmax(0, 1fr))`,
  };
}

/** Up to four boxes stand side by side, more in two or three rows. */
function evenTracks(boxes) {
  const columns = boxes <= 4 ? boxes : Math.min(4, Math.ceil(boxes / 2));
  return {
    "--columns": `repeat(${columns}, minmax(0, 1fr))`,
    "--rows": `repeat(${Math.ceil(boxes / columns)}, minmax(0, 1fr))`,
  };
}
