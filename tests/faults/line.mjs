/**
 * The bad line between one tab and the server: a TCP proxy that stalls, cuts in the middle of a frame, loses answers,
 * refuses, and sends what was sent once more on a connection of its own.  Every tab has its own line, so that one can
 * be cut while others go on.
 */
import net from "node:net";

/** What may happen to a line, and how often compared to each other. */
const FAULTS = { cut: 3, tear: 3, unanswered: 4, stall: 4, halfStall: 3, hole: 2, refuse: 2, double: 2 };

export class Line {
  /**
   * @param {number} target  the server's port
   * @param {import("./chance.mjs").Dice} dice
   * @param {Record<string, number>} counts  what happened, by name
   */
  constructor(target, dice, counts) {
    this.target = target;
    this.dice = dice;
    this.counts = counts;
    /** @type {Set<Pair>} */
    this.pairs = new Set();
    this.refusing = false;
    this.doubling = false;
    this.server = net.createServer({ noDelay: true }, (phone) => this.accept(phone));
  }

  /** Starts to listen; the port. */
  async open() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(undefined)));
    this.port = /** @type {net.AddressInfo} */ (this.server.address()).port;
    return this.port;
  }

  accept(phone) {
    phone.on("error", () => {});
    if (this.refusing) {
      this.count("refused");
      if (this.dice.is(0.5)) phone.resetAndDestroy();
      else setTimeout(() => phone.destroy(), this.dice.between(50, 1_500));
      return;
    }
    // Some phones vanish without a word: the server keeps thinking that they are there.
    const ghostly = this.dice.is(0.2) ? this.dice.between(100, 3_000) : 0;
    const pair = new Pair(phone, this.target, ghostly, () => this.pairs.delete(pair));
    this.pairs.add(pair);
    if (this.doubling) {
      this.doubling = false;
      this.count("doubled");
      pair.doubleWith(this.target, this.dice.pick([0, 30, 400, 2_500]));
    }
  }

  /** One fault, now or with the next piece of data. */
  fault() {
    const { dice } = this;
    const kind = dice.weighed(FAULTS);
    const milliseconds = dice.between(100, 3_000);
    if (kind === "refuse") {
      this.refusing = true;
      setTimeout(() => {
        this.refusing = false;
      }, milliseconds);
      this.cut();
    } else if (kind === "double") {
      this.doubling = true;
      if (dice.is(0.7)) this.cut();
    } else if (kind === "cut") this.cut();
    else
      for (const pair of this.pairs) {
        this.count(kind);
        pair[kind](milliseconds, dice);
      }
  }

  /** Every connection ends at once. */
  cut() {
    for (const pair of [...this.pairs]) {
      this.count("cut");
      pair.end(this.dice.is(0.5));
    }
  }

  /** From now on the line is good; what hangs is cut, so that it does not have to time out. */
  heal() {
    this.refusing = this.doubling = false;
    for (const pair of [...this.pairs]) if (pair.ill) pair.end();
  }

  close() {
    this.cut();
    this.server.close();
  }

  count(kind) {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}

/** One connection of the phone and the one to the server that belongs to it. */
class Pair {
  constructor(phone, target, ghostly, ended) {
    this.phone = phone;
    this.ended = ended;
    this.copies = [];
    this.up = net.connect({ port: target, host: "127.0.0.1", noDelay: true });
    /** How the next piece is treated, per direction; a number is how many bytes still pass before the end. */
    this.next = { up: undefined, down: undefined };
    this.ill = false;
    phone.on("data", (data) => this.pass("up", this.up, data));
    this.up.on("data", (data) => this.pass("down", this.phone, data));
    for (const side of [this.phone, this.up]) side.on("error", () => {});
    this.up.on("close", () => this.end());
    phone.on("close", () => (ghostly ? setTimeout(() => this.end(), ghostly) : this.end()));
  }

  pass(direction, to, data) {
    if (this.over) return;
    const plan = this.next[direction];
    if (plan === "lose") return;
    if (plan?.tear) {
      const length = Math.floor(data.length * plan.tear);
      to.write(data.subarray(0, length));
      this.carry(direction, data.subarray(0, length));
      setTimeout(() => this.end(plan.hard), 5);
      this.next = { up: "lose", down: "lose" };
      return;
    }
    if (plan === "unanswered") {
      // What goes up arrives, what comes back does not: the hardest case for who counts acknowledgements.
      this.next.down = "lose";
      setTimeout(() => this.end(), 60);
    }
    to.write(data);
    this.carry(direction, data);
  }

  carry(direction, data) {
    if (direction === "up") for (const copy of this.copies) copy(Buffer.from(data));
  }

  /** The server gets everything twice, the second time *delay* ms later and on another connection. */
  doubleWith(target, delay) {
    const twin = net.connect({ port: target, host: "127.0.0.1", noDelay: true });
    twin.on("error", () => {});
    twin.on("data", () => {});
    this.copies.push((data) => setTimeout(() => twin.writable && twin.write(data), delay));
    this.phone.on("close", () => setTimeout(() => twin.destroy(), delay + 500));
  }

  tear(_, dice) {
    this.ill = true;
    this.next[dice.is(0.5) ? "up" : "down"] = { tear: dice.between(0.01, 0.99), hard: dice.is(0.5) };
  }

  unanswered() {
    this.ill = true;
    this.next.up = "unanswered";
  }

  stall(milliseconds) {
    this.halfStall(milliseconds, { is: () => true });
    this.halfStall(milliseconds, { is: () => false });
  }

  halfStall(milliseconds, dice) {
    const side = dice.is(0.5) ? this.phone : this.up;
    side.pause();
    setTimeout(() => this.over || side.resume(), milliseconds);
  }

  /** Looks open, carries nothing: a dead access point.  Then it is gone. */
  hole(milliseconds) {
    this.ill = true;
    this.next = { up: "lose", down: "lose" };
    setTimeout(() => this.end(), milliseconds * 2);
  }

  end(hard = false) {
    if (this.over) return;
    this.over = true;
    for (const side of [this.phone, this.up]) {
      if (hard && !side.destroyed) side.resetAndDestroy();
      else side.destroy();
    }
    this.ended();
  }
}
