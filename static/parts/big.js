/** Results as the big screen shows them: large, without names of people, never scrolling. */
import { useEffect, useState } from "preact/hooks";
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { useFit } from "./fit.js";
import { KeyButton } from "./keys.js";
import { ScreenPager, usePages } from "./paging.js";
import { divided, RatingResults, ratingCompare, ratingSorting, sortedItems } from "./results.js";

const GROW_MS = 600;
const ROW_DELAY_MS = 120;
const ROWS = 10;
const FEWEST_ROWS = 3;

const RESULT_SIZES = [1.25, 1.1, 1, 0.92, 0.84, 0.76, 0.68];
/** Compared in letters smaller than this, a round comes in more pages; unless few rows are left on each. */
const COMPARED_SIZE = 0.84;
const COMPARED_ROWS = 5;

/** Sorting and comparing a revealed round, for the console and the screen; nothing for anything else. */
export function ratingLooks(step) {
  if (!step?.revealed || !step.results) return [];
  const sorting = ratingSorting(step);
  if (!sorting) return [];
  return [
    { key: "s", icon: "arrow-up-down", ...sorting },
    {
      key: "g",
      icon: "users",
      label: t("rating.compare"),
      pressed: ratingCompare.value,
      disabled: !Object.values(step.results ?? {}).some(({ organisations }) => organisations),
      run: () => {
        ratingCompare.value = !ratingCompare.value;
      },
    },
  ].slice(0, step.dots ? 1 : 2);
}

/**
 * Has the screen and every console look at results in the same way.
 *
 * @param {boolean} steering  whether what is chosen here holds for the others as well
 */
export function useSharedLooks(steering) {
  const { sort, compare } = view.value.session.screen ?? {};
  const [sorted, compared] = [divided.value, ratingCompare.value];
  useEffect(() => {
    if (sort !== undefined) divided.value = sort;
    if (compare !== undefined) ratingCompare.value = compare;
  }, [sort, compare]);
  useEffect(() => {
    const known = view.peek().session.screen ?? {};
    // As they are by now: a console that was opened just now has taken over what the others chose.
    const [mine, comparing] = [divided.peek(), ratingCompare.peek()];
    if (steering && (mine !== (known.sort ?? false) || comparing !== (known.compare ?? false)))
      send("session.screen", { sort: mine, compare: comparing });
  }, [sorted, compared]);
}

/** @param {{looks: ReturnType<typeof ratingLooks>}} props */
export function LookButtons({ looks }) {
  return looks.map(
    ({ key, icon, label, pressed, disabled, run }) => html`
      <${KeyButton} key=${key} icon=${icon} letter=${key.toUpperCase()} label=${label} pressed=${pressed} disabled=${disabled} onClick=${run} />
    `,
  );
}

/**
 * The bars, a page at a time when there are many; pages turn by themselves until somebody turns one.
 *
 * @param {{round: any, reveal?: boolean}} props
 */
export function ScreenResults({ round, reveal = false }) {
  const [growing, setGrowing] = useState(reveal);
  const [fitting, setFitting] = useState({ rows: ROWS, compare: false });
  const compare = ratingCompare.value;
  useSharedLooks(false);
  const rows = fitting.compare === compare ? fitting.rows : ROWS;
  const ids = sortedItems(round);
  const pages = screenPages(ids, rows);
  const { page, turn } = usePages(pages.length);
  const shown = pages[page % pages.length] ?? [];
  const large = compare && rows > COMPARED_ROWS;
  const sizes = large ? RESULT_SIZES.filter((size) => size >= COMPARED_SIZE) : RESULT_SIZES;
  const place = useFit(sizes, (element) => {
    const list = element.querySelector(".results-list");
    if (list && rows > FEWEST_ROWS && list.scrollHeight > list.clientHeight + 1)
      setFitting({ rows: rows - 1, compare });
  });
  useEffect(() => {
    if (!growing) return undefined;
    const over = setTimeout(() => setGrowing(false), shown.length * ROW_DELAY_MS + 2 * GROW_MS);
    return () => clearTimeout(over);
  }, []);

  return html`
    <div class="screen-results" ref=${place}>
      <${RatingResults}
        round=${round}
        compare=${compare}
        only=${shown}
        remarks=${false}
        table=${false}
        level=${2}
        grow=${growing}
      />
      ${pages.length > 1 && html`<${ScreenPager} page=${page} pages=${pages.length} turn=${turn} />`}
    </div>
  `;
}

/** Pages of about the same length, none longer than *most*. */
function screenPages(ids, most) {
  const count = Math.max(1, Math.ceil(ids.length / most));
  const length = Math.ceil(ids.length / count);
  return Array.from({ length: count }, (_, page) => ids.slice(page * length, (page + 1) * length));
}
