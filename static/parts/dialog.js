/** A modal dialog: Esc and the backdrop close it, and the focus goes back to where it came from. */
import { useEffect, useRef } from "preact/hooks";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";

/**
 * Open for as long as it is drawn; *onClose* should stop drawing it.
 *
 * @param {{title: any, onClose: () => void, children?: any}} props
 */
export function Dialog({ title, onClose, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const opener = /** @type {HTMLElement | null} */ (document.activeElement);
    element.current?.showModal();
    return () => opener?.isConnected && opener.focus();
  }, []);
  // Closing is told a moment later: by then another dialog may have taken the place of this one.
  const leave = (event) => {
    event.preventDefault();
    if (element.current) onClose();
  };
  return html`
    <dialog
      class="dialog"
      ref=${element}
      aria-labelledby="dialog-title"
      onCancel=${leave}
      onClose=${leave}
      onClick=${(event) => event.target === element.current && onBackdrop(event) && onClose()}
    >
      <div class="dialog-head">
        <h2 id="dialog-title" tabindex="-1" autofocus>${title}</h2>
        <button type="button" class="button quiet icon-only" aria-label=${t("common.close")} onClick=${onClose}>
          <${Icon} name="x" />
        </button>
      </div>
      ${children}
    </dialog>
  `;
}

function onBackdrop({ clientX, clientY, currentTarget }) {
  const { left, right, top, bottom } = currentTarget.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
