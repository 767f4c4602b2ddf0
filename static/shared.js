/** The shared report: whoever comes with its key gets in; reading works without this. */
import { exchangeKey } from "./core/key.js";

const printButton = document.getElementById("print");
if (printButton) {
  printButton.hidden = false;
  printButton.addEventListener("click", () => print());
}

/** The key in the address is exchanged once; with it comes a page that shows the report. */
async function enter() {
  if (!location.hash.includes("key=")) return;
  await exchangeKey();
  // The key is gone from the address when it fitted.
  if (!location.hash) location.reload();
}

enter();
