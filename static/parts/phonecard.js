/** One card as a participant handles it. */
import { PARTICIPANT_ACTIVITIES } from "../activities/registry.js";
import { useChunk } from "../core/chunks.js";
import { announce, html, Icon, memo, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { agreedMark, CardFace } from "./cardface.js";
import { refusedEdit } from "./cardwork.js";
import { SaveState } from "./step.js";

/** The kinds of field that say who does it. */
const OWNERS = ["person", "organisation"];
const FEW_FIELDS = 3;

/**
 * A card of one's own, with how far it is on its way, or somebody else's, with what one can do with it.
 *
 * @type {(props: any) => any}
 */
export const PhoneCard = memo((props) => {
  const { id, card, fields, links, needs, own, row, can, at, mergedWith, onOpen } = props;
  const refused = refusedEdit(id);
  const Trail = useChunk(PARTICIPANT_ACTIVITIES, card.from && "trail");
  const mayOpen = onOpen && (own || can.editAll) && !card.merged_into;
  const filled = Object.keys(fields ?? {}).filter((field) => card.fields?.[field]).length;
  const all = Object.keys(fields ?? {}).length;
  return html`
    <li class="card" data-own=${own ? "" : undefined} data-agreed=${agreedMark(card, needs)}>
      <${CardFace} card=${card} fields=${row ? firstFields(fields, card) : fields} links=${links} needs=${needs} />
      ${at && html`<p class="card-at"><${Icon} name="pencil" />${t("canvas.at_work", { who: at })}</p>`}
      ${card.merged_into && html`<p class="muted small"><${Icon} name="merge" />${t("canvas.merged_with")} <q ...${sessionText()}>${mergedWith}</q></p>`}
      ${refused && html`<${RefusedChange} refused=${refused} fields=${fields} />`}
      <div class="card-foot">
        ${card.from && Trail && html`<${Trail} id=${id} />`}
        ${own && html`<${SaveState} state=${card.state} />`}
        ${card.hidden && html`<span class="muted small">${t("canvas.hidden")}</span>`}
        ${!own && card.by && html`<bdi class="muted small">${card.by}</bdi>`}
        ${row && all > FEW_FIELDS && html`<span class="muted small">${t("canvas.filled", { n: filled, all })}</span>`}
        <${CardPresses} ...${props} />
        ${
          mayOpen &&
          html`
            <button type="button" class=${own && !row ? "button quiet icon-only" : "button quiet"}
              aria-label=${own && !row ? t("canvas.edit_card") : t("canvas.fill_in_card", { text: card.text })}
              onClick=${() => onOpen("edit", id)}>
              <${Icon} name="pencil" />${!(own && !row) && t("canvas.fill_in")}
            </button>
          `
        }
      </div>
    </li>
  `;
});

/** The fields that a row shows while it is closed. */
function firstFields(fields, card) {
  const filled = ordered(fields).filter(([id]) => card.fields?.[id]);
  return Object.fromEntries(filled.slice(0, FEW_FIELDS));
}

/** Support, take on, join: what one can press without opening the card. */
function CardPresses({ id, stepId, card, own, can, needs, fields, supported, taken, joined, onOpen }) {
  const press = (type, on) => send(type, { step: stepId, card: id, on });
  const owned = card.taken || ownersOf(fields, needs).some((field) => card.fields?.[field]);
  const pressed = (kind, on, icon, words) => html`
    <button type="button" class="button support" aria-pressed=${on} onClick=${() => press(kind, !on)}>
      <${Icon} name=${icon} />${words}
    </button>
  `;
  const letGo = () => {
    press("canvas.take_card", false);
    announce(t("canvas.let_go_done"));
  };
  return html`
    ${
      can.take &&
      onOpen &&
      (taken
        ? html`
            <span class="badge"><${Icon} name="hand" />${t("canvas.you_take")}</span>
            <button type="button" class="button quiet" onClick=${letGo}>${t("canvas.let_go")}</button>
          `
        : owned
          ? pressed("canvas.join_card", joined, "user-plus", t("canvas.join"))
          : html`
              <button type="button" class="button support" onClick=${() => onOpen("take", id)}>
                <${Icon} name="hand" />${t("canvas.take")}
              </button>
            `)
    }
    ${
      !own && can.support
        ? html`
            <button type="button" class="button support" aria-pressed=${supported}
              onClick=${() => press("canvas.support_card", !supported)}>
              <${Icon} name="thumbs-up" />${t("canvas.me_too")}
              ${card.support > 0 && html`<span class="support-count">${card.support}</span>`}
            </button>
          `
        : card.support > 0 &&
          html`<span class="badge"><${Icon} name="thumbs-up" />${t("canvas.supported", { n: card.support })}</span>`
    }
  `;
}

function ownersOf(fields, needs) {
  return Object.keys(needs ?? {}).filter((id) => OWNERS.includes(fields?.[id]?.kind));
}

function RefusedChange({ refused: { command, message }, fields }) {
  const typed = Object.entries(command.fields ?? {}).map(([id, value]) =>
    [fields?.[id]?.label ?? id, value].join(": "),
  );
  return html`
    <div class="notice" data-tone="bad" role="alert">
      <p>${message} <q ...${sessionText()}>${[command.text, ...typed].filter(Boolean).join(" · ")}</q></p>
    </div>
  `;
}
