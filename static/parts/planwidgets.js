/** Parts of a step's form that are more than a field: lists of items, the form of a rating, the layout of boxes. */
import { useMemo, useRef, useState } from "preact/hooks";
import { boot } from "../core/boot.js";
import { html, Icon } from "../core/dom.js";
import { sessionText, t } from "../core/i18n.js";
import { FromChoice, somethingOffered } from "./planchoices.js";
import { RecordTools } from "./recordtools.js";
import { planId } from "./stepspec.js";

/** Items: a list of one's own, or what comes from earlier steps. */
export function ItemSource({ spec, value, set, context, at }) {
  const own = Array.isArray(value);
  const kept = useRef(own ? value : []);
  if (own) kept.current = value;
  const possible = somethingOffered(context) || !own;
  return html`
    <fieldset class="field plan-group">
      <legend>${t(spec.label)}</legend>
      ${
        possible &&
        html`
          <div class="options">
            <label class="option">
              <input type="radio" name=${at} checked=${own} onChange=${() => set(kept.current)} /><span>${t("agenda.own_list")}</span>
            </label>
            <label class="option">
              <input type="radio" name=${at} checked=${!own} onChange=${() => set({})} /><span>${t("agenda.from_earlier")}</span>
            </label>
          </div>
        `
      }
      ${
        own
          ? html`<${ItemList} items=${value} set=${set} prefix=${spec.prefix} aside=${context.aside} at=${at} />`
          : html`<${FromChoice} spec=${{ label: "agenda.take_what" }} value=${value} set=${(from) => set(from ?? {})} context=${context} at=${`${at}-from`} />`
      }
    </fieldset>
  `;
}

function ItemList({ items, set, prefix, aside, at }) {
  const list = useRef({ items, set });
  list.current = { items, set };
  const away = Object.values(aside ?? {}).filter(
    ({ id }) => id.startsWith(prefix) && !items.some((item) => item.id === id),
  );
  return html`
    <ol class="plan-items">
      ${items.map((item, n) => html`<${ItemRow} key=${item.id} item=${item} n=${n} last=${items.length - 1} list=${list} />`)}
    </ol>
    <div class="row">
      <button type="button" class="button" onClick=${() => set([...items, { id: planId(prefix), title: "" }])}>
        <${Icon} name="plus" />${t("agenda.add_item")}
      </button>
    </div>
    <${PasteList} items=${items} set=${set} prefix=${prefix} at=${at} />
    ${
      away.length > 0 &&
      html`
        <div class="stack">
          <p class="muted small">${t("agenda.aside")}</p>
          <ul class="plan-aside">
            ${away.map(
              (item) => html`
                <li key=${item.id}>
                  <span ...${sessionText()}>${item.title}</span>
                  <button type="button" class="button quiet" aria-label=${t("agenda.put_back_item", { title: item.title })} onClick=${() => set([...items, item])}>
                    <${Icon} name="rotate-ccw" />${t("agenda.put_back")}
                  </button>
                </li>
              `,
            )}
          </ul>
        </div>
      `
    }
  `;
}

/**
 * One item of a list.  It is drawn again only when it is another one: a list has two hundred, and each letter typed in
 * one of them would draw all.
 *
 * @param {{item: {id: string, title: string, text?: string}, n: number, last: number,
 *   list: {current: {items: any[], set: (items: any[]) => void}}}} props  list: as it is by the time something is done
 */
function ItemRow({ item, n, last, list }) {
  return useMemo(() => {
    const replace = (changes) =>
      list.current.set(list.current.items.map((one, at) => (at === n ? { ...one, ...changes } : one)));
    const swap = (from, to) => {
      const moved = [...list.current.items];
      [moved[from], moved[to]] = [moved[to], moved[from]];
      list.current.set(moved);
    };
    const remove = () => list.current.set(list.current.items.filter((_, at) => at !== n));
    return html`
      <li class="plan-item">
        <div class="stack">
          <input class="input" ...${sessionText()} maxlength="200" autocomplete="off" value=${item.title}
            aria-label=${t("agenda.item_title", { n: n + 1 })}
            onInput=${(event) => replace({ title: event.currentTarget.value })} />
          <details open=${Boolean(item.text)}>
            <summary>${t("agenda.item_more")}</summary>
            <textarea class="input" ...${sessionText()} rows="2" aria-label=${t("agenda.item_text", { n: n + 1 })} value=${item.text ?? ""}
              onInput=${(event) => replace({ text: event.currentTarget.value })}></textarea>
          </details>
        </div>
        <${RecordTools} title=${item.title || t("agenda.number", { n: n + 1 })} n=${n} last=${last} swap=${swap} remove=${remove} />
      </li>
    `;
  }, [item, n, last]);
}

/** Lines or cells as people paste them; the server makes items of them. */
function PasteList({ items, set, prefix, at }) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState({ wrong: "", done: "" });
  const paste = async () => {
    const answer = await fetch(`/s/${boot().code}/items.json`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text, items: items.filter(({ title }) => title.trim()), prefix }),
    }).catch(() => undefined);
    const told = await answer?.json().catch(() => undefined);
    if (!answer?.ok) return setSaid({ wrong: told?.message ?? t("common.offline"), done: "" });
    set(told.items);
    setText("");
    return setSaid({ wrong: "", done: t("agenda.pasted", { added: told.added, doubled: told.doubled }) });
  };
  return html`
    <details class="plan-paste">
      <summary>${t("agenda.paste")}</summary>
      <div class="field">
        <label for=${`${at}-paste`}>${t("agenda.paste_label")}</label>
        <p class="muted small" id=${`${at}-paste-hint`}>${t("agenda.paste_hint")}</p>
        <textarea id=${`${at}-paste`} class="input" rows="6" ...${sessionText()} aria-describedby=${`${at}-paste-hint`} value=${text}
          onInput=${(event) => setText(event.currentTarget.value)}></textarea>
        <p role="alert" class="field-error">${said.wrong && html`<${Icon} name="triangle-alert" />${said.wrong}`}</p>
        <p role="status" class="small">${said.done}</p>
        <button type="button" class="button" disabled=${!text.trim()} onClick=${paste}>${t("agenda.paste_do")}</button>
      </div>
    </details>
  `;
}

/** How people answer: on a scale, with dots, or by choosing. */
export function RatingForm({ at, plan, write }) {
  const kept = useRef({});
  const { scale, dots, targets } = plan;
  Object.assign(kept.current, scale && { scale }, dots && { dots }, targets !== undefined && { targets });
  const form = targets !== undefined ? "choice" : dots ? "dots" : "scale";
  const start = {
    scale: () => ({
      scale: {
        question: t("agenda.start_question"),
        points: [t("agenda.start_1"), t("agenda.start_2"), t("agenda.start_3"), t("agenda.start_4")],
        off: t("agenda.start_off"),
      },
    }),
    dots: () => ({ dots: 5 }),
    choice: () => ({ targets: [] }),
  };
  const name = { scale: "scale", dots: "dots", choice: "targets" };
  const choose = (to) => {
    const bare = { ...plan };
    for (const one of [
      "scale",
      "dots",
      "targets",
      "max_per_item",
      "multiple",
      "max_targets",
      "own_targets",
      "again",
      "criteria",
      "quadrants",
      "reference",
    ])
      delete bare[one];
    const before = kept.current[name[to]];
    write({ ...bare, ...(before ? { [name[to]]: before } : start[to]()) });
  };
  const option = (key, label) => html`
    <label class="option" key=${key}>
      <input type="radio" name=${at} checked=${form === key} onChange=${() => choose(key)} /><span>${label}</span>
    </label>
  `;
  return html`
    <fieldset class="field plan-group">
      <legend>${t("agenda.rating_form")}</legend>
      <div class="options">
        ${option("scale", t("agenda.form_scale"))}${option("dots", t("agenda.form_dots"))}${option("choice", t("agenda.form_choice"))}
      </div>
    </fieldset>
  `;
}

/** How the boxes lie on wide screens: in columns, each so many wide and high; or as they fall. */
export function LayoutChoice({ spec, value, set, plan, at }) {
  const boxes = plan.boxes ?? [];
  if (boxes.length < 2) return null;
  const columns = value?.length ? value[0].split(/\s+/).length : 0;
  const sizes = sizesIn(value ?? [], boxes);
  const choose = (n) => set(n ? flow(boxes, n, sizes) : undefined);
  const resize = (id, side, n) => set(flow(boxes, columns, { ...sizes, [id]: { ...sizes[id], [side]: n } }));
  const numbers = (most) => Array.from({ length: most }, (_, n) => n + 1);
  return html`
    <fieldset class="field plan-group">
      <legend>${t(spec.label)}</legend>
      <label for=${at}>${t("agenda.columns")}</label>
      <select id=${at} class="input" onChange=${(event) => choose(Number(event.currentTarget.value))}>
        <option value="0" selected=${columns === 0}>${t("agenda.columns_auto")}</option>
        ${numbers(Math.max(6, columns)).map((n) => html`<option key=${n} value=${n} selected=${n === columns}>${n}</option>`)}
      </select>
      ${
        columns > 1 &&
        html`
          <ul class="plan-sizes">
            ${boxes.map(
              ({ id, title }) => html`
                <li key=${id}>
                  <span ...${sessionText()}>${title}</span>
                  ${[
                    ["wide", t("agenda.wide_of", { title }), columns],
                    ["high", t("agenda.high_of", { title }), 4],
                  ].map(
                    ([side, label, most]) => html`
                      <select key=${side} class="input" aria-label=${label} onChange=${(event) => resize(id, side, Number(event.currentTarget.value))}>
                        ${numbers(Number(most)).map(
                          (n) =>
                            html`<option key=${n} value=${n} selected=${n === sizes[id][side]}>${side === "wide" ? t("agenda.wide", { n }) : t("agenda.high", { n })}</option>`,
                        )}
                      </select>
                    `,
                  )}
                </li>
              `,
            )}
          </ul>
        `
      }
    </fieldset>
  `;
}

/** Box -> how many columns wide and rows high it is in a layout. */
function sizesIn(layout, boxes) {
  const rows = layout.map((row) => row.split(/\s+/));
  return Object.fromEntries(
    boxes.map(({ id }) => {
      const there = rows.filter((row) => row.includes(id));
      return [id, { wide: there[0]?.filter((area) => area === id).length || 1, high: there.length || 1 }];
    }),
  );
}

/**
 * A layout in which the boxes follow each other, each in the first place where it fits.
 *
 * @param {{id: string}[]} boxes
 * @param {number} columns
 * @param {Object<string, {wide: number, high: number}>} sizes
 * @returns {string[]}
 */
function flow(boxes, columns, sizes) {
  /** @type {string[][]} */
  const rows = [];
  const row = (y) => {
    while (rows.length <= y) rows.push(Array(columns).fill("."));
    return rows[y];
  };
  for (const { id } of boxes) {
    const wide = Math.min(columns, sizes[id]?.wide ?? 1);
    const high = sizes[id]?.high ?? 1;
    const span = (from, length) => Array.from({ length }, (_, n) => from + n);
    const free = (x, y) =>
      span(y, high).every((at) => span(x, wide).every((column) => row(at)[column] === "."));
    let place;
    for (let y = 0; !place; y += 1)
      for (let x = 0; x + wide <= columns && !place; x += 1) if (free(x, y)) place = { x, y };
    for (const at of span(place.y, high)) row(at).fill(id, place.x, place.x + wide);
  }
  return rows.filter((areas) => areas.some((area) => area !== ".")).map((areas) => areas.join(" "));
}

/** A layout that has exactly these boxes: a new one gets a row, and one that is gone leaves its place empty. */
export function fittedLayout(layout, boxes) {
  if (!layout?.length) return layout;
  const ids = boxes.map(({ id }) => id);
  const columns = layout[0].split(/\s+/).length;
  const rows = layout
    .map((row) => row.split(/\s+/).map((area) => (ids.includes(area) ? area : ".")))
    .filter((row) => row.some((area) => area !== "."));
  const there = new Set(rows.flat());
  const added = ids.filter((id) => !there.has(id)).map((id) => Array(columns).fill(id));
  return [...rows, ...added].map((row) => row.join(" "));
}

/** The scores of another project, beside ours: a number for each item of the list. */
export function Reference({ spec, value, set, plan, at }) {
  if (!Array.isArray(plan.items)) return null;
  const scores = value?.scores ?? {};
  const put = (id, typed) => {
    const next = { ...scores, [id]: Number(typed) };
    if (!typed) delete next[id];
    write({ scores: next });
  };
  const write = (changes) => {
    const next = { label: "", ...value, scores, ...changes };
    set(next.label || Object.keys(next.scores).length ? next : undefined);
  };
  return html`
    <fieldset class="field plan-group">
      <legend>${t(spec.label)}</legend>
      <div class="field">
        <label for=${at}>${t("agenda.reference_label")}</label>
        <input id=${at} class="input" ...${sessionText()} maxlength="200" value=${value?.label ?? ""} onInput=${(event) => write({ label: event.currentTarget.value })} />
      </div>
      <ul class="plan-sizes">
        ${plan.items.map(
          ({ id, title }) => html`
            <li key=${id}>
              <span ...${sessionText()}>${title}</span>
              <input class="input plan-number" type="number" min="1" max=${plan.scale?.points?.length ?? 11} aria-label=${t("agenda.reference_of", { title })}
                value=${scores[id] ?? ""} onInput=${(event) => put(id, event.currentTarget.value)} />
            </li>
          `,
        )}
      </ul>
    </fieldset>
  `;
}
