/** Dragging with mouse, pen or finger.  Nothing changes before the drop, and there is always a button that does the same. */

const THRESHOLD_PX = 8;
const EDGE_PX = 56;
const SCROLL_PX = 14;

/**
 * Follows the pointer that went down on a handle; a press without a move stays a click.
 *
 * @param {PointerEvent & {currentTarget: any}} event
 * @param {{what: HTMLElement, targets: string, onDrop: (target: HTMLElement) => void}} drag
 *   what: moves along as a picture; targets: where it may be dropped, as a selector
 */
export function startDrag(event, { what, targets, onDrop }) {
  if (event.button !== 0) return;
  const handle = event.currentTarget;
  const from = { x: event.clientX, y: event.clientY };
  const place = what.getBoundingClientRect();
  /** @type {HTMLElement | undefined} */
  let picture;
  /** @type {HTMLElement | null} */
  let target = null;

  const point = (element) => {
    if (element === target) return;
    target?.removeAttribute("data-drop");
    element?.setAttribute("data-drop", "");
    target = element;
  };
  const move = ({ pointerId, clientX, clientY }) => {
    if (pointerId !== event.pointerId) return;
    if (!picture && Math.hypot(clientX - from.x, clientY - from.y) < THRESHOLD_PX) return;
    picture ??= pictureOf(what, place);
    picture.style.translate = `${clientX - from.x}px ${clientY - from.y}px`;
    scrollAtEdge(handle, clientY);
    const under = document.elementFromPoint(clientX, clientY)?.closest(targets);
    point(under && !what.contains(under) ? /** @type {HTMLElement} */ (under) : null);
  };
  const end = ({ type, pointerId }) => {
    if (pointerId !== event.pointerId) return;
    const dropped = type === "pointerup" && target;
    const moved = Boolean(picture);
    point(null);
    picture?.remove();
    listening.abort();
    if (moved) swallowClick(type !== "escape");
    if (dropped) onDrop(dropped);
  };
  const cancel = (press) => {
    if (press.key !== "Escape") return;
    press.preventDefault();
    press.stopPropagation();
    end({ type: "escape", pointerId: event.pointerId });
  };

  handle.setPointerCapture(event.pointerId);
  // Not on the handle: when somebody adds a card meanwhile it may move in the page, and loses the pointer then.
  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener("pointermove", move, { signal });
  document.addEventListener("pointerup", end, { signal });
  document.addEventListener("pointercancel", end, { signal });
  document.addEventListener("keydown", cancel, { signal, capture: true });
}

function pictureOf(what, { left, top, width }) {
  const picture = /** @type {HTMLElement} */ (what.cloneNode(true));
  picture.classList.add("drag-picture");
  picture.setAttribute("aria-hidden", "true");
  Object.assign(picture.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  document.body.append(picture);
  return picture;
}

/**
 * The browser reports a drag as a click on its handle too, when the button goes up: now, or after Escape some time later.
 *
 * @param {boolean} isUp
 */
function swallowClick(isUp) {
  const listening = new AbortController();
  const { signal } = listening;
  const swallow = (click) => {
    click.preventDefault();
    click.stopPropagation();
    listening.abort();
  };
  const stopSoon = () => setTimeout(() => listening.abort());
  addEventListener("click", swallow, { capture: true, signal });
  if (isUp) return stopSoon();
  for (const type of ["pointerup", "pointercancel", "pointerdown"])
    addEventListener(type, stopSoon, { signal });
}

function scrollAtEdge(handle, y) {
  const scroller = handle.closest("main");
  if (!scroller) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y < top + EDGE_PX) scroller.scrollBy(0, -SCROLL_PX);
  else if (y > bottom - EDGE_PX) scroller.scrollBy(0, SCROLL_PX);
}
