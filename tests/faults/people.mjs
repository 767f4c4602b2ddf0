/**
 * People who write: each with a browser that keeps things, one or two tabs, and what should stand in the end.
 *
 * Everybody only does what is allowed and what has an effect: a card is changed by its author's own tab, a text is
 * never written twice, support is given to cards that stay.  So every command has to be in the log exactly once, a
 * refusal is always wrong, and what somebody wrote last is what must be there.
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

/** What participants do, and how often compared to each other. */
const DEEDS = { add: 6, edit: 5, move: 2, remove: 2, support: 4, rate: 5, withdraw: 1, rename: 1 };
const STEERING_DEEDS = { stay: 3, timer: 2, add: 2, edit: 2 };

/**
 * @typedef {object} Where  the steps that people work in
 * @property {string} canvas
 * @property {string[]} boxes
 * @property {string} rating
 * @property {string[]} items
 * @property {number} points
 *
 * @typedef {{id: string, type: string, tab: number, acknowledged?: boolean, seq?: number, refused?: string}} Written
 *   acknowledged: this device believes that it is stored; seq: where, when the page that wrote it heard the answer
 */

export class Person {
  /**
   * @param {{name: string, role?: string, tabs?: number, dice: import("./chance.mjs").Dice, where: Where}} who
   */
  constructor({ name, role = "participant", tabs = 1, dice, where }) {
    this.name = name;
    this.role = role;
    this.dice = dice;
    this.where = where;
    this.storage = new Storage();
    /** @type {(import("./page.mjs").Page | undefined)[]} */
    this.tabs = Array.from({ length: tabs }, () => undefined);
    /** @type {Map<string, Written>} every command that was ever given, by id */
    this.written = new Map();
    this.crashes = 0;
    this.numbers = 0;
    // What should stand in the end.
    /** @type {Map<string, {box: string, text: string, tab: number}>} */
    this.cards = new Map();
    this.supported = new Map();
    /** @type {Map<string, {score: number | "none", remark: string}>} */
    this.scores = new Map();
    this.called = undefined;
  }

  /** Opens (or opens again) a tab; *make* makes its page. */
  open(tab, make) {
    const page = make(this.storage);
    this.tabs[tab] = page;
    this.watch(page, tab);
    return page;
  }

  /** The tab is gone, with everything that was only in its memory. */
  crash(tab) {
    this.tabs[tab]?.crash();
    this.tabs[tab] = undefined;
    this.crashes += 1;
  }

  /** Notes what becomes of commands, also of those that an earlier page gave. */
  watch({ core }, tab) {
    core.refusals.subscribe((refusals) => {
      for (const { command, code, message } of refusals) {
        const known = this.written.get(command.id) ?? { id: command.id, type: command.type, tab };
        known.refused = `${code}: ${message}`;
        this.written.set(command.id, known);
      }
    });
    let before = core.outbox.value;
    core.outbox.subscribe((now) => {
      const left = new Set(now.map(({ id }) => id));
      for (const { id } of before) {
        const known = this.written.get(id);
        if (known && !known.refused && !left.has(id)) known.acknowledged = true;
      }
      before = now;
    });
  }

  /** Does something by chance in *tab*; false when there is nothing to do there. */
  act(tab) {
    const page = this.tabs[tab];
    if (!page?.core.view.value) return false;
    const deeds = this.role === "participant" ? DEEDS : STEERING_DEEDS;
    return this[this.dice.weighed(deeds)](tab, page) !== false;
  }

  give(tab, type, fields) {
    const page = this.tabs[tab];
    const before = new Set(page.core.outbox.value.map(({ id }) => id));
    const promise = page.core.send(type, fields);
    const entry = page.core.outbox.value.find(({ id }) => !before.has(id));
    const written = { id: entry.id, type, tab };
    this.written.set(entry.id, written);
    promise.then((answer) => {
      if (answer.ok) written.seq = answer.seq;
    });
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
    const mine = (id) => id.charCodeAt(0) % this.tabs.length === tab;
    const card = this.dice.pick(
      Object.keys(cards).filter((id) => mine(id) && cards[id].text.startsWith(STAYS)),
    );
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
    const old = this.scores.get(item);
    const scores = ["none", ...Array.from({ length: points }, (_, at) => at + 1)];
    const score = this.dice.pick(scores.filter((one) => one !== old?.score));
    const remark = this.dice.is(0.3) ? this.text() : undefined;
    this.scores.set(item, { score, remark: remark ?? old?.remark ?? "" });
    return this.give(tab, "rating.rate", { step, item, score, ...(remark === undefined ? {} : { remark }) });
  }

  withdraw(tab) {
    const item = this.item(tab);
    if (!this.scores.delete(item)) return false;
    return this.give(tab, "rating.rate", { step: this.where.rating, item });
  }

  rename(tab) {
    if (tab !== 0) return false;
    this.numbers += 1;
    this.called = `${this.name} ${this.numbers}`;
    return this.give(tab, "participant.enter", { name: this.called });
  }

  timer(tab) {
    this.numbers += 1;
    // Nobody else's timer may be the same, or setting it would change nothing.
    const number = Number([...this.name].map((letter) => letter.charCodeAt(0) % 10).join("")) * 10_000;
    return this.give(tab, "session.timer", { ends: 2_000_000_000_000 + number + this.numbers });
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

  /** What this person's private part should say, of the steps they worked in. */
  get expected() {
    return {
      cards: Object.fromEntries([...this.cards].map(([id, { box, text }]) => [id, { box, text }])),
      supported: [...this.supported]
        .filter(([, on]) => on)
        .map(([id]) => id)
        .sort(),
      scores: Object.fromEntries(this.scores),
      ...(this.called ? { name: this.called } : {}),
    };
  }

  /** The same of what *page* shows, with only the cards that *own* knows where several act under one id. */
  shown(page) {
    const { steps, person } = page.core.mine.value;
    const canvas = steps[this.where.canvas] ?? {};
    const rating = steps[this.where.rating] ?? {};
    const cards = Object.entries(canvas.cards ?? {}).filter(
      ([id]) => this.role === "participant" || this.cards.has(id),
    );
    return {
      cards: Object.fromEntries(cards.map(([id, { box, text }]) => [id, { box, text }])),
      supported: Object.keys(canvas.supported ?? {}).sort(),
      scores: Object.fromEntries(
        Object.entries(rating.scores ?? {}).map(([item, { score, remark = "" }]) => [
          item,
          { score, remark },
        ]),
      ),
      ...(this.called ? { name: person?.name } : {}),
    };
  }
}
