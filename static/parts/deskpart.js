/** A part of the console that comes when it is wanted: most dialogs are seldom opened. */
import { CONSOLE_PARTS } from "../activities/registry.js";
import { ChunkMissing, useChunk } from "../core/chunks.js";
import { html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Dialog } from "./dialog.js";

/**
 * @param {{part: string, onClose: () => void, [prop: string]: any}} props
 *   *part*: which entry of the table; the others are for what it draws
 */
export function DeskPart({ part, onClose, ...props }) {
  const Part = useChunk(CONSOLE_PARTS, part);
  if (Part) return html`<${Part} ...${props} onClose=${onClose} />`;
  return html`<${Dialog} title=${t("common.loading")} onClose=${onClose}><${ChunkMissing} kind=${part} /><//>`;
}
