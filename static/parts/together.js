/** Links of their own for co-facilitators and observers: made, shown once, switched off and taken away. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../core/ask.js";
import { boot } from "../core/boot.js";
import { copyOf } from "../core/copy.js";
import { announce, html } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { Dialog } from "./dialog.js";

/** @param {string} [id] */
function linkAddress(id) {
  return `/api/sessions/${boot().code}/links${id ? `/${id}` : ""}`;
}

export function kindName(kind) {
  return kind === "observer" ? t("together.observer") : t("together.facilitator");
}

export function TogetherDialog({ onClose }) {
  const [links, setLinks] = useState(/** @type {any[]} */ ([]));
  const [own, setOwn] = useState(true);
  const [made, setMade] = useState(/** @type {{name: string, url: string} | undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  const take = (/** @type {import("../core/ask.js").Asked} */ asked) => {
    setProblem(asked.ok ? "" : asked.message);
    if (!asked.ok) return;
    setLinks(asked.gave.links);
    setOwn(asked.gave.own);
  };
  const look = () => ask(linkAddress()).then(take);
  useEffect(() => {
    look();
  }, []);
  const add = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const wanted = Object.fromEntries(/** @type {any} */ (new FormData(form)));
    const asked = await ask(linkAddress(), wanted);
    if (!asked.ok) return setProblem(asked.message);
    setMade({ name: wanted.name || kindName(wanted.kind), url: asked.gave.url });
    form.reset();
    look();
  };
  const change = (id, wanted) => ask(linkAddress(id), wanted).then(take);
  return html`
    <${Dialog} title=${t("together.title")} onClose=${onClose}>
      ${made && html`<${NewLink} key=${made.url} ...${made} />`}
      ${links.length > 0 && html`<${Links} links=${links} own=${own} change=${change} />`}
      ${
        own
          ? html`
              <form class="stack" onSubmit=${add}>
                <h3>${t("together.new")}</h3>
                <div class="field">
                  <label for="link-name">${t("together.name")}</label>
                  <p class="muted small" id="link-name-hint">${t("together.name_hint")}</p>
                  <input class="input" id="link-name" name="name" maxlength="60" dir="auto" autocomplete="off"
                    aria-describedby="link-name-hint" />
                </div>
                <fieldset class="field">
                  <legend>${t("together.kind")}</legend>
                  <label class="desk-choice"><input type="radio" name="kind" value="facilitator" defaultChecked />
                    <span>${t("together.facilitator")} <span class="muted small">${t("together.facilitator_hint")}</span></span></label>
                  <label class="desk-choice"><input type="radio" name="kind" value="observer" />
                    <span>${t("together.observer")} <span class="muted small">${t("together.observer_hint")}</span></span></label>
                </fieldset>
                <button class="button primary">${t("together.add")}</button>
              </form>
            `
          : html`<p class="muted">${t("error.own_link_only")}</p>`
      }
      <p role="alert" class="field-error">${problem}</p>
    <//>
  `;
}

function Links({ links, own, change }) {
  return html`
    <section class="stack">
      <h3>${t("together.links")}</h3>
      <ul class="people links">
        ${links.map((link) => {
          const name = link.name || kindName(link.kind);
          return html`
            <li key=${link.id}>
              <span>
                <bdi>${name}</bdi>
                <span class="muted small"> ${link.name && kindName(link.kind)} ${!link.on && t("together.switched_off")}</span>
              </span>
              ${
                own &&
                html`
                  <span class="row">
                    <button type="button" class="button quiet"
                      aria-label=${link.on ? t("together.off_of", { name }) : t("together.on_of", { name })}
                      onClick=${() => change(link.id, { on: !link.on })}>
                      ${link.on ? t("together.off") : t("together.on")}
                    </button>
                    <button type="button" class="button quiet" aria-label=${t("together.remove_of", { name })}
                      onClick=${() => change(`${link.id}/remove`, {})}>
                      ${t("together.remove")}
                    </button>
                  </span>
                `
              }
            </li>
          `;
        })}
      </ul>
    </section>
  `;
}

/** A link that was just made: nobody can see it again. */
function NewLink({ name, url }) {
  const copy = async (event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget.form.elements.namedItem("url"));
    announce((await copyOf(field)) ? t("common.copied") : t("common.selected"));
  };
  return html`
    <form class="notice stack" onSubmit=${(event) => event.preventDefault()}>
      <div class="field">
        <label for="link-url"><bdi>${t("together.link_for", { name })}</bdi></label>
        <p class="small" id="link-url-hint">${t("together.once")}</p>
        <input class="input address" id="link-url" name="url" readonly value=${url} aria-describedby="link-url-hint"
          onFocus=${(event) => event.currentTarget.select()} />
      </div>
      <button type="button" class="button" onClick=${copy}>${t("together.copy")}</button>
    </form>
  `;
}
