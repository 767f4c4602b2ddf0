/**
 * A made-up network with made-up time.  Nothing here happens by itself: `World.run` takes the next thing that is due,
 * does it, lets every promise that it resolved go on, and takes the next.  The same dice give the same story.
 */

const LATENCY_MS = [1, 60];
const PING_MS = 15_000;
const HANDSHAKE = { pingInterval: PING_MS, pingTimeout: PING_MS, maxPayload: 16_384 };
const START = 1_800_000_010_000;

/** Time, and what is due when. */
export class World {
  constructor() {
    this.now = START;
    this.heap = [];
    this.count = 0;
    this.cancelled = new Set();
    /** What a page's clock and timers are made of. */
    this.timers = {
      setTimeout: (action, delay) => this.after(Number(delay) || 0, action),
      clearTimeout: (timer) => timer && this.cancelled.add(timer),
      setInterval: (action, delay) => {
        const timer = { number: 0 };
        const again = () => {
          if (this.cancelled.has(timer)) return;
          action();
          this.after(delay, again);
        };
        this.after(delay, again);
        return timer;
      },
      clearInterval: (timer) => timer && this.cancelled.add(timer),
    };
  }

  /** Has *action* done after *delay* ms; gives back what cancels it. */
  after(delay, action) {
    this.count += 1;
    const entry = { at: this.now + Math.max(0, delay), number: this.count, action };
    push(this.heap, entry);
    return entry;
  }

  /** Everything up to *moment*, or until *enough* says so. */
  async run(moment, enough = () => false) {
    while (this.heap.length && this.heap[0].at <= moment) {
      const next = pop(this.heap);
      if (this.cancelled.delete(next)) continue;
      this.now = Math.max(this.now, next.at);
      next.action();
      // Promises go on before anything else happens, as in a browser.
      await new Promise((resolve) => setImmediate(resolve));
      if (enough()) return;
    }
    this.now = Math.max(this.now, moment);
  }
}

function before(one, other) {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}

function push(heap, entry) {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!before(entry, heap[above])) break;
    heap[at] = heap[above];
    at = above;
  }
  heap[at] = entry;
}

function pop(heap) {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && before(heap[below + 1], heap[below])) below += 1;
    if (!before(heap[below], last)) break;
    heap[at] = heap[below];
    at = below;
  }
  heap[at] = last;
  return first;
}

/**
 * The network between all browsers and the one server.
 *
 * @typedef {{late: number, lost: number, stall: number}} Weather  late: share of answers and changes that are
 *   overtaken by what was sent after them; lost: share of changes that never come, which TCP would not do, but a
 *   phone that thinks it is awake; stall: share of messages that hold up what comes after them
 */
export class Net {
  /**
   * @param {World} world
   * @param {import("./chance.mjs").Dice} dice
   * @param {(what: string, with_?: object) => any} ask  the server's core
   * @param {Weather} weather
   */
  constructor(world, dice, ask, weather) {
    this.world = world;
    this.dice = dice;
    this.askCore = ask;
    this.weather = weather;
    /** @type {Map<string, Link>} */
    this.links = new Map();
    this.up = true;
    this.accepting = true;
    /** Browsers that have no network now. */
    this.offline = new Set();
    this.count = 0;
    this.counts = {};
    this.committed = new Set();
    this.generation = 0;
  }

  /** Asks the server's core, and sends on what it sent. */
  ask(what, with_ = {}) {
    const answer = this.askCore(what, { with: with_, now: this.world.now });
    for (const id of answer.stored ?? []) this.committed.add(id);
    for (const [conn, packet] of answer.sent) this.links.get(conn)?.down(packet);
    // One tick is planned, for the next thing that the server does by itself.
    this.world.timers.clearTimeout(this.planned);
    this.planned = undefined;
    if (this.up && answer.wake !== undefined)
      this.planned = this.world.after(answer.wake - this.world.now + 0.01, () => this.tick());
    if (answer.drained && this.up) this.crash();
    return answer;
  }

  tick() {
    this.planned = undefined;
    if (this.up) this.ask("tick");
  }

  /** The server process ends: every connection with it, and what it had sent may still arrive. */
  crash() {
    this.up = false;
    this.accepting = false;
    this.generation += 1;
    this.ask("crash");
    for (const link of [...this.links.values()]) link.cut({ told: this.dice.is(0.9), server: false });
  }

  start() {
    this.up = this.accepting = true;
    this.ask("start");
  }

  /** SIGTERM: no new connections, and the end once everything is stored. */
  stop() {
    if (!this.accepting) return;
    this.happened("stop");
    this.accepting = false;
    this.ask("stop");
  }

  latency() {
    return this.dice.between(...LATENCY_MS);
  }

  /** One more of *kind*. */
  happened(kind) {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }

  /** The WebSocket class for the browser of *who*; *state* says whether copies are made of what it sends. */
  webSocketFor(who, role, state) {
    const net = this;
    return class {
      constructor() {
        this.readyState = 0;
        net.count += 1;
        this.link = new Link(net, `c${net.count}`, this, { who, role }, state);
      }
      send(text) {
        this.link.upward(text);
      }
      close() {
        this.link.hangUp();
      }
      set binaryType(_) {}
    };
  }
}

/** One connection: what travels, in order, each way. */
class Link {
  constructor(net, id, socket, from, state) {
    this.net = net;
    this.id = id;
    this.socket = socket;
    this.from = from;
    this.state = state;
    this.open = true;
    /** The server's end; it may live on for a while after the client's. */
    this.serving = false;
    this.lastUp = this.lastDown = 0;
    /** @type {{at: number, arrived: () => void}[]} on the way down */
    this.coming = [];
    this.blackUntil = 0;
    /** @type {Map<string, string>} number of a call -> event */
    this.calls = new Map();
    this.missedPongs = 0;
    const { world, dice } = net;
    if (!net.up || !net.accepting || net.offline.has(state) || state.refusing) {
      net.happened("refused");
      world.after(dice.between(1, 2_000), () => this.fail());
      return;
    }
    world.after(net.latency(), () => {
      if (!this.open) return;
      if (!net.up || !net.accepting) {
        this.fail();
        return;
      }
      this.serving = true;
      net.links.set(id, this);
      net.ask("open", { conn: id, ...from });
      if (state.doubling) this.double();
      this.ping();
      const data = `0${JSON.stringify({ sid: id, upgrades: [], ...HANDSHAKE })}`;
      this.down(data, () => {
        socket.readyState = 1;
        socket.onopen?.({});
        socket.onmessage?.({ data });
      });
    });
  }

  /** A second connection that says the same, later; nobody hears what it is told. */
  double() {
    this.net.happened("doubled");
    this.state.doubling = false;
    const twin = { id: `${this.id}-twin`, delay: this.net.dice.pick([0, 40, 500, 4_000, 15_000]) };
    this.twin = twin;
    const { net } = this;
    const { generation } = net;
    net.ask("open", { conn: twin.id, ...this.from });
    twin.say = (data) =>
      net.world.after(twin.delay, () => {
        if (net.up && generation === net.generation) net.ask("message", { conn: twin.id, data });
      });
    net.world.after(twin.delay + net.dice.between(0, 10_000), () => {
      if (net.up && generation === net.generation) net.ask("close", { conn: twin.id });
    });
  }

  fail() {
    if (!this.open) return;
    this.open = false;
    this.socket.readyState = 3;
    this.socket.onerror?.({ type: "error" });
    this.socket.onclose?.({ code: 1006, reason: "" });
  }

  /** When a message that leaves now arrives, after all that left before it. */
  arrival(last) {
    const { world, dice, weather } = this.net;
    let at = world.now + this.net.latency();
    if (dice.is(weather.stall)) at += dice.between(50, 6_000);
    return Math.max(at, last, this.blackUntil > world.now ? this.blackUntil : 0);
  }

  upward(text) {
    if (!this.open || this.hole) return;
    if (text === "1") {
      this.hangUp();
      return;
    }
    const { net } = this;
    const [, number, event] = text.match(/^42(\d+)\["(\w+)"/) ?? [];
    if (number) this.calls.set(number, event);
    this.lastUp = this.arrival(this.lastUp);
    net.world.after(this.lastUp - net.world.now, () => {
      if (!this.serving || !net.up) return;
      if (text === "3") this.missedPongs = 0;
      else if (text.startsWith("4")) {
        net.ask("message", { conn: this.id, data: text.slice(1) });
        this.twin?.say(text.slice(1));
        if (this.unanswered) {
          this.unanswered = false;
          this.hole = true;
          net.world.after(net.dice.between(0, 200), () => this.cut());
        }
      }
    });
  }

  down(text, arrived = () => this.socket.onmessage?.({ data: text })) {
    if (!this.open || this.hole) return;
    const { net } = this;
    const [, number] = text.match(/^43(\d+)/) ?? [];
    const telling = text.startsWith('42["changes"');
    if (telling && net.dice.is(net.weather.lost)) return;
    let at = this.arrival(this.lastDown);
    if ((telling || this.calls.get(number) === "commands") && net.dice.is(net.weather.late)) {
      // It comes after what was sent later.
      at += net.dice.between(1, 400);
    } else this.lastDown = at;
    this.coming.push({ at, arrived });
    net.world.after(at - net.world.now, () => {
      // What comes in the same moment is heard in one go, as from one body of polling.
      const now = this.coming.filter((one) => one.at <= net.world.now);
      this.coming = this.coming.filter((one) => one.at > net.world.now);
      for (const one of now) if (this.open && !this.hole) one.arrived();
    });
  }

  ping() {
    this.net.world.after(PING_MS, () => {
      if (!this.serving || !this.net.up) return;
      if (this.missedPongs >= 2) {
        this.serverEnds();
        return;
      }
      this.missedPongs += 1;
      this.down("2");
      this.ping();
    });
  }

  /** The page closes its socket. */
  hangUp() {
    if (!this.open) return;
    this.open = false;
    const { net } = this;
    // Some go without a word; then the server has to notice by itself.
    if (!this.hole && net.dice.is(0.9)) net.world.after(net.latency(), () => this.serverEnds());
    // A browser tells the page that its socket is closed a moment later.
    net.world.after(1, () => {
      this.socket.readyState = 3;
      this.socket.onclose?.({ code: 1000, reason: "" });
    });
  }

  /** The connection breaks. *told*: the phone hears of it; *server*: so does the server, if it still runs. */
  cut({ told = true, server = true } = {}) {
    const { net } = this;
    net.happened("cut");
    if (!server) {
      this.serving = false;
      net.links.delete(this.id);
    } else net.world.after(net.dice.pick([0, 10, 3_000]), () => this.serverEnds());
    if (told) net.world.after(net.dice.pick([0, 5, 500]), () => this.fail());
    else this.hole = true;
  }

  serverEnds() {
    if (!this.serving) return;
    this.serving = false;
    this.net.links.delete(this.id);
    if (this.net.up) this.net.ask("close", { conn: this.id });
  }

  /** Looks open and carries nothing, until one side gives up. */
  swallow() {
    this.net.happened("hole");
    this.hole = true;
  }

  /** What is under way arrives, its answer does not. */
  loseAnswer() {
    this.net.happened("unanswered");
    this.unanswered = true;
  }

  /** Nothing moves for a while, then everything at once. */
  stall(milliseconds) {
    this.net.happened("stall");
    this.blackUntil = this.net.world.now + milliseconds;
  }
}
