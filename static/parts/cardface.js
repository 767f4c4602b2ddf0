/** What one card says, wherever it is read. */
import { html, Icon, ordered } from "../core/dom.js";
import { formatDay, formatNumber, sessionText, t } from "../core/i18n.js";

/** Solid or dashed on an action board; nothing elsewhere. */
export function agreedMark(card, needs) {
  return needs && (card.agreed ? "yes" : "no");
}

/** What a card says: its text, its fields that are filled in and, on an action board, what it lacks. */
export function CardFace({ card, fields, links, needs }) {
  const filled = ordered(fields).filter(([id]) => card.fields?.[id]);
  const together = Object.values(card.with ?? {}).join(", ");
  return html`
    <p class="card-text" ...${sessionText()}>${card.text}</p>
    ${
      filled.length > 0 &&
      html`
        <dl class="card-fields" ...${sessionText()}>
          ${filled.map(
            ([id, field]) => html`
              <div key=${id}><dt>${field.label}</dt> <dd>${fieldText(field, card.fields[id], links?.[id])}</dd></div>
            `,
          )}
        </dl>
      `
    }
    ${
      (needs || card.joined || card.merged) &&
      html`
        <p class="card-marks">
          ${needs && html`<${AgreedWord} card=${card} fields=${fields} needs=${needs} />`}
          ${Boolean(card.joined) && html`<span>${together ? t("canvas.with", { who: together }) : t("canvas.joined", { n: card.joined })}</span>`}
          ${Boolean(card.merged) && html`<span><${Icon} name="merge" />${t("canvas.merged", { n: card.merged })}</span>`}
        </p>
      `
    }
  `;
}

/** That an action is agreed, or what it lacks. */
export function AgreedWord({ card, fields, needs }) {
  if (card.agreed) return html`<strong class="agreed"><${Icon} name="check" />${t("canvas.agreed")}</strong>`;
  const missing = ordered(fields).filter(([id]) => needs[id] && !card.fields?.[id]);
  return missing.map(
    ([id, { kind, label }]) => html`<span class="lacking" key=${id}>${lackWords(kind, label)}</span> `,
  );
}

function lackWords(kind, label) {
  if (kind === "date") return t("canvas.no_date");
  return t("canvas.lacks", { label: label.charAt(0).toLocaleLowerCase() + label.slice(1) });
}

/**
 * A value of a card as people read it.
 *
 * @param {import("./board.js").FieldView} field
 * @param {string} value  as it comes in the view
 * @param {import("./board.js").Choices} [links]  what a field of this name can be linked to
 */
export function fieldText(field, value, links) {
  switch (field.kind) {
    case "choice":
    case "choices":
      return titles(value, field.options, "");
    case "item":
      return titles(value, links, t("canvas.link_gone"));
    case "date":
      return formatDay(value).replaceAll(" ", "\u00a0");
    case "amount":
      return amountText(Number(value), field.unit);
    default:
      return value;
  }
}

function titles(value, choices, otherwise) {
  const words = value.split(" ").map((key) => choices?.[key]?.title ?? otherwise);
  return words.filter(Boolean).join(", ");
}

function amountText(amount, unit = "") {
  const number = formatNumber(amount, Number.isInteger(amount) ? 0 : 2);
  return (unit === "€" ? `${unit} ${number}` : `${number} ${unit}`).trim();
}

/** Who it is from and how many people support it; nothing when there is neither. */
export function CardFooter({ card }) {
  if (!card.by && !card.support) return null;
  return html`
    <p class="card-footer">
      ${card.by && html`<bdi>${card.by}</bdi>`}
      ${Boolean(card.support) && html`<${SupportCount} n=${card.support} />`}
    </p>
  `;
}

/** A thumb and a number; read out as a sentence. */
export function SupportCount({ n }) {
  return html`
    <span class="support-mark">
      <${Icon} name="thumbs-up" /><span aria-hidden="true">${n}</span>
      <span class="visually-hidden">${t("canvas.supported", { n })}</span>
    </span>
  `;
}
