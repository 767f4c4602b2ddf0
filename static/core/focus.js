/** Keeps the place of those who work by the keyboard: when what has the focus is taken away, its neighbour gets it. */

const CONTROLS = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary";

/** What has the focus, or had it last, and all that is around it; empty after the mouse or a thumb was used. */
let place = /** @type {Element[]} */ ([]);
/** The same, as it was before the dialog that is open. */
let behind = place;
let watching = false;

/** A page may call this at once, or a part of it that comes later. */
export function keepFocus() {
  if (watching) return;
  watching = true;
  document.addEventListener("focusin", ({ target }) => {
    const element = /** @type {Element} */ (target);
    place = element.matches(":focus-visible") ? around(element) : [];
    const dialog = element.closest("dialog");
    if (!dialog) behind = place;
    else if (place.length) place = [...place.slice(0, place.indexOf(dialog) + 1), ...behind];
  });
  document.addEventListener("pointerdown", () => {
    place = behind = [];
  });
  new MutationObserver(() => {
    if (place.length && !place[0].isConnected && document.activeElement === document.body) goNear();
  }).observe(document.body, { childList: true, subtree: true });
}

function around(element) {
  const found = [];
  for (let one = element; one && one !== document.body; one = one.parentElement) found.push(one);
  return found;
}

/** To the first control of the smallest part of the page that is still there. */
function goNear() {
  const parts = place.filter((part) => part.isConnected);
  place = [];
  for (const part of parts) {
    // The whole step is another one.
    if (part.matches("main")) return;
    const controls = /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll(CONTROLS));
    for (const control of controls) {
      if (!control.checkVisibility()) continue;
      control.focus();
      return;
    }
  }
}
