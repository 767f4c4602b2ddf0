/**
 * The send part of the report page: to whom, with what words, a look at it, and what became of it.
 *
 * Nothing goes out by accident: sending asks once more and names the number, and the server refuses when that number is
 * no longer right.  What is typed is kept on this device until it is sent.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../core/ask.js";
import { boot } from "../core/boot.js";
import { html, Icon, mount } from "../core/dom.js";
import { useDraft } from "../core/drafts.js";
import { t } from "../core/i18n.js";
import { textDrafts } from "../core/textdrafts.js";
import { Dialog } from "./dialog.js";
import { MailOutbox } from "./mailoutbox.js";
import { OwnProgram } from "./ownprogram.js";

const CHECK_MS = 500;
const PREVIEW = "mail-preview";

/** Shows the send part in *element*, below a heading of the page. */
export function mailing(element) {
  mount(html`<${Mailing} base=${`/s/${boot().code}/mail`} />`, element);
}

function Mailing({ base }) {
  const [known, setKnown] = useState(/** @type {any} */ (undefined));
  const [complaint, complain] = useState("");
  const [wish, setWish] = useState(/** @type {{address: string} | undefined} */ (undefined));
  const load = async () => {
    const asked = await ask(`${base}/start.json`);
    if (asked.ok) setKnown(asked.gave);
    complain(asked.ok ? "" : asked.message);
  };
  useEffect(() => {
    load();
  }, []);
  if (!known && complaint) {
    return html`
      <div class="notice" data-tone="warn">
        <p role="alert">${complaint}</p>
        <button type="button" class="button" onClick=${load}>${t("mailing.load_again")}</button>
      </div>
    `;
  }
  if (!known) return html`<p class="late">${t("common.loading")}</p>`;
  const heard = (mails) => setKnown({ ...known, mails });
  const asked = (address) => setWish({ address });
  return html`
    <div class="stack mailing">
      <${Compose} base=${base} known=${known} wish=${wish} onSent=${heard} />
      <${MailOutbox} base=${base} mails=${known.mails} onNews=${heard} onAddress=${asked} />
    </div>
  `;
}

/** @param {any} props  wish: an address to which somebody wants to send (again) */
function Compose({ base, known, wish, onSent }) {
  const mail = useMail(known);
  const { wanted } = mail;
  const checked = useChecked(base, wanted);
  const [problem, setProblem] = useState({ about: "", message: "" });
  const [confirming, setConfirming] = useState(/** @type {any} */ (undefined));
  const to = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const own = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [told, tell] = useState("");
  const [added, setAdded] = useState("");
  const refuse = (about, message) => {
    tell("");
    setProblem({ about, message });
  };
  const forget = () => refuse("", "");
  const { typed, opted_in, reply_to } = wanted;
  // What was wrong may be right now.
  useEffect(() => setProblem({ about: "", message: "" }), [typed, opted_in, reply_to]);
  useEffect(() => {
    if (!wish) return;
    const line = typed.trimEnd() ? `${typed.trimEnd()}\n${wish.address}` : wish.address;
    mail.setTyped(line);
    setAdded(line);
    to.current?.focus();
  }, [wish]);

  const agree = async (event) => {
    event.preventDefault();
    forget();
    // What goes out is what the server has.
    if (textDrafts().length) return refuse("send", t("mailing.unsaved"));
    const asked = await ask(`${base}/check.json`, wanted);
    if (!asked.ok) return refuse("send", asked.message);
    const why = whyNot(asked.gave);
    if (!why) return setConfirming({ ...asked.gave, request: newRequest() });
    refuse("to", why);
    to.current?.focus();
  };
  const send = async () => {
    const { n, again, request } = confirming;
    const asked = await ask(`${base}/send.json`, { ...wanted, n, again, request });
    if (!asked.ok) return setConfirming({ ...confirming, message: asked.message });
    setConfirming(undefined);
    mail.sent();
    onSent(asked.gave.mails);
    tell(t("mailing.on_its_way", { n: asked.gave.n }));
  };
  const test = async () => {
    forget();
    if (!wanted.reply_to.trim()) {
      refuse("reply_to", t("mailing.test_where"));
      own.current?.focus();
      return;
    }
    const asked = await ask(`${base}/test.json`, {
      ...wanted,
      typed: wanted.reply_to,
      request: newRequest(),
    });
    if (!asked.ok) return refuse("test", asked.message);
    onSent(asked.gave.mails);
    tell(t("mailing.test_on_its_way", { address: wanted.reply_to.trim() }));
  };
  const said = (about) =>
    html`<${Refusal} id=${`mailing-${about}-why`} text=${problem.about === about && problem.message} />`;
  return html`
    <form class="stack" noValidate onSubmit=${agree}>
      <${To} mail=${mail} known=${known} checked=${checked} added=${added !== "" && added === typed} said=${said("to")} field=${to} wrong=${problem.about === "to"} />
      <${Words} mail=${mail} said=${said("reply_to")} field=${own} wrong=${problem.about === "reply_to"} />
      <${Files} mail=${mail} known=${known} />
      <${Preview} base=${base} wanted=${wanted} from=${known.from} />
      ${
        known.from
          ? html`
              <div class="row">
                <button class="button primary"><${Icon} name="send" />${t("mailing.send")}</button>
                <button type="button" class="button" onClick=${test}>${t("mailing.test")}</button>
              </div>
              ${said("send")}${said("test")}
              <${Told} text=${told} />
            `
          : html`<div class="notice"><${Icon} name="info" /><p>${t("mailing.no_server")}</p></div>`
      }
    </form>
    <${OwnProgram} base=${base} wanted=${wanted} open=${!known.from} />
    ${confirming && html`<${Confirm} known=${known} asked=${confirming} wanted=${wanted} onYes=${send} onNo=${() => setConfirming(undefined)} />`}
  `;
}

/** What is typed, and the mail as the server wants it. */
function useMail(known) {
  const [typed, setTyped] = useDraft("mailing:to");
  const [subject, setSubject] = useDraft("mailing:subject", known.subject);
  const [cover, setCover] = useDraft("mailing:cover", known.cover);
  const [replyTo, setReplyTo] = useDraft("mailing:reply-to");
  const [optedIn, setOptedIn] = useState(known.opted_in.length > 0);
  const [files, setFiles] = useState(known.files.slice(0, 1));
  return {
    wanted: { typed, subject, cover, reply_to: replyTo, opted_in: optedIn, files },
    setTyped,
    setSubject,
    setCover,
    setReplyTo,
    setOptedIn,
    choose: (form, on) => setFiles(known.files.filter((each) => (each === form ? on : files.includes(each)))),
    sent: () => {
      setTyped("");
      setOptedIn(false);
    },
  };
}

/** What the server makes of the recipients, a moment after somebody stopped typing. */
function useChecked(base, { typed, opted_in }) {
  const [checked, setChecked] = useState(/** @type {any} */ (undefined));
  useEffect(() => {
    let here = true;
    const waiting = setTimeout(async () => {
      const asked = await ask(`${base}/check.json`, { typed, opted_in });
      if (here) setChecked(asked.ok ? asked.gave : { message: asked.message });
    }, CHECK_MS);
    return () => {
      here = false;
      clearTimeout(waiting);
    };
  }, [typed, opted_in]);
  return checked;
}

/** What was just done, where whoever did it is looking. */
function Told({ text }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (text) place.current?.scrollIntoView({ block: "nearest" });
  }, [text]);
  return html`
    <div role="status" class="mailing-told" ref=${place}>
      ${text && html`<div class="notice" data-tone="good"><${Icon} name="circle-check" /><p>${text}</p></div>`}
    </div>
  `;
}

function whyNot({ n, wrong, most }) {
  if (wrong.length) return t("mailing.put_right", { n: wrong.length });
  if (!n) return t("mailing.nobody");
  return n > most ? t("mailing.too_many", { n, most }) : "";
}

function To({ mail, known, checked, added, said, field, wrong }) {
  const asked = known.opted_in.length;
  return html`
    <fieldset class="stack">
      <legend><h2>${t("mailing.to")}</h2></legend>
      ${
        asked > 0 &&
        html`
          <label class="choice">
            <input type="checkbox" checked=${mail.wanted.opted_in}
              onChange=${(event) => mail.setOptedIn(event.currentTarget.checked)} />
            <span>${t("mailing.opted_in", { n: asked })}</span>
          </label>
          <details class="mailing-asked">
            <summary>${t("mailing.who_asked")}</summary>
            <ul>${known.opted_in.map((address) => html`<li key=${address}><bdi>${address}</bdi></li>`)}</ul>
          </details>
        `
      }
      <div class="field">
        <label for="mailing-to">${asked ? t("mailing.others") : t("mailing.addresses")}</label>
        <p id="mailing-to-hint" class="muted small">${t("mailing.to_hint")}</p>
        <textarea id="mailing-to" class="input" rows="3" ref=${field} value=${mail.wanted.typed}
          autocomplete="off" spellcheck=${false}
          aria-describedby="mailing-to-hint mailing-to-why mailing-to-found" aria-invalid=${wrong ? "true" : undefined}
          onInput=${(event) => mail.setTyped(event.currentTarget.value)}></textarea>
        ${said}
        <${Found} checked=${checked} added=${added} />
      </div>
    </fieldset>
  `;
}

/** How many that makes, and what is no address. */
function Found({ checked, added }) {
  return html`
    <div id="mailing-to-found" class="stack mailing-found" role="status">
      ${added && html`<p>${t("mailing.to_added")}</p>`}
      ${checked?.message && html`<p>${checked.message}</p>`}
      ${
        checked?.right &&
        html`
          <p><strong>${checked.n ? t("mailing.recipients", { n: checked.n }) : t("mailing.no_recipients")}</strong>${" "}
            ${checked.doubles > 0 && t("mailing.doubles", { n: checked.doubles })}${" "}
            ${checked.again > 0 && t("mailing.had_it", { n: checked.again })}</p>
          ${
            checked.wrong.length > 0 &&
            html`
              <ul class="mailing-wrong">
                ${checked.wrong.map(({ message }, at) => html`<li key=${at}><${Icon} name="triangle-alert" /><span dir="auto">${message}</span></li>`)}
              </ul>
            `
          }
        `
      }
    </div>
  `;
}

function Words({ mail, said, field, wrong }) {
  const { subject, cover, reply_to } = mail.wanted;
  return html`
    <div class="field">
      <label for="mailing-subject">${t("mailing.subject")}</label>
      <input id="mailing-subject" class="input" maxlength="200" value=${subject} dir="auto"
        onInput=${(event) => mail.setSubject(event.currentTarget.value)} />
    </div>
    <div class="field">
      <label for="mailing-cover">${t("mailing.cover")}</label>
      <textarea id="mailing-cover" class="input" rows="6" maxlength="4000" value=${cover} dir="auto"
        onInput=${(event) => mail.setCover(event.currentTarget.value)}></textarea>
    </div>
    <div class="field">
      <label for="mailing-reply-to">${t("mailing.reply_to")}</label>
      <p id="mailing-reply-to-hint" class="muted small">${t("mailing.reply_to_hint")}</p>
      <input id="mailing-reply-to" class="input" type="email" autocomplete="email" maxlength="254" ref=${field}
        value=${reply_to} aria-describedby="mailing-reply-to-hint mailing-reply_to-why"
        aria-invalid=${wrong ? "true" : undefined}
        onInput=${(event) => mail.setReplyTo(event.currentTarget.value)} />
      ${said}
    </div>
  `;
}

function Files({ mail, known }) {
  const { files } = mail.wanted;
  return html`
    <fieldset class="stack mailing-files">
      <legend><h2>${t("mailing.files")}</h2></legend>
      <p class="muted small">${t("mailing.files_hint")}</p>
      <div class="row">
        ${known.files.map(
          (form) => html`
            <label class="choice" key=${form}>
              <input type="checkbox" checked=${files.includes(form)}
                onChange=${(event) => mail.choose(form, event.currentTarget.checked)} />
              <span>${formName(form)}</span>
            </label>
          `,
        )}
      </div>
      ${
        known.left_out.length > 0 &&
        html`<p class="notice"><span>${t("mailing.left_out", { titles: known.left_out.map((title) => `‘${title}’`).join(", ") })}</span></p>`
      }
    </fieldset>
  `;
}

function formName(form) {
  const names = {
    html: () => t("mailing.form_html"),
    md: () => t("mailing.form_md"),
    docx: () => t("mailing.form_docx"),
    csv: () => t("mailing.form_csv"),
  };
  return names[form]?.() ?? form;
}

/** The mail as it will look: a form fills the frame, so that it is shown with its own look and without any script. */
function Preview({ base, wanted, from }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [shown, setShown] = useState(false);
  const [text, setText] = useState(/** @type {any} */ (undefined));
  const show = async () => {
    setShown(true);
    const asked = await ask(`${base}/preview.json`, wanted);
    setText(asked.ok ? asked.gave : { message: asked.message });
    if (asked.ok) fill(base, wanted);
  };
  return html`
    <div class="stack" ref=${form}>
      <p><button type="button" class="button" onClick=${show}>
        <${Icon} name="eye" />${shown ? t("mailing.preview_again") : t("mailing.preview")}
      </button></p>
      ${
        shown &&
        html`
          <section class="panel stack mailing-preview" aria-label=${t("mailing.preview")}>
            <${Refusal} id="mailing-preview-why" text=${text?.message} />
            ${text?.subject && html`<${Envelope} text=${text} from=${from} />`}
            <iframe name=${PREVIEW} title=${t("mailing.preview_frame")} sandbox="allow-forms"></iframe>
            ${
              text?.text &&
              html`
                <details>
                  <summary>${t("mailing.preview_text")}</summary>
                  <pre class="mailing-text" tabindex="0" dir="auto">${text.text}</pre>
                </details>
              `
            }
          </section>
        `
      }
    </div>
  `;
}

function Envelope({ text, from }) {
  return html`
    <dl class="mailing-envelope">
      ${from && html`<dt>${t("mailing.from")}</dt><dd><bdi>${from}</bdi></dd>`}
      <dt>${t("mailing.subject")}</dt><dd dir="auto">${text.subject}</dd>
      ${
        text.files.length > 0 &&
        html`<dt>${t("mailing.files")}</dt><dd>${text.files
          .map(({ name, bytes }) => t("mailing.file_size", { name, kb: Math.ceil(bytes / 1000) }))
          .join(", ")}</dd>`
      }
    </dl>
  `;
}

/** Posts the mail into the frame. */
function fill(base, { subject, cover }) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `${base}/preview.html`;
  form.target = PREVIEW;
  for (const [name, value] of Object.entries({ subject, cover })) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  form.hidden = true;
  document.body.append(form);
  form.submit();
  form.remove();
}

/** Once more, with the number. */
function Confirm({ known, asked, wanted, onYes, onNo }) {
  const [busy, setBusy] = useState(false);
  const yes = async () => {
    if (busy) return;
    setBusy(true);
    await onYes();
    setBusy(false);
  };
  return html`
    <${Dialog} title=${t("mailing.sure", { n: asked.n })} onClose=${onNo}>
      <div class="stack">
        <dl class="mailing-envelope">
          <dt>${t("mailing.from")}</dt><dd><bdi>${known.from}</bdi></dd>
          <dt>${t("mailing.subject")}</dt><dd dir="auto">${wanted.subject || known.subject}</dd>
          <dt>${t("mailing.answers")}</dt>
          <dd><bdi>${wanted.reply_to.trim() || t("mailing.answers_to_sender", { from: known.from })}</bdi></dd>
        </dl>
        <p>${t("mailing.one_each")}${" "}${asked.again > 0 && t("mailing.had_it", { n: asked.again })}</p>
        <${Refusal} id="mailing-sure-why" text=${asked.message} />
        <div class="row">
          <button type="button" class="button primary" aria-disabled=${busy} onClick=${yes}>
            <${Icon} name="send" />${t("mailing.sure_yes", { n: asked.n })}
          </button>
          <button type="button" class="button" onClick=${onNo}>${t("mailing.sure_no")}</button>
        </div>
      </div>
    <//>
  `;
}

function Refusal({ id, text }) {
  return html`<div id=${id} class="mailing-why">${text && html`<p class="mailing-refusal" role="alert">${text}</p>`}</div>`;
}

/** What makes asking twice one request. */
function newRequest() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
