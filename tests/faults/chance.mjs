/** Chance that can be repeated: the same seed gives the same run. */

/** A source of numbers from 0 to 1 (mulberry32). */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What tests ask of chance. */
export class Dice {
  constructor(seed) {
    this.next = seeded(seed);
  }
  /** True in *share* of the cases. */
  is(share) {
    return this.next() < share;
  }
  /** From *low* up to *high*. */
  between(low, high) {
    return low + this.next() * (high - low);
  }
  /** A whole number below *end*. */
  below(end) {
    return Math.floor(this.next() * end);
  }
  /** Any of *many*; undefined when there is none. */
  pick(many) {
    return many[this.below(many.length)];
  }
  /** A name by its weight in `{name: weight}`. */
  weighed(weights) {
    const names = Object.keys(weights);
    let left = this.next() * names.reduce((sum, name) => sum + weights[name], 0);
    for (const name of names) {
      left -= weights[name];
      if (left < 0) return name;
    }
    return names.at(-1);
  }
  /** A wait that is *mean* on average, as if the next bus had no timetable. */
  wait(mean) {
    return -Math.log(1 - this.next()) * mean;
  }
  /** Dice of its own, so that what happens here does not depend on what happens elsewhere. */
  fork() {
    return new Dice(this.below(2 ** 32));
  }
}
