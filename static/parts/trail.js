/**
 * Where something came from and what came of it: a card from the issue it answers, an action from its success factor.
 *
 * Every view says only from what each thing came (`from`: parent -> step); here that is walked both ways.
 */
import { computed, useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { STORY } from "../activities/registry.js";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { html, Icon, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { view } from "../core/store.js";

/**
 * @typedef {{id: string, title: string, step: string, depth: number, decision?: string}} Stop
 * @typedef {{shown: Map<string, {title: string, step: string, decision?: string}>, parents: Map<string, Set<string>>,
 *   children: Map<string, Set<string>>}} Kin
 */

/** Everything that is shown anywhere, and what came from what. */
export const kin = computed(() => {
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
    ${open && html`<${Story} id=${id} onClose=${() => setOpen(false)} />`}
  `;
}

function Story(props) {
  const TrailDialog = useChunk(STORY, "story");
  return TrailDialog ? html`<${TrailDialog} ...${props} />` : html`<${ChunkMissing} kind="story" />`;
}
