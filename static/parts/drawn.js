/** A figure as the report has it: the server draws it, so that the screen and the paper show the same. */
import { useEffect, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html } from "../core/dom.js";

/** The server parts what has more rows or columns over several figures. */
const MOST_DRAWN = 14;

/** Whether the results of a round are one figure, that is no bars. */
export function isOneFigure({ items, criteria, targets, choice }) {
  const across = Object.keys((choice ? targets : criteria) ?? {}).length;
  return across > 0 && Math.max(across, Object.keys(items).length) <= MOST_DRAWN;
}

/**
 * @param {{id: string, of: any, children?: any}} props
 *   *id*: the figure; *of*: what it shows, looked at anew when this changes; *children*: in its place when it cannot be had
 */
export function Drawn({ id, of, children }) {
  const [svg, setSvg] = useState(/** @type {Element | null | undefined} */ (undefined));
  useEffect(() => {
    let wanted = true;
    const here = (found) => wanted && setSvg(found);
    fetchFigure(id).then(here, () => here(null));
    return () => {
      wanted = false;
    };
  }, [id, of]);
  if (svg === null) return children;
  return html`<figure class="figure drawn"><div class="drawing" ref=${(place) => svg && place?.replaceChildren(svg)}></div></figure>`;
}

async function fetchFigure(id) {
  const answer = await fetch(`/s/${boot().code}/figure/${encodeURIComponent(id)}.svg`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
  return document.importNode(drawn.documentElement, true);
}
