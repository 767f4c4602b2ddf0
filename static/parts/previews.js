/** What phone and screen would show of a step while it is edited: two pages in frames, told by the server's dry run. */
import { useEffect, useRef, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { newId } from "../core/outbox.js";

const PAUSE_MS = 400;

/**
 * @param {{command: {type: string, [field: string]: any}, tell: (problem: string) => void}} props
 *   command: what saving would send; tell: hears why it would be refused, and nothing when it would not
 */
export function Previews({ command, tell }) {
  const [shown, setShown] = useState(/** @type {object | undefined} */ (undefined));
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await tried(command, leaving.signal);
      if (!answer) return;
      tell(answer.problem ?? "");
      if (answer.view) setShown(answer.view);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [JSON.stringify(command)]);
  return html`
    <${Frame} of="phone" title=${t("agenda.on_phone")} shown=${shown} />
    <${Frame} of="screen" title=${t("agenda.on_screen")} shown=${shown} />
  `;
}

/** What the server says of a command that is only tried; undefined when it cannot be asked. */
async function tried(command, signal) {
  try {
    const answer = await fetch(`/s/${boot().code}/preview.json`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: newId(), ...command }),
      signal,
    });
    const said = await answer.json();
    return answer.ok ? { view: said } : { problem: said.message };
  } catch {
    return undefined;
  }
}

function Frame({ of, title, shown }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  const latest = useRef(shown);
  latest.current = shown;
  const say = () => {
    if (latest.current) frame.current?.contentWindow?.postMessage(latest.current, location.origin);
  };
  useEffect(() => {
    const hear = ({ source, data }) => source === frame.current?.contentWindow && data === "ready" && say();
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  useEffect(say, [shown]);
  return html`
    <figure class="preview">
      <figcaption class="muted small">${title}</figcaption>
      <div class="preview-frame" data-of=${of}>
        <iframe ref=${frame} title=${title} src=${`/s/${boot().code}/preview/${of}`} tabindex="-1" inert></iframe>
      </div>
    </figure>
  `;
}
