/** A page inside the console that shows what would be: it is told what by the console, and nothing in it can be pressed. */
import { showView } from "../core/store.js";

/** Shows what the console says, from now on. */
export function listenToConsole() {
  addEventListener("message", ({ origin, source, data }) => {
    if (origin === location.origin && source === parent) showView(data, "", 0);
  });
  parent.postMessage("ready", location.origin);
}
