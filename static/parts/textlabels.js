/** What the fields are called in which a plan has texts: as in the forms where they are written. */
import { t } from "../core/i18n.js";

/** @type {Object<string, string>} */
const LABELS = {
  title: "agenda.field.title",
  text: "agenda.field.text",
  instruction: "agenda.field.instruction",
  notes: "agenda.field.notes",
  purpose: "new.purpose",
  prompt: "agenda.box_prompt",
  example: "agenda.box_example",
  suggestions: "agenda.box_suggestions",
  cards: "agenda.box_cards",
  label: "agenda.field.question",
  hint: "agenda.field_hint",
  unit: "agenda.field_unit",
  options: "agenda.field_options",
  text_label: "agenda.text_label",
  points: "agenda.scale_points",
  off: "agenda.scale_off",
  question: "agenda.field.question",
  tags: "agenda.reasons_tags",
  decisions: "agenda.field.decisions",
  decided: "agenda.field.decisions",
  add_prompt: "agenda.field.add_prompt",
  high_high: "agenda.high_high",
  high_low: "agenda.high_low",
  low_high: "agenda.low_high",
  low_low: "agenda.low_low",
  organisation_label: "agenda.organisation_label",
  organisations: "agenda.organisations",
  role: "agenda.roles",
  level: "agenda.levels",
  elsewhere: "agenda.elsewhere_label",
};

/** @param {string} name  the field of the plan */
export function labelOf(name) {
  return t(LABELS[name] ?? "agenda.field.text");
}
