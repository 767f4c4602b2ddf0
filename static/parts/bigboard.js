/** A board as the big screen shows it: large, without names of people, never scrolling. */
import { useEffect, useRef } from "preact/hooks";
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { BoardStrip, boardTracks, CardFooter, cardsByBox } from "./board.js";
import { showsAll, useFit } from "./fit.js";

const BOARD_SIZES = [1.3, 1.15, 1, 0.92, 0.84, 0.76];
const ARRIVE_MS = 900;

/**
 * The whole board at once: text as large as fits; where even the smallest does not, the oldest cards make way.
 *
 * @param {{canvas: import("./board.js").CanvasView}} props
 */
export function ScreenBoard({ canvas }) {
  const place = useFit(BOARD_SIZES, dropOldest);
  useArrivals(place, canvas.cards);
  const covered = canvas.blind && !canvas.revealed;
  const cards = cardsByBox(canvas.cards);
  return html`
    <div class="screen-canvas">
      ${canvas.top && html`<${BoardStrip} strip=${canvas.top} />`}
    <div class="screen-board" ref=${place} style=${boardTracks(canvas, true)}>
      ${ordered(canvas.boxes).map(([id, box]) => {
        const count = canvas.counts?.[id] ?? cards.get(id)?.length ?? 0;
        return html`
          <section
            key=${id}
            class="board-box"
            aria-labelledby=${`box-${id}`}
            style=${{ "--area": canvas.layout ? (box.area ?? id) : "auto" }}
          >
            <h2 id=${`box-${id}`} ...${sessionText()}>${box.title} <span class="board-more" hidden></span></h2>
            ${
              covered
                ? html`<p class="board-total"><strong>${count}</strong> ${t("canvas.cards_word", { n: count })}</p>`
                : html`
                    <ul class="board-cards" data-fits>
                      ${(cards.get(id) ?? []).map(
                        ([cardId, card]) => html`
                          <li class="card board-card" key=${cardId} data-card=${cardId}>
                            <p class="card-text" ...${sessionText()}>${card.text}</p>
                            <${CardFooter} card=${card} />
                          </li>
                        `,
                      )}
                    </ul>
                  `
            }
          </section>
        `;
      })}
    </div>
      ${canvas.bottom && html`<${BoardStrip} strip=${canvas.bottom} />`}
    </div>
  `;
}

/** Lets cards that come in while the board is shown catch the eye; it stays still for those who ask for that. */
function useArrivals(board, cards) {
  const known = useRef(/** @type {Set<string> | undefined} */ (undefined));
  useEffect(() => {
    const before = known.current;
    known.current = new Set(Object.keys(cards));
    if (!before || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const card of board.current.querySelectorAll("[data-card]")) {
      if (before.has(card.dataset.card)) continue;
      card.animate([{ opacity: 0, transform: "scale(0.9)" }, { opacity: 1 }], {
        duration: ARRIVE_MS,
        easing: "ease-out",
      });
    }
  }, [cards]);
}

/** Hides as few of the oldest cards of each box as needed and says how many; the newest always stay in sight. */
function dropOldest(board) {
  for (const list of board.querySelectorAll("[data-fits]")) {
    const cards = [...list.children];
    const more = /** @type {HTMLElement} */ (list.parentElement?.querySelector(".board-more"));
    const hideFirst = (count) => {
      cards.forEach((card, index) => {
        card.hidden = index < count;
      });
      more.hidden = count === 0;
      more.textContent = count ? t("canvas.more", { n: count }) : "";
    };
    hideFirst(0);
    if (showsAll(list)) continue;
    let [few, many] = [1, Math.max(1, cards.length - 1)];
    while (few < many) {
      const middle = Math.floor((few + many) / 2);
      hideFirst(middle);
      if (showsAll(list)) many = middle;
      else few = middle + 1;
    }
    hideFirst(few);
  }
}
