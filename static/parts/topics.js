/** What was talked through and concluded: the list that discussions and pages show. */
import { html, Icon, ordered } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { view } from "../core/store.js";
import { Paged } from "./paging.js";
import { TrailButton } from "./trail.js";

/**
 * @typedef {{decision?: string, note?: string, who?: string}} Conclusion
 * @typedef {{items: Object<string, {title: string, text?: string, order: number, decision?: string, of?: string}>,
 *   of?: string, waiting?: string, spotlight?: string, decisions: Object<string, {title: string, order: number}>,
 *   conclusions: Object<string, Conclusion>, discussed: Object<string, true>, question?: string}} DiscussionView
 */

const LIST_SIZES = [1.7, 1.4, 1.2, 1.05, 0.95, 0.85, 0.75, 0.65];
/**
 * All items with what was concluded.
 *
 * @param {{step: DiscussionView, level: number}} props
 */
export function DiscussedList({ step, level }) {
  const items = ordered(step.items);
  if (step.waiting) return html`<${TalkWaiting} step=${step} />`;
  if (items.length === 0) return html`<p class="muted">${t("discussion.nothing")}</p>`;
  return html`
    <ol class="talk-list">
      ${items.map(
        ([id, item]) => html`
          <li key=${id} class="talk-row" data-lit=${id === step.spotlight ? "" : undefined}>
            <div class="talk-head">
              <${`h${level}`} ...${sessionText()}>${item.title}<//>
              <${ItemState} step=${step} id=${id} />
            </div>
            <${Concluded} conclusion=${step.conclusions[id]} plain />
            <${TrailButton} id=${id} />
          </li>
        `,
      )}
    </ol>
  `;
}

export function TalkWaiting({ step }) {
  const title = view.value?.agenda[step.waiting]?.title ?? "";
  return html`
    <div class="notice"><${Icon} name="eye-off" /><p ...${sessionText()}>${t("discussion.waiting", { title })}</p></div>
  `;
}

/** Where an item stands, in a word. */
export function ItemState({ step, id }) {
  const decision = step.conclusions[id]?.decision ?? step.items[id].decision;
  if (decision)
    return html`<span class="badge talk-decision" ...${sessionText()}><${Icon} name="messages-square" />${decision}</span>`;
  if (step.discussed[id])
    return html`<span class="badge"><${Icon} name="check" />${t("discussion.discussed")}</span>`;
  return null;
}

/** @param {{conclusion?: Conclusion, plain?: boolean}} props  *plain*: the decision is shown elsewhere */
export function Concluded({ conclusion, plain }) {
  if (!conclusion) return null;
  const { decision, note, who } = conclusion;
  return html`
    <div class=${plain ? "talk-said" : "talk-said talk-concluded"}>
      ${!plain && html`<h3>${t("discussion.concluded")}</h3>`}
      ${!plain && decision && html`<p class="talk-word" ...${sessionText()}>${decision}</p>`}
      ${note && html`<p class="card-text" ...${sessionText()}>${note}</p>`}
      ${who && html`<p><span class="muted">${t("discussion.who")}:</span> <bdi>${who}</bdi></p>`}
    </div>
  `;
}

const MANY_TOPICS = 8;

/** The same on the big screen. */
export function ScreenList({ step }) {
  const many = Object.keys(step.items).length > MANY_TOPICS;
  return html`
    <${Paged} kind="screen-list" sizes=${LIST_SIZES} units=".talk-row">
      ${
        step.waiting
          ? html`<${TalkWaiting} step=${step} />`
          : html`
              <ol class="talk-list" data-many=${many ? "" : undefined}>
                ${ordered(step.items).map(
                  ([id, item]) => html`
                    <li key=${id} class="talk-row">
                      <div class="talk-head">
                        <h2 ...${sessionText()}>${item.title}</h2>
                        <${ItemState} step=${step} id=${id} />
                      </div>
                      <${Concluded} conclusion=${step.conclusions[id]} plain />
                    </li>
                  `,
                )}
              </ol>
            `
      }
    <//>
  `;
}
