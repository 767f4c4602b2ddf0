/** Dividing dots over items. */
import { html, Icon, memo } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { ItemFrame, refusedFor, sendAnswer } from "./rate.js";
import { SaveState } from "./step.js";

export const DotsItem = memo(({ id, item, number, stepId, shut, dots = 0, state, left, most }) => {
  const full = left === 0 || dots === most;
  const give = (change, possible) => {
    if (shut || !possible) return;
    const said = t("rating.dots_given", { dots: dots + change, left: left - change });
    sendAnswer("rating.dots", { step: stepId, item: id, dots: dots + change }, said);
  };
  // Not `disabled`: a button under the thumb should not lose the focus when the last dot is given.
  const button = (icon, label, change, possible) => html`
    <button type="button" class="button icon-only" aria-label=${label} aria-disabled=${shut || !possible}
      onClick=${() => give(change, possible)}>
      <${Icon} name=${icon} />
    </button>
  `;
  return html`
    <${ItemFrame} id=${id} item=${item} number=${number} complaint=${refusedFor("rating.dots", stepId, id).at(-1)?.message}>
      <div class="dots-row">
        <span class="dots-picture" aria-hidden="true">${Array.from({ length: dots }, () => html`<i></i>`)}</span>
        ${state && html`<${SaveState} state=${state} />`}
        ${button("minus", t("rating.dot_less", { item: item.title }), -1, dots > 0)}
        <output aria-label=${t("rating.dots_here")}>${dots}</output>
        ${button("plus", t("rating.dot_more", { item: item.title }), 1, !full)}
      </div>
    <//>
  `;
});
