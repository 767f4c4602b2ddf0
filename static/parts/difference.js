/** How one text differs from another, line by line: for the eye by sign, colour and edge, for the ear in words. */
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";

/** @typedef {{kind: "same" | "gone" | "new" | "gap", text: string, count: number}} DiffLine */

/** @param {{lines: DiffLine[], language: string}} props  language: of the text */
export function Difference({ lines, language }) {
  return html`
    <ol class="difference" tabindex="0" aria-label=${t("report.difference")} dir="auto" lang=${language}>
      ${lines.map((line, at) => html`<${DiffRow} key=${at} ...${line} />`)}
    </ol>
  `;
}

function DiffRow({ kind, text, count }) {
  if (kind === "gap")
    return html`<li class="muted" data-kind="gap">${t("report.lines_equal", { n: count })}</li>`;
  const said = { gone: t("report.line_gone"), new: t("report.line_new"), same: "" }[kind];
  return html`
    <li data-kind=${kind}>
      ${said && html`<span class="visually-hidden">${said} </span>`}${text}
    </li>
  `;
}
