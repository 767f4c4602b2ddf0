/** The two menus at the top of a phone: a chunk of its own, because a first visit can do without. */
import { html, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { send } from "../core/outbox.js";
import { mine } from "../core/store.js";
import { Dialog } from "./dialog.js";
import { ParkingLot } from "./parking.js";

/** The steps so far, to look back at. */
export function StepsDialog({ session, steps, stepId, showStep, onClose }) {
  const reached = steps.findIndex(([id]) => id === session.step);
  const go = (id) => {
    onClose();
    showStep(id);
  };
  return html`
    <${Dialog} title=${t("participant.steps")} onClose=${onClose}>
      <ol class="steps">
        ${steps.map(([id, step], at) => {
          const title = html`
            <span class="steps-number" aria-hidden="true">${at + 1}</span>
            <span ...${sessionText()}>${step.title}</span>
            ${at === reached && html`<span class="badge">${t("participant.now")}</span>`}
          `;
          return html`
            <li key=${id}>
              ${
                at <= reached
                  ? html`
                      <button type="button" class="steps-item"
                        aria-current=${id === stepId ? "step" : undefined} onClick=${() => go(id)}>
                        ${title}
                      </button>
                    `
                  : html`<span class="steps-item muted">${title}</span>`
              }
            </li>
          `;
        })}
      </ol>
      <div class="stack">
        <p class="muted small">${t("participant.steps_hint")}</p>
        <${ParkingLot} closed=${session.state === "closed"} />
      </div>
    <//>
  `;
}

/** Who you are, to put right. */
export function YouDialog({ session, onClose }) {
  const person = mine.value.person ?? {};
  const { name, organisation, role, level } = session.ask;
  const save = (event) => {
    event.preventDefault();
    send("participant.enter", Object.fromEntries(/** @type {any} */ (new FormData(event.target))));
    onClose();
  };
  return html`
    <${Dialog} title=${t("participant.you")} onClose=${onClose}>
      <form class="stack" onSubmit=${save}>
        ${
          name !== "no" &&
          html`
            <div class="field">
              <label for="you-name">${name === "required" ? t("participant.name") : t("participant.name_optional")}</label>
              <input id="you-name" class="input" name="name" maxlength="80" autocomplete="name" dir="auto"
                required=${name === "required"} defaultValue=${person.name ?? ""} />
            </div>
          `
        }
        ${
          organisation !== "no" &&
          html`
            <div class="field">
              <label for="you-organisation">${session.organisation_label || t("participant.organisation")}</label>
              <input id="you-organisation" class="input" name="organisation" maxlength="80"
                list="organisations" dir="auto" autocomplete="organization"
                required=${organisation === "required"} defaultValue=${person.organisation ?? ""} />
              <datalist id="organisations">
                ${ordered(session.organisations).map(
                  ([id, { title }]) => html`<option key=${id} value=${title}></option>`,
                )}
              </datalist>
            </div>
          `
        }
        ${
          role &&
          html`<${YouChoice} name="role" label=${t("participant.role")} options=${role}
          chosen=${person.role} />`
        }
        ${
          level &&
          html`<${YouChoice} name="level" label=${t("participant.level")} options=${level}
          chosen=${person.level} />`
        }
        <button class="button primary">${t("participant.save")}</button>
      </form>
    <//>
  `;
}

function YouChoice({ name, label, options, chosen }) {
  return html`
    <div class="field">
      <label for=${`you-${name}`}>${label}</label>
      <select id=${`you-${name}`} class="input" name=${name}>
        <option value="">${t("participant.no_choice")}</option>
        ${ordered(options).map(
          ([id, { title }]) =>
            html`<option key=${id} value=${title} selected=${title === chosen}>${title}</option>`,
        )}
      </select>
    </div>
  `;
}
