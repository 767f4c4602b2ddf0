/** The report page: read, edit, send, share.  Reading and downloading work without this. */
import { useEffect } from "preact/hooks";
import { boot } from "./core/boot.js";
import { ChunkMissing, useChunk } from "./core/chunks.js";
import { html, mount } from "./core/dom.js";

/** What fills each section when it is opened; an entry gives a function that draws into an element. */
const REPORT_PARTS = {
  editing: async () => {
    const { editing } = await import("./parts/editing.js");
    return editing;
  },
  mailing: async () => {
    const { mailing } = await import("./parts/mailing.js");
    return mailing;
  },
  sharing: async () => {
    const { sharing } = await import("./parts/sharing.js");
    return sharing;
  },
};

const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main > section")]);
const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".report-tabs a")]);
const reportLanguage = document.querySelector("article")?.lang ?? boot().language;
/** @type {Set<string>} */
const opened = new Set();
/** @type {(() => Promise<any>) | void} what has to be done before another part is shown */
let leave;

async function show() {
  const wanted = sections.find(({ id }) => `#${id}` === location.hash) ?? sections[0];
  await leave?.();
  if (wanted.id === "read" && opened.has("edit")) {
    // What was written since stands in a page that is made anew.
    location.reload();
    return;
  }
  // The others wait outside the document, so that there is one page with one heading.
  wanted.hidden = false;
  for (const section of sections) if (section !== wanted) section.remove();
  document.getElementById("main")?.append(wanted);
  for (const link of links) {
    if (link.hash === `#${wanted.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (opened.has(wanted.id)) {
    wanted.dispatchEvent(new Event("shown"));
    return;
  }
  opened.add(wanted.id);
  const place = /** @type {HTMLElement | null} */ (wanted.querySelector("[data-part]"));
  if (place) mount(html`<${Opened} element=${place} part=${place.dataset.part} />`, place);
}

/** In place of a part until it is here; a part may give a function to call before it is left. */
function Opened({ element, part }) {
  const draw = useChunk(REPORT_PARTS, part);
  useEffect(() => {
    if (draw) leave = draw(element, reportLanguage) ?? leave;
  }, [draw]);
  return draw ? null : html`<${ChunkMissing} kind=${part} />`;
}

for (const element of document.querySelectorAll(".needs-script")) element.removeAttribute("hidden");
document.getElementById("print")?.addEventListener("click", () => print());
addEventListener("hashchange", async () => {
  await show();
  // Whoever chose another part goes on there.
  /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus();
});
show();
