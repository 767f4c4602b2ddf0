/** The form of a card: its text and the fields that its box declares; what is typed is kept until it is sent. */
import { useRef, useState } from "preact/hooks";
import { html, Icon, ordered } from "../core/dom.js";
import { keepDraft } from "../core/drafts.js";
import { formatNumber, sessionText, t } from "../core/i18n.js";
import { view } from "../core/store.js";
import { CharsLeft, formDraft, keepFormDraft, lengthOf, TEXT } from "./cardwork.js";

const FEW_OPTIONS = 5;

/**
 * @param {{draft: string, start?: Object<string, string>, fields?: Object<string, import("./board.js").FieldView>,
 *   links?: Object<string, import("./board.js").Choices>, text?: {label?: string, most: number}, complaint?: string,
 *   label: string, onSave: (changed: Object<string, string>) => void, children?: any}} props
 *   draft: under which key it is kept; start: what stands there already; text: when absent the text is not asked;
 *   complaint: why the server refused it; onSave: gets what is other than at the start
 */
export function CardForm({ draft, start = {}, fields, links, text, complaint, label, onSave, children }) {
  const [typed, setTyped] = useState(() => formDraft(draft));
  const asked = askedFields(fields, text);
  const [blamed] = asked.find(([, field]) => complaint?.includes(field.label)) ?? [];
  const [errors, setErrors] = useState(blamed === undefined ? {} : { [blamed]: complaint });
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const valueNow = (name) => typed[name] ?? start[name] ?? "";
  const write = (name, value) => {
    const now = { ...formDraft(draft), [name]: value };
    if (value === (start[name] ?? "")) delete now[name];
    keepFormDraft(draft, now);
    setTyped(now);
    if (errors[name]) setErrors({ ...errors, [name]: "" });
  };
  const save = (event) => {
    event.preventDefault();
    const read = asked.map(([name, field]) => ({ name, ...readValue(field, valueNow(name)) }));
    const wrong = read.filter(({ error }) => error);
    setErrors(Object.fromEntries(wrong.map(({ name, error }) => [name, error])));
    if (wrong.length) {
      requestAnimationFrame(() => firstInput(form.current?.querySelector("[data-wrong]"))?.focus());
      return;
    }
    const changed = read.filter(({ name, value }) => value !== (start[name] ?? ""));
    keepDraft(draft, "");
    onSave(Object.fromEntries(changed.map(({ name, value }) => [name, value])));
  };
  return html`
    <form class="stack card-form" ref=${form} noValidate onSubmit=${save}>
      ${complaint && blamed === undefined && html`<p class="notice" data-tone="bad" role="alert"><${Icon} name="triangle-alert" />${complaint}</p>`}
      ${asked.map(
        ([name, field]) => html`
          <${FieldInput} key=${name} name=${name} field=${field} links=${links?.[name]} error=${errors[name]}
            value=${typed[name] ?? shownValue(field, start[name] ?? "")} write=${(value) => write(name, value)} />
        `,
      )}
      ${children}
      <button class="button primary">${label}</button>
    </form>
  `;
}

/** @returns {[string, any][]} */
function askedFields(fields, text) {
  const label = text?.label || t("canvas.text");
  const first = [TEXT, { label, kind: "text", required: true, max_chars: text?.most }];
  return /** @type {any} */ (text ? [first, ...ordered(fields)] : ordered(fields));
}

/** What goes to the server, or why it cannot. */
function readValue(field, typed) {
  const value = typed.trim();
  if (!value)
    return { value, error: field.required ? t("canvas.fill_in_field", { label: field.label }) : "" };
  if (field.max_chars && [...value].length > field.max_chars)
    return { value, error: t("canvas.too_long", { n: field.max_chars }) };
  if (field.kind !== "amount") return { value, error: "" };
  const amount = readAmount(value, field.unit);
  return { value: amount ?? value, error: amount === undefined ? t("canvas.no_amount") : "" };
}

/**
 * An amount as people type it (1.250,50 or 1250.5 or € 1.250,-) in the form that the server knows.
 *
 * @returns {string | undefined} undefined when it is none
 */
function readAmount(typed, unit = "") {
  const plain = typed
    .replace(unit, "")
    .replace(/[\s€]/g, "")
    .replace(/[.,]-+$/, "");
  const [, whole = "", cents = ""] = plain.match(/^(.*?)(?:[.,](\d{1,2}))?$/) ?? [];
  if (!/^(\d+|\d{1,3}([.,]\d{3})+)$/.test(whole)) return undefined;
  return whole.replace(/[.,]/g, "") + (cents && `.${cents}`);
}

function firstInput(element) {
  return /** @type {HTMLElement | null | undefined} */ (element?.querySelector("input, textarea, select"));
}

function FieldInput({ name, field, value, links, error, write }) {
  const id = `field-${name || "text"}`;
  const about = [field.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const input = {
    id,
    class: "input",
    dir: "auto",
    value,
    "aria-describedby": about,
    "aria-invalid": Boolean(error),
  };
  const onInput = (event) => write(event.currentTarget.value);
  const title = html`
    <span ...${sessionText()}>${field.label}</span>
    ${field.required && name !== TEXT && html`<span class="muted small"> (${t("canvas.required")})</span>`}
  `;
  const notes = html`
    ${field.hint && html`<p class="muted small" id=${`${id}-hint`} ...${sessionText()}>${field.hint}</p>`}
    ${error && html`<p class="field-error" id=${`${id}-error`}><${Icon} name="triangle-alert" />${error}</p>`}
  `;
  const options = field.kind === "item" ? links : field.options;
  const many = field.kind !== "choice";
  if (
    ["choice", "choices", "item"].includes(field.kind) &&
    (many || ordered(options).length <= FEW_OPTIONS)
  ) {
    return html`
      <fieldset class="field" aria-describedby=${about} data-wrong=${error ? "" : undefined}>
        <legend class="label">${title}</legend>
        ${notes}
        <${Choices} name=${id} options=${options} many=${many} required=${field.required} value=${value}
          write=${write} />
      </fieldset>
    `;
  }
  const control = () => {
    switch (field.kind) {
      case "choice":
        return html`
          <select ...${input} onChange=${onInput}>
            <option value="">${t("canvas.no_choice")}</option>
            ${ordered(options).map(([key, option]) => html`<option key=${key} value=${key}>${option.title}</option>`)}
          </select>
        `;
      case "organisation":
        return html`
          <input ...${input} list=${`${id}-list`} maxlength="80" autocomplete="off" onInput=${onInput} />
          <datalist id=${`${id}-list`}>
            ${ordered(view.value?.session.organisations).map(([key, { title }]) => html`<option key=${key} value=${title}></option>`)}
          </datalist>
        `;
      case "date":
        return html`<input ...${input} type="date" onInput=${onInput} />`;
      case "amount":
        return html`
          <span class="amount">
            <input ...${input} inputmode="decimal" autocomplete="off" onInput=${onInput} />
            ${field.unit && html`<span>${field.unit}</span>`}
          </span>
        `;
      case "person":
        return html`<input ...${input} autocomplete="off" onInput=${onInput} />`;
      default:
        return html`<textarea ...${input} rows=${name === TEXT ? 2 : 1} onInput=${onInput}></textarea>`;
    }
  };
  return html`
    <div class="field" data-wrong=${error ? "" : undefined}>
      <label for=${id}>${title}</label>
      ${notes}
      ${control()}
      ${
        lengthOf(value) > field.max_chars / 2 &&
        html`<${CharsLeft} left=${field.max_chars - lengthOf(value)} most=${field.max_chars} />`
      }
    </div>
  `;
}

/** One or several of a list; what is chosen is a text of keys with blanks between. */
function Choices({ name, options, many, required, value, write }) {
  const chosen = value.split(" ").filter(Boolean);
  const all = ordered(options);
  const press = (key, on) => {
    if (!many) return write(key);
    const keys = new Set(on ? [...chosen, key] : chosen.filter((other) => other !== key));
    return write([...keys].join(" "));
  };
  const option = (key, title) => html`
    <label class="option" key=${key}>
      <input type=${many ? "checkbox" : "radio"} name=${name} value=${key}
        checked=${key ? chosen.includes(key) : chosen.length === 0}
        onChange=${(event) => press(key, event.currentTarget.checked)} />
      <span ...${sessionText()}>${title}</span>
    </label>
  `;
  if (all.length === 0) return html`<p class="muted">${t("canvas.nothing_to_link")}</p>`;
  return html`
    <div class="options">
      ${all.map(([key, { title }]) => option(key, title))}
      ${!many && !required && option("", t("canvas.no_choice"))}
    </div>
  `;
}

/** What the server keeps as 1250.5 is typed and read with the sign of one's own language. */
function shownValue({ kind }, value) {
  return kind === "amount" ? value.replace(".", formatNumber(1.1, 1).charAt(1)) : value;
}
