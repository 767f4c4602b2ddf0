/** The board as a facilitator works on it: looks, groups, locks, and every card within reach. */
import { computed, signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { announce, html, Icon, memo, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { newId, send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { awayCards } from "./away.js";
import { CanvasBoard, rowsOf } from "./board.js";
import { BoardTable, sortedCards } from "./boardtable.js";
import { CardDialog, NewCardDialog, PlaceChoice } from "./carddialog.js";
import { agreedMark, CardFace, SupportCount } from "./cardface.js";
import { addCard, atWork } from "./cardwork.js";
import { DeskPart } from "./deskpart.js";
import { Dialog } from "./dialog.js";
import { startDrag } from "./drag.js";
import { TrailButton } from "./trail.js";

const DROP_TARGETS = "[data-card], [data-group], [data-box]";

/** How each step is looked at on this device. */
const boardLooks = signal(/** @type {Object<string, string>} */ ({}));
/** The cards that are picked to do something with together. */
const pickedCards = signal(/** @type {Set<string>} */ (new Set()));
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
  const look = boardLooks.value[stepId] ?? step.look ?? "grid";
  const picked = [...pickedCards.value].filter((id) => step.cards[id]);
  const stopPicking = () => {
    setPicking(false);
    pickedCards.value = new Set();
  };
  const close = () => setOpen({ what: "" });
  const { hidden, removed } = awayCards(step);
  const away = hidden.length + removed.length;
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
          html`<button type="button" class="button quiet" onClick=${() => doThis("away")}>
            <${Icon} name="archive-restore" />${t("away.open", { n: away })}
          </button>`
        }
        <button type="button" class="button quiet" onClick=${() => doThis("add")}>
          <${Icon} name="plus" />${t("canvas.add_cards")}
        </button>
        <button type="button" class="button quiet" aria-pressed=${picking}
          onClick=${() => (picking ? stopPicking() : setPicking(true))}>
          <${Icon} name="layers" />${t("canvas.pick")}
        </button>
      </div>
    </div>
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

function DeskDialog({ what, id, ids, box, row, step, stepId, onClose }) {
  const card = step.cards[id];
  const shared = { step, stepId, onClose };
  const boxes = ordered(step.boxes).filter(([key]) => !step.focus || step.focus[key]);
  switch (what) {
    case "edit":
      return (
        card &&
        html`<${CardDialog} key=${id} ...${shared} id=${id} card=${card} own=${true} boxes=${boxes} title=${t("canvas.edit_card")} />`
      );
    case "move":
      return card && html`<${MoveDialog} ...${shared} id=${id} card=${card} boxes=${boxes} />`;
    case "away":
      return html`<${DeskPart} part="awaycards" ...${shared} />`;
    case "add":
      return html`<${AddDialog} ...${shared} boxes=${boxes} box=${box ?? boxes[0][0]} row=${row} />`;
    case "group":
      return html`<${GroupDialog} ...${shared} ids=${ids.filter((one) => step.cards[one])} />`;
    case "merge":
      return html`<${MergeDialog} ...${shared} ids=${ids.filter((one) => step.cards[one])} />`;
    case "rename":
      return (
        step.groups?.[id] && html`<${RenameDialog} ...${shared} id=${id} title=${step.groups[id].title} />`
      );
    default:
      return null;
  }
}

/** A card that was dragged: onto a group or a card of a group, onto another card, or into a box. */
function dropCard(step, stepId, id, { card, group, box, row }, onDo) {
  const onto = group ?? step.cards[card]?.group;
  const ids = pickedCards.value.has(id) ? [...pickedCards.value].filter((one) => step.cards[one]) : [id];
  if (onto) joinGroup(step, stepId, onto, ids);
  else if (card) onDo("group", "", { ids: [card, ...ids.filter((one) => one !== card)] });
  else for (const one of ids) moveTo(step, stepId, one, { box, row });
}

/** The group keeps the place where it is: the first card of a group decides about that. */
function joinGroup(step, stepId, group, ids) {
  const first = ordered(step.cards).find(([, card]) => card.group === group)?.[0];
  const cards = [...new Set([first, ...ids].filter(Boolean))];
  send("canvas.group_cards", { step: stepId, group, cards, title: step.groups[group].title });
  announce(t("canvas.grouped", { group: step.groups[group].title }));
  pickedCards.value = new Set();
}

function moveTo(step, stepId, id, { box, row }) {
  const card = step.cards[id];
  if (card.group) send("canvas.ungroup_cards", { step: stepId, cards: [id] });
  if (box !== card.box || (row ?? card.row) !== card.row)
    send("canvas.move_card", { step: stepId, card: id, box, ...(row && { row }) });
}

function MoveDialog({ step, stepId, id, card, boxes, onClose }) {
  const [row, setRow] = useState(card.row);
  const groups = ordered(step.groups).filter(([group]) => group !== card.group);
  const move = (act) => {
    act();
    onClose();
  };
  return html`
    <${Dialog} title=${t("canvas.move_title")} onClose=${onClose}>
      <p class="card card-text" ...${sessionText()}>${card.text}</p>
      <div class="stack move-boxes">
        ${
          step.rows &&
          html`<${PlaceChoice} id="move-row" label=${t("canvas.row")} places=${rowsOf(step)} value=${row ?? ""} onChoose=${setRow} />`
        }
        ${boxes
          .filter(([box]) => box !== card.box || row !== card.row || card.group)
          .map(
            ([box, { title }]) => html`
              <button type="button" class="button" key=${box} onClick=${() => move(() => moveTo(step, stepId, id, { box, row }))}>${title}</button>
            `,
          )}
        ${groups.length > 0 && html`<h3>${t("canvas.to_group")}</h3>`}
        ${groups.map(
          ([group, { title }]) => html`
            <button type="button" class="button" key=${group} onClick=${() => move(() => joinGroup(step, stepId, group, [id]))}>
              <${Icon} name="layers" />${title}
            </button>
          `,
        )}
      </div>
    <//>
  `;
}

/** Several cards at once, one on each line; or one card with its fields, where the box cannot do without. */
function AddDialog({ step, stepId, boxes, box: first, row: firstRow, onClose }) {
  const rows = ordered(step.rows);
  const [place, setPlace] = useState({ box: first, row: firstRow ?? rows[0]?.[0] });
  const [text, setText] = useState("");
  const [full, setFull] = useState(false);
  const [organisation, speakFor] = useState("");
  const box = step.boxes[place.box];
  const fields = Object.values(box.fields ?? {});
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const tooLong = lines.filter((line) => [...line].length > box.max_chars).length;
  if (full)
    return html`<${NewCardDialog} stepId=${stepId} place=${place} box=${box} links=${step.links} onClose=${onClose} />`;
  const add = (event) => {
    event.preventDefault();
    for (const line of lines) {
      if (organisation) addOnBehalf(stepId, place, line, organisation);
      else addCard(stepId, place, line);
    }
    onClose();
  };
  const fill = () => setFull(true);
  const required = fields.some((field) => field.required);
  return html`
    <${Dialog} title=${t("canvas.add_cards")} onClose=${onClose}>
      <form class="stack" onSubmit=${add}>
        ${
          rows.length > 0 &&
          html`<${PlaceChoice} id="add-row" label=${t("canvas.row")} places=${rows} value=${place.row}
            onChoose=${(row) => setPlace({ ...place, row })} />`
        }
        ${
          boxes.length > 1 &&
          html`<${PlaceChoice} id="add-box" label=${t("canvas.move_to")} places=${boxes} value=${place.box}
            onChoose=${(chosen) => setPlace({ ...place, box: chosen })} />`
        }
        ${
          !required &&
          html`
            <div class="field">
              <label for="add-lines">${t("canvas.one_a_line")}</label>
              <textarea id="add-lines" class="input" rows="5" dir="auto" value=${text} aria-describedby="add-note"
                onInput=${(event) => setText(event.currentTarget.value)}></textarea>
              <p id="add-note" class="muted small">
                ${tooLong ? t("canvas.lines_too_long", { n: tooLong, most: box.max_chars }) : t("canvas.count", { n: lines.length })}
              </p>
            </div>
            <${OnBehalfOf} value=${organisation} onChoose=${speakFor} />
            <button class="button primary" disabled=${lines.length === 0 || tooLong > 0}>${t("canvas.add_these", { n: lines.length })}</button>
          `
        }
        ${
          fields.length > 0 &&
          html`<button type="button" class=${required ? "button primary" : "button"} onClick=${fill}>
            <${Icon} name="file-text" />${t("canvas.with_fields")}
          </button>`
        }
      </form>
    <//>
  `;
}

/** A card for somebody who has no phone. */
function addOnBehalf(step, { box, row }, text, organisation) {
  send("canvas.add_card", { step, card: newId(), box, ...(row && { row }), text, organisation });
}

function OnBehalfOf({ value, onChoose }) {
  const listed = ordered(view.value.session.organisations).map(([, { title }]) => title);
  const others = Object.values(peopleById.value).map((person) => /** @type {any} */ (person).organisation);
  const names = [...new Set([...listed, ...others])].filter(Boolean);
  return html`
    <div class="field">
      <label for="add-for">${t("tally.on_behalf_of")}</label>
      <select id="add-for" class="input" value=${value} onChange=${(event) => onChoose(event.currentTarget.value)}>
        <option value="">${t("tally.myself")}</option>
        ${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
      </select>
    </div>
  `;
}

function GroupDialog({ step, stepId, ids, onClose }) {
  const [title, setTitle] = useState("");
  const groups = ordered(step.groups);
  const make = (event) => {
    event.preventDefault();
    if (!title.trim()) return;
    send("canvas.group_cards", { step: stepId, group: newId(), cards: ids, title: title.trim() });
    announce(t("canvas.grouped", { group: title.trim() }));
    pickedCards.value = new Set();
    onClose();
  };
  const join = (group) => {
    joinGroup(step, stepId, group, ids);
    onClose();
  };
  return html`
    <${Dialog} title=${t("canvas.group_these", { n: ids.length })} onClose=${onClose}>
      <${CardTexts} step=${step} ids=${ids} />
      <form class="stack" onSubmit=${make}>
        <div class="field">
          <label for="group-title">${t("canvas.group_title")}</label>
          <input id="group-title" class="input" maxlength="120" dir="auto" autocomplete="off" value=${title}
            onInput=${(event) => setTitle(event.currentTarget.value)} />
        </div>
        <button class="button primary" disabled=${!title.trim()}>${t("canvas.make_group")}</button>
      </form>
      ${
        groups.length > 0 &&
        html`
          <div class="stack move-boxes">
            <h3>${t("canvas.to_group")}</h3>
            ${groups.map(
              ([group, { title: name }]) => html`
                <button type="button" class="button" key=${group} onClick=${() => join(group)}><${Icon} name="layers" />${name}</button>
              `,
            )}
          </div>
        `
      }
    <//>
  `;
}

function CardTexts({ step, ids }) {
  return html`
    <ul class="cards card-texts">
      ${ids.map((id) => html`<li class="card card-text" key=${id} ...${sessionText()}>${step.cards[id].text}</li>`)}
    </ul>
  `;
}

function RenameDialog({ stepId, id, title: before, onClose }) {
  const [title, setTitle] = useState(before);
  const rename = (event) => {
    event.preventDefault();
    if (title.trim() !== before)
      send("canvas.rename_group", { step: stepId, group: id, title: title.trim() });
    onClose();
  };
  return html`
    <${Dialog} title=${t("canvas.rename_group", { group: before })} onClose=${onClose}>
      <form class="stack" onSubmit=${rename}>
        <div class="field">
          <label for="group-title">${t("canvas.group_title")}</label>
          <input id="group-title" class="input" maxlength="120" dir="auto" autocomplete="off" value=${title}
            onInput=${(event) => setTitle(event.currentTarget.value)} />
        </div>
        <button class="button primary" disabled=${!title.trim()}>${t("canvas.save")}</button>
      </form>
    <//>
  `;
}

/** Cards that say the same become one: which of them stays in sight? */
function MergeDialog({ step, stepId, ids, onClose }) {
  const [kept, setKept] = useState(ids[0]);
  const merge = (event) => {
    event.preventDefault();
    send("canvas.merge_cards", { step: stepId, card: kept, cards: ids.filter((id) => id !== kept) });
    announce(t("canvas.merged_now", { n: ids.length }));
    pickedCards.value = new Set();
    onClose();
  };
  return html`
    <${Dialog} title=${t("canvas.merge")} onClose=${onClose}>
      <form class="stack" onSubmit=${merge}>
        <fieldset class="field">
          <legend class="label">${t("canvas.which_stays")}</legend>
          <div class="options">
            ${ids.map(
              (id) => html`
                <label class="option" key=${id}>
                  <input type="radio" name="kept" checked=${id === kept} onChange=${() => setKept(id)} />
                  <span class="card-text" ...${sessionText()}>${step.cards[id].text}</span>
                </label>
              `,
            )}
          </div>
        </fieldset>
        <button class="button primary">${t("canvas.merge")}</button>
      </form>
    <//>
  `;
}
