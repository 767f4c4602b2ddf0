/**
 * People who write: each with a browser that keeps things, one or two tabs, and what should stand in the end.
 *
 * Everybody does what is allowed, so where nobody locks steps every refusal is wrong.  A card is changed by the tab
 * that made it, an item is rated in one tab only, because between two tabs there is no order.  What should stand is
 * told by `fold`: what was written, in order, without what was refused.
 */
import { Storage } from "./page.mjs";

/** Cards with this beginning are never taken back, so everybody may support them. */
const STAYS = "Blijft:";
const WORDS = [
  "dijk",
  "wijk",
  "zoetwater",
  "één plan",
  "pomp",
  "riool",
  "👩‍🌾 boer",
  "coördinatie",
  "€ 5",
  "ruimte",
];
const MOST_CARDS = 60;

/** What people do, and how often compared to each other. */
const PARTICIPATING = {
  add: 6,
  edit: 5,
  move: 2,
  remove: 2,
  support: 4,
  rate: 5,
  withdraw: 1,
  repeat: 2,
  rename: 1,
};
const STEERING = { stay: 3, timer: 2, add: 2, edit: 2 };
/** A facilitator who also opens and closes things, so that people are rightly refused now and then. */
export const STRICT = { ...STEERING, lock: 3, go: 1, close: 1 };

/**
 * @typedef {object} Where  the steps that people work in
 * @property {string} canvas
 * @property {string[]} boxes
 * @property {string} rating
 * @property {string[]} items
 * @property {number} points
 *
 * @typedef {object} Written  one command and what became of it
 * @property {string} id
 * @property {string} type
 * @property {any} fields
 * @property {import("./page.mjs").Page} [page]  where it was written
 * @property {boolean} [acknowledged]  this device believes that it is stored
 * @property {number} [seq]  where it is stored, when the page that wrote it heard so
 * @property {string} [refused]
 * @property {boolean} [dismissed]  the person has seen the refusal
 *
 * @typedef {object} Stand  what somebody's commands make
 * @property {Record<string, {box: string, text: string}>} cards
 * @property {Set<string>} supported
 * @property {Record<string, {score: number | "none", remark: string}>} scores
 * @property {string | undefined} name
 * @property {Map<string, boolean | undefined>} effects  command -> whether it changes anything, where that is certain
 */

export class Person {
  /**
   * @param {{name: string, role?: string, tabs?: number, dice: import("./chance.mjs").Dice, where: Where,
   *   deeds?: Record<string, number>}} who
   */
  constructor({ name, role = "participant", tabs = 1, dice, where, deeds }) {
    this.name = name;
    this.role = role;
    this.dice = dice;
    this.where = where;
    this.deeds = deeds ?? (role === "participant" ? PARTICIPATING : STEERING);
    this.storage = new Storage();
    /** @type {(import("./page.mjs").Page | undefined)[]} */
    this.tabs = Array.from({ length: tabs }, () => undefined);
    /** @type {Map<string, Written>} every command that was ever given, by id, in order */
    this.written = new Map();
    this.numbers = 0;
    /** @type {Map<string, {box: string, text: string, tab: number}>} own cards, as far as they were not refused */
    this.cards = new Map();
    this.supported = new Map();
    this.scores = new Map();
    this.locked = false;
    this.closed = false;
    /** Told of every acknowledgement, at that moment. */
    this.onAcknowledged = (/** @type {Written} */ _) => {};
  }

  /** Opens (or opens again) a tab; *make* makes its page. */
  open(tab, make) {
    const page = make(this.storage);
    this.tabs[tab] = page;
    this.watch(page);
    return page;
  }

  /** The tab is gone, with everything that was only in its memory. */
  crash(tab) {
    this.tabs[tab]?.crash();
    this.tabs[tab] = undefined;
  }

  /** Notes what becomes of commands, also of those that an earlier page gave or that the page gives by itself. */
  watch({ core }) {
    core.refusals.subscribe((refusals) => {
      for (const { command, code, message } of refusals) this.note(command).refused = `${code}: ${message}`;
    });
    let before = core.outbox.value;
    core.outbox.subscribe((now) => {
      const left = new Set(now.map((entry) => this.note(entry).id));
      const gone = before.filter(({ id }) => !left.has(id));
      before = now;
      // What was refused is among the refusals a moment later.
      if (gone.length) queueMicrotask(() => this.believe(core, gone));
    });
  }

  /** This device believes that what has left the outbox is stored. */
  believe(core, gone) {
    const refused = new Set(core.refusals.value.map(({ command }) => command.id));
    for (const { id } of gone) {
      const known = this.written.get(id);
      if (!known || known.refused || refused.has(id)) continue;
      known.acknowledged = true;
      this.onAcknowledged(known);
    }
  }

  note({ id, type, since, ...fields }) {
    const known = this.written.get(id) ?? { id, type, fields };
    this.written.set(id, known);
    return known;
  }

  /** Does something by chance in *tab*; false when there is nothing to do there. */
  act(tab) {
    const page = this.tabs[tab];
    if (!page?.core.view.value) return false;
    if (page.core.refusals.value.length && this.dice.is(0.5)) this.dismiss(page);
    return this[this.dice.weighed(this.deeds)](tab, page) !== false;
  }

  give(tab, type, fields) {
    const page = this.tabs[tab];
    const before = new Set(page.core.outbox.value.map(({ id }) => id));
    const promise = page.core.send(type, fields);
    const written = this.note(page.core.outbox.value.find(({ id }) => !before.has(id)));
    written.page = page;
    promise.then((answer) => {
      if (answer.ok) written.seq = answer.seq;
    });
  }

  dismiss(page) {
    const { command } = this.dice.pick(page.core.refusals.value);
    this.note(command).dismissed = true;
    if (command.type === "canvas.add_card") this.cards.delete(command.card);
    page.core.dismissRefusal(command.id);
  }

  text(beginning = "") {
    this.numbers += 1;
    const words = Array.from({ length: 1 + this.dice.below(this.dice.is(0.1) ? 18 : 6) }, () =>
      this.dice.pick(WORDS),
    );
    return `${beginning}${beginning ? " " : ""}${words.join(" ")} ${this.name}-${this.numbers}`;
  }

  own(tab) {
    const ids = [...this.cards].filter(([, card]) => card.tab === tab).map(([id]) => id);
    return this.dice.pick(ids);
  }

  // what people do

  add(tab, page, beginning = "") {
    if (this.cards.size >= MOST_CARDS) return false;
    const { canvas: step, boxes } = this.where;
    const card = page.core.newId();
    const box = this.dice.pick(boxes);
    const text = this.text(beginning);
    this.cards.set(card, { box, text, tab });
    return this.give(tab, "canvas.add_card", { step, card, box, text });
  }

  stay(tab, page) {
    return this.add(tab, page, STAYS);
  }

  edit(tab) {
    const id = this.own(tab);
    if (!id) return false;
    const card = this.cards.get(id);
    card.text = this.text(card.text.startsWith(STAYS) ? STAYS : "");
    return this.give(tab, "canvas.edit_card", { step: this.where.canvas, card: id, text: card.text });
  }

  move(tab) {
    const id = this.own(tab);
    if (!id) return false;
    const card = this.cards.get(id);
    card.box = this.dice.pick(this.where.boxes.filter((box) => box !== card.box));
    return this.give(tab, "canvas.move_card", { step: this.where.canvas, card: id, box: card.box });
  }

  remove(tab) {
    const id = this.own(tab);
    if (!id || this.cards.get(id)?.text.startsWith(STAYS)) return false;
    this.cards.delete(id);
    return this.give(tab, "canvas.remove_card", { step: this.where.canvas, card: id });
  }

  support(tab, page) {
    const cards = page.core.stepView(this.where.canvas)?.cards ?? {};
    // Each tab supports other cards, because between tabs there is no order.
    const isMine = (id) => id.charCodeAt(0) % this.tabs.length === tab;
    const ids = Object.keys(cards).filter((id) => isMine(id) && cards[id].text.startsWith(STAYS));
    const card = this.dice.pick(ids);
    if (!card) return false;
    const on = !this.supported.get(card);
    this.supported.set(card, on);
    return this.give(tab, "canvas.support_card", { step: this.where.canvas, card, on });
  }

  item(tab) {
    return this.dice.pick(this.where.items.filter((_, at) => at % this.tabs.length === tab));
  }

  rate(tab) {
    const { rating: step, points } = this.where;
    const item = this.item(tab);
    const scores = ["none", ...Array.from({ length: points }, (_, at) => at + 1)];
    const score = this.dice.pick(scores.filter((one) => one !== this.scores.get(item)));
    const remark = this.dice.is(0.3) ? { remark: this.text() } : {};
    this.scores.set(item, score);
    return this.give(tab, "rating.rate", { step, item, score, ...remark });
  }

  withdraw(tab) {
    const item = this.item(tab);
    if (!this.scores.delete(item)) return false;
    return this.give(tab, "rating.rate", { step: this.where.rating, item });
  }

  /** Says once more what was said already, as an impatient thumb does: it changes nothing. */
  repeat(tab) {
    const item = this.item(tab);
    if (this.scores.has(item) && this.dice.is(0.6)) {
      const score = this.scores.get(item);
      return this.give(tab, "rating.rate", { step: this.where.rating, item, score });
    }
    const id = this.own(tab);
    if (!id) return false;
    const { text } = this.cards.get(id);
    return this.give(tab, "canvas.edit_card", { step: this.where.canvas, card: id, text });
  }

  rename(tab) {
    if (tab !== 0) return false;
    this.numbers += 1;
    return this.give(tab, "participant.enter", { name: `${this.name} ${this.numbers}` });
  }

  timer(tab) {
    this.numbers += 1;
    // Nobody else's timer may be the same, or setting it would change nothing.
    const number = Number([...this.name].map((letter) => letter.charCodeAt(0) % 10).join("")) * 10_000;
    return this.give(tab, "session.timer", { ends: 2_000_000_000_000 + number + this.numbers });
  }

  lock(tab) {
    this.locked = !this.locked;
    const step = this.dice.pick([this.where.canvas, this.where.rating]);
    return this.give(tab, "session.lock_step", { step, locked: this.locked });
  }

  go(tab) {
    return this.give(tab, "session.go", { step: this.dice.pick([this.where.canvas, this.where.rating]) });
  }

  close(tab) {
    this.closed = !this.closed;
    return this.give(tab, this.closed ? "session.close" : "session.reopen", {});
  }

  // in the end

  get pages() {
    return this.tabs.filter((page) => page !== undefined);
  }

  /** Whether nothing of this person is on its way any more. */
  get settled() {
    return this.pages.every(
      ({ core }) => core.connection.value === "online" && core.outbox.value.length === 0,
    );
  }

  /** @returns {Stand} what this person's commands make, without those that were refused */
  get stand() {
    return fold([...this.written.values()].filter(({ refused }) => !refused));
  }

  /** What this person's private part should say, of the steps they worked in. */
  get expected() {
    const { cards, supported, scores, name } = this.stand;
    return { cards, supported: [...supported].sort(), scores, ...(name === undefined ? {} : { name }) };
  }

  /** The same of a private part; where several act under one id, only with the cards that this person knows. */
  shown({ steps, person }) {
    const { cards: own, name } = this.stand;
    const canvas = steps[this.where.canvas] ?? {};
    const rating = steps[this.where.rating] ?? {};
    const cards = Object.entries(canvas.cards ?? {}).filter(([id]) => this.role === "participant" || own[id]);
    return {
      cards: Object.fromEntries(cards.map(([id, { box, text }]) => [id, { box, text }])),
      supported: Object.keys(canvas.supported ?? {}).sort(),
      scores: Object.fromEntries(
        Object.entries(rating.scores ?? {}).map(([item, { score, remark = "" }]) => [
          item,
          { score, remark },
        ]),
      ),
      ...(name === undefined ? {} : { name: person?.name }),
    };
  }
}

/**
 * @param {Written[]} commands
 * @returns {Stand}
 */
export function fold(commands) {
  /** @type {Stand} */
  const stand = { cards: {}, supported: new Set(), scores: {}, name: undefined, effects: new Map() };
  for (const { id, type, fields } of commands) stand.effects.set(id, DOES[type]?.(stand, fields));
  return stand;
}

/** What each command does to a stand; gives back whether it changes anything, undefined when that is not certain. */
const DOES = {
  "canvas.add_card"({ cards }, { card, box, text }) {
    cards[card] = { box, text };
    return true;
  },
  "canvas.edit_card"({ cards }, { card, text }) {
    if (!cards[card]) return undefined;
    const differs = cards[card].text !== text;
    cards[card] = { ...cards[card], text };
    return differs;
  },
  "canvas.move_card"({ cards }, { card, box }) {
    if (!cards[card]) return undefined;
    const differs = cards[card].box !== box;
    cards[card] = { ...cards[card], box };
    return differs || undefined;
  },
  "canvas.remove_card"({ cards }, { card }) {
    return delete cards[card];
  },
  "canvas.support_card"({ supported }, { card, on }) {
    const differs = supported.has(card) !== on;
    if (on) supported.add(card);
    else supported.delete(card);
    return differs;
  },
  "rating.rate"({ scores }, { item, score, remark }) {
    const before = scores[item];
    if (score === undefined) {
      delete scores[item];
      return before !== undefined;
    }
    scores[item] = { score, remark: remark ?? before?.remark ?? "" };
    return before?.score !== score || before.remark !== scores[item].remark;
  },
  "participant.enter"(stand, { name }) {
    const differs = name !== undefined && name !== stand.name;
    stand.name = name ?? stand.name;
    return differs || undefined;
  },
  "session.timer": () => true,
};
