/**
 * Where something came from and what came of it: a card from the issue it answers, an action from its success factor.
 *
 * Every view says only from what each thing came (`from`: parent -> step); here that is walked both ways.
 */
import { computed, useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { view } from "../core/store.js";
import { Dialog } from "./dialog.js";

/**
 * @typedef {{id: string, title: string, step: string, depth: number, decision?: string}} Stop
 * @typedef {{shown: Map<string, {title: string, step: string, decision?: string}>, parents: Map<string, Set<string>>,
 *   children: Map<string, Set<string>>}} Kin
 */

/** Everything that is shown anywhere, and what came from what. */
const kin = computed(() => {
  /** @type {Kin} */
  const found = { shown: new Map(), parents: new Map(), children: new Map() };
  const put = (map, key, value) => map.set(key, (map.get(key) ?? new Set()).add(value));
  for (const [step] of ordered(view.value?.agenda)) {
    const { items, cards, groups, boxes, targets } = view.value?.steps?.[step] ?? {};
    for (const things of [items, cards, groups, boxes, targets]) {
      for (const [id, thing] of Object.entries(things ?? {})) {
        const known = found.shown.get(id);
        const title = known?.title ?? thing.title ?? thing.text;
        const decision = thing.decision ?? known?.decision;
        if (title) found.shown.set(id, { title, step: known?.step ?? step, decision });
        for (const parent of Object.keys(thing.from ?? {})) {
          put(found.parents, id, parent);
          put(found.children, parent, id);
        }
      }
    }
  }
  return found;
});

/**
 * A button that tells the story of one item; nothing when it has none.
 *
 * @param {{id: string}} props
 */
export function TrailButton({ id }) {
  const [open, setOpen] = useState(false);
  const told = useComputed(() => kin.value.parents.has(id) || kin.value.children.has(id));
  if (!told.value) return null;
  const title = kin.value.shown.get(id)?.title ?? "";
  return html`
    <button type="button" class="button quiet trail-button" aria-label=${t("trail.of", { title })}
      onClick=${() => setOpen(true)}>
      <${Icon} name="route" />${t("trail.open")}
    </button>
    ${open && html`<${TrailDialog} id=${id} onClose=${() => setOpen(false)} />`}
  `;
}

function TrailDialog({ id, onClose }) {
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
