/**
 * The texts of one step, or of the session itself, in the other language: beside each text what it is there.
 *
 * A session speaks one language.  What is written here is for the playbook that is made of it, so there is no preview.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { draftOf, keepDraft } from "../core/drafts.js";
import { t } from "../core/i18n.js";
import { AlsoHere } from "./alsohere.js";
import { labelOf } from "./textlabels.js";

/** Longer texts, and those with more lines, get more than one line to be written on. */
const ONE_LINE = 80;
const ROWS_OF = 60;

/**
 * @param {{language: string, on: boolean, choose: (on: boolean) => void}} props
 *   language: what the session is written in; on: whether the other one is being written
 */
export function LanguageSwitch({ language, on, choose }) {
  const other = language === "nl" ? "en" : "nl";
  const button = (of, pressed) => html`
    <button type="button" class="button quiet" aria-pressed=${pressed ? "true" : "false"} onClick=${() => choose(of === other)}>
      ${languageName(of)}
    </button>
  `;
  return html`
    <div class="language-switch row" role="group" aria-label=${t("agenda.write_in")}>
      ${button(language, !on)}${button(other, on)}
    </div>
  `;
}

/** @param {{step: string, agenda: any, run: (type: string, fields: object, done: string) => Promise<boolean>, setDirty: (on: boolean) => void}} props */
export function OtherLanguage({ step, agenda, run, setDirty }) {
  const { sheet, reload } = useSheet(step, agenda);
  const [mine, setMine] = useState(() => restoredTexts(step));
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const texts = sheet?.texts ?? [];
  const changed = texts.filter(({ text, other }) => (mine[text]?.now ?? other) !== other);
  const dirty = changed.length > 0;
  useEffect(() => setDirty(dirty), [dirty]);
  useEffect(() => heading.current?.focus(), [step, Boolean(sheet)]);
  const write = (text, other, now, was = mine[text]?.was ?? other) => {
    const next = { ...mine, [text]: { now, was } };
    if (now === other) delete next[text];
    setMine(next);
    keepDraft(draftName(step), Object.keys(next).length ? JSON.stringify(next) : "");
  };
  const save = async (event) => {
    event.preventDefault();
    const of = (value) => Object.fromEntries(changed.map((entry) => [entry.text, value(entry)]));
    const fields = {
      texts: of(({ text }) => mine[text].now.trim()),
      expect: of(({ text }) => mine[text].was),
    };
    if (!(await run("session.translate", fields, t("agenda.translation_saved")))) return reload();
    keepDraft(draftName(step), "");
    setMine({});
    return reload();
  };
  if (!sheet) return html`<p class="muted">${t("common.loading")}</p>`;
  const foreign = sheet.language === "nl" ? "en" : "nl";
  const left = Object.entries(mine).filter(([text]) => !texts.some((entry) => entry.text === text));
  const missing = texts.filter(({ text, other }) => !(mine[text]?.now ?? other)).length;
  return html`
    <form class="editor-form stack" onSubmit=${save} novalidate>
      <h3 ref=${heading} tabindex="-1">${t("agenda.texts_in", { language: languageName(foreign) })}</h3>
      <p class="muted small">${t("agenda.translation_hint")}</p>
      <${AlsoHere} part=${step || ":session"} />
      ${texts.length === 0 && html`<p>${t("agenda.nothing_to_translate")}</p>`}
      ${texts.map(
        (entry, n) => html`
          <${Translated} key=${entry.text} entry=${entry} id=${`other-${n}`} languages=${[sheet.language, foreign]}
            mine=${mine[entry.text]} write=${(now, was) => write(entry.text, entry.other, now, was)} />
        `,
      )}
      ${left.map(
        ([text, { now }]) => html`
          <div class="notice" data-tone="warn" key=${text}>
            <div class="stack">
              <p>${t("agenda.text_is_gone")} <q lang=${sheet.language} dir="auto">${text}</q></p>
              <p class="card-text" lang=${foreign} dir="auto">${now}</p>
              <p><button type="button" class="button" onClick=${() => write(text, now, now)}>${t("agenda.forget_text")}</button></p>
            </div>
          </div>
        `,
      )}
      <div class="editor-save">
        <p role="status" class="small">${dirty ? t("agenda.unsaved") : t("agenda.to_translate", { n: missing })}</p>
        <button class="button primary" disabled=${!dirty}><${Icon} name="check" />${t("agenda.save")}</button>
      </div>
    </form>
  `;
}

/** One text and what it is in the other language. */
function Translated({ entry, id, languages, mine, write }) {
  const { name, text, other, near } = entry;
  const [language, foreign] = languages;
  const now = mine?.now ?? other;
  const overtaken = mine && mine.was !== other;
  const props = {
    id,
    class: "input",
    lang: foreign,
    dir: "auto",
    value: now,
    "aria-describedby": `${id}-text`,
    onInput: (event) => write(event.currentTarget.value),
  };
  const long = text.length > ONE_LINE || text.includes("\n");
  const rows = Math.min(12, Math.ceil(text.length / ROWS_OF) + text.split("\n").length - 1);
  return html`
    <div class="field">
      <label class="small muted" for=${id}>${labelOf(name)}</label>
      <p class="card-text translation-source" id=${`${id}-text`} lang=${language} dir="auto">${text}</p>
      ${long ? html`<textarea ...${props} rows=${rows}></textarea>` : html`<input ...${props} autocomplete="off" />`}
      ${
        near &&
        !now &&
        html`
          <p class="row small">
            <span>${t("agenda.was_translated")} <q lang=${foreign} dir="auto">${near}</q></span>
            <button type="button" class="button quiet" onClick=${() => write(near)}>${t("agenda.use_translation")}</button>
          </p>
        `
      }
      ${
        overtaken &&
        html`
          <p class="row small field-error" role="alert">
            <span><${Icon} name="triangle-alert" />${t("agenda.also_translated")} <q lang=${foreign} dir="auto">${other}</q></span>
            <button type="button" class="button quiet" onClick=${() => write(other)}>${t("agenda.take_theirs")}</button>
            <button type="button" class="button quiet" onClick=${() => write(now, other)}>${t("agenda.keep_mine")}</button>
          </p>
        `
      }
    </div>
  `;
}

/** What there is to translate, asked anew when somebody changed the agenda. */
function useSheet(step, agenda) {
  const [sheet, setSheet] = useState(/** @type {any} */ (undefined));
  const reload = async () => {
    const address = `/s/${boot().code}/translation.json?step=${encodeURIComponent(step)}`;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) setSheet(await answer.json());
  };
  useEffect(() => {
    reload();
  }, [step, agenda]);
  return { sheet, reload };
}

function languageName(language) {
  return language === "nl" ? t("common.dutch") : t("common.english");
}

/** Where what is written here is kept until it is saved; see AgendaEditor. */
export function draftName(step) {
  return `other.${step}`;
}

/** @returns {Object<string, {now: string, was: string}>} */
function restoredTexts(step) {
  try {
    return JSON.parse(draftOf(draftName(step)));
  } catch {
    return {};
  }
}
