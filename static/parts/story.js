/** The dialog that tells where an item came from and what came of it. */
import { html } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { view } from "../core/store.js";
import { Dialog } from "./dialog.js";
import { kin } from "./trail.js";

/**
 * @typedef {import("./trail.js").Kin} Kin
 * @typedef {import("./trail.js").Stop} Stop
 */

export function TrailDialog({ id, onClose }) {
  const { shown, parents, children } = kin.value;
  const before = walk(id, parents, shown);
  const after = walk(id, children, shown);
  const deepest = Math.max(0, ...before.map(({ depth }) => depth));
  return html`
    <${Dialog} title=${t("trail.title")} onClose=${onClose}>
      <div class="stack">
        ${
          before.length > 0 &&
          html`
            <section>
              <h3>${t("trail.before")}</h3>
              <${Stops} stops=${before.reverse().map((stop) => ({ ...stop, depth: deepest - stop.depth }))} />
            </section>
          `
        }
        <section>
          <h3>${t("trail.here")}</h3>
          <${Stops} stops=${[{ id, depth: 0, ...shown.get(id) }]} />
        </section>
        ${
          after.length > 0 &&
          html`
            <section>
              <h3>${t("trail.after")}</h3>
              <${Stops} stops=${after.map((stop) => ({ ...stop, depth: stop.depth - 1 }))} />
            </section>
          `
        }
      </div>
    <//>
  `;
}

/** @param {{stops: Stop[]}} props */
function Stops({ stops }) {
  return html`
    <ol class="trail">
      ${stops.map(
        ({ id, title, step, depth, decision }) => html`
          <li key=${id} style=${{ "--depth": depth }}>
            <small ...${sessionText()}>${view.value?.agenda[step]?.title}</small>
            <span class="trail-title" ...${sessionText()}>${title}</span>
            ${decision && html`<span class="badge" ...${sessionText()}>${decision}</span>`}
            <${StopNote} id=${id} />
          </li>
        `,
      )}
    </ol>
  `;
}

/** What was noted about it in a discussion. */
function StopNote({ id }) {
  const found = Object.values(view.value?.steps ?? {}).map(({ conclusions }) => conclusions?.[id]);
  return found
    .filter((conclusion) => conclusion?.note || conclusion?.who)
    .map(
      ({ note, who }) =>
        html`<p class="muted small" ...${sessionText()}>${[note, who].filter(Boolean).join(" – ")}</p>`,
    );
}

/**
 * All that *next* leads to, each once, one branch after the other.
 *
 * @param {string} start
 * @param {Map<string, Set<string>>} next
 * @param {Kin["shown"]} shown
 * @returns {Stop[]}
 */
function walk(start, next, shown) {
  const seen = new Set([start]);
  /** @type {Stop[]} */
  const stops = [];
  const visit = (id, depth) => {
    for (const one of next.get(id) ?? []) {
      const thing = shown.get(one);
      if (seen.has(one) || !thing) continue;
      seen.add(one);
      stops.push({ id: one, depth, ...thing });
      visit(one, depth + 1);
    }
  };
  visit(start, 1);
  return stops;
}
