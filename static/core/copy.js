/** Copying, in every browser: over plain http there is no clipboard, and some do not let a page use it. */

/**
 * Puts what *element* holds on the clipboard; false when the browser refuses: then it stands selected, to be copied by
 * hand.
 *
 * @param {HTMLElement} element  a field, or what stands on the page
 */
export async function copyOf(element) {
  const field = element instanceof HTMLInputElement;
  try {
    await navigator.clipboard.writeText(field ? element.value : (element.textContent ?? ""));
    return true;
  } catch {
    return copySelected(element, field);
  }
}

function copySelected(element, field) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  if (field) {
    element.focus();
    element.select();
  } else getSelection()?.selectAllChildren(element);
  if (!document.execCommand("copy")) return false;
  before?.focus();
  return true;
}
