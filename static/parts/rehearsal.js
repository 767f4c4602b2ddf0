/** A rehearsal: how one is started, and the band above it that says what it is and takes it away. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../core/ask.js";
import { boot } from "../core/boot.js";
import { html, Icon, ordered } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { view } from "../core/store.js";
import { Dialog } from "./dialog.js";

const MOST_ROBOTS = 100;
const ROBOTS = 12;
const LOOK_MS = 5_000;

/** @param {string} [rest] */
function stageAddress(rest = "") {
  return `/api/sessions/${boot().code}/rehearsal${rest}`;
}

/** Starts a rehearsal of the session, or leads to the one that there is. */
export function RehearseDialog({ session, onClose }) {
  const [known, setKnown] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    ask(stageAddress()).then((asked) => setKnown(asked.ok ? asked.gave.rehearsal : ""));
  }, []);
  const go = async (path, body) => {
    setBusy(true);
    const asked = await ask(path, body ?? {});
    setBusy(false);
    if (asked.ok) location.assign(asked.gave.url);
    else setProblem(asked.message);
  };
  const start = (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    go(stageAddress(), {
      robots: Number(form.get("robots")),
      organisations: String(form.get("organisations")).split("\n"),
      fast: form.get("pace") === "fast",
    });
  };
  const organisations = ordered(session.organisations).map(([, { title }]) => title);
  return html`
    <${Dialog} title=${t("rehearsal.badge")} onClose=${onClose}>
      <p>${t("rehearsal.explain")}</p>
      ${
        known &&
        html`
          <div class="notice">
            <p>${t("rehearsal.is_there")}</p>
            <button type="button" class="button" disabled=${busy} onClick=${() => go(stageAddress("/enter"))}>${t("rehearsal.open")}</button>
            <button type="button" class="button quiet" disabled=${busy} onClick=${() => go(stageAddress("/clean"))}>
              ${t("rehearsal.clean_there")}
            </button>
          </div>
        `
      }
      <form class="stack" onSubmit=${start}>
        <div class="field">
          <label for="robots">${t("rehearsal.number")}</label>
          <input class="input console-minutes" id="robots" name="robots" type="number" min="1" max=${MOST_ROBOTS}
            defaultValue=${ROBOTS} required />
        </div>
        <div class="field">
          <label for="robot-organisations">${t("rehearsal.organisations")}</label>
          <p class="muted small" id="robot-organisations-hint">${t("rehearsal.organisations_hint")}</p>
          <textarea class="input" id="robot-organisations" name="organisations" rows="4"
            aria-describedby="robot-organisations-hint" defaultValue=${organisations.join("\n")}></textarea>
        </div>
        <fieldset class="field">
          <legend>${t("rehearsal.pace")}</legend>
          <label class="desk-choice"><input type="radio" name="pace" value="human" defaultChecked />${t("rehearsal.human")}</label>
          <label class="desk-choice"><input type="radio" name="pace" value="fast" />${t("rehearsal.fast")}</label>
        </fieldset>
        <p class="muted small">${t("rehearsal.together")}</p>
        <p role="alert" class="field-error">${problem}</p>
        <button class="button primary" disabled=${busy}><${Icon} name="play" />${t("rehearsal.start")}</button>
      </form>
    <//>
  `;
}

/** Above everything in a rehearsal. */
export function RehearsalBand() {
  const [state, setState] = useState({ robots: 0, playing: true, fast: false, demo: false });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const joined = Object.keys(view.value?.people ?? {}).length;
  const look = () => ask(stageAddress()).then((asked) => asked.ok && setState(asked.gave));
  useEffect(() => {
    look();
    const looking = setInterval(look, LOOK_MS);
    return () => clearInterval(looking);
  }, [joined]);
  const pace = async (robots, fast) => {
    setBusy(true);
    const asked = await ask(stageAddress("/robots"), { robots, fast });
    setBusy(false);
    setProblem(asked.ok ? "" : asked.message);
    if (asked.ok) setState(asked.gave);
  };
  const clean = async () => {
    setBusy(true);
    const asked = await ask(stageAddress("/clean"), {});
    setBusy(false);
    if (asked.ok) location.assign(asked.gave.url);
    else setProblem(asked.message);
  };
  return html`
    <section class="notice rehearsal" data-tone="warn" aria-label=${t("rehearsal.badge")}>
      <p>
        <strong>${t("rehearsal.badge")}</strong>
        ${" "}${state.playing ? t("rehearsal.robots", { n: state.robots }) : t("rehearsal.none_playing")}
      </p>
      <p class="row">
        ${
          state.playing
            ? html`
                <button type="button" class="button" disabled=${busy} onClick=${() => pace(1, !state.fast)}>
                  ${state.fast ? t("rehearsal.human") : t("rehearsal.fast")}
                </button>
                <button type="button" class="button" disabled=${busy} onClick=${() => pace(0, false)}>${t("rehearsal.home")}</button>
              `
            : html`
                <button type="button" class="button" disabled=${busy} onClick=${() => pace(ROBOTS, state.fast)}>
                  ${t("rehearsal.again")}
                </button>
              `
        }
        <button type="button" class="button" disabled=${busy} onClick=${clean}>
          ${state.demo ? t("rehearsal.clean_demo") : t("rehearsal.clean")}
        </button>
      </p>
      <p role="alert" class="field-error">${problem}</p>
    </section>
  `;
}
