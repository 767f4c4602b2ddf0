/** The agenda as a playbook of one's own: kept on the server for next time, or as a file. */
import { useEffect, useRef, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Dialog } from "./dialog.js";

/** there: one of that name is kept already; locked: to replace it the password of the host is needed */
const NOTHING_SAID = { wrong: "", done: "", there: false, locked: false };

/** @param {{title: string}} props */
export function OwnPlaybook({ title }) {
  const [open, setOpen] = useState(false);
  return html`
    <section class="editor-own stack">
      <h3>${t("agenda.own_playbook")}</h3>
      <button type="button" class="button quiet" onClick=${() => setOpen(true)}><${Icon} name="archive" />${t("agenda.keep_playbook")}</button>
      <a class="button quiet" href=${`/s/${boot().code}/playbook.toml`} download><${Icon} name="download" />${t("agenda.export_playbook")}</a>
    </section>
    ${open && html`<${KeepDialog} title=${title} onClose=${() => setOpen(false)} />`}
  `;
}

function KeepDialog({ title, onClose }) {
  const [name, setName] = useState(title);
  const [password, setPassword] = useState("");
  const [said, setSaid] = useState(NOTHING_SAID);
  const keep = async (replace) => {
    const answer = await fetch(`/s/${boot().code}/playbook`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ title: name, replace, password }),
    }).catch(() => undefined);
    const told = await answer?.json().catch(() => undefined);
    if (answer?.ok) {
      setSaid({ ...NOTHING_SAID, done: t("agenda.playbook_kept", { title: told.title }) });
      setPassword("");
      return;
    }
    const wrong = told?.message ?? t("common.offline");
    setSaid({
      done: "",
      wrong,
      there: said.there || answer?.status === 409,
      locked: said.locked || told?.code === "password",
    });
  };
  const rename = (event) => {
    setName(event.currentTarget.value);
    setSaid(NOTHING_SAID);
  };
  return html`
    <${Dialog} title=${t("agenda.keep_playbook")} onClose=${onClose}>
      <form class="stack" onSubmit=${(event) => {
        event.preventDefault();
        keep(said.locked && password !== "");
      }}>
        <p>${t("agenda.keep_playbook_text")}</p>
        <div class="field">
          <label for="playbook-name">${t("agenda.playbook_name")}</label>
          <input id="playbook-name" class="input" maxlength="120" autocomplete="off" value=${name} onInput=${rename} />
        </div>
        ${said.locked && html`<${HostPassword} value=${password} type=${setPassword} />`}
        <p role="alert" class="field-error">${said.wrong && html`<${Icon} name="triangle-alert" />${said.wrong}`}</p>
        <p role="status">${said.done}</p>
        <p class="row">
          <button class="button primary" disabled=${!name.trim()}>${t("agenda.save")}</button>
          ${said.there && html`<button type="button" class="button" disabled=${said.locked && !password} onClick=${() => keep(true)}>${t("agenda.replace_playbook")}</button>`}
        </p>
      </form>
      <${KeptPlaybooks} done=${said.done} />
    <//>
  `;
}

/** Of whoever may delete what others keep; asked for when the server wants it, and come to at once. */
function HostPassword({ value, type }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  return html`
    <div class="field">
      <label for="playbook-password">${t("new.password")}</label>
      <p class="muted small" id="playbook-password-hint">${t("new.password_hint")}</p>
      <input id="playbook-password" ref=${field} class="input" type="password" autocomplete="current-password"
        aria-describedby="playbook-password-hint" value=${value} onInput=${(event) => type(event.currentTarget.value)} />
    </div>
  `;
}

/** What is kept on this server already, with the ways to another name and to the bin; for whoever may see it. */
function KeptPlaybooks({ done }) {
  const [kept, setKept] = useState(/** @type {{id: string, title: string}[]} */ ([]));
  useEffect(() => {
    const look = async () => {
      const answer = await fetch("/api/playbooks/own").catch(() => undefined);
      setKept(answer?.ok ? await answer.json() : []);
    };
    look();
    // They are renamed and deleted in a window of their own, from which one comes back.
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [done]);
  if (kept.length === 0) return null;
  const way = (id, to, label, name) => html`
    <a class="button quiet" href=${`/playbooks/${id.replace("own:", "")}/${to}`} target="_blank" rel="noopener" aria-label=${name}>${label}</a>
  `;
  return html`
    <details class="kept-playbooks">
      <summary>${t("own.there")} <span class="badge">${kept.length}</span></summary>
      <ul class="plan-aside">
        ${kept.map(
          ({ id, title }) => html`
            <li key=${id}>
              <span dir="auto">${title}</span>
              ${way(id, "rename", t("own.rename"), t("own.rename_of", { title }))}
              ${way(id, "delete", t("own.delete"), t("own.delete_of", { title }))}
            </li>
          `,
        )}
      </ul>
    </details>
  `;
}
