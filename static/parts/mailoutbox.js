/** What became of each mail, and what a person can do about it. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../core/ask.js";
import { announce, html, Icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { momentOf } from "./moment.js";

const SOON_MS = 1_500;
const LATER_MS = 10_000;
const MOST_APART = 5;
const UNDER_WAY = ["waiting", "sending", "handing"];
const NEEDS_SOMEBODY = ["failed", "unsure", "again", "stopped"];

/**
 * @param {{base: string, mails: any[], onNews: (mails: any[]) => void,
 *   onAddress: (address: string) => void}} props  onAddress: somebody wants to write to that address, or to correct it
 */
export function MailOutbox({ base, mails, onNews, onAddress }) {
  const [complaint, complain] = useState("");
  const statuses = new Set(mails.flatMap(({ messages }) => messages.map(({ status }) => status)));
  const pace = UNDER_WAY.some((status) => statuses.has(status)) ? SOON_MS : statuses.has("again") && LATER_MS;
  const busy = pace === SOON_MS;
  useEffect(() => {
    if (!pace) return;
    const looking = setInterval(async () => {
      const asked = await ask(`${base}/outbox.json`);
      if (asked.ok) onNews(asked.gave.mails);
      complain(asked.ok ? "" : asked.message);
    }, Number(pace));
    return () => clearInterval(looking);
  }, [pace, onNews]);
  const [wasBusy, setWasBusy] = useState(busy);
  useEffect(() => {
    if (wasBusy && !busy && mails.length) announce(summaryOf(mails[0].messages));
    setWasBusy(busy);
  }, [busy]);
  const decide = async (what, messages) => {
    const asked = await ask(`${base}/${what}.json`, { messages: messages.map(({ id }) => id) });
    if (asked.ok) onNews(asked.gave.mails);
    complain(asked.ok ? "" : asked.message);
  };
  if (!mails.length) return null;
  return html`
    <section class="stack" aria-labelledby="mail-outbox">
      <h2 id="mail-outbox">${t("mailing.outbox")}</h2>
      ${complaint && html`<p class="mailing-refusal" role="alert">${complaint}</p>`}
      ${mails.map((mail) => html`<${SentMail} key=${mail.id} mail=${mail} decide=${decide} onAddress=${onAddress} />`)}
    </section>
  `;
}

function SentMail({ mail, decide, onAddress }) {
  const { messages } = mail;
  const of = (...statuses) => messages.filter(({ status }) => statuses.includes(status));
  const attention = of(...NEEDS_SOMEBODY);
  // A test goes to oneself, with its own button.
  const toAgain = mail.kind === "test" ? undefined : onAddress;
  const failed = of("failed", "stopped").filter(({ address }) => address);
  const waiting = of("waiting", "again");
  const n = messages.length;
  return html`
    <article class="panel stack mail" aria-label=${mail.subject}>
      <p class="row spread">
        <strong dir="auto">${mail.kind === "test" ? t("mailing.was_test") : mail.subject}</strong>
        <span class="muted small">${momentOf(mail.at)}</span>
      </p>
      <p>${summaryOf(messages)}</p>
      ${waiting.length > 0 && html`<progress class="progress" max=${n} value=${n - waiting.length} aria-label=${summaryOf(messages)}></progress>`}
      <${Attention} messages=${attention} decide=${decide} onAddress=${toAgain} />
      <div class="row">
        ${
          failed.length > 0 &&
          html`<button type="button" class="button" onClick=${() => decide("again", failed)}>
            <${Icon} name="rotate-ccw" />${t("mailing.try_failed", { n: failed.length })}
          </button>`
        }
        ${
          of("again").length > 0 &&
          html`<button type="button" class="button" onClick=${() => decide("again", of("again"))}>
            <${Icon} name="rotate-ccw" />${t("mailing.try_now", { n: of("again").length })}
          </button>`
        }
        ${
          waiting.length > 0 &&
          html`<button type="button" class="button quiet" onClick=${() => decide("stop", waiting)}>
            ${t("mailing.stop", { n: waiting.length })}
          </button>`
        }
      </div>
      ${
        n > attention.length &&
        html`
          <details>
            <summary>${t("mailing.everybody", { n })}</summary>
            <${Messages} messages=${messages} onAddress=${toAgain} />
          </details>
        `
      }
    </article>
  `;
}

/** What needs a look; of many that stand alike the reason once, because five hundred times the same hides the rest. */
function Attention({ messages, decide, onAddress }) {
  /** @type {Map<string, any[]>} */
  const alike = new Map();
  for (const message of messages) {
    const key = `${message.status} ${message.said}`;
    alike.set(key, [...(alike.get(key) ?? []), message]);
  }
  const groups = [...alike.values()];
  const single = groups.filter((group) => group.length <= MOST_APART).flat();
  return html`
    ${groups
      .filter((group) => group.length > MOST_APART)
      .map(
        (group) => html`
          <div class="stack" key=${group[0].id} data-status=${group[0].status}>
            <p><span class="badge">${statusWord(group[0])}</span> ${group[0].said}</p>
            <details>
              <summary>${t("mailing.recipients", { n: group.length })}</summary>
              <${Messages} messages=${group} decide=${decide} onAddress=${onAddress} />
            </details>
          </div>
        `,
      )}
    ${single.length > 0 && html`<${Messages} messages=${single} decide=${decide} onAddress=${onAddress} />`}
  `;
}

function Messages({ messages, decide, onAddress }) {
  return html`
    <ul class="mail-messages">
      ${messages.map(
        (message) => html`
          <li key=${message.id} data-status=${message.status}>
            <span class="mail-to"><bdi>${message.address || t("mailing.forgotten")}</bdi></span>
            <span class="badge">${statusWord(message)}</span>
            ${message.said && message.status !== "sent" && html`<span class="mail-said">${message.said}</span>`}
            ${message.answer && message.status !== "sent" && html`<span class="mail-answer muted small" dir="auto">${t("mailing.server_said", { answer: message.answer })}</span>`}
            ${onAddress && message.address && html`<${ToAddress} message=${message} onAddress=${onAddress} />`}
            ${decide && message.status === "unsure" && html`<${Doubt} message=${message} decide=${decide} />`}
          </li>
        `,
      )}
    </ul>
  `;
}

/** The way back to the field above: with the address of somebody who lost the mail, or that was misspelled. */
function ToAddress({ message: { status, address }, onAddress }) {
  if (status !== "sent" && status !== "failed") return null;
  return html`
    <button type="button" class="button quiet" onClick=${() => onAddress(address)}>
      ${status === "sent" ? t("mailing.to_again") : t("mailing.to_other")}<span class="visually-hidden"> ${address}</span>
    </button>
  `;
}

/** Only a person can find out whether this one came. */
function Doubt({ message, decide }) {
  return html`
    <span class="row">
      <button type="button" class="button" onClick=${() => decide("again", [message])}>
        ${t("mailing.send_after_all")}<span class="visually-hidden"> ${message.address}</span>
      </button>
      <button type="button" class="button" onClick=${() => decide("believe", [message])}>
        ${t("mailing.it_came")}<span class="visually-hidden"> ${message.address}</span>
      </button>
    </span>
  `;
}

function statusWord({ status, due }) {
  switch (status) {
    case "sent":
      return t("mailing.is_sent");
    case "failed":
      return t("mailing.is_failed");
    case "unsure":
      return t("mailing.is_unsure");
    case "stopped":
      return t("mailing.is_stopped");
    case "again":
      return t("mailing.is_again", { time: momentOf(due) });
    case "waiting":
      return t("mailing.is_waiting");
  }
  return t("mailing.is_sending");
}

/** How many of what, the good news first. */
function summaryOf(messages) {
  const count = (...statuses) => messages.filter(({ status }) => statuses.includes(status)).length;
  const told = [
    [count("sent"), (n) => t("mailing.n_sent", { n })],
    [count(...UNDER_WAY), (n) => t("mailing.n_waiting", { n })],
    [count("again"), (n) => t("mailing.n_again", { n })],
    [count("unsure"), (n) => t("mailing.n_unsure", { n })],
    [count("failed"), (n) => t("mailing.n_failed", { n })],
    [count("stopped"), (n) => t("mailing.n_stopped", { n })],
  ];
  const said = told.filter(([n]) => n).map(([n, say]) => say(n));
  return said.join(" · ");
}
