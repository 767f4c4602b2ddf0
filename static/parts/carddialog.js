/** The dialogs in which a card is made, changed or taken on, and that others see that somebody works on it. */
import { useEffect, useState } from "preact/hooks";
import { announce, html, Icon, ordered } from "../core/dom.js";
import { keepDraft } from "../core/drafts.js";
import { sessionText, t } from "../core/i18n.js";
import { dismissRefusal, send } from "../core/outbox.js";
import { mine, standAt } from "../core/store.js";
import { CardForm } from "./cardform.js";
import { addCard, atWork, editKey, formDraft, keepFormDraft, newKey, refusedEdit, TEXT } from "./cardwork.js";
import { Dialog } from "./dialog.js";

/** Tells others that somebody works on this card, for as long as the component is drawn. */
function useHere(stepId, id) {
  useEffect(() => standAt({ step: stepId, card: id }), [stepId, id]);
}

/**
 * Change, move or remove a card.
 *
 * @param {{id: string, card: any, own: boolean, step: any, stepId: string, boxes: [string, any][], title?: string,
 *   onClose: (moved?: {box: string, row?: string}) => void}} props
 *   own: it may also be moved and removed; boxes: where it may go
 */
export function CardDialog({ id, card, own, step, stepId, boxes, title = t("canvas.your_card"), onClose }) {
  useHere(stepId, id);
  const [complaint] = useState(() => takeBack(stepId, id));
  const [place, setPlace] = useState({ box: card.box, row: card.row });
  const [removing, setRemoving] = useState(false);
  const draft = editKey(stepId, id);
  const box = step.boxes[place.box] ?? step.boxes[card.box];
  const save = (changed) => {
    const { [TEXT]: text, ...fields } = changed;
    const change = { ...(text !== undefined && { text }), ...(Object.keys(fields).length && { fields }) };
    if (Object.keys(change).length) send("canvas.edit_card", { step: stepId, card: id, ...change });
    if (place.box !== card.box || place.row !== card.row)
      send("canvas.move_card", {
        step: stepId,
        card: id,
        box: place.box,
        ...(place.row && { row: place.row }),
      });
    onClose(place);
  };
  const remove = () => {
    send("canvas.remove_card", { step: stepId, card: id });
    announce(t("canvas.removed"));
    keepDraft(draft, "");
    onClose();
  };
  const others = atWork(stepId, id).replace(mine.value.person?.organisation ?? "", "");
  return html`
    <${Dialog} title=${own ? title : t("canvas.edit_card")} onClose=${() => onClose()}>
      ${others && html`<p class="card-at"><${Icon} name="pencil" />${t("canvas.at_work", { who: others.replace(/^, |, $/g, "") })}</p>`}
      <${CardForm} draft=${draft} start=${{ ...card.fields, [TEXT]: card.text }} fields=${box.fields}
        links=${step.links} text=${{ label: box.text_label, most: box.max_chars }} complaint=${complaint}
        label=${t("canvas.save")} onSave=${save}>
        ${
          own &&
          boxes.length > 1 &&
          html`<${PlaceChoice} id="card-box" label=${t("canvas.move_to")} places=${boxes} value=${place.box}
            onChoose=${(chosen) => setPlace({ ...place, box: chosen })} />`
        }
        ${
          own &&
          step.rows &&
          html`<${PlaceChoice} id="card-row" label=${t("canvas.row")} places=${ordered(step.rows)} value=${place.row}
            onChoose=${(chosen) => setPlace({ ...place, row: chosen })} />`
        }
      <//>
      ${
        own &&
        (removing
          ? html`
              <div class="notice" data-tone="bad">
                <p>${t("canvas.remove_sure")}</p>
                <button type="button" class="button danger" onClick=${remove}>${t("canvas.remove_yes")}</button>
                <button type="button" class="button" onClick=${() => setRemoving(false)}>${t("canvas.remove_no")}</button>
              </div>
            `
          : html`
              <button type="button" class="button danger quiet card-remove" onClick=${() => setRemoving(true)}>
                <${Icon} name="trash-2" />${t("canvas.remove")}
              </button>
            `)
      }
    <//>
  `;
}

export function PlaceChoice({ id, label, places, value, onChoose }) {
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <select id=${id} class="input" value=${value} onChange=${(event) => onChoose(event.currentTarget.value)}>
        ${places.map(([key, { title }]) => html`<option key=${key} value=${key}>${title}</option>`)}
      </select>
    </div>
  `;
}

/** What was refused goes back to its fields; the reason. */
function takeBack(stepId, id) {
  const refused = refusedEdit(id);
  if (!refused) return "";
  const { text, fields, id: command } = refused.command;
  const draft = editKey(stepId, id);
  keepFormDraft(draft, { ...fields, ...(text && { [TEXT]: text }), ...formDraft(draft) });
  dismissRefusal(command);
  return refused.message;
}

/** A new card with its fields. */
export function NewCardDialog({ stepId, place, box, links, complaint, onClose }) {
  const save = ({ [TEXT]: text = "", ...fields }) => {
    addCard(stepId, place, text, fields);
    onClose(true);
  };
  return html`
    <${Dialog} title=${t("canvas.new_card_in", { box: box.title })} onClose=${() => onClose(false)}>
      <${CardForm} draft=${newKey(stepId, place)} fields=${box.fields} links=${links}
        text=${{ label: box.text_label, most: box.max_chars }} complaint=${complaint}
        label=${t("canvas.add_card")} onSave=${save} />
    <//>
  `;
}

/** "I take this": who does it and when, filled in as far as we know. */
export function TakeDialog({ id, card, step, stepId, onClose }) {
  useHere(stepId, id);
  const { name, organisation } = mine.value.person ?? {};
  const needs = step.agreed_with ?? {};
  const { fields } = step.boxes[card.box];
  const asked = Object.fromEntries(Object.entries(fields ?? {}).filter(([field]) => needs[field]));
  const filledIn = Object.entries(asked).map(([field, { kind }]) => [
    field,
    card.fields?.[field] || { person: name ?? organisation, organisation }[kind] || "",
  ]);
  const start = Object.fromEntries(filledIn);
  const take = (changed) => {
    const filled = Object.entries({ ...start, ...changed }).filter(
      ([field, value]) => value !== (card.fields?.[field] ?? ""),
    );
    send("canvas.take_card", { step: stepId, card: id, on: true, fields: Object.fromEntries(filled) });
    announce(t("canvas.you_take"));
    onClose();
  };
  return html`
    <${Dialog} title=${t("canvas.take")} onClose=${onClose}>
      <p class="card card-text" ...${sessionText()}>${card.text}</p>
      <${CardForm} draft=${`take:${stepId}:${id}`} start=${start} fields=${asked} links=${step.links}
        label=${t("canvas.take")} onSave=${take} />
    <//>
  `;
}
