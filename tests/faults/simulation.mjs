/**
 * Stories of one room, thousands of them: the browser's own code and the server's core in a made-up network and time.
 * The core sits at the other end of standard input and output; every line out is a question, the line back its answer.
 */
import { readSync, writeSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Dice } from "./chance.mjs";
import { Net, World } from "./net.mjs";
import { Page, spoil, Storage } from "./page.mjs";
import { Person, STRICT } from "./people.mjs";

const CODE = "48271503";
const WHERE = {
  canvas: "ideas",
  boxes: ["left", "middle", "right"],
  rating: "poll",
  items: ["i1", "i2", "i3"],
  points: 4,
};
const BOOT = { code: CODE, language: "en", catalogue: {}, urls: {} };
/** How long it may take, once the network is good, until everybody has sent and seen everything. */
const SETTLE_MS = 120_000;
const QUIET_MS = 60_000;

/** What goes wrong for one tab, and how often compared to each other. */
const OFTEN = {
  cut: 4,
  unanswered: 4,
  hole: 1,
  stall: 2,
  double: 2,
  away: 2,
  wake: 1,
  reload: 3,
  close: 1,
  clock: 1,
};

// asking the core

const chunk = Buffer.alloc(1 << 16);
let received = Buffer.alloc(0);

function readLine() {
  for (;;) {
    const end = received.indexOf(10);
    if (end >= 0) {
      const line = received.subarray(0, end).toString();
      received = received.subarray(end + 1);
      return JSON.parse(line);
    }
    const length = readSync(0, chunk);
    if (length === 0) process.exit(1);
    received = Buffer.concat([received, chunk.subarray(0, length)]);
  }
}

function writeLine(value) {
  let left = Buffer.from(`${JSON.stringify(value)}\n`);
  while (left.length) left = left.subarray(writeSync(1, left));
}

function askCore(what, options) {
  writeLine({ do: what, ...options });
  return readLine();
}

// one story

/** What a seed decides before anything happens. */
function planOf(dice) {
  return {
    people: 2 + dice.below(3),
    seconds: dice.between(10, 50),
    pace: dice.between(0.3, 3) * 1_000,
    calm: dice.between(0.7, 8) * 1_000,
    crashCalm: dice.is(0.7) ? dice.between(3, 20) * 1_000 : Number.POSITIVE_INFINITY,
    diskCalm: dice.is(0.3) ? dice.between(4, 20) * 1_000 : Number.POSITIVE_INFINITY,
    weather: { late: dice.is(0.3) ? 0.3 : 0, lost: dice.is(0.2) ? 0.1 : 0, stall: dice.is(0.5) ? 0.02 : 0 },
    strict: dice.is(0.25),
    restores: dice.is(0.15),
    blind: dice.is(0.3),
    clocks: dice.is(0.3),
    forgetful: dice.is(0.15),
    idleSeconds: dice.is(0.2) ? 2 : 600,
    clears: dice.is(0.15),
  };
}

class Story {
  constructor(seed) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.plan = planOf(this.dice);
    this.world = new World();
    this.net = new Net(this.world, this.dice.fork(), askCore, this.plan.weather);
    this.problems = [];
    this.restored = 0;
    this.on = true;
    const { plan } = this;
    const make = (name, role, tabs) => {
      const deeds = role === "facilitator" && plan.strict ? STRICT : undefined;
      const person = new Person({ name, role, tabs, dice: this.dice.fork(), where: WHERE, deeds });
      person.storage.refuses = plan.forgetful && this.dice.is(0.5);
      person.onAcknowledged = (written) => this.check(person, written);
      return {
        person,
        states: person.tabs.map(() => ({})),
        skew: 0,
        id: role === "participant" ? `p-${name}` : role,
      };
    };
    this.browsers = [
      make("f", "facilitator", this.dice.is(0.3) ? 2 : 1),
      make("s", "screen", 1),
      ...Array.from({ length: plan.people }, (_, at) =>
        make(`d${at}`, "participant", this.dice.is(0.4) ? 2 : 1),
      ),
    ];
  }

  get participants() {
    return this.browsers.filter(({ person }) => person.role === "participant");
  }

  /** An acknowledgement is a promise: what it is for has to be in the log at that moment. */
  check(person, { id, type, fields }) {
    const certain = type === "canvas.add_card" || (type === "canvas.edit_card" && !this.plan.strict);
    if (this.net.committed.has(id) || !certain || this.restored || this.repeats(person, id, fields)) return;
    this.problems.push(`${type} ${id} of ${person.name} was acknowledged and is not stored`);
  }

  repeats(person, id, { card, text }) {
    const same = [...person.written.values()].filter(
      ({ fields }) => fields.card === card && fields.text === text,
    );
    return same.length > 1 && same[0].id !== id;
  }

  async tell() {
    const { plan, world, net } = this;
    const people = this.participants.map(({ id }) => id);
    const { idleSeconds: idle_seconds, blind } = plan;
    net.ask("begin", { seed: this.seed, people, idle_seconds, blind });
    for (const browser of this.browsers) for (const tab of browser.states.keys()) this.load(browser, tab);
    await world.run(world.now + 5_000);
    for (const browser of this.browsers)
      for (const tab of browser.states.keys()) {
        this.write(browser, tab);
        this.trouble(browser, tab);
      }
    this.everyNowAndThen(plan.crashCalm, () => this.serverTrouble());
    this.everyNowAndThen(plan.diskCalm, () => this.diskTrouble());
    await world.run(world.now + plan.seconds * 1_000);
    await this.settle();
    this.balance();
    for (const { person } of this.browsers) for (const page of person.pages) page.crash();
    return this.problems;
  }

  /** As often as about every *mean* ms as long as the trouble lasts. */
  everyNowAndThen(mean, action) {
    if (!Number.isFinite(mean)) return;
    this.world.after(this.dice.wait(mean), () => {
      if (!this.on) return;
      action();
      this.everyNowAndThen(mean, action);
    });
  }

  load(browser, tab) {
    const { person, states, id } = browser;
    const { world, dice, net } = this;
    person.open(
      tab,
      (storage) =>
        new Page({
          boot: { ...BOOT, role: person.role },
          url: new URL("http://dialoogtafel.example/"),
          storage,
          WebSocket: net.webSocketFor(id, person.role, states[tab]),
          timers: world.timers,
          now: () => Math.floor(world.now + browser.skew),
          chance: dice.fork().next,
        }),
    );
  }

  write({ person }, tab) {
    if (person.role === "screen") return;
    this.everyNowAndThen(this.plan.pace, () => {
      const times = this.dice.is(0.05) ? 1 + this.dice.below(45) : 1;
      for (let time = 0; time < times; time += 1) person.act(tab);
    });
  }

  trouble(browser, tab) {
    const { dice, net, world, plan } = this;
    const { person, states } = browser;
    const link = () => [...net.links.values()].find(({ state }) => state === states[tab]);
    const troubles = {
      cut: () => link()?.cut(),
      unanswered: () => link()?.loseAnswer(),
      hole: () => link()?.swallow(),
      stall: () => link()?.stall(dice.between(100, 14_000)),
      double: () => {
        states[tab].doubling = true;
        link()?.cut();
      },
      away: () => {
        net.offline.add(states[tab]);
        link()?.cut({ told: dice.is(0.5) });
        world.after(dice.between(100, 20_000), () => {
          net.offline.delete(states[tab]);
          if (dice.is(0.5)) person.tabs[tab]?.dispatch("online");
        });
      },
      wake: () => person.tabs[tab]?.dispatch("visibilitychange"),
      reload: () => this.reload(browser, tab, dice.between(0, 1_000)),
      close: () => this.reload(browser, tab, dice.between(1_000, 30_000)),
      clear: () => {
        // "Clear browsing data": what the page that wrote it still has in memory is all there is.
        const [page] = person.pages;
        const open = [...person.written.values()].filter(
          ({ acknowledged, refused }) => !acknowledged && !refused,
        );
        if (page && person.tabs.length === 1 && open.every((written) => written.page === page)) {
          person.storage.entries.clear();
          browser.cleared = true;
        }
      },
      clock: () => {
        if (plan.clocks) browser.skew += dice.between(-600_000, 600_000);
      },
    };
    const often = { ...OFTEN, clear: plan.clears ? 1 : 0 };
    this.everyNowAndThen(plan.calm, () => {
      const kind = dice.weighed(often);
      net.happened(kind);
      troubles[kind]();
    });
  }

  reload(browser, tab, delay) {
    const { person } = browser;
    // Who keeps nothing loses what is not sent; the page warns of that.
    if (!person.tabs[tab] || person.storage.refuses) return;
    if (browser.cleared && !person.settled) return;
    person.crash(tab);
    this.world.after(delay, () => person.tabs[tab] ?? this.load(browser, tab));
  }

  serverTrouble() {
    const { net, dice, world, plan } = this;
    if (!net.up || !net.accepting) return;
    if (dice.is(0.3)) net.stop();
    else {
      net.happened("kill");
      net.crash();
    }
    const again = () => {
      if (net.up && !net.accepting) {
        world.after(100, again);
        return;
      }
      if (plan.restores && dice.is(0.5)) this.restore();
      if (!net.up) net.start();
    };
    world.after(dice.between(10, 6_000), again);
  }

  restore() {
    const { net, dice } = this;
    net.happened("restore");
    this.restored += 1;
    net.committed = new Set(net.ask("restore", { share: dice.between(0, 1) }).kept);
  }

  diskTrouble() {
    this.net.happened("disk");
    this.net.ask("disk", { full: true });
    this.world.after(this.dice.between(100, 8_000), () => this.net.ask("disk", { full: false }));
  }

  /** The troubles are over; everything has to come right by itself. */
  async settle() {
    const { world, net } = this;
    this.on = false;
    net.weather = { ...net.weather, late: 0, stall: 0 };
    net.offline.clear();
    for (const { states } of this.browsers)
      for (const state of states) state.doubling = state.refusing = false;
    const everybody = () =>
      this.browsers.every(({ person }) => person.tabs.every((page) => page) && person.settled);
    const until = world.now + SETTLE_MS;
    // Copies that are still under way, and pages that were closed for a while, are part of it.
    await world.run(world.now + 31_000);
    net.weather = { late: 0, lost: 0, stall: 0 };
    await world.run(until, everybody);
    if (!everybody())
      for (const { person } of this.browsers)
        if (!person.settled)
          this.problems.push(`${person.name} never settled: ${person.pages.map(describe)}`);
    // By then the server has noticed who left without a word, and a quiet room has given a sign of life.
    await world.run(world.now + QUIET_MS);
  }

  balance() {
    const { net, problems, plan } = this;
    const books = net.ask("books", { people: this.participants.map(({ id }) => id) });
    problems.push(...books.complaints);
    if (!books.sameAsRoom) problems.push("the room tells another story than the log");
    books.events.forEach(([seq], at) => {
      if (seq !== at + 1) problems.push(`event ${seq} stands at ${at + 1}`);
    });
    const stored = new Map(books.events.filter(([, id]) => id).map(([seq, id]) => [id, seq]));
    if (stored.size !== books.events.filter(([, id]) => id).length) problems.push("a command is there twice");
    // The one story that is let pass: a second tab that was away while the first sent for it, was refused, and its
    // person closed the message; after a restart the server has forgotten as well.
    for (const { person } of this.browsers)
      for (const written of person.written.values())
        if (written.dismissed && stored.has(written.id)) written.refused = undefined;
    for (const browser of this.browsers) {
      const { person, id, skew } = browser;
      for (const page of person.pages) this.compare(person, page, books, id);
      // Only participants' phones offer again what a restored server has lost, if they could keep it.
      const returns =
        !this.restored || (person.role === "participant" && !person.storage.refuses && !browser.cleared);
      const { effects } = person.stand;
      for (const written of person.written.values()) {
        const { id: command, type } = written;
        const what = `${type} ${command} of ${person.name}`;
        if (written.refused) {
          // What a facilitator adds does not come back after a restore, so what others do with it is refused.
          const rightly = plan.strict || (this.restored && (type === "canvas.support_card" || !returns));
          if (!rightly) problems.push(`${what} was refused: ${written.refused}`);
          if (stored.has(command))
            problems.push(`${what} was refused, and is in the log: ${written.refused}`);
        } else if (!stored.has(command) && effects.get(command) && returns) {
          const known = written.acknowledged ? "acknowledged" : "not acknowledged";
          problems.push(`${what} is lost (${known}, clock ${Math.round(skew)})`);
        } else if (
          written.seq &&
          stored.has(command) &&
          written.seq !== stored.get(command) &&
          !this.restored
        )
          problems.push(`${what} was acknowledged as ${written.seq} and is ${stored.get(command)}`);
      }
      if (!returns) continue;
      const shown = person.shown(books.mine[id]);
      if (!isDeepStrictEqual(shown, person.expected))
        problems.push(
          `${person.name} wrote ${JSON.stringify(person.expected)} and has ${JSON.stringify(shown)}`,
        );
      if (!browser.cleared) this.checkRefusals(person);
    }
    const connected = this.browsers.flatMap(({ person }) => person.pages).length;
    if (books.clients !== connected || books.connections !== connected)
      problems.push(`${connected} pages, ${books.connections} connections, ${books.clients} clients`);
  }

  compare(person, { core }, books, id) {
    const { problems } = this;
    const view = books.views[person.role === "facilitator" ? "facilitator" : "everyone"];
    const last = books.events.length;
    if (core.seq.value !== last || core.epoch.value !== books.epoch)
      problems.push(`${person.name} is at ${core.epoch.value} ${core.seq.value}, not ${books.epoch} ${last}`);
    if (!isDeepStrictEqual(core.view.value, view)) problems.push(`${person.name} sees something else`);
    if (!isDeepStrictEqual(core.mine.value, books.mine[id]))
      problems.push(`${person.name} sees something else as their own`);
    const { online } = core.people.value;
    if (online !== this.participants.length) problems.push(`${person.name} counts ${online} people`);
  }

  /** What was refused comes back to its field, also after a reload, until the person has seen it. */
  checkRefusals(person) {
    if (person.storage.refuses) return;
    const kept = new Storage();
    kept.entries = new Map(person.storage.entries);
    const { world } = this;
    const page = new Page({
      boot: { ...BOOT, role: person.role },
      url: new URL("http://dialoogtafel.example/"),
      storage: kept,
      WebSocket: this.net.webSocketFor("nobody", person.role, { refusing: true }),
      timers: world.timers,
      now: () => Math.floor(world.now),
      chance: Math.random,
    });
    const shown = new Set(page.core.refusals.value.map(({ command }) => command.id));
    page.crash();
    for (const { id, type, refused, dismissed } of person.written.values())
      if (refused && !dismissed && !shown.has(id))
        this.problems.push(`${type} ${id} was refused and is forgotten`);
  }
}

function describe({ core }) {
  return `${core.connection.value}, ${core.outbox.value.length} waiting`;
}

const { seeds, spoilt } = JSON.parse(process.argv[2]);
spoil(spoilt);
for (const seed of seeds) {
  const story = new Story(seed);
  let problems;
  try {
    problems = await story.tell();
  } catch (error) {
    problems = [...story.problems, error instanceof Error ? `${error.stack}` : String(error)];
  }
  const written = story.browsers.flatMap(({ person }) => [...person.written.values()]);
  const { counts } = story.net;
  const commands = written.length;
  const acknowledged = written.filter((one) => one.acknowledged).length;
  writeLine({
    done: seed,
    problems: problems.slice(0, 20),
    counts,
    commands,
    acknowledged,
    plan: story.plan,
  });
}
