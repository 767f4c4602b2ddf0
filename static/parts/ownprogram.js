/** The report in somebody's own mail program: as a draft, as a link that begins a mail, or to be pasted. */
import { useState } from "preact/hooks";
import { ask, askForFile } from "../core/ask.js";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";

/**
 * @param {{base: string, wanted: any, open: boolean}} props
 */
export function OwnProgram({ base, wanted, open }) {
  const [complaint, complain] = useState("");
  const [ready, setReady] = useState(/** @type {any} */ (undefined));
  const [told, setTold] = useState("");
  const draft = async () => {
    const asked = await askForFile(`${base}/draft.eml`, wanted);
    complain(asked.ok ? "" : asked.message);
    if (!asked.ok) return;
    save(asked.gave, t("mailing.draft_name"));
    setTold(t("mailing.draft_saved"));
  };
  const prepare = async () => {
    const asked = await ask(`${base}/link.json`, wanted);
    complain(asked.ok ? "" : asked.message);
    setReady(asked.ok ? asked.gave : undefined);
    setTold("");
  };
  const copy = async (text, rich) => {
    const done = await toClipboard(text, rich);
    setTold(done ? t("mailing.copied") : t("mailing.copy_yourself"));
  };
  return html`
    <details class="mailing-own" open=${open}>
      <summary>${t("mailing.own_program")}</summary>
      <div class="stack">
        <p class="muted">${t("mailing.own_hint")}</p>
        ${complaint && html`<p class="mailing-refusal" role="alert">${complaint}</p>`}
        <div class="row">
          <button type="button" class=${open ? "button primary" : "button"} onClick=${draft}><${Icon} name="download" />${t("mailing.draft")}</button>
          <button type="button" class="button" onClick=${prepare}>${t("mailing.prepare")}</button>
        </div>
        ${
          ready &&
          html`
            <div class="row">
              <a class="button" href=${ready.link}>${t("mailing.begin")}</a>
              <button type="button" class="button" onClick=${() => copy(ready.text, ready.html)}>${t("mailing.copy")}</button>
              ${
                ready.addresses.length > 0 &&
                html`<button type="button" class="button" onClick=${() => copy(ready.addresses.join("; "))}>
                  ${t("mailing.copy_addresses", { n: ready.addresses.length })}
                </button>`
              }
            </div>
            <p class="muted small">${t("mailing.bcc")}</p>
          `
        }
        <p role="status" class="mailing-told">${told}</p>
      </div>
    </details>
  `;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Puts *text*, and *rich* as HTML, on the clipboard; false when this browser does not let us. */
async function toClipboard(text, rich) {
  const parts = { "text/plain": text, ...(rich && { "text/html": rich }) };
  // The older way first: it works without https too, and takes the HTML as it is.  The newer one reads it in this
  // page, whose security policy takes its looks away.
  if (copyByEvent(parts)) return true;
  try {
    const blobs = Object.entries(parts).map(([type, part]) => [type, new Blob([part], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return true;
  } catch {
    return false;
  }
}

function copyByEvent(parts) {
  let heard = false;
  const put = (event) => {
    for (const [type, part] of Object.entries(parts)) event.clipboardData.setData(type, part);
    event.preventDefault();
    heard = true;
  };
  document.addEventListener("copy", put);
  const done = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return done && heard;
}
