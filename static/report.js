/** The report page.  Reading and downloading work without this; it prints and sends. */
import { useEffect } from "preact/hooks";
import { ChunkMissing, useChunk } from "./core/chunks.js";
import { html, mount } from "./core/dom.js";

/** What fills a section; an entry gives a function that draws into an element. */
const REPORT_PARTS = {
  mailing: async () => {
    const { mailing } = await import("./parts/mailing.js");
    return mailing;
  },
};

const printButton = document.getElementById("print");

if (printButton) {
  printButton.hidden = false;
  printButton.addEventListener("click", () => print());
}

for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-part]"))) {
  place.closest("section")?.removeAttribute("hidden");
  mount(html`<${Opened} element=${place} part=${place.dataset.part} />`, place);
}

/** In place of a part until it is here. */
function Opened({ element, part }) {
  const draw = useChunk(REPORT_PARTS, part);
  useEffect(() => {
    draw?.(element);
  }, [draw]);
  return draw ? null : html`<${ChunkMissing} kind=${part} />`;
}
