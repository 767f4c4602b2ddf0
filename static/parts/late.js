/** Results below questions that can be answered without them: they come when they are wanted. */
import { PARTICIPANT_ACTIVITIES } from "../activities/registry.js";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { html } from "../core/dom.js";

/** `RatingResults`, once it is here. */
export function LateResults(props) {
  const Results = useChunk(PARTICIPANT_ACTIVITIES, "results");
  return Results ? html`<${Results} ...${props} />` : html`<${ChunkMissing} kind="results" />`;
}
