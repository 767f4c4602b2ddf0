/**
 * A room full of phones on plain sockets: one process plays them all, so it has to be cheap.
 *
 * It reads one JSON command a line on stdin and answers each with one line on stdout; `rig.py` drives it.  Who they are and
 * what they write comes with `open`, as a script that robots wrote (`people.py`); here is only when.  Phones
 * speak either the real contract ("ours": sync, participant.enter, commands with acknowledgement, changes) or that
 * of the reference relay ("reference": join, card).  Latency counts from the moment a contribution was *meant* to
 * be sent, so that a server that stalls cannot hide it by making the sender wait.
 */
import { randomBytes } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { createInterface } from "node:readline";

const TENTHS_A_MS = 10;
const MOST_MS = 60_000;
const MOST_IN_A_CALL = 20;
const TEXT_FRAME = 0x81;
const [OPEN, PING, MESSAGE] = ["0", "2", "4"].map((c) => c.charCodeAt(0));
const [CONNECT, EVENT, ACK, CONNECT_ERROR] = ["0", "2", "3", "4"].map((c) => c.charCodeAt(0));

const now = () => performance.now();

/** Latencies in tenths of a millisecond; adding one costs next to nothing. */
class Latencies {
  constructor() {
    this.counts = new Uint32Array(MOST_MS * TENTHS_A_MS);
    this.n = 0;
  }

  add(milliseconds) {
    const at = Math.max(0, Math.min(this.counts.length - 1, (milliseconds * TENTHS_A_MS) | 0));
    this.counts[at] += 1;
    this.n += 1;
  }

  /** The latency in ms that this share of all stays under. */
  at(share) {
    let left = Math.ceil(this.n * share);
    for (let at = 0; at < this.counts.length; at += 1) {
      left -= this.counts[at];
      if (left <= 0 && this.n > 0) return (at + 1) / TENTHS_A_MS;
    }
    return null;
  }

  get summary() {
    return { n: this.n, p50: this.at(0.5), p99: this.at(0.99), max: this.at(1) };
  }
}

/** What a client sends: always masked, as the standard wants it. */
function clientFrame(text) {
  const data = Buffer.from(text);
  const length = data.length;
  const head = length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + 4 + length);
  frame[0] = TEXT_FRAME;
  if (length < 126) frame[1] = 0x80 | length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  }
  const mask = [0x37, 0xfa, 0x21, 0x3d];
  for (let at = 0; at < 4; at += 1) frame[head + at] = mask[at];
  for (let at = 0; at < length; at += 1) frame[head + 4 + at] = data[at] ^ mask[at & 3];
  return frame;
}

/** One phone: a WebSocket with Socket.IO on it. */
class Phone {
  constructor(crowd, number) {
    this.crowd = crowd;
    this.number = number;
    const { people } = crowd.script;
    this.who = people[number % people.length];
    this.seq = 0;
    this.rest = null;
    this.upgraded = false;
    this.nextAck = 0;
    this.waiting = new Map();
    this.queue = [];
    this.calling = false;
    this.open = true;
    const { host, port, code } = crowd;
    this.socket = connectTcp({ host, port, noDelay: true });
    this.socket.on("connect", () => {
      const key = randomBytes(16).toString("base64");
      this.socket.write(
        `GET /socket.io/?EIO=4&transport=websocket&s=${code} HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
          `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
    });
    this.socket.on("data", (data) => this.received(data));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      if (this.open) crowd.lost += 1;
      this.open = false;
    });
  }

  received(data) {
    this.crowd.bytes += data.length;
    let bytes = this.rest ? Buffer.concat([this.rest, data]) : data;
    this.rest = null;
    if (!this.upgraded) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        this.rest = bytes;
        return;
      }
      if (bytes.toString("latin1", 9, 12) !== "101") {
        this.crowd.failed(this, bytes.toString("latin1", 0, 200));
        return;
      }
      this.upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    let at = 0;
    while (bytes.length - at >= 2) {
      let length = bytes[at + 1] & 0x7f;
      let head = 2;
      if (length === 126) {
        if (bytes.length - at < 4) break;
        length = bytes.readUInt16BE(at + 2);
        head = 4;
      } else if (length === 127) {
        if (bytes.length - at < 10) break;
        length = bytes.readUInt32BE(at + 6);
        head = 10;
      }
      if (bytes.length - at < head + length) break;
      if (bytes[at] === TEXT_FRAME) this.packet(bytes, at + head, at + head + length);
      at += head + length;
    }
    if (at < bytes.length) this.rest = at === 0 ? bytes : Buffer.from(bytes.subarray(at));
  }

  packet(bytes, from, to) {
    const kind = bytes[from];
    if (kind === PING) this.write("3");
    else if (kind === OPEN) this.write(`40${JSON.stringify(this.crowd.dialect.auth(this))}`);
    else if (kind === MESSAGE) this.message(bytes, from + 1, to);
  }

  message(bytes, from, to) {
    const kind = bytes[from];
    if (kind === EVENT) {
      this.crowd.frames += 1;
      this.crowd.dialect.event(this, bytes, from + 1, to);
    } else if (kind === ACK) {
      let id = 0;
      let at = from + 1;
      while (bytes[at] >= 48 && bytes[at] <= 57) id = id * 10 + bytes[at++] - 48;
      const heard = this.waiting.get(id);
      this.waiting.delete(id);
      heard?.(bytes, at, to);
    } else if (kind === CONNECT) {
      this.crowd.dialect.join(this);
    } else if (kind === CONNECT_ERROR) {
      this.crowd.failed(this, bytes.toString("utf8", from, to));
    }
  }

  write(text) {
    if (this.open) this.socket.write(clientFrame(text));
  }

  call(event, payload, heard) {
    const id = this.nextAck++;
    this.waiting.set(id, heard);
    this.write(`42${id}${JSON.stringify([event, payload])}`);
  }

  close() {
    this.open = false;
    this.socket.destroy();
  }
}

/** The real contract: docs are `protocol.md`'s; one `commands` call in flight, what comes up meanwhile goes in the next. */
const ours = {
  auth: (phone) => ({ code: phone.crowd.code, role: "participant", language: "nl" }),

  join(phone) {
    phone.call("sync", {}, (bytes, from, to) => {
      phone.seq = numberAfter(bytes, from, '"seq":');
      phone.crowd.viewBytes = to - from;
      if (!phone.crowd.enters) {
        phone.crowd.joined(phone);
        return;
      }
      const enter = { id: commandId("enter", phone.number), type: "participant.enter", ...phone.who };
      phone.call("commands", [enter], (answer, at, end) => {
        const [entered] = JSON.parse(answer.toString("utf8", at, end))[0];
        if (entered.ok) phone.crowd.joined(phone);
        else phone.crowd.failed(phone, entered.message);
      });
    });
  },

  event(phone, bytes, from, to) {
    // ["changes",{"epoch":"…","from":1,"to":2,"patch":…
    if (bytes[from + 2] !== 99 || bytes[from + 3] !== 104) return;
    const start = numberAfter(bytes, from, '"from":');
    const end = numberAfter(bytes, from, '"to":');
    if (start === phone.seq) phone.seq = end;
    else if (end > phone.seq) phone.crowd.gaps += 1;
    else return;
    phone.crowd.arrived(phone, this.cards(phone.crowd, bytes, from, to, end));
  },

  /** The contributions in a change; every phone gets the same bytes, so they are read once. */
  cards(crowd, bytes, from, to, seq) {
    let known = crowd.read.get(seq);
    if (!known) {
      const [, { patch }] = JSON.parse(bytes.toString("utf8", from, to));
      const cards = patch.steps?.[crowd.step]?.cards ?? {};
      known = Object.keys(cards).map(indexOf).filter((index) => index >= 0);
      crowd.read.set(seq, known);
      if (crowd.read.size > 2_000) crowd.read.delete(crowd.read.keys().next().value);
    }
    return known;
  },

  send(phone, index) {
    phone.queue.push(index);
    if (!phone.calling) this.pump(phone);
  },

  pump(phone) {
    const batch = phone.queue.splice(0, MOST_IN_A_CALL);
    phone.calling = batch.length > 0;
    if (!phone.calling) return;
    const { crowd } = phone;
    phone.call("commands", batch.map((index) => crowd.command(phone, index)), (bytes, from, to) => {
      const [answers] = JSON.parse(bytes.toString("utf8", from, to));
      for (const [n, answer] of answers.entries()) {
        if (answer.ok) crowd.acknowledged(batch[n]);
        else crowd.refused(answer.code);
      }
      this.pump(phone);
    });
  },
};

/** The reference relay. */
const reference = {
  auth: () => ({}),

  join(phone) {
    phone.call("join", { room: phone.crowd.code, ...phone.who }, () => phone.crowd.joined(phone));
  },

  event(phone, bytes, from, to) {
    const { card } = JSON.parse(bytes.toString("utf8", from, to))[1];
    phone.crowd.arrived(phone, [indexOf(card)]);
  },

  send(phone, index) {
    const { id: _, type, step, ...card } = phone.crowd.command(phone, index);
    phone.call(type.split(".")[1], { room: phone.crowd.code, ...card }, () => phone.crowd.acknowledged(index));
  },
};

const RUN = randomBytes(4).toString("hex");
let round = 0;

function commandId(what, n) {
  return `${RUN}-${what}-${round}-${String(n).padStart(8, "0")}`;
}

/** Which contribution of this round a card is; -1 for one of another round. */
function indexOf(card) {
  const prefix = `${RUN}-card-${round}-`;
  return card.startsWith(prefix) ? Number(card.slice(prefix.length)) : -1;
}

/** The number behind *name*, which stands near the start. */
function numberAfter(bytes, from, name) {
  const head = bytes.latin1Slice(from, Math.min(from + 160, bytes.length));
  return Number.parseInt(head.slice(head.indexOf(name) + name.length), 10);
}

/** All phones of one session. */
class Crowd {
  constructor({ host, port, code, step, script, dialect }) {
    Object.assign(this, { host, port, code, step, script });
    this.dialect = dialect === "ours" ? ours : reference;
    this.phones = [];
    this.problems = [];
    this.lost = 0;
    this.gaps = 0;
    this.bytes = 0;
    this.frames = 0;
    this.viewBytes = 0;
    this.read = new Map();
    this.load = null;
  }

  /** Opens *n* more phones in the same moment; answers when all have joined, or after *seconds*. */
  async join({ n, seconds = 60, enters = true }) {
    this.enters = enters;
    const started = now();
    const times = new Latencies();
    round += 1;
    const first = this.phones.length;
    await new Promise((resolve) => {
      const giveUp = setTimeout(resolve, seconds * 1000);
      let missing = n;
      this.joined = (phone) => {
        phone.isIn = true;
        times.add(now() - started);
        missing -= 1;
        if (missing === 0) {
          clearTimeout(giveUp);
          resolve();
        }
      };
      for (let k = 0; k < n; k += 1) this.phones.push(new Phone(this, first + k));
    });
    const isIn = this.phones.filter((phone) => phone.isIn).length;
    return { ms: times.at(1), p50: times.at(0.5), in: isIn, viewBytes: this.viewBytes, ...this.health() };
  }

  /** Contributions at *rate* a second for *seconds*, evenly spread over time and phones. */
  async contribute({ rate, seconds, kind = "cards", settle = 10 }) {
    round += 1;
    const total = Math.round(rate * seconds);
    const broadcast = kind === "cards" ? total * this.phones.length : 0;
    const every = 1000 / rate;
    const load = { kind, acks: new Latencies(), deliveries: new Latencies(), refused: {}, answered: 0, behind: 0 };
    this.load = load;
    this.bytes = this.frames = 0;
    const start = now() + 20;
    load.intended = (index) => start + index * every;
    load.startedAt = start;
    const done = () => load.answered >= total && load.deliveries.n >= broadcast;
    let next = 0;
    await new Promise((resolve) => {
      const tick = () => {
        const at = now();
        while (next < total && load.intended(next) <= at) {
          const phone = this.phones[next % this.phones.length];
          load.behind = Math.max(load.behind, at - load.intended(next));
          this.dialect.send(phone, next);
          next += 1;
        }
        if (next < total) setTimeout(tick, 1);
        else resolve();
      };
      setTimeout(tick, 20);
    });
    const until = now() + settle * 1000;
    while (!done() && now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    return {
      sent: total,
      tookMs: now() - start,
      acks: load.acks.summary,
      deliveries: load.deliveries.summary,
      missing: Math.max(0, broadcast - load.deliveries.n),
      refused: load.refused,
      behindMs: load.behind,
      frames: this.frames,
      bytes: this.bytes,
      ...this.health(),
    };
  }

  command(phone, index) {
    const id = commandId("command", index);
    if (this.load.kind === "ratings") {
      const answers = this.script.answers[phone.number % this.script.answers.length];
      const answer = answers[Math.floor(index / this.phones.length) % answers.length];
      return { id, type: "rating.rate", step: this.step, ...answer };
    }
    const card = this.script.cards[index % this.script.cards.length];
    return { id, type: "canvas.add_card", step: this.step, card: commandId("card", index), ...card };
  }

  acknowledged(index) {
    this.load.answered += 1;
    this.load.acks.add(now() - this.load.intended(index));
  }

  refused(code) {
    this.load.answered += 1;
    this.load.refused[code] = (this.load.refused[code] ?? 0) + 1;
  }

  arrived(_phone, indices) {
    const { load } = this;
    if (!load) return;
    const at = now();
    for (const index of indices) load.deliveries.add(at - load.intended(index));
  }

  failed(phone, why) {
    this.problems.push(`phone ${phone.number}: ${why}`);
  }

  health() {
    return { lost: this.lost, gaps: this.gaps, problems: this.problems.slice(0, 3) };
  }

  async close() {
    for (const phone of this.phones) phone.close();
    return {};
  }
}

let crowd;
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...options } = JSON.parse(line);
  let answer = {};
  if (what === "open") {
    await crowd?.close();
    crowd = new Crowd(options);
  } else answer = await crowd[what](options);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
crowd?.close();
