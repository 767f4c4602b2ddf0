/** Makes text on the big screen as large as its place allows. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/**
 * Gives the element of the returned ref the first of *sizes* (rem, largest first) at which it and everything marked
 * `data-fits` in it show their whole content; *overflow* then deals with what is too much at the smallest size, and
 * *whole* takes that back before the next try: what was left out may fit by now.
 *
 * A group that would be parted over columns is one that does not fit, unless it is parted at the smallest size too.
 *
 * @param {number[]} sizes
 * @param {(element: HTMLElement) => void} [overflow]
 * @param {(element: HTMLElement) => void} [whole]
 */
export function useFit(sizes, overflow, whole) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const fit = useRef(() => {});
  const changing = useRef(/** @type {MutationObserver | undefined} */ (undefined));
  fit.current = () => {
    if (!place.current) return;
    whole?.(place.current);
    fitElement(place.current, sizes, overflow);
    // What is fitted by now is no news, nor what fitting wrote itself (which part of a list is shown).
    changing.current?.takeRecords();
  };
  useLayoutEffect(() => fit.current());
  useEffect(() => {
    const watching = new ResizeObserver(() => fit.current());
    // What is in it may also come later than the place itself.
    changing.current = new MutationObserver(() => fit.current());
    if (place.current) {
      watching.observe(place.current);
      changing.current.observe(place.current, { childList: true, subtree: true });
    }
    return () => {
      watching.disconnect();
      changing.current?.disconnect();
    };
  }, []);
  return place;
}

function fitElement(element, sizes, overflow) {
  const fits = (size) => {
    element.style.setProperty("--fit", `${size}rem`);
    return [element, ...element.querySelectorAll("[data-fits]")].every(showsAll);
  };
  const keeps = (size) => fits(size) && [...element.querySelectorAll("[data-group]")].every(inOnePart);
  // A full board changes most often: do not measure it in sizes that cannot do.
  const smallest = sizes[sizes.length - 1];
  if (keeps(smallest)) sizes.some(keeps);
  else if (fits(smallest)) sizes.some(fits);
  overflow?.(element);
}

/** Whether the element does not go on in a next column. */
function inOnePart(element) {
  return element.getClientRects().length <= 1;
}

/** Whether nothing of the element's content is cut off. */
export function showsAll(element) {
  return element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1;
}
