/** What does not fit the big screen, a page at a time: nobody can scroll there, and everything has to be seen. */
import { useEffect, useState } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { standAt, view } from "../core/store.js";
import { showsAll, useFit } from "./fit.js";
import { useKeys } from "./keys.js";

/**
 * @typedef {{left: number, top: number, more: boolean}} Place  how far something is scrolled; more: and goes on below
 * @typedef {{from: number, to: number, at?: Place}} Page  from which unit to which; at: of what one unit has too much
 */

const TURN_MS = 20_000;
const TELL_MS = 250;
/** What stays in sight above the first line of a next screenful. */
const BREATH = 4;
/** Where there is more, the text fades out over so many letters' height; see `[data-below]`. */
const FADE = 1.2;

/** @type {WeakSet<Element>} what was scrolled here */
const scrolled = new WeakSet();

/**
 * The text as large as fits; where even the smallest does not, a page at a time.
 *
 * @param {{kind: string, sizes: number[], units?: string, children?: any}} props
 *   *kind*: the class of the place; *units*: selects what is not parted over pages as long as it fits one
 */
export function Paged({ kind, sizes, units, children }) {
  const [pages, setPages] = useState(1);
  const [paged, setPaged] = useState(false);
  const { page, turn } = usePages(pages);
  const place = useFit(
    sizes,
    (element) => {
      const now = showPage(element, page);
      setPages(now);
      if (now > 1) setPaged(true);
    },
    showWhole,
  );
  return html`
    <div class="screen-paged">
      <div class=${kind} ref=${place} data-fits=${units}>${children}</div>
      ${
        // Its room stays taken: what fits without it and not with it would never come to rest.
        paged && html`<${ScreenPager} page=${page} pages=${pages} turn=${turn} />`
      }
    </div>
  `;
}

/** @param {{page: number, pages: number, turn: (by: number) => void}} props */
export function ScreenPager({ page, pages, turn }) {
  return html`
    <p class="screen-pager" style=${{ visibility: pages > 1 ? "visible" : "hidden" }}>
      <button type="button" class="button icon-only" aria-label=${t("screen.previous_page")} onClick=${() => turn(-1)}>
        <${Icon} name="chevron-left" />
      </button>
      ${t("screen.page_of", { page: (page % pages) + 1, pages })}
      <button type="button" class="button icon-only" aria-label=${t("screen.next_page")} onClick=${() => turn(1)}>
        <${Icon} name="chevron-right" />
      </button>
    </p>
  `;
}

/** Which page is shown; pages turn by themselves until somebody turns one, here or on the console. */
export function usePages(pages) {
  const [page, setPage] = useState(0);
  const [turning, setTurning] = useState(true);
  const { step, screen = {} } = view.value.session;
  const asked = screen.paged === step ? screen.page : undefined;
  useEffect(() => {
    if (asked === undefined) return;
    setTurning(false);
    setPage(asked);
  }, [asked]);
  useTold(step, page % pages, pages);
  const turn = (by) => {
    if (pages < 2) return;
    setTurning(false);
    setPage((page + by + pages) % pages);
  };
  useEffect(() => {
    if (!turning || pages < 2) return undefined;
    const next = setInterval(() => setPage((at) => (at + 1) % pages), TURN_MS);
    return () => clearInterval(next);
  }, [turning, pages]);
  useKeys({
    ArrowRight: () => turn(1),
    PageDown: () => turn(1),
    ArrowLeft: () => turn(-1),
    PageUp: () => turn(-1),
  });
  return { page, turn, first: () => setPage(0) };
}

/** Tells the console which page this is, of how many; what is on one page is not told of. */
function useTold(step, page, pages) {
  useEffect(() => {
    if (pages < 2) return undefined;
    // Fitting tries several numbers of pages before it comes to rest.
    let leave = () => {};
    const telling = setTimeout(() => {
      leave = standAt({ step, card: `${page + 1}/${pages}` });
    }, TELL_MS);
    return () => {
      clearTimeout(telling);
      leave();
    };
  }, [step, page, pages]);
}

/** Takes back what `showPage` did. */
export function showWhole(place) {
  for (const { list, units } of pagedParts(place)) {
    showUnits(list, units, 0, units.length);
    showFrom(list, undefined);
  }
}

/** Shows of every part that does not fit what is on this page; how many pages there are. */
export function showPage(place, page) {
  let pages = 1;
  for (const { list, units } of pagedParts(place)) {
    if (showsAll(list)) continue;
    const parts = pagesOf(list, units);
    const { from, to, at } = parts[page % parts.length];
    showUnits(list, units, from, to);
    showFrom(list, at);
    pages = Math.max(pages, parts.length);
  }
  return pages;
}

/** Every part that may be shown in pages, with what its pages are made of; the place itself comes last. */
function pagedParts(place) {
  return [...place.querySelectorAll("[data-fits]"), place].map((list) => ({
    list,
    units:
      list.dataset.fits === undefined ? [] : [...list.querySelectorAll(list.dataset.fits || "[data-card]")],
  }));
}

/**
 * Tables from the top, boxes from the newest card.
 *
 * @returns {Page[]}
 */
function pagesOf(list, units) {
  const fromTop = Boolean(list.dataset.fits);
  const show = (from, to, number) =>
    fromTop ? showUnits(list, units, from, from + number) : showUnits(list, units, to - number, to);
  /** @type {Page[]} */
  const pages = [];
  for (let [from, to] = [0, units.length]; from < to; ) {
    let [fits, most] = [1, to - from];
    while (fits < most) {
      const tried = Math.ceil((fits + most) / 2);
      show(from, to, tried);
      if (showsAll(list)) fits = tried;
      else most = tried - 1;
    }
    const shown = fromTop ? { from, to: from + fits } : { from: to - fits, to };
    // Only one may still be too much.
    if (fits === 1) {
      show(from, to, 1);
      pages.push(...screenfuls(list).map((at) => ({ ...shown, at })));
    } else {
      if (!fromTop) shown.from = wholeGroups(list, units, shown);
      pages.push(shown);
    }
    if (fromTop) from = shown.to;
    else to = shown.from;
  }
  return pages.length ? pages : screenfuls(list).map((at) => ({ from: 0, to: 0, at }));
}

/** Where to begin so that no group is parted that fits a page of its own. */
function wholeGroups(list, units, { from, to }) {
  const group = units[from].closest("[data-group]");
  const within = (unit) => group?.contains(unit);
  const first = units.findIndex(within);
  const after = units.findLastIndex(within) + 1;
  if (!group || first === from || after >= to) return from;
  showUnits(list, units, first, after);
  return showsAll(list) ? after : from;
}

/**
 * Where each screenful of *list* begins, when what it shows is too much for one.
 *
 * @returns {Place[]}
 */
function screenfuls(list) {
  list.scrollTo(0, 0);
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = list;
  if (scrollHeight > clientHeight + 1) {
    const tops = linesFromTop(list);
    return tops.map((top, at) => ({ left: 0, top, more: at < tops.length - 1 }));
  }
  // Columns run on sideways: one screenful begins where the column after the last one does.
  const width = clientWidth + (Number.parseFloat(getComputedStyle(list).columnGap) || 0);
  const count = scrollWidth > clientWidth + 1 ? Math.ceil(scrollWidth / width) : 1;
  return Array.from({ length: count }, (_, at) => ({ left: at * width, top: 0, more: false }));
}

/** Each screenful begins with the first line of text that was cut off in the one before. */
function linesFromTop(list) {
  const { scrollHeight, clientHeight } = list;
  const head = list.querySelector("thead")?.offsetHeight ?? 0;
  const fade = FADE * Number.parseFloat(getComputedStyle(list).fontSize);
  const lines = textLines(list);
  const tops = [0];
  for (let top = 0; top + clientHeight < scrollHeight - 1; tops.push(top)) {
    const end = top + clientHeight - fade;
    const cut = lines
      .filter((line) => line.bottom > end && line.top > top + head + BREATH)
      .map((line) => line.top);
    const next = Math.min(end, ...cut) - head - BREATH;
    // A line as high as its place, or a place less high than a line, would never come to an end.
    top = next > top + 1 ? next : Math.max(end - head, top + fade);
  }
  return tops;
}

/** From where to where each line of text in *element* goes, from its top. */
function textLines(element) {
  const { top: above } = element.getBoundingClientRect();
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const lines = [];
  while (texts.nextNode()) {
    range.selectNodeContents(texts.currentNode);
    for (const { top, bottom } of range.getClientRects())
      lines.push({ top: top - above, bottom: bottom - above });
  }
  return lines;
}

/** @param {Place} [at]  the beginning, when nothing is said */
function showFrom(list, at) {
  // To scroll is to measure, which a board of many boxes is not to do for each of them.
  if (!at && !scrolled.has(list)) return;
  const { left, top, more } = at ?? { left: 0, top: 0, more: false };
  // The last screenful begins with a whole line too, however little is left.
  const rest = top > 0 ? Math.max(0, top + list.clientHeight - list.scrollHeight) : 0;
  list.toggleAttribute("data-rest", rest > 0);
  list.style.setProperty("--rest", `${rest}px`);
  list.toggleAttribute("data-below", more);
  list.scrollTo(left, top);
  if (at) scrolled.add(list);
  else scrolled.delete(list);
}

function showUnits(list, units, from, to) {
  units.forEach((unit, at) => {
    unit.hidden = at < from || at >= to;
  });
  for (const group of list.querySelectorAll("[data-group]"))
    group.hidden = !group.querySelector("[data-card]:not([hidden])");
  const range = list.parentElement?.querySelector(".board-more");
  if (!range) return;
  range.hidden = to - from === units.length;
  if (range.hidden) range.textContent = "";
  else if (to - from === 1) range.textContent = t("canvas.range_one", { at: to, n: units.length });
  else range.textContent = t("canvas.range", { from: from + 1, to, n: units.length });
}
