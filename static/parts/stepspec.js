/**
 * The forms in which steps are edited, as data: which fields each kind of step has, in the words of people.
 *
 * type: line, area, number, check, select, lines, records, object, and the ones of planwidgets.js; label and hint are
 * keys of the catalogue; more: stands under "More options"; start: what holds when nothing is said; when: whether it is
 * of use in this plan.
 */

/**
 * @typedef {{name: string, type: string, label: string, hint?: string, more?: boolean, start?: any, rows?: number,
 *   most?: number, options?: [string, string][], of?: Spec[], add?: string, made?: () => object, kinds?: string[],
 *   prefix?: string, none?: string, when?: (plan: any, context: any) => boolean}} Spec
 */

/** An id for something new: of a step, a box, a question; it begins with a letter, as names of grid areas do. */
export function planId(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return prefix + [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {Spec[]} */
const SCALE = [
  { name: "question", type: "line", label: "agenda.scale_question" },
  { name: "points", type: "lines", label: "agenda.scale_points", hint: "agenda.scale_points_hint", rows: 4 },
  { name: "off", type: "line", label: "agenda.scale_off", hint: "agenda.scale_off_hint" },
  {
    name: "reasons",
    type: "records",
    label: "agenda.reasons",
    hint: "agenda.reasons_hint",
    add: "agenda.add_reasons",
    made: () => ({ points: [], tags: [] }),
    of: [
      { name: "points", type: "points", label: "agenda.reasons_points" },
      { name: "tags", type: "lines", label: "agenda.reasons_tags", rows: 3 },
    ],
    when: (_, { whole }) => !whole.criteria?.length,
  },
];

/** @type {Spec[]} */
const FIELD = [
  { name: "label", type: "line", label: "agenda.field_label" },
  {
    name: "kind",
    type: "select",
    label: "agenda.field_kind",
    start: "text",
    options: [
      ["text", "agenda.kind_text"],
      ["choice", "agenda.kind_choice"],
      ["choices", "agenda.kind_choices"],
      ["organisation", "agenda.kind_organisation"],
      ["person", "agenda.kind_person"],
      ["date", "agenda.kind_date"],
      ["amount", "agenda.kind_amount"],
      ["item", "agenda.kind_item"],
    ],
  },
  {
    name: "options",
    type: "lines",
    label: "agenda.field_options",
    hint: "agenda.one_a_line",
    rows: 3,
    when: ({ kind }) => kind === "choice" || kind === "choices",
  },
  { name: "items", type: "from", label: "agenda.field_items", when: ({ kind }) => kind === "item" },
  { name: "unit", type: "line", label: "agenda.field_unit", when: ({ kind }) => kind === "amount" },
  { name: "hint", type: "line", label: "agenda.field_hint" },
  { name: "required", type: "check", label: "agenda.field_required" },
];

const newField = () => ({ id: planId("f"), label: "" });

/** @type {Spec[]} */
const BOX = [
  { name: "title", type: "line", label: "agenda.field.title", most: 200 },
  { name: "prompt", type: "area", label: "agenda.box_prompt", hint: "agenda.box_prompt_hint", rows: 2 },
  { name: "example", type: "area", label: "agenda.box_example", rows: 2 },
  { name: "suggestions", type: "lines", label: "agenda.box_suggestions", hint: "agenda.one_a_line", rows: 3 },
  { name: "cards", type: "lines", label: "agenda.box_cards", hint: "agenda.one_a_line", rows: 3 },
  { name: "max_chars", type: "number", label: "agenda.field.max_chars" },
  {
    name: "fields",
    type: "records",
    label: "agenda.box_fields",
    add: "agenda.add_field",
    made: newField,
    of: FIELD,
  },
];

/** @type {Spec[]} */
const STRIP = [
  { name: "title", type: "line", label: "agenda.field.title" },
  { name: "text", type: "area", label: "agenda.field.text", rows: 2 },
];

const ownBoard = (plan) => !plan.board;
const onScale = (plan) => Boolean(plan.scale);
/** On one scale: with several questions there is no second round, and nothing to compare with. */
const onOneScale = (plan) => onScale(plan) && !plan.criteria?.length;
const withDots = (plan) => Boolean(plan.dots);
const byChoice = (plan) => plan.targets !== undefined;

/** @type {Spec[]} */
const BEGIN = [
  { name: "title", type: "line", label: "agenda.field.title", most: 200 },
  { name: "minutes", type: "number", label: "agenda.field.minutes" },
  { name: "instruction", type: "area", label: "agenda.field.instruction", rows: 2 },
];

/** @type {Spec} */
const NOTES = {
  name: "notes",
  type: "area",
  label: "agenda.field.notes",
  hint: "agenda.notes_hint",
  rows: 3,
};

/** @type {Object<string, Spec[]>} */
export const STEP_SPECS = {
  page: [
    ...BEGIN,
    { name: "text", type: "area", label: "agenda.field.text", hint: "agenda.markdown_hint", rows: 9 },
    {
      name: "questions",
      type: "records",
      label: "agenda.field.questions",
      add: "agenda.add_question",
      made: () => ({ id: planId("q"), label: "" }),
      of: [
        { name: "label", type: "line", label: "agenda.field.question" },
        {
          name: "kind",
          type: "questionkind",
          label: "agenda.question_kind",
          start: "text",
          options: [
            ["text", "agenda.kind_text"],
            ["scale", "agenda.kind_scale"],
          ],
        },
        {
          name: "scale",
          type: "object",
          label: "agenda.field.scale",
          of: SCALE.slice(0, 3),
          when: ({ kind }) => kind === "scale",
        },
        {
          name: "max_chars",
          type: "number",
          label: "agenda.field.max_chars",
          when: ({ kind }) => kind !== "scale",
        },
      ],
    },
    NOTES,
    { name: "results_of", type: "step", label: "agenda.field.results_of", more: true },
    { name: "mail", type: "check", label: "agenda.field.mail", more: true },
    { name: "editable", type: "check", label: "agenda.page_editable", more: true },
  ],
  canvas: [
    ...BEGIN,
    {
      name: "boxes",
      type: "boxes",
      label: "agenda.field.boxes",
      add: "agenda.add_box",
      made: () => ({ id: planId("b"), title: "" }),
      of: BOX,
      when: ownBoard,
    },
    { name: "blind", type: "check", label: "agenda.field.blind", hint: "agenda.blind_hint" },
    { name: "anonymous", type: "check", label: "agenda.field.anonymous", hint: "agenda.anonymous_hint" },
    NOTES,
    {
      name: "board",
      type: "step",
      kinds: ["canvas"],
      label: "agenda.field.board",
      none: "agenda.own_board",
      more: true,
      when: (plan) => !plan.boxes?.length,
    },
    { name: "focus", type: "focus", label: "agenda.field.focus", hint: "agenda.focus_hint", more: true },
    { name: "layout", type: "layout", label: "agenda.field.layout", more: true, when: ownBoard },
    {
      name: "look",
      type: "select",
      label: "agenda.field.look",
      start: "grid",
      more: true,
      options: [
        ["grid", "agenda.look_grid"],
        ["lanes", "agenda.look_lanes"],
        ["table", "agenda.look_table"],
      ],
    },
    { name: "supportable", type: "check", label: "agenda.field.supportable", start: true, more: true },
    { name: "max_chars", type: "number", label: "agenda.field.max_chars", start: 280, more: true },
    {
      name: "per_person",
      type: "number",
      label: "agenda.field.per_person",
      hint: "agenda.zero_is_free",
      more: true,
    },
    {
      name: "editable",
      type: "select",
      label: "agenda.field.editable",
      start: "own",
      more: true,
      options: [
        ["own", "agenda.editable_own"],
        ["everyone", "agenda.editable_everyone"],
      ],
    },
    { name: "takeable", type: "check", label: "agenda.field.takeable", more: true },
    {
      name: "fields",
      type: "records",
      label: "agenda.field.fields",
      add: "agenda.add_field",
      made: newField,
      of: FIELD,
      more: true,
      when: ownBoard,
    },
    { name: "agreed_with", type: "agreed", label: "agenda.field.agreed_with", more: true },
    {
      name: "rows",
      type: "from",
      label: "agenda.field.rows",
      none: "agenda.no_rows",
      more: true,
      when: ownBoard,
    },
    { name: "prefill", type: "from", label: "agenda.field.prefill", none: "agenda.no_prefill", more: true },
    {
      name: "prefill_box",
      type: "box",
      label: "agenda.field.prefill_box",
      more: true,
      when: ({ prefill }) => Boolean(prefill),
    },
    { name: "grouping", type: "check", label: "agenda.field.grouping", more: true },
    { name: "top", type: "object", label: "agenda.field.top", of: STRIP, more: true },
    { name: "bottom", type: "object", label: "agenda.field.bottom", of: STRIP, more: true },
  ],
  rating: [
    ...BEGIN,
    { name: "items", type: "source", label: "agenda.field.items", prefix: "i" },
    { name: "form", type: "ratingform", label: "agenda.rating_form" },
    { name: "scale", type: "object", label: "agenda.field.scale", of: SCALE, when: onScale },
    { name: "dots", type: "number", label: "agenda.field.dots", when: withDots },
    {
      name: "max_per_item",
      type: "number",
      label: "agenda.field.max_per_item",
      hint: "agenda.zero_is_free",
      when: withDots,
    },
    { name: "targets", type: "source", label: "agenda.field.targets", prefix: "t", when: byChoice },
    { name: "multiple", type: "check", label: "agenda.field.multiple", start: true, when: byChoice },
    {
      name: "max_targets",
      type: "number",
      label: "agenda.field.max_targets",
      hint: "agenda.zero_is_free",
      when: byChoice,
    },
    { name: "own_targets", type: "check", label: "agenda.field.own_targets", when: byChoice },
    { name: "blind", type: "check", label: "agenda.field.blind", hint: "agenda.blind_hint", start: true },
    NOTES,
    { name: "remarks", type: "check", label: "agenda.field.remarks", start: true, more: true, when: onScale },
    { name: "one_by_one", type: "check", label: "agenda.field.one_by_one", more: true },
    {
      name: "per",
      type: "select",
      label: "agenda.field.per",
      start: "person",
      more: true,
      options: [
        ["person", "agenda.per_person"],
        ["organisation", "agenda.per_organisation"],
      ],
    },
    { name: "addable", type: "check", label: "agenda.field.addable", more: true },
    {
      name: "add_prompt",
      type: "line",
      label: "agenda.field.add_prompt",
      more: true,
      when: ({ addable }) => Boolean(addable),
    },
    {
      name: "criteria",
      type: "criteria",
      label: "agenda.field.criteria",
      hint: "agenda.criteria_hint",
      add: "agenda.add_criterion",
      made: () => ({ id: planId("c"), title: "" }),
      of: [
        { name: "title", type: "line", label: "agenda.field.title" },
        { name: "question", type: "line", label: "agenda.field.question" },
      ],
      more: true,
      when: onScale,
    },
    {
      name: "quadrants",
      type: "object",
      label: "agenda.field.quadrants",
      more: true,
      of: [
        { name: "high_high", type: "line", label: "agenda.high_high" },
        { name: "high_low", type: "line", label: "agenda.high_low" },
        { name: "low_high", type: "line", label: "agenda.low_high" },
        { name: "low_low", type: "line", label: "agenda.low_low" },
      ],
      when: ({ criteria }) => criteria?.length === 2,
    },
    {
      name: "again",
      type: "step",
      kinds: ["rating"],
      label: "agenda.field.again",
      none: "agenda.first_round",
      more: true,
      when: onOneScale,
    },
    { name: "reference", type: "reference", label: "agenda.field.reference", more: true, when: onOneScale },
  ],
  discussion: [
    ...BEGIN,
    { name: "items", type: "source", label: "agenda.field.items", prefix: "i" },
    { name: "question", type: "line", label: "agenda.field.question" },
    { name: "decisions", type: "lines", label: "agenda.field.decisions", hint: "agenda.one_a_line", rows: 3 },
    NOTES,
    {
      name: "order",
      type: "select",
      label: "agenda.field.order",
      start: "divided",
      more: true,
      options: [
        ["divided", "agenda.order_divided"],
        ["given", "agenda.order_given"],
        ["best", "agenda.order_best"],
      ],
      when: ({ items }) => !Array.isArray(items),
    },
  ],
};

/**
 * A plan without what says nothing: empty texts, lists and tables, and what is so anyway.
 *
 * @param {any} value
 * @returns {any}
 */
export function tidyPlan(value) {
  if (Array.isArray(value)) return value.map(tidyPlan).filter((entry) => entry !== "");
  if (!value || typeof value !== "object") return typeof value === "string" ? value.trim() : value;
  const kept = Object.entries(value)
    .map(([name, inner]) => [name, tidyPlan(inner)])
    .filter(
      ([name, inner]) => !(inner === "" || inner === undefined || inner === null || isEmpty(name, inner)),
    );
  return Object.fromEntries(kept);
}

/**
 * Whether a field is in the form: when it makes sense there, and as long as something stands in it: what the server
 * will not have beside the rest has to be seen to be taken away.
 *
 * @param {Spec} spec
 */
export function isShown({ name, when }, plan, context) {
  const value = plan[name];
  const filled =
    value && typeof value === "object" ? Object.keys(value).length > 0 : typeof value !== "boolean" && value;
  return !when || when(plan, context) || Boolean(filled);
}

function isEmpty(name, value) {
  if (Array.isArray(value))
    return value.length === 0 && !["items", "targets", "points", "tags"].includes(name);
  return typeof value === "object" && Object.keys(value).length === 0;
}
