/**
 * The phones of the fault runner: people on bad lines to one real server.  The runner speaks to it in lines of JSON
 * on standard input and hears back one line for each.
 */
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { ask, Jar, loaded, NoWebSocket, requestsWith, webSocketWith } from "./browser.mjs";
import { Dice } from "./chance.mjs";
import { Line } from "./line.mjs";
import { Page, Storage } from "./page.mjs";
import { Person } from "./people.mjs";

const PATHS = { participant: "", facilitator: "/facilitate", screen: "/screen" };
const ORGANISATIONS = ["Waterschap", "Gemeente", "Provincie"];
const JITTER_MS = 20;
/** Copies that were held back have all arrived by then. */
const AFTERMATH_MS = 3_500;
const NUDGE_MS = 6_000;
const QUIET_MS = 45_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A person with a browser: a jar of cookies, a line for each tab, and how to open a page over it. */
class Visitor {
  constructor(room, person, options) {
    this.room = room;
    this.person = person;
    this.jar = new Jar();
    this.polling = options.polling;
    this.skew = options.skew;
    this.lines = person.tabs.map(() => new Line(room.port, room.dice.fork(), room.counts));
  }

  async arrive() {
    for (const line of this.lines) await line.open();
    const { code, key } = this.room;
    const url = `http://127.0.0.1:${this.lines[0].port}/s/${code}`;
    if (this.person.role === "participant") {
      const organisation = this.room.dice.pick(ORGANISATIONS);
      await ask(this.jar, url, { method: "POST", body: new URLSearchParams({ organisation }) });
    } else if (this.person.role === "facilitator") {
      const headers = { "content-type": "application/json" };
      await ask(this.jar, `${url}/key`, { method: "POST", headers, body: JSON.stringify({ key }) });
    }
    for (const tab of this.lines.keys()) await this.open(tab);
  }

  /** Opens a tab as a person does: again and again until there is a page. */
  async open(tab) {
    const { port } = this.lines[tab];
    const url = new URL(`http://127.0.0.1:${port}/s/${this.room.code}${PATHS[this.person.role]}`);
    for (;;) {
      try {
        const boot = await loaded(this.jar, url);
        this.person.open(tab, (storage) => this.page(url, boot, storage));
        return;
      } catch {
        await pause(300);
      }
    }
  }

  page(url, boot, storage) {
    return new Page({
      boot,
      url,
      storage,
      WebSocket: this.polling ? NoWebSocket : webSocketWith(this.jar),
      XMLHttpRequest: requestsWith(this.jar),
      timers: globalThis,
      now: () => Date.now() + this.skew,
      chance: Math.random,
    });
  }

  /** The page is thrown away and comes back; what it had stored is all that is left. */
  async reload(tab) {
    this.person.crash(tab);
    await this.open(tab);
  }
}

/** Everybody in one session. */
class Crowd {
  constructor({ port, code, key, seed, people, where }) {
    this.port = port;
    this.code = code;
    this.key = key;
    this.dice = new Dice(seed);
    this.counts = {};
    this.storming = false;
    const make = (name, role, tabs) => {
      const person = new Person({ name, role, tabs, dice: this.dice.fork(), where });
      const skew = this.dice.is(0.3) ? this.dice.between(-3_600_000, 3_600_000) : 0;
      return new Visitor(this, person, { polling: this.dice.is(0.15), skew });
    };
    this.visitors = [
      make("begeleider", "facilitator", 2),
      make("scherm", "screen", 1),
      ...Array.from({ length: people }, (_, at) => make(`d${at}`, "participant", at % 4 === 0 ? 2 : 1)),
    ];
  }

  get people() {
    return this.visitors.map(({ person }) => person);
  }

  async open() {
    await Promise.all(this.visitors.map((visitor) => visitor.arrive()));
    while (!this.people.every(({ settled }) => settled)) await pause(50);
    return { pages: this.people.flatMap(({ pages }) => pages).length };
  }

  /** For *seconds* everybody writes and every line is bad. */
  async storm({ seconds, pace, calm }) {
    this.storming = true;
    this.over = pause(seconds * 1_000).then(() => {
      this.storming = false;
      for (const { lines } of this.visitors) for (const line of lines) line.heal();
    });
    const all = [this.over];
    for (const visitor of this.visitors)
      for (const tab of visitor.lines.keys()) {
        const dice = this.dice.fork();
        all.push(this.write(visitor, tab, pace, dice));
        all.push(this.trouble(visitor, tab, calm, this.dice.fork()));
      }
    all.push(this.blackouts(calm * 4, this.dice.fork()));
    await Promise.all(all);
    return {};
  }

  /** Not longer than the storm. */
  wait(milliseconds) {
    return Promise.race([pause(milliseconds), this.over]);
  }

  async write({ person }, tab, pace, dice) {
    if (person.role === "screen") return;
    while (this.storming) {
      await this.wait(dice.wait(pace * 1_000));
      // People write in bursts as well, faster than the server allows.
      const times = dice.is(0.05) ? 12 : 1;
      for (let time = 0; time < times && this.storming; time += 1) person.act(tab);
    }
  }

  async trouble(visitor, tab, calm, dice) {
    while (this.storming) {
      await this.wait(dice.wait(calm * 1_000));
      if (!this.storming) return;
      if (dice.is(0.2)) {
        this.counts.crashes = (this.counts.crashes ?? 0) + 1;
        await visitor.reload(tab);
      } else visitor.lines[tab].fault();
    }
  }

  /** The Wi-Fi of the whole room goes at once. */
  async blackouts(calm, dice) {
    while (this.storming) {
      await this.wait(dice.wait(calm * 1_000));
      if (!this.storming) return;
      this.counts.blackouts = (this.counts.blackouts ?? 0) + 1;
      for (const { lines } of this.visitors) for (const line of lines) line.cut();
    }
  }

  /** The lines are good again: waits until nothing is on its way any more, at most *seconds*. */
  async settle({ seconds }) {
    const start = Date.now();
    const unsettled = () => this.people.filter(({ settled }) => !settled);
    await pause(AFTERMATH_MS);
    let nudged = 0;
    while (unsettled().length && Date.now() - start < seconds * 1_000) {
      if (!nudged && Date.now() - start > NUDGE_MS) {
        // Some wait long before they try again; a browser tells its pages when the network is back.
        for (const { pages } of unsettled()) for (const page of pages) page.dispatch("online");
        nudged = unsettled().length;
      }
      await pause(JITTER_MS);
    }
    return { unsettled: unsettled().map(describe), nudged, tookMs: Date.now() - start };
  }

  /** What everybody sees and wrote, set beside what newcomers see now. */
  async report() {
    const roles = ["facilitator", "screen"];
    /** @type {any} */
    const fresh = {};
    for (const role of roles) {
      const visitor = this.visitors.find(({ person }) => person.role === role);
      const page = await this.newcomer(visitor);
      fresh[role] = { seq: page.core.seq.value, view: page.core.view.value };
      page.crash();
    }
    // A message that was lost last of all is noticed by the next sign of life of a quiet room.
    const until = Date.now() + QUIET_MS;
    const behind = () =>
      this.people.some(({ pages }) => pages.some(({ core }) => core.seq.value < fresh.screen.seq));
    while (behind() && Date.now() < until) await pause(JITTER_MS);
    const differing = [];
    const forgotten = [];
    for (const visitor of this.visitors) {
      const { person } = visitor;
      const seen = fresh[person.role === "facilitator" ? "facilitator" : "screen"];
      const again = await this.newcomer(visitor);
      for (const page of person.pages) {
        const { view, seq, mine } = page.core;
        if (seq.value !== seen.seq || !isDeepStrictEqual(view.value, seen.view))
          differing.push(`${person.name} is at ${seq.value} of ${seen.seq}`);
        if (!isDeepStrictEqual(mine.value, again.core.mine.value)) differing.push(`${person.name}: mine`);
        const { canvas, rating } = person.where;
        const steps = Object.fromEntries([canvas, rating].map((id) => [id, page.core.ownPart(id) ?? {}]));
        const shown = person.shown({ ...mine.value, steps });
        if (!isDeepStrictEqual(shown, person.expected))
          forgotten.push({ name: person.name, shown, expected: person.expected });
      }
      again.crash();
    }
    const written = this.people.flatMap((person) => {
      const { effects } = person.stand;
      return [...person.written.values()].map(({ page, ...one }) => ({
        ...one,
        effect: effects.get(one.id),
      }));
    });
    return {
      counts: this.counts,
      joined: this.people.filter(({ role }) => role === "participant").length,
      commands: written.length,
      acknowledged: written.filter(({ acknowledged }) => acknowledged).length,
      refused: written.filter(({ refused }) => refused),
      written,
      differing,
      forgotten,
      fresh,
    };
  }

  /** A page that was just opened in this person's browser, with nothing stored. */
  async newcomer(visitor) {
    const url = new URL(`http://127.0.0.1:${this.port}/s/${this.code}${PATHS[visitor.person.role]}`);
    const page = visitor.page(url, await loaded(visitor.jar, url), new Storage());
    while (page.core.connection.value !== "online") await pause(10);
    return page;
  }

  close() {
    for (const { person, lines } of this.visitors) {
      for (const tab of lines.keys()) person.crash(tab);
      for (const line of lines) line.close();
    }
    return {};
  }
}

function describe({ name, pages }) {
  const tabs = pages.map(({ core }) => `${core.connection.value}, ${core.outbox.value.length} waiting`);
  return `${name}: ${tabs.join("; ")}`;
}

let crowd;
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...options } = JSON.parse(line);
  if (what === "open") crowd = new Crowd(options);
  process.stdout.write(`${JSON.stringify(await crowd[what](options))}\n`);
}
process.exit();
