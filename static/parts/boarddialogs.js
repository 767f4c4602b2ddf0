/** The dialogs of a facilitator's board: move, add, group, rename and merge cards. */
import { useState } from "preact/hooks";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { newId, send } from "../core/outbox.js";
import { view } from "../core/store.js";
import { rowsOf } from "./board.js";
import { CardDialog, NewCardDialog, PlaceChoice } from "./carddialog.js";
import { addCard } from "./cardwork.js";
import { joinGroup, moveTo, pickedCards } from "./deskcards.js";
import { DeskPart } from "./deskpart.js";
import { Dialog } from "./dialog.js";

/** The dialog that is open, if any: *what* it is for and the card, cards, box or group it is about. */
export function DeskDialog({ what, id, ids, box, row, step, stepId, onClose }) {
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
        <${GroupChoice} groups=${groups} onChoose=${(group) => move(() => joinGroup(step, stepId, group, [id]))} />
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
  const others = Object.values(view.value.people ?? {}).map(
    (person) => /** @type {any} */ (person).organisation,
  );
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
        <${GroupTitle} value=${title} onInput=${setTitle} />
        <button class="button primary" disabled=${!title.trim()}>${t("canvas.make_group")}</button>
      </form>
      ${
        groups.length > 0 &&
        html`
          <div class="stack move-boxes">
            <${GroupChoice} groups=${groups} onChoose=${join} />
          </div>
        `
      }
    <//>
  `;
}

/** The groups that cards can be put into. */
function GroupChoice({ groups, onChoose }) {
  if (groups.length === 0) return null;
  return html`
    <h3>${t("canvas.to_group")}</h3>
    ${groups.map(
      ([group, { title }]) => html`
        <button type="button" class="button" key=${group} onClick=${() => onChoose(group)}>
          <${Icon} name="layers" />${title}
        </button>
      `,
    )}
  `;
}

function GroupTitle({ value, onInput }) {
  return html`
    <div class="field">
      <label for="group-title">${t("canvas.group_title")}</label>
      <input id="group-title" class="input" maxlength="120" dir="auto" autocomplete="off" value=${value}
        onInput=${(event) => onInput(event.currentTarget.value)} />
    </div>
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
        <${GroupTitle} value=${title} onInput=${setTitle} />
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
