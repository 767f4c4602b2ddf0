/** What the report will look like: as web page, as mail, as text; as it is saved, so exactly what goes out. */
import { useEffect, useRef, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { keeping, standing } from "../core/keeper.js";

/** A preview that follows every pause in the writing would flicker. */
const PREVIEW_MS = 600;

export function TextLooks({ language }) {
  const [look, setLook] = useState("page");
  const saved = useSaved();
  const looks = Object.entries({
    page: t("report.preview_page"),
    ...(boot().urls.mail_preview && { mail: t("report.preview_mail") }),
    text: t("report.preview_text"),
  });
  return html`
    <section class="preview stack" aria-label=${t("report.preview")}>
      <fieldset class="row preview-looks">
        <legend class="label">${t("report.preview")}</legend>
        ${looks.map(
          ([name, label]) => html`
            <label class="option" key=${name}>
              <input type="radio" name="look" checked=${look === name} onChange=${() => setLook(name)} />${label}
            </label>
          `,
        )}
      </fieldset>
      ${saved !== "" && html`<${look === "text" ? TextPreview : FramePreview} key=${look} ...${{ look, saved, language }} />`}
    </section>
  `;
}

/** Which saved text there is to show; another string for another text. */
function useSaved() {
  const { version, seq, edited } = standing.value;
  const now = keeping.value === "loading" ? "" : edited ? `v${version}` : `s${seq}`;
  const [saved, setSaved] = useState(now);
  useEffect(() => {
    const waiting = setTimeout(() => setSaved(now), saved ? PREVIEW_MS : 0);
    return () => clearTimeout(waiting);
  }, [now]);
  return saved;
}

function FramePreview({ look, saved }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  const scrolled = useRef(0);
  const address = `${look === "mail" ? boot().urls.mail_preview : boot().urls.preview}?of=${saved}`;
  // Another text, but whoever looks stays where they are.
  const remember = () => {
    // None when the server could not be reached: then the browser shows a page of its own.
    const page = frame.current?.contentDocument;
    page?.scrollingElement?.scrollTo(0, scrolled.current);
    page?.addEventListener("scroll", () => {
      scrolled.current = page.scrollingElement?.scrollTop ?? 0;
    });
  };
  return html`
    <iframe class="preview-frame" ref=${frame} title=${t("report.preview")} src=${address} onLoad=${remember}></iframe>
  `;
}

function TextPreview({ saved, language }) {
  const [text, setText] = useState("");
  useEffect(() => {
    fetch(boot().urls.markdown)
      .then((answer) => (answer.ok ? answer.text() : t("report.edit_offline")))
      .catch(() => t("report.edit_offline"))
      .then(setText);
  }, [saved]);
  return html`<pre class="plain-text preview-frame" tabindex="0" dir="auto" lang=${language}>${text}</pre>`;
}
