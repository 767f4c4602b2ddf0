/** The versions of an edited report: when, on which device, how each differs from the text of now; and the way back. */
import { useEffect, useState } from "preact/hooks";
import { answerTo } from "../core/answer.js";
import { boot } from "../core/boot.js";
import { deviceId } from "../core/device.js";
import { announce, html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { change, standing, trouble } from "../core/keeper.js";
import { Dialog } from "./dialog.js";
import { Difference } from "./difference.js";
import { momentOf } from "./moment.js";

/** @typedef {{version: number, at: number, kind: string, device: string, agent: string}} Version */

export function VersionsDialog({ language, onClose }) {
  const [versions, setVersions] = useState(/** @type {Version[] | undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  const current = standing.value.version;
  useEffect(() => {
    answerTo(`/s/${boot().code}/report/versions.json`).then((answer) => {
      if (answer.ok) setVersions(answer.body.versions);
      else setProblem(answer.body.message || t("report.edit_offline"));
    });
  }, [current]);
  const goBack = async (to) => {
    if (await change("back", { to })) {
      announce(t("report.gone_back"));
      onClose();
    } else setProblem(trouble.value || t("report.edit_offline"));
  };
  return html`
    <${Dialog} title=${t("report.versions")} onClose=${onClose}>
      <div class="stack">
        ${problem && html`<p class="notice" data-tone="bad" role="alert">${problem}</p>`}
        ${!versions && !problem && html`<p class="late">${t("common.loading")}</p>`}
        ${versions?.length === 0 && html`<p>${t("report.versions_none")}</p>`}
        ${
          Boolean(versions?.length) &&
          html`
            <p>${t("report.versions_explain")}</p>
            <ol class="versions stack">
              ${versions?.map(
                (version) => html`
                  <${VersionRow} key=${version.version} ...${{ version, language, goBack }}
                    isCurrent=${version.version === current} />
                `,
              )}
            </ol>
          `
        }
      </div>
    <//>
  `;
}

/** @param {{version: Version, language: string, goBack: (to: number) => void, isCurrent: boolean}} props */
function VersionRow({ version, language, goBack, isCurrent }) {
  const [open, setOpen] = useState(false);
  const where =
    version.device === deviceId() ? t("report.this_device") : version.agent || t("report.some_device");
  const when = momentOf(version.at);
  return html`
    <li class="panel stack">
      <p>
        <strong>${t("report.version", { n: version.version })}</strong> · ${when} · ${where}
        <br /><span class="muted">${kindWords(version.kind)}</span>
        ${isCurrent && html` <span class="badge">${t("report.version_current")}</span>`}
      </p>
      ${
        !isCurrent &&
        html`
          <div class="row">
            <button type="button" class="button" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>
              <${Icon} name="eye" />${t("report.version_look")}
              <span class="visually-hidden">${t("report.version", { n: version.version })}</span>
            </button>
            <button type="button" class="button" onClick=${() => goBack(version.version)}>
              <${Icon} name="rotate-ccw" />${t("report.version_back")}
              <span class="visually-hidden">${t("report.version", { n: version.version })}</span>
            </button>
          </div>
        `
      }
      ${open && html`<${VersionText} number=${version.version} language=${language} />`}
    </li>
  `;
}

function VersionText({ number, language }) {
  const [found, setFound] = useState(/** @type {any} */ (undefined));
  useEffect(() => {
    answerTo(`/s/${boot().code}/report/version.json?number=${number}`).then(setFound);
  }, [number]);
  if (!found) return html`<p class="late">${t("common.loading")}</p>`;
  if (!found.ok) {
    return html`<p class="notice" data-tone="bad" role="alert">${found.body.message || t("report.edit_offline")}</p>`;
  }
  const { lines, text } = found.body;
  return html`
    <p>${lines.length ? t("report.version_differs") : t("report.version_same")}</p>
    ${lines.length > 0 && html`<${Difference} lines=${lines} language=${language} />`}
    <details>
      <summary>${t("report.version_whole")}</summary>
      <pre class="plain-text" tabindex="0" dir="auto" lang=${language}>${text}</pre>
    </details>
  `;
}

/** How a version came about. */
function kindWords(kind) {
  switch (kind) {
    case "automatic":
      return t("report.kind_automatic");
    case "back":
      return t("report.kind_back");
    case "merged":
      return t("report.kind_merged");
    case "aside":
      return t("report.kind_aside");
    default:
      return t("report.kind_edit");
  }
}
