/** One line per activity: the kind of a step, and what draws it for each role. */
import { ratingLooks } from "../parts/big.js";
import { CanvasConsole, CanvasParticipant, CanvasScreen, canvasActions, canvasOnScreen } from "./canvas.js";
import { PageConsole, PageParticipant, PageScreen, pageLooks, pageOnScreen } from "./page.js";
import { RatingConsole, RatingParticipant, RatingScreen, ratingActions, ratingOnScreen } from "./rating.js";

/**
 * @typedef {{key: string, icon: string, label: string, kind?: string, pressed?: boolean, disabled?: boolean,
 *   run: () => void}} Action  key: the letter that does it, in lower case; kind: "primary" for what to do next
 *
 * @type {Object<string, {participant: any, console: any, screen: any, onScreen: (step: any) => string,
 *   actions?: (props: {step: any, stepId: string}) => Action[], looks?: (step: any) => Action[]}>}
 *   onScreen: what the big screen shows, in words; actions: what the facilitator's bar offers; looks: how the outcome
 *   can be looked at, on the console and on the screen
 */
export const ACTIVITIES = {
  page: {
    participant: PageParticipant,
    console: PageConsole,
    screen: PageScreen,
    onScreen: pageOnScreen,
    looks: pageLooks,
  },
  canvas: {
    participant: CanvasParticipant,
    console: CanvasConsole,
    screen: CanvasScreen,
    onScreen: canvasOnScreen,
    actions: canvasActions,
  },
  rating: {
    participant: RatingParticipant,
    console: RatingConsole,
    screen: RatingScreen,
    onScreen: ratingOnScreen,
    actions: ratingActions,
    looks: ratingLooks,
  },
};
