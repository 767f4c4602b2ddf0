/**
 * What draws each kind of step, one entry per activity in the table of each page.  A page takes only its own table, and
 * fetches what an entry imports when a step wants it: a phone does not fetch the console.
 */

/**
 * @typedef {{key: string, icon: string, label: string, kind?: string, pressed?: boolean, disabled?: boolean,
 *   run: () => void}} Action  key: the letter that does it, in lower case; kind: "primary" for what to do next
 */

import { isOver } from "../parts/over.js";

/**
 * Which part of its table a step is drawn with on a phone.
 *
 * @param {string} kind
 * @param {any} step
 */
export function participantChunk(kind, step) {
  return kind === "rating" && step && isOver(step) ? "revealed" : kind;
}

/** What opens on top of a step, on every page. */
export const STORY = {
  story: async () => {
    const { TrailDialog } = await import("../parts/story.js");
    return TrailDialog;
  },
};

/** Results that are no bars of a scale. */
export const ROUND_SHAPES = {
  dotresults: async () => {
    const { DotResults } = await import("../parts/dotresults.js");
    return DotResults;
  },
  heatmap: async () => {
    const { HeatMap } = await import("../parts/heatmap.js");
    return HeatMap;
  },
  matrix: async () => {
    const { Matrix } = await import("../parts/matrix.js");
    return Matrix;
  },
};

/** @type {Object<string, () => Promise<any>>} */
export const PARTICIPANT_ACTIVITIES = {
  page: async () => {
    const { PageParticipant } = await import("./page.js");
    return PageParticipant;
  },
  canvas: async () => {
    const { CanvasParticipant } = await import("./canvas.js");
    return CanvasParticipant;
  },
  // No kinds of step: the forms of a canvas, which nobody needs before they press something, and what came of what.
  carddialog: async () => {
    const { CardDialog, NewCardDialog, TakeDialog } = await import("../parts/carddialog.js");
    return { edit: CardDialog, add: NewCardDialog, take: TakeDialog };
  },
  trail: async () => {
    const { TrailButton } = await import("../parts/trail.js");
    return TrailButton;
  },
  // Who takes an action on by the keyboard has the button taken away from under them.
  focus: async () => {
    const { keepFocus } = await import("../core/focus.js");
    keepFocus();
    return keepFocus;
  },
  rating: async () => {
    const { RatingParticipant } = await import("./rating.js");
    return RatingParticipant;
  },
  discussion: async () => {
    const { DiscussionParticipant } = await import("./discussion.js");
    return DiscussionParticipant;
  },
  lobby: async () => {
    const { LobbyText } = await import("../parts/lobby.js");
    return LobbyText;
  },
  closed: async () => {
    const { ClosedNotice } = await import("../parts/closed.js");
    return ClosedNotice;
  },
  refused: async () => {
    const { TurnedAway } = await import("../parts/refused.js");
    return TurnedAway;
  },
  clock: async () => {
    const { PhoneClock } = await import("../parts/phoneclock.js");
    return PhoneClock;
  },
  menus: async () => {
    const { StepsDialog, YouDialog } = await import("../parts/menus.js");
    return { steps: StepsDialog, you: YouDialog };
  },
  revealed: async () => {
    const { RevealedRound } = await import("../parts/revealed.js");
    return RevealedRound;
  },
  results: async () => {
    const { RatingResults } = await import("../parts/results.js");
    return RatingResults;
  },
  board: async () => {
    const { CanvasBoard } = await import("../parts/board.js");
    return CanvasBoard;
  },
  topics: async () => {
    const { DiscussedList } = await import("../parts/topics.js");
    return DiscussedList;
  },
  told: async () => {
    const { ToldAnswers } = await import("../parts/told.js");
    return ToldAnswers;
  },
  asks: async () => {
    const { PageAsks } = await import("../parts/asks.js");
    return PageAsks;
  },
  ...ROUND_SHAPES,
  ...STORY,
};

/** What the console opens on top of a step: seldom, so it comes when it is wanted. */
export const CONSOLE_PARTS = {
  // No dialogs: what stands beside the step a moment later, and above it in a rehearsal.
  desk: async () => {
    const { DeskPanel } = await import("../parts/desk.js");
    return DeskPanel;
  },
  rehearsal: async () => {
    const { RehearsalBand } = await import("../parts/rehearsal.js");
    return RehearsalBand;
  },
  acts: async () => {
    const { ActsDialog } = await import("../parts/acts.js");
    return ActsDialog;
  },
  awaycards: async () => {
    const { AwayDialog } = await import("../parts/awaycards.js");
    return AwayDialog;
  },
  parking: async () => {
    const { ParkingDialog } = await import("../parts/parking.js");
    return ParkingDialog;
  },
  prepare: async () => {
    const { AgendaEditor } = await import("../parts/agendaeditor.js");
    return AgendaEditor;
  },
  peopledesk: async () => {
    const { PeopleDialog } = await import("../parts/peopledesk.js");
    return PeopleDialog;
  },
  rehearse: async () => {
    const { RehearseDialog } = await import("../parts/rehearsal.js");
    return RehearseDialog;
  },
  tally: async () => {
    const { TallyDialog } = await import("../parts/tally.js");
    return TallyDialog;
  },
  times: async () => {
    const { TimesDialog } = await import("../parts/times.js");
    return TimesDialog;
  },
};

/**
 * onScreen: what the big screen shows, in words; actions: what the facilitator's bar offers; looks: how the outcome can
 * be looked at
 *
 * @type {Object<string, () => Promise<{console: any, onScreen: (step: any) => string,
 *   actions?: (props: {step: any, stepId: string}) => Action[], looks?: (step: any) => Action[]}>>}
 */
export const CONSOLE_ACTIVITIES = {
  page: async () => {
    const { PageConsole, pageActions, pageLooks, pageOnScreen } = await import("./page.js");
    return { console: PageConsole, onScreen: pageOnScreen, actions: pageActions, looks: pageLooks };
  },
  canvas: async () => {
    const { CanvasConsole, canvasActions, canvasOnScreen } = await import("./canvas.js");
    return { console: CanvasConsole, onScreen: canvasOnScreen, actions: canvasActions };
  },
  rating: async () => {
    const { RatingConsole, ratingActions, ratingOnScreen, roundLooks } = await import("./rating.js");
    return { console: RatingConsole, onScreen: ratingOnScreen, actions: ratingActions, looks: roundLooks };
  },
  discussion: async () => {
    const { DiscussionConsole, discussionActions, discussionOnScreen } = await import("./discussion.js");
    return { console: DiscussionConsole, onScreen: discussionOnScreen, actions: discussionActions };
  },
};

/** @type {Object<string, () => Promise<{screen: any, looks?: (step: any) => Action[]}>>} */
export const SCREEN_ACTIVITIES = {
  page: async () => {
    const { PageScreen, pageLooks } = await import("./page.js");
    return { screen: PageScreen, looks: pageLooks };
  },
  canvas: async () => {
    const { CanvasScreen } = await import("./canvas.js");
    return { screen: CanvasScreen };
  },
  rating: async () => {
    const { RatingScreen, roundLooks } = await import("./rating.js");
    return { screen: RatingScreen, looks: roundLooks };
  },
  discussion: async () => {
    const { DiscussionScreen } = await import("./discussion.js");
    return { screen: DiscussionScreen };
  },
};
