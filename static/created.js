/** The links to a new session.  They can be read and selected without this; it only adds the buttons that copy them. */
import { boot } from "./core/boot.js";
import { copyOf } from "./core/copy.js";

const COPIED = "common.copied";
const SELECTED = "common.selected";
/** A status that says the same once more is only read aloud when it was empty in between. */
const ANNOUNCE_MS = 120;
const texts = boot().catalogue;

for (const button of document.querySelectorAll("button[data-copies]")) {
  const copies = /** @type {HTMLButtonElement} */ (button);
  const copied = document.getElementById(copies.dataset.copies ?? "");
  if (!copied) continue;
  copies.hidden = false;
  copies.addEventListener("click", async () => tell(copies, (await copyOf(copied)) ? COPIED : SELECTED));
}

/** Says beside the button, and to who cannot see it, what came of it. */
function tell(button, key) {
  for (const told of document.querySelectorAll(".copy-told")) told.textContent = "";
  const told = button.parentElement?.querySelector(".copy-told");
  if (told) told.textContent = texts[key];
  const status = document.getElementById("status");
  if (!status) return;
  status.textContent = "";
  setTimeout(() => {
    status.textContent = texts[key];
  }, ANNOUNCE_MS);
}
