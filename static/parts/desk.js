/**
 * Who is behind the consoles, and what a facilitator does around a session: rehearse, share the work, manage it.  It
 * comes after the console itself, which can do without.
 */
import { useEffect, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { rememberSession } from "../core/own.js";
import { people, you } from "../core/store.js";
import { ManageDialog } from "./manage.js";
import { RehearseDialog } from "./rehearsal.js";
import { entryCode } from "./room.js";
import { kindName, TogetherDialog } from "./together.js";

export function DeskPanel({ session }) {
  const [dialog, setDialog] = useState("");
  const close = () => setDialog("");
  const { title, language, date, rehearsal, state } = session;
  const observing = you.value?.role === "observer";
  const entry = entryCode();
  useEffect(() => {
    if (!rehearsal && !observing) rememberSession({ code: boot().code, entry, title, language, date });
  }, [title, observing, entry]);
  const open = (name, icon, label) => html`
    <li><button type="button" class="link" onClick=${() => setDialog(name)}><${Icon} name=${icon} />${label}</button></li>
  `;
  return html`
    <section>
      <h2>${t("together.here")}</h2>
      <${BehindTheDesk} />
      ${
        !observing &&
        html`
          <ul class="console-links">
            ${
              // Before the start it is offered in the middle.
              !rehearsal && state !== "lobby" && open("rehearse", "play", t("rehearsal.try"))
            }
            ${open("together", "users", t("together.title"))}
            ${open("manage", "file-text", t("after.title"))}
          </ul>
        `
      }
    </section>
    ${dialog === "rehearse" && html`<${RehearseDialog} session=${session} onClose=${close} />`}
    ${dialog === "together" && html`<${TogetherDialog} onClose=${close} />`}
    ${dialog === "manage" && html`<${ManageDialog} onClose=${close} />`}
  `;
}

/** Everybody with a console open, by the link they came by. */
function BehindTheDesk() {
  const here = Object.entries(people.value.desk ?? {});
  return html`
    <ul class="people">
      ${here.map(
        ([link, { kind, name, windows }]) => html`
          <li key=${link}>
            <span>
              <bdi>${name || (link === "own" ? t("together.own") : kindName(kind))}</bdi>
              ${link === you.value?.link && html` <span class="muted">(${t("together.you")})</span>`}
            </span>
            <span class="muted small">
              ${link !== "own" && name && kindName(kind)} ${windows > 1 && t("together.windows", { n: windows })}
            </span>
          </li>
        `,
      )}
    </ul>
  `;
}
