/** What a step on a phone shows besides: it comes when it is wanted, and the rest of the step works without. */
import { PARTICIPANT_ACTIVITIES } from "../activities/registry.js";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { html } from "../core/dom.js";

/** @param {{part: string, [prop: string]: any}} props  *part*: which entry of the table; the others are for what it draws */
export function Late({ part, ...props }) {
  const Part = useChunk(PARTICIPANT_ACTIVITIES, part);
  return Part ? html`<${Part} ...${props} />` : html`<${ChunkMissing} kind=${part} />`;
}
