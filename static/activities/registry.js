/**
 * What draws each kind of step, one line per activity in the table of each page.  A page takes only its own table, and
 * the linker leaves out what no table mentions: a phone does not fetch the console.
 */
import { ratingLooks } from "../parts/big.js";
import { CanvasConsole, CanvasParticipant, CanvasScreen, canvasActions, canvasOnScreen } from "./canvas.js";
import { PageConsole, PageParticipant, PageScreen, pageLooks, pageOnScreen } from "./page.js";
import { RatingConsole, RatingParticipant, RatingScreen, ratingActions, ratingOnScreen } from "./rating.js";

/**
 * @typedef {{key: string, icon: string, label: string, kind?: string, pressed?: boolean, disabled?: boolean,
 *   run: () => void}} Action  key: the letter that does it, in lower case; kind: "primary" for what to do next
 */

/** @type {Object<string, any>} */
export const PARTICIPANT_ACTIVITIES = {
  page: PageParticipant,
  canvas: CanvasParticipant,
  rating: RatingParticipant,
};

/**
 * onScreen: what the big screen shows, in words; actions: what the facilitator's bar offers; looks: how the outcome can
 * be looked at
 *
 * @type {Object<string, {console: any, onScreen: (step: any) => string,
 *   actions?: (props: {step: any, stepId: string}) => Action[], looks?: (step: any) => Action[]}>}
 */
export const CONSOLE_ACTIVITIES = {
  page: { console: PageConsole, onScreen: pageOnScreen, looks: pageLooks },
  canvas: { console: CanvasConsole, onScreen: canvasOnScreen, actions: canvasActions },
  rating: { console: RatingConsole, onScreen: ratingOnScreen, actions: ratingActions, looks: ratingLooks },
};

/** @type {Object<string, {screen: any, looks?: (step: any) => Action[]}>} */
export const SCREEN_ACTIVITIES = {
  page: { screen: PageScreen, looks: pageLooks },
  canvas: { screen: CanvasScreen },
  rating: { screen: RatingScreen, looks: ratingLooks },
};
