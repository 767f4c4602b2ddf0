/** One line per activity: the kind of a step, and what draws it for each role. */
import { CanvasParticipant } from "./canvas.js";
import { PageParticipant } from "./page.js";
import { RatingParticipant } from "./rating.js";

/** @type {Object<string, {participant: any, console?: any, screen?: any}>} */
export const ACTIVITIES = {
  page: { participant: PageParticipant },
  canvas: { participant: CanvasParticipant },
  rating: { participant: RatingParticipant },
};
