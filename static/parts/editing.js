/** The part of the report page in which the text is edited, with what it will look like beside it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce, html, Icon, mount } from "../core/dom.js";
import { formatTime, t } from "../core/i18n.js";
import {
  change,
  currentText,
  flush,
  keeping,
  keepLooking,
  openText,
  preferOurs,
  preferTheirs,
  replaced,
  restored,
  standing,
  trouble,
  write,
} from "../core/keeper.js";
import { TextLooks } from "./preview.js";
import { ChangesDialog, NewsDialog } from "./textnews.js";
import { VersionsDialog } from "./versions.js";

/** Draws it into *element*, for a text in *language*; what it gives is to be called before the text is shown or sent. */
export function editing(element, language) {
  mount(html`<${Editing} language=${language} />`, element);
  openText();
  keepLooking();
  return flush;
}

function Editing({ language }) {
  const [open, setOpen] = useState("");
  const close = () => setOpen("");
  const state = keeping.value;
  return html`
    <div class="editing stack">
      <p>${t("report.edit_explain")}</p>
      <div class="row editing-bar">
        <${KeptState} />
        <button type="button" class="button" onClick=${() => setOpen("changes")} disabled=${!standing.value.edited}>
          <${Icon} name="split" />${t("report.changes")}
        </button>
        <button type="button" class="button" onClick=${() => setOpen("versions")}>
          <${Icon} name="clock" />${t("report.versions")}
        </button>
        <button type="button" class="button" onClick=${backToAutomatic} disabled=${!standing.value.edited}>
          <${Icon} name="rotate-ccw" />${t("report.back_to_automatic")}
        </button>
      </div>
      <${Troubles} openVersions=${() => setOpen("versions")} />
      ${
        standing.value.parts > 0 &&
        state !== "conflict" &&
        html`
          <div class="notice">
            <${Icon} name="info" />
            <p>${t("report.news", { n: standing.value.parts })}</p>
            <button type="button" class="button" onClick=${() => setOpen("news")}>${t("report.news_look")}</button>
          </div>
        `
      }
      <div class="editing-panes">
        <${TextField} language=${language} />
        <${TextLooks} language=${language} />
      </div>
      ${open === "versions" && html`<${VersionsDialog} language=${language} onClose=${close} />`}
      ${open === "changes" && html`<${ChangesDialog} language=${language} onClose=${close} />`}
      ${open === "news" && html`<${NewsDialog} language=${language} onClose=${close} />`}
    </div>
  `;
}

async function backToAutomatic() {
  if (await change("back", { to: 0 })) announce(t("report.is_automatic"));
}

/** Whether it is saved.  Read out only when it goes wrong, and when it is right again. */
function KeptState() {
  const state = keeping.value;
  const wrong = state === "unsaved" || state === "refused" || state === "conflict";
  const wasWrong = useRef(false);
  useEffect(() => {
    if (state === "saved" && wasWrong.current) announce(t("report.edit_saved_again"));
    if (wrong || state === "saved") wasWrong.current = wrong;
  }, [state]);
  return html`
    <p class="save-state kept-state" data-state=${wrong ? "wrong" : state}>
      <${Icon} name=${wrong ? "triangle-alert" : state === "saved" ? "circle-check" : "pencil"} />
      ${keptWords(state)}
    </p>
  `;
}

function keptWords(state) {
  switch (state) {
    case "loading":
      return t("common.loading");
    case "writing":
      return t("report.edit_writing");
    case "saving":
      return t("report.edit_saving");
    case "saved":
      if (!standing.value.edited) return t("report.edit_automatic");
      return t("report.edit_saved", { time: formatTime(standing.value.at ?? 0) });
    default:
      return t("report.edit_unsaved");
  }
}

function Troubles({ openVersions }) {
  if (keeping.value === "conflict") {
    return html`
      <div class="notice" data-tone="bad" role="alert">
        <${Icon} name="triangle-alert" /><p>${trouble.value}</p>
        <div class="row">
          <button type="button" class="button" onClick=${openVersions}>${t("report.conflict_look")}</button>
          <button type="button" class="button" onClick=${preferTheirs}>${t("report.conflict_theirs")}</button>
          <button type="button" class="button" onClick=${preferOurs}>${t("report.conflict_ours")}</button>
        </div>
      </div>
    `;
  }
  if (trouble.value) {
    return html`
      <div class="notice" data-tone="bad" role="alert"><${Icon} name="triangle-alert" /><p>${trouble.value}</p></div>
    `;
  }
  if (!restored.value) return null;
  return html`
    <div class="notice" data-tone="good" role="status">
      <${Icon} name="circle-check" /><p>${t("report.edit_restored")}</p>
      <button type="button" class="button quiet" onClick=${() => (restored.value = false)}>${t("common.close")}</button>
    </div>
  `;
}

/** The text itself.  The browser keeps it; a text from elsewhere replaces it without moving who is in it. */
function TextField({ language }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const round = replaced.value;
  useEffect(() => {
    const element = field.current;
    if (!element || element.value === currentText()) return;
    const { selectionStart, selectionEnd, scrollTop } = element;
    element.value = currentText();
    element.setSelectionRange(selectionStart, selectionEnd);
    element.scrollTop = scrollTop;
  }, [round]);
  return html`
    <div class="field editing-field">
      <label for="report-text">${t("report.edit_label")}</label>
      <p class="muted small" id="report-help">${t("report.edit_help")}</p>
      <textarea class="input" id="report-text" ref=${field} aria-describedby="report-help" dir="auto" lang=${language}
        spellcheck disabled=${keeping.value === "loading"} readonly=${standing.value.seq === 0}
        onInput=${(event) => write(event.currentTarget.value)} onBlur=${flush}></textarea>
    </div>
  `;
}
