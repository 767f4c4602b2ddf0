/**
 * Sharing the report: a link that only reads, which the facilitator switches on and off, and what its readers see.
 */
import { useEffect, useState } from "preact/hooks";
import { answerTo } from "../core/answer.js";
import { boot } from "../core/boot.js";
import { copyOf } from "../core/copy.js";
import { announce, html, Icon, mount } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { textDrafts } from "../core/textdrafts.js";
import { momentOf } from "./moment.js";

/** Draws it into *element*. */
export function sharing(element) {
  mount(html`<${Sharing} section=${element.closest("section")} />`, element);
}

function Sharing({ section }) {
  const [standing, setStanding] = useState(/** @type {any} */ ({}));
  const [link, setLink] = useState("");
  const [problem, setProblem] = useState("");
  const told = (answer) => {
    setProblem(answer.ok ? "" : answer.body.message || t("report.edit_offline"));
    if (!answer.ok) return;
    setStanding(answer.body);
    setLink(keepLink(answer.body.on, answer.body.link));
  };
  const look = async () => told(await answerTo(shareAddress()));
  const turn = async (wanted) => {
    const answer = await answerTo(shareAddress(), { on: wanted });
    told(answer);
    if (answer.ok) announce(wanted ? t("report.share_is_on") : t("report.share_is_off"));
  };
  const renew = async () => {
    // What is read is what the server has.
    if (textDrafts().length) return setProblem(t("report.share_unsaved"));
    const answer = await answerTo(`/s/${boot().code}/report/publish.json`, {});
    told(answer);
    if (answer.ok) announce(t("report.share_renewed"));
  };
  useEffect(() => {
    look();
    // Whoever comes back from editing finds what is so then.
    section.addEventListener("shown", look);
    addEventListener("focus", look);
  }, []);
  const { on } = standing;
  return html`
    <div class="stack">
      <p>${t("report.share_explain")}</p>
      ${problem && html`<p class="notice" data-tone="bad" role="alert">${problem}</p>`}
      ${on === undefined && !problem && html`<p class="late">${t("common.loading")}</p>`}
      ${
        on === false &&
        html`
        <p><strong>${t("report.share_is_off")}</strong></p>
        <div class="row">
          <button type="button" class="button primary" onClick=${() => turn(true)}>
            <${Icon} name="external-link" />${t("report.share_on")}
          </button>
        </div>
      `
      }
      ${
        on &&
        html`
        <p><strong>${t("report.share_is_on")}</strong> ${t("report.share_phones")}</p>
        ${link ? html`<${LinkField} link=${link} />` : html`<p>${t("report.share_elsewhere")}</p>`}
        <${Readers} standing=${standing} renew=${renew} />
        <div class="row">
          <button type="button" class="button danger" onClick=${() => turn(false)}>
            <${Icon} name="lock" />${t("report.share_off")}
          </button>
          <button type="button" class="button" onClick=${() => turn(true)}>
            <${Icon} name="rotate-ccw" />${t("report.share_new")}
          </button>
        </div>
        <p class="muted small">${t("report.share_new_explain")}</p>
      `
      }
    </div>
  `;
}

/** What readers see, and the way to show them what was written since. */
function Readers({ standing: { at, differs }, renew }) {
  const words = () => {
    if (at === undefined) return differs ? t("report.share_automatic_differs") : t("report.share_automatic");
    const time = momentOf(at);
    return differs ? t("report.share_differs", { time }) : t("report.share_same", { time });
  };
  if (!differs) return html`<p><${Icon} name="circle-check" /> ${words()}</p>`;
  return html`
    <div class="notice">
      <${Icon} name="info" />
      <p>${words()}</p>
      <button type="button" class="button" onClick=${renew}>
        <${Icon} name="rotate-ccw" />${t("report.share_renew")}
      </button>
    </div>
  `;
}

function LinkField({ link }) {
  const [copied, setCopied] = useState(false);
  const copy = async (event) => {
    const done = await copyOf(event.currentTarget.closest(".field").querySelector("input"));
    setCopied(done);
    announce(done ? t("common.copied") : t("common.selected"));
  };
  return html`
    <div class="field">
      <label for="share-link">${t("report.share_link")}</label>
      <div class="row">
        <input class="input share-link" id="share-link" readonly value=${link}
          onFocus=${(event) => event.currentTarget.select()} />
        <button type="button" class="button" onClick=${copy}>
          ${copied ? t("common.copied") : t("common.copy")}
        </button>
      </div>
    </div>
  `;
}

/**
 * The server keeps only a hash of the key, so the link stays on the device that made it.
 *
 * @param {boolean} on
 * @param {string} [made]  a link that was made just now
 */
function keepLink(on, made) {
  const key = `dialoogtafel:${boot().code}:share`;
  try {
    if (!on) localStorage.removeItem(key);
    else if (made) localStorage.setItem(key, made);
    return on ? (made ?? localStorage.getItem(key) ?? "") : "";
  } catch {
    return made ?? "";
  }
}

function shareAddress() {
  return `/s/${boot().code}/report/share.json`;
}
