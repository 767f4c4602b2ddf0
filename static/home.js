/** The start page.  Entering a code works without this; it only adds the sessions that were steered on this device. */
import { boot } from "./core/boot.js";
import { forgetSession, ownSessions } from "./core/own.js";

const FORGET = "home.forget";
const FORGET_OF = "home.forget_of";

function showOwn() {
  const section = document.getElementById("own-sessions");
  const sessions = ownSessions();
  if (!section) return;
  section.hidden = sessions.length === 0;
  section.querySelector("ul")?.replaceChildren(...sessions.map(ownSession));
}

/** @param {import("./core/own.js").OwnSession} session */
function ownSession({ code, entry = code, title, language, date }) {
  const item = element("li", "row", "");
  const link = element("a", "own-session", title);
  link.href = `/s/${code}/facilitate`;
  link.lang = language;
  const about = element("span", "muted small", `${entry.slice(0, 4)} ${entry.slice(4)}${day(date)}`);
  const { catalogue } = boot();
  const forget = element("button", "button quiet", catalogue[FORGET]);
  forget.type = "button";
  forget.setAttribute("aria-label", catalogue[FORGET_OF].replace("{title}", title));
  forget.addEventListener("click", () => {
    forgetSession(code);
    showOwn();
    document.getElementById("code")?.focus();
  });
  item.append(link, about, forget);
  return item;
}

function day(date) {
  const [year, month, number] = String(date ?? "")
    .split("-")
    .map(Number);
  if (!year || !month || !number) return "";
  const style = /** @type {const} */ ({ day: "numeric", month: "short", year: "numeric" });
  return ` · ${new Date(year, month - 1, number).toLocaleDateString(boot().language, style)}`;
}

function element(name, kind, text) {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}

showOwn();
