/**
 * What every component needs to make elements.  Text from people always goes through `html`, never through innerHTML.
 */

import htm from "htm";
import { Fragment, h, render } from "preact";

export const html = htm.bind(h);

/** @param {any} children  what fills *element* from now on */
export function mount(children, element) {
  element.textContent = "";
  render(h(Fragment, null, children), element);
}

/** An icon of the inlined sprite; decoration only, so the text beside it (or an aria-label) says what it means. */
export function Icon({ name }) {
  return html`<svg class="icon" aria-hidden="true"><use href=${`#i-${name}`} /></svg>`;
}

/**
 * A component that is drawn again only when one of its props is another value.  Unchanged parts of the view keep
 * their identity, so a list of a thousand cards costs one comparison per card.
 *
 * @param {(props: any) => any} component
 * @returns {(props: any) => any}
 */
export function memo(component) {
  /** @this {any} */
  function Memo(props) {
    this.shouldComponentUpdate = differs;
    return h(component, props);
  }
  return Memo;
}

/** @this {{props: object}} */
function differs(next) {
  const names = Object.keys(next);
  return (
    names.length !== Object.keys(this.props).length || names.some((name) => next[name] !== this.props[name])
  );
}

/**
 * The entries of an object of the view by their `order`.
 *
 * @param {Object<string, any> | undefined} items
 * @returns {[string, any][]}
 */
export function ordered(items) {
  return Object.entries(items ?? {}).sort(
    ([a, first], [b, second]) => (first.order ?? 0) - (second.order ?? 0) || (a < b ? -1 : 1),
  );
}

const ANNOUNCE_MS = 120;
let announcing = 0;

/** Says *text* in the one polite status region of the page; when several come at once, the last one counts. */
export function announce(text) {
  const region = statusRegion();
  clearTimeout(announcing);
  region.textContent = "";
  announcing = setTimeout(() => {
    region.textContent = text;
  }, ANNOUNCE_MS);
}

function statusRegion() {
  const known = document.getElementById("status");
  if (known) return known;
  const region = document.createElement("div");
  region.id = "status";
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  document.body.append(region);
  return region;
}

/** True while a text field that is not empty has the focus: never move somebody away from what they write. */
export function isTyping() {
  const field = /** @type {HTMLInputElement | null} */ (document.activeElement);
  return Boolean(field?.matches("textarea, input:not([type=radio], [type=checkbox])") && field.value.trim());
}
