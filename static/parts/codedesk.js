/** The code to come in by, and another one when it has come into other hands. */
import { useState } from "preact/hooks";
import { answerTo } from "../core/answer.js";
import { boot } from "../core/boot.js";
import { announce, html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { entryCode, spacedCode } from "./room.js";

export function CodePanel() {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const change = async () => {
    setBusy(true);
    const { ok, body } = await answerTo(`/api/sessions/${boot().code}/code`, { expect: entryCode() });
    setBusy(false);
    setProblem(ok ? "" : (body.message ?? t("people.code_failed")));
    setAsking(!ok);
    if (ok) announce(t("people.code_is", { code: spacedCode(body.code) }));
  };
  return html`
    <section class="panel door">
      <p>${t("people.code")} <strong>${spacedCode()}</strong></p>
      <p class="muted small">${t("people.code_hint")}</p>
      <button type="button" class="button" aria-expanded=${asking} onClick=${() => setAsking(!asking)}>
        <${Icon} name="rotate-ccw" />${t("people.code_change")}
      </button>
      ${
        asking &&
        html`
          <div class="asking stack">
            <p>${t("people.code_ask")}</p>
            <p class="row">
              <button type="button" class="button danger" disabled=${busy} onClick=${change}>${t("people.code_yes")}</button>
              <button type="button" class="button" onClick=${() => setAsking(false)}>${t("console.close_no")}</button>
            </p>
          </div>
        `
      }
      <div role="alert">${problem && html`<p class="field-error">${problem}</p>`}</div>
    </section>
  `;
}
