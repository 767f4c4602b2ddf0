/** What a round asks of people. */
import { html } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";

/**
 * What a round asks: the question of its scale, or how its dots and targets work.
 *
 * @param {{round: import("./results.js").RevealedRound, tag?: string}} props
 */
export function RoundQuestion({ round, tag = "p" }) {
  const { scale, dots, choice } = round;
  const kind = tag === "p" ? "rating-question" : undefined;
  if (scale) return html`<${tag} class=${kind} ...${sessionText()}>${scale.question}<//>`;
  if (round.results && tag !== "p")
    return html`<${tag}>${choice ? t("rating.choice_caption") : t("rating.dots_divided")}<//>`;
  if (choice)
    return html`<${tag} class=${kind}>${choice.multiple ? t("rating.choose_some") : t("rating.choose_one")}<//>`;
  const most = dots?.per_item;
  return html`
    <${tag} class=${kind}>
      ${t("rating.divide_dots", { n: dots?.budget ?? 0 })}${Boolean(most) && ` ${t("rating.dots_at_most", { n: Number(most) })}`}
    <//>
  `;
}
