/** The board as a facilitator works on it: looks, groups, locks, and every card within reach. */
import { computed, signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { announce, html, Icon, memo } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { awayCards } from "./away.js";
import { CanvasBoard } from "./board.js";
import { DeskDialog } from "./boarddialogs.js";
import { BoardTable, sortedCards } from "./boardtable.js";
import { agreedMark, CardFace, SupportCount } from "./cardface.js";
import { atWork } from "./cardwork.js";
import { dropCard, pickedCards } from "./deskcards.js";
import { startDrag } from "./drag.js";
import { useSteady } from "./steady.js";
import { TrailButton } from "./trail.js";

const DROP_TARGETS = "[data-card], [data-group], [data-box]";

/** How each step is looked at on this device. */
const boardLooks = signal(/** @type {Object<string, string>} */ ({}));
/** The box that fills the screen, after its step. */
const zoomedBox = computed(() => {
  const { step, box } = view.value?.session.screen ?? {};
  return box ? `${step}/${box}` : "";
});
/** Who joined, by id; only a facilitator is told. */
const peopleById = computed(() => view.value?.people ?? {});

/** @param {{step: any, stepId: string}} props */
export function BoardDesk({ step, stepId }) {
  const [open, setOpen] = useState(/** @type {any} */ ({ what: "" }));
  const [picking, setPicking] = useState(Boolean(step.grouping));
  const [sort, setSort] = useState({ by: "", down: false });
  useSteady();
  const look = boardLooks.value[stepId] ?? step.look ?? "grid";
  const picked = [...pickedCards.value].filter((id) => step.cards[id]);
  const stopPicking = () => {
    setPicking(false);
    pickedCards.value = new Set();
  };
  const close = () => setOpen({ what: "" });
  const { hidden, removed } = awayCards(step);
  const doThis = useMemo(
    () =>
      (/** @type {string} */ what, id = "", more = {}) =>
        setOpen({ what, id, ...more }),
    [],
  );
  // The memory of a card's buttons may not depend on the view, which is another one after every change.
  const latest = useMemo(() => ({ step }), []);
  latest.step = step;
  const drop = useMemo(
    () => (id, target) => dropCard(latest.step, stepId, id, target.dataset, doThis),
    [stepId],
  );
  const tools = useMemo(() => ({ stepId, picking, onDo: doThis, onDrop: drop }), [stepId, picking]);
  const table = useMemo(
    () => (props) =>
      html`<${CardTools} ...${props} ...${tools} /><${AtWork} stepId=${stepId} id=${props.id} />`,
    [tools],
  );
  const boxTools = useMemo(
    () => (props) =>
      html`<${DeskBoxTools} ...${props} box=${latest.step.boxes[props.id]} stepId=${stepId}
        several=${Object.keys(latest.step.boxes).length > 1} onDo=${doThis} />`,
    [stepId],
  );
  const groupTools = useMemo(
    () => (props) => html`<${DeskGroupTools} ...${props} stepId=${stepId} onDo=${doThis} />`,
    [stepId],
  );
  return html`
    <${BoardBar} step=${step} stepId=${stepId} look=${look} away=${hidden.length + removed.length} picking=${picking}
      onPick=${() => (picking ? stopPicking() : setPicking(true))} onDo=${doThis} />
    ${
      look === "table"
        ? html`<${BoardTable} canvas=${step} cards=${sortedCards(step, sort)} sort=${sort} onSort=${setSort} lead=${table} />`
        : html`<${CanvasBoard} canvas=${step} look=${look} card=${DeskCard} cardProps=${tools} boxTools=${boxTools}
            groupTools=${groupTools} />`
    }
    ${
      picking &&
      html`<${PickBar} step=${step} stepId=${stepId} picked=${picked} onDo=${doThis} onStop=${stopPicking} />`
    }
    <${DeskDialog} ...${open} step=${step} stepId=${stepId} onClose=${close} />
  `;
}

/** Above the board: how it is looked at, and what is done to all of it. */
function BoardBar({ step, stepId, look, away, picking, onPick, onDo }) {
  return html`
    <div class="board-bar">
      <div class="row" role="group" aria-label=${t("canvas.look")}>
        <${LookButton} stepId=${stepId} look="grid" shown=${look} icon="layout-grid" label=${t("canvas.look_grid")} />
        <${LookButton} stepId=${stepId} look="lanes" shown=${look} icon="columns-3" label=${t("canvas.look_lanes")} />
        <${LookButton} stepId=${stepId} look="table" shown=${look} icon="table" label=${t("canvas.look_table")} />
      </div>
      <div class="row">
        ${
          step.prefill &&
          html`
            <button type="button" class="button quiet" onClick=${() => send("canvas.prefill", { step: stepId })}>
              <${Icon} name="download" />${prefillWords(step.prefill)}
            </button>
          `
        }
        ${
          away > 0 &&
          html`<button type="button" class="button quiet" onClick=${() => onDo("away")}>
            <${Icon} name="archive-restore" />${t("away.open", { n: away })}
          </button>`
        }
        <button type="button" class="button quiet" onClick=${() => onDo("add")}>
          <${Icon} name="plus" />${t("canvas.add_cards")}
        </button>
        <button type="button" class="button quiet" aria-pressed=${picking} onClick=${onPick}>
          <${Icon} name="layers" />${t("canvas.pick")}
        </button>
      </div>
    </div>
  `;
}

function LookButton({ stepId, look, shown, icon, label }) {
  const choose = () => {
    boardLooks.value = { ...boardLooks.value, [stepId]: look };
  };
  return html`
    <button type="button" class="button quiet" aria-pressed=${look === shown} onClick=${choose}>
      <${Icon} name=${icon} />${label}
    </button>
  `;
}

function prefillWords(from) {
  const titles = Object.keys(from).map((step) => view.value?.agenda[step]?.title ?? step);
  return t("canvas.prefill", { steps: titles.join(", ") });
}

/** @type {(props: any) => any} */
const DeskCard = memo((props) => {
  const { id, card, fields, links, needs, stepId } = props;
  return html`
    <li class="card board-card" data-card=${id} data-hidden=${card.hidden ? "" : undefined}
      data-agreed=${agreedMark(card, needs)} data-picked=${pickedCards.value.has(id) ? "" : undefined}>
      <${CardFace} card=${card} fields=${fields} links=${links} needs=${needs} />
      <${AtWork} stepId=${stepId} id=${id} />
      <${CardOrigin} card=${card} />
      ${card.from && html`<${TrailButton} id=${id} />`}
      <${CardTools} ...${props} />
    </li>
  `;
});

function AtWork({ stepId, id }) {
  const who = atWork(stepId, id);
  return who && html`<p class="card-at"><${Icon} name="pencil" />${t("canvas.at_work", { who })}</p>`;
}

function CardOrigin({ card }) {
  const from = [card.by, peopleById.value[card.author]?.name].filter(Boolean).join(" · ");
  if (!from && !card.hidden && !card.support) return null;
  return html`
    <p class="card-footer">
      <span>${card.hidden && html`<strong>${t("canvas.hidden_now")}</strong> `}<bdi>${from}</bdi></span>
      ${card.support > 0 && html`<${SupportCount} n=${card.support} />`}
    </p>
  `;
}

/** Pick, edit, move (also by dragging), split and hide. */
function CardTools({ id, card, stepId, picking, onDo, onDrop }) {
  const pick = (event) => {
    const picked = new Set(pickedCards.value);
    if (event.currentTarget.checked) picked.add(id);
    else picked.delete(id);
    pickedCards.value = picked;
  };
  const drag = (event) =>
    startDrag(event, {
      what: event.currentTarget.closest("[data-card]"),
      targets: DROP_TARGETS,
      onDrop: (target) => onDrop(id, target),
    });
  const tool = (icon, label, onClick, more = {}) => html`
    <button type="button" aria-label=${label} onClick=${onClick} ...${more}><${Icon} name=${icon} /></button>
  `;
  const { text } = card;
  return html`
    <div class="card-tools">
      ${
        picking &&
        html`<label class="card-pick"><input type="checkbox" aria-label=${t("canvas.pick_card", { text })}
          checked=${pickedCards.value.has(id)} onChange=${pick} /></label>`
      }
      ${tool("pencil", t("canvas.edit_this", { text }), () => onDo("edit", id))}
      ${tool("move", t("canvas.move_card", { text }), () => onDo("move", id), { class: "drag-handle", onPointerDown: drag })}
      ${card.merged > 0 && tool("split", t("canvas.split", { text }), () => send("canvas.split_card", { step: stepId, card: id }))}
      ${tool(
        card.hidden ? "eye" : "eye-off",
        card.hidden ? t("canvas.show_card", { text }) : t("canvas.hide_card", { text }),
        () => send("canvas.hide_card", { step: stepId, card: id, hidden: !card.hidden }),
      )}
    </div>
  `;
}

/** Beside the title of a box: enlarge it on the screen, lock it, and add cards to it. */
function DeskBoxTools({ id, row, whole, box, stepId, several, onDo }) {
  const large = zoomedBox.value === `${stepId}/${id}`;
  const zoom = () => send("session.screen", { step: stepId, box: large ? "" : id });
  const lock = () => {
    send("canvas.lock_box", { step: stepId, box: id, locked: !box.locked });
    announce(
      box.locked ? t("canvas.unlocked_now", { box: box.title }) : t("canvas.locked_now", { box: box.title }),
    );
  };
  return html`
    <span class="board-tools">
      ${
        (!whole || row === undefined) &&
        html`
          <button type="button" aria-label=${t("canvas.add_cards_in", { box: box.title })}
            onClick=${() => onDo("add", "", { box: id, row })}><${Icon} name="plus" /></button>
        `
      }
      ${
        whole &&
        several &&
        html`
          <button type="button" aria-pressed=${large} onClick=${zoom} aria-label=${t("canvas.zoom_box", { box: box.title })}>
            <${Icon} name="zoom-in" />
          </button>
        `
      }
      ${
        whole &&
        html`
          <button type="button" aria-pressed=${Boolean(box.locked)} onClick=${lock}
            aria-label=${t("canvas.lock_box", { box: box.title })}>
            <${Icon} name=${box.locked ? "lock" : "lock-open"} />
          </button>
        `
      }
    </span>
  `;
}

function DeskGroupTools({ id, group, stepId, onDo }) {
  const apart = () =>
    send("canvas.ungroup_cards", { step: stepId, cards: group.cards.map(([card]) => card) });
  return html`
    <span class="board-tools">
      <button type="button" aria-label=${t("canvas.rename_group", { group: group.title })}
        onClick=${() => onDo("rename", id)}><${Icon} name="pencil" /></button>
      <button type="button" aria-label=${t("canvas.ungroup", { group: group.title })} onClick=${apart}>
        <${Icon} name="ungroup" />
      </button>
    </span>
  `;
}

/** What can be done with the cards that are picked. */
function PickBar({ step, stepId, picked, onDo, onStop }) {
  const grouped = picked.filter((id) => step.cards[id].group);
  const apart = () => {
    send("canvas.ungroup_cards", { step: stepId, cards: grouped });
    pickedCards.value = new Set();
  };
  // Not `disabled`: a button that was pressed should not lose the focus when nothing is picked any more.
  const press = (icon, label, possible, act, kind = "") => html`
    <button type="button" class=${`button ${kind}`} aria-disabled=${!possible} onClick=${() => possible && act()}>
      <${Icon} name=${icon} />${label}
    </button>
  `;
  return html`
    <section class="pick-bar" aria-label=${t("canvas.pick")}>
      <p>${picked.length ? t("canvas.picked", { n: picked.length }) : t("canvas.pick_hint")}</p>
      ${press("layers", t("canvas.group_these", { n: picked.length }), picked.length > 0, () => onDo("group", "", { ids: picked }), "primary")}
      ${press("merge", t("canvas.merge"), picked.length > 1, () => onDo("merge", "", { ids: picked }))}
      ${press("ungroup", t("canvas.out_of_group"), grouped.length > 0, apart)}
      <button type="button" class="button quiet" onClick=${onStop}>${t("canvas.pick_done")}</button>
    </section>
  `;
}
