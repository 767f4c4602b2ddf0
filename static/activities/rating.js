/** A round in which everybody answers about the same items: on a scale, by dividing dots, or by choosing targets. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { echoes, send } from "../core/outbox.js";
import { mine, people, view } from "../core/store.js";
import { itemProgress, ownAnswers, withAdded } from "../parts/answers.js";
import { LookButtons, ratingLooks, ScreenResults, useSharedLooks } from "../parts/big.js";
import { ChoiceItem } from "../parts/choice.js";
import { DeskPart } from "../parts/deskpart.js";
import { DotsItem } from "../parts/dots.js";
import { ScaleLegend, scalePoints } from "../parts/figures.js";
import { Late } from "../parts/late.js";
import { isOver } from "../parts/over.js";
import { Paged } from "../parts/paging.js";
import { RoundQuestion } from "../parts/question.js";
import { AddForm } from "../parts/rate.js";
import { RatingResults, ratingCompare } from "../parts/results.js";
import { organisationTitle, useQuietNews } from "../parts/room.js";
import { CriteriaItem, ScaleItem, scoreWord } from "../parts/scale.js";
import { Dock, StepPage } from "../parts/step.js";

/** Which item each round shows when it goes one by one; one more than there are items is the overview. */
const chosenItems = signal(/** @type {Object<string, number>} */ ({}));

/**
 * A round that takes answers; one that is over is drawn by parts/revealed.js.
 *
 * @param {{step: any, stepId: string, agenda: any, own?: any, closed: boolean, online: number, notice?: any}} props
 */
export function RatingParticipant({ step, stepId, agenda, own, closed, online, notice }) {
  const frame = { instruction: agenda.instruction, notice };
  if (step.waiting) return html`<${StepPage} ...${frame}><${WaitingNotice} step=${step.waiting} /><//>`;
  return html`<${OpenRound} step=${step} stepId=${stepId} own=${own} shut=${closed || agenda.locked} online=${online}
    frame=${frame} />`;
}

function OpenRound({ step, stepId, own, shut, online, frame }) {
  const answers = ownAnswers(own, echoes.value, stepId);
  const items = useOrdered(withAdded(step.items, echoes.value, stepId, "rating.add_item", "item"));
  const targets = useOrdered(withAdded(step.targets, echoes.value, stepId, "rating.add_target", "target"));
  const { scale, criteria, cascade, choice, dots, remarks } = step;
  // What does not change while others answer, so that no item is drawn again for that.
  const plan = useMemo(
    () => ({ scale, criteria, cascade, choice, dots, remarks }),
    [scale, criteria, cascade, choice, dots, remarks],
  );
  const progress = progressOf(step, items, answers, online);
  const before = step.again ? mine.value.steps[step.again]?.scores : undefined;
  const one = (id, item, number, total) => {
    const answer = answers.get(id);
    const props = { id, item, number, of: total, stepId, shut };
    if (dots)
      return html`<${DotsItem} key=${id} ...${props} dots=${answer?.dots} state=${answer?.state} most=${dots.per_item}
        left=${progress.items - progress.done} />`;
    const Item = choice ? ChoiceItem : criteria ? CriteriaItem : ScaleItem;
    return html`<${Item} key=${id} ...${props} step=${plan} targets=${targets} answer=${answer} earlier=${before?.[id]} />`;
  };
  const notices = html`
    ${shut && html`<div class="notice" data-tone="warn"><${Icon} name="lock" /><p>${t("rating.shut")}</p></div>`}
    ${step.per_organisation && html`<${OrganisationNotice} own=${own} />`}
    <${RoundQuestion} round=${step} />
  `;
  const add =
    step.addable &&
    html`<${AddForm} shut=${shut} type="rating.add_item" stepId=${stepId} field="item" id=${stepId} label=${step.add_prompt || t("rating.add_item")} />`;
  const soFar =
    !step.blind &&
    step.results &&
    html`<h2>${t("rating.so_far")}</h2><${Late} part="results" round=${step} />`;
  const Form = step.one_by_one || cascade ? OneByOne : WholeList;
  return html`<${Form} ...${{ step, stepId, items, answers, one, progress, frame, notices, add, soFar }} />`;
}

/** Entries by order; the same array as long as *things* stays the same. */
function useOrdered(things) {
  return useMemo(() => ordered(things), [things]);
}

/** How far this phone is, and the room: in answers, or in dots. */
function progressOf(step, items, answers, online) {
  const people = step.per_organisation ? step.answered : Math.max(online, step.answered);
  const room = { ready: step.done, people, organisations: step.per_organisation };
  if (step.dots) {
    // Dots on what was taken away can be given elsewhere.
    const done = items.reduce((sum, [id]) => sum + (answers.get(id)?.dots ?? 0), 0);
    return { ...room, done, items: step.dots.budget, dots: true };
  }
  const done = items.filter(([id]) => isDone(step, id, answers.get(id))).length;
  return { ...room, done, items: items.length };
}

function isDone(step, id, answer) {
  const { done, of: wanted } = itemProgress(step, id, answer);
  return done === wanted;
}

function WholeList({ step, items, answers, one, progress, frame, notices, add, soFar }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const nextOpen = () => {
    const open = items.find(([id]) => !isDone(step, id, answers.get(id)));
    const first =
      open && list.current?.querySelector(`[data-item="${CSS.escape(open[0])}"] :is(input, summary)`);
    if (first instanceof HTMLElement) {
      first.closest("[data-item]")?.scrollIntoView({ block: "start", behavior: "smooth" });
      first.focus({ preventScroll: true });
    }
  };
  return html`
    <${StepPage} ...${frame}>
      ${notices}
      <div class="stack rating-list" ref=${list}>
        ${items.map(([id, item], at) => one(id, item, at + 1))}
      </div>
      ${add}${soFar}
    <//>
    <${Dock} label=${t("rating.progress")}>
      <div class="rating-dock">
        <${Progress} ...${progress} />
        ${
          !progress.dots &&
          answers.size > 0 &&
          progress.done < progress.items &&
          html`
            <button type="button" class="button" onClick=${nextOpen}>
              ${t("rating.next_open")}<${Icon} name="chevron-down" />
            </button>
          `
        }
      </div>
    <//>
  `;
}

function OneByOne({ step, stepId, items, answers, one, progress, frame, notices, add, soFar }) {
  const firstOpen = items.findIndex(([id]) => !isDone(step, id, answers.get(id)));
  // In a cascade people choose a row themselves, so it begins with the overview.
  const start = firstOpen === -1 || step.cascade ? items.length : firstOpen;
  useEffect(() => {
    if (chosenItems.value[stepId] === undefined) goTo(start);
  }, []);
  const goTo = (place) => {
    chosenItems.value = { ...chosenItems.value, [stepId]: place };
  };
  const at = Math.min(chosenItems.value[stepId] ?? start, items.length);
  const [id, item] = items[at] ?? [];
  const done = item && isDone(step, id, answers.get(id));
  return html`
    <${StepPage} ...${frame} instruction=${(at === 0 || !item) && frame.instruction} key=${at}>
      ${notices}
      ${
        item
          ? one(id, item, at + 1, items.length)
          : html`
              <${Overview} step=${step} items=${items} answers=${answers} progress=${progress} onChoose=${goTo} />
              ${add}${soFar}
            `
      }
    <//>
    <${Dock} label=${t("rating.progress")}>
      <div class="rating-dock">
        <button type="button" class="button icon-only" aria-label=${t("rating.previous")} disabled=${at === 0}
          onClick=${() => goTo(at - 1)}>
          <${Icon} name="chevron-left" />
        </button>
        <${Progress} ...${progress} />
        ${
          item &&
          html`
            <button type="button" class=${done ? "button primary" : "button"} onClick=${() => goTo(at + 1)}>
              ${at + 1 < items.length ? t("rating.next") : t("rating.overview")}
              <${Icon} name="chevron-right" />
            </button>
          `
        }
      </div>
    <//>
  `;
}

/** What somebody has answered, item by item, with the way back to each. */
function Overview({ step, items, answers, progress, onChoose }) {
  const done = progress.done === progress.items;
  const hint = () =>
    step.cascade ? t("rating.choose_row") : t("rating.open_hint", { n: progress.items - progress.done });
  return html`
    <div>
      <h2>${done ? t("rating.done_title") : t("rating.overview")}</h2>
      <p>${done ? t("rating.done_hint") : hint()}</p>
    </div>
    <ol class="steps">
      ${items.map(([id, item], at) => {
        const word = answerWord(step, id, answers.get(id));
        return html`
          <li key=${id}>
            <button type="button" class="steps-item" onClick=${() => onChoose(at)}>
              <span class="steps-number" aria-hidden="true">${at + 1}</span>
              <span ...${sessionText()}>${item.title}</span>
              <span class="rating-chosen" data-open=${word ? undefined : ""}>${word || t("rating.not_answered")}</span>
            </button>
          </li>
        `;
      })}
    </ol>
  `;
}

/** An answer in a few words; empty when there is none. */
function answerWord(step, id, answer) {
  if (!answer) return "";
  if (step.criteria) {
    const { done, of: all } = itemProgress(step, id, answer);
    return done === all ? t("rating.row_done") : t("rating.some_of", { some: done, all });
  }
  if (answer.targets) return t("rating.chosen", { n: Object.keys(answer.targets).length });
  return scoreWord(step.scale, answer.score);
}

function Progress({ done, items, ready, people: all, dots, organisations }) {
  const room = organisations
    ? t("rating.ready_organisations", { n: ready })
    : t("rating.ready", { n: ready, people: all });
  const left = dots ? t("rating.dots_left", { n: items - done }) : t("rating.answered_of", { done, items });
  return html`
    <div class="rating-progress">
      <progress class="progress" value=${done} max=${items || 1} aria-label=${t("rating.progress")}></progress>
      <p class="rating-count">
        ${
          done === items && items > 0
            ? html`<${Icon} name="circle-check" /> <strong>${dots ? t("rating.dots_gone") : t("rating.done")}</strong> ${room}`
            : left
        }
      </p>
    </div>
  `;
}

/** A list that comes from a step whose outcome is not shown yet. */
function WaitingNotice({ step }) {
  const title = view.value?.agenda[step]?.title ?? step;
  return html`<div class="notice"><${Icon} name="clock" /><p>${t("rating.waiting", { step: title })}</p></div>`;
}

/** One answer for everybody of an organisation: whose it is, and that a colleague may have given it. */
function OrganisationNotice({ own }) {
  const { organisation } = mine.value.person ?? {};
  if (!organisation)
    return html`<div class="notice" data-tone="warn"><${Icon} name="users" /><p>${t("rating.name_first")}</p></div>`;
  return html`
    <div class="notice">
      <${Icon} name="users" />
      <p>
        <strong>${t("rating.for_organisation", { organisation })}</strong> ${own?.by_us ? t("rating.by_us") : t("rating.one_answer")}
      </p>
    </div>
  `;
}

/** @param {{step: any, stepId: string}} props */
export function RatingConsole({ step, stepId }) {
  const { done, all } = readyCount(step);
  useQuietNews(isOver(step) ? t("rating.revealed_now") : t("rating.ready_of", { done, all }));
  if (step.waiting) return html`<${WaitingNotice} step=${step.waiting} />`;
  return html`
    ${!isOver(step) && html`<${RatingProgress} step=${step} />`}
    ${
      step.revealed
        ? html`<${RatingOutcome} step=${step} stepId=${stepId} />`
        : html`<section class="panel stack"><${RoundAbout} step=${step} level=${3} /></section>`
    }
    <${WithoutPhone} step=${step} stepId=${stepId} />
    <${AddedByPeople} step=${step} stepId=${stepId} />
  `;
}

/** The way to enter what people, or organisations, without a phone answer. */
function WithoutPhone({ step, stepId }) {
  const [open, setOpen] = useState(false);
  const n = step.on_behalf ?? 0;
  if (isOver(step) && !n) return null;
  const whole = step.per_organisation;
  return html`
    <p class="row">
      ${
        !isOver(step) &&
        html`
          <button type="button" class="button" onClick=${() => setOpen(true)}>
            <${Icon} name="user-plus" />${whole ? t("tally.title_organisation") : t("tally.title")}
          </button>
        `
      }
      ${n > 0 && html`<span class="muted">${whole ? t("tally.entered_organisations", { n }) : t("tally.entered", { n })}</span>`}
    </p>
    ${open && html`<${DeskPart} part="tally" stepId=${stepId} onClose=${() => setOpen(false)} />`}
  `;
}

/** What participants added, each to be hidden and shown again. */
function AddedByPeople({ step, stepId }) {
  const added = [...ordered(step.items), ...ordered(step.targets)].filter(([, { own }]) => own);
  const hidden = ordered(step.hidden_items);
  if (!added.length && !hidden.length) return null;
  const row = ([id, { title }], away) => html`
    <li key=${id} class="rating-added" data-hidden=${away ? "" : undefined}>
      <span ...${sessionText()}>${title}</span>
      <button type="button" class="button quiet icon-only"
        aria-label=${away ? t("rating.show_item", { item: title }) : t("rating.hide_item", { item: title })}
        onClick=${() => send("rating.hide_item", { step: stepId, item: id, hidden: !away })}>
        <${Icon} name=${away ? "eye" : "eye-off"} />
      </button>
    </li>
  `;
  return html`
    <section class="panel stack">
      <h3>${t("rating.added_items")}</h3>
      <ul class="rating-addeds">${added.map((entry) => row(entry, false))}${hidden.map((entry) => row(entry, true))}</ul>
    </section>
  `;
}

function RatingProgress({ step }) {
  const { done, all } = readyCount(step);
  const n = step.answered;
  return html`
    <section class="panel stack">
      <p class="count"><strong>${done}</strong> ${step.per_organisation ? t("rating.of_organisations_ready", { n: done, all }) : t("rating.of_all_ready", { n: done, all })}</p>
      <progress class="progress" max=${all || 1} value=${done} aria-label=${t("rating.ready_of", { done, all })}></progress>
      <p class="muted">${step.per_organisation ? t("rating.begun_organisations", { n }) : t("rating.begun", { n })}</p>
      ${Object.keys(step.progress ?? {}).length > 0 && html`<${ProgressTable} progress=${step.progress} whole=${step.per_organisation} />`}
    </section>
  `;
}

/** *whole*: an organisation answers as one, so there is nothing to count in it. */
function ProgressTable({ progress, whole }) {
  const said = (some, all) => (whole ? (some ? t("rating.yes") : "–") : t("rating.some_of", { some, all }));
  return html`
    <table class="progress-table">
      <thead>
        <tr>
          <th scope="col">${t("rating.col_organisation")}</th>
          <th scope="col">${t("rating.col_begun")}</th>
          <th scope="col">${t("rating.col_ready")}</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(progress).map(
          ([organisation, group]) => html`
            <tr key=${organisation}>
              <th scope="row"><bdi>${organisationTitle(organisation)}</bdi></th>
              <td>${said(group.answered, group.people)}</td>
              <td>${said(group.done, group.people)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

/** What a round asks, before its outcome: the question, what can be answered, and the items. */
function RoundAbout({ step, level }) {
  return html`
    <${RoundQuestion} round=${step} tag=${`h${level}`} />
    ${step.scale && html`<${ScaleLegend} points=${scalePoints(step.scale)} off=${step.scale.off} numbers=${step.criteria} />`}
    ${
      step.criteria &&
      !step.cascade &&
      html`<ul class="rating-criteria">
        ${ordered(step.criteria).map(
          ([id, { title, question: asked }]) =>
            html`<li key=${id} ...${sessionText()}><strong>${title}</strong> ${asked}</li>`,
        )}
      </ul>`
    }
    ${step.choice && html`<p>${t("rating.targets", { n: Object.keys(step.targets ?? {}).length })}</p>`}
    <ol class="rating-items">
      ${ordered(step.items).map(([id, item]) => html`<li key=${id} ...${sessionText()}>${item.title}</li>`)}
    </ol>
  `;
}

function RatingOutcome({ step, stepId }) {
  const { reference } = step;
  const show = () => send("rating.show_reference", { step: stepId, shown: !reference.shown });
  const looks = ratingLooks(step);
  useSharedLooks(true);
  return html`
    <section class="panel stack">
      <${RoundQuestion} round=${step} tag="h3" />
      ${
        (looks.length > 0 || reference || isOver(step)) &&
        html`
          <div class="row">
            <${LookButtons} looks=${looks} />
            ${
              reference &&
              html`
                <button type="button" class="button" aria-pressed=${reference.shown} onClick=${show}>
                  <${Icon} name="eye" />${t("rating.beside", { label: reference.label })}
                </button>
              `
            }
            ${
              isOver(step) &&
              html`
                <button type="button" class="button quiet" onClick=${() => send("rating.reopen", { step: stepId })}>
                  <${Icon} name="rotate-ccw" />${t("rating.reopen")}
                </button>
              `
            }
          </div>
        `
      }
      ${looks.some(({ key, disabled }) => key === "g" && disabled) && html`<p class="muted small">${t("rating.compare_from")}</p>`}
      <${RatingResults} round=${step} compare=${ratingCompare.value} level=${4} />
    </section>
  `;
}

/** What the facilitator's bar offers in this step. */
export function ratingActions({ step, stepId }) {
  if (isOver(step) || step.waiting) return [];
  const run = () => send("rating.reveal", { step: stepId });
  // An open round shows its outcome all along; what it has left is to end.
  return step.blind
    ? [{ key: "r", icon: "eye", label: t("rating.reveal"), kind: "primary", run }]
    : [{ key: "r", icon: "lock", label: t("rating.end_round"), kind: "primary", run }];
}

/** How the outcome can be looked at. */
export function roundLooks(step) {
  return ratingLooks(step);
}

/** What the screen shows during this step, for the facilitator. */
export function ratingOnScreen(step) {
  return step.revealed ? t("rating.on_screen_results") : t("rating.on_screen_counters");
}

/** How many people (or organisations) have answered everything, and how many there are. */
function readyCount(step) {
  const groups = Object.values(step.progress ?? {});
  const known = step.per_organisation ? groups.length : groups.reduce((sum, group) => sum + group.people, 0);
  const online = step.per_organisation ? Object.keys(people.value.groups ?? {}).length : people.value.online;
  return { done: step.done, all: Math.max(known, step.answered, online) };
}

/** @param {{step: any}} props */
export function RatingScreen({ step }) {
  const collected = useRef(false);
  if (!step.revealed) collected.current = true;
  if (step.waiting) return html`<${WaitingNotice} step=${step.waiting} />`;
  return step.revealed
    ? html`<${ScreenResults} round=${step} reveal=${collected.current} />`
    : html`<${ScreenCollecting} step=${step} />`;
}

const ASKED_SIZES = [1.3, 1.15, 1, 0.85, 0.75, 0.65];

function ScreenCollecting({ step }) {
  const { done, all } = readyCount(step);
  useQuietNews(t("rating.ready_of", { done, all }));
  return html`
    <div class="screen-collecting">
      <div class="screen-count">
        <p><strong>${done}</strong> <span>${t("rating.of_all", { all })}</span></p>
        <p>${step.per_organisation ? t("rating.organisations_are_ready", { n: done }) : t("rating.are_ready", { n: done })}</p>
        <progress class="progress" max=${all || 1} value=${done} aria-label=${t("rating.ready_of", { done, all })}></progress>
      </div>
      <${Paged} kind="screen-round" sizes=${ASKED_SIZES}><${RoundAbout} step=${step} level=${2} /><//>
    </div>
  `;
}
