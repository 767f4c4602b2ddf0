/**
 * A page of the browser without a browser: static/core exactly as a phone runs it, as often as wanted.
 *
 * The modules keep their state at top level, one page a browser tab.  So here they are joined as the server's linker
 * joins them, and run as the body of a function: every call is a new page.  What a browser offers as globals (timers,
 * the clock, chance, sockets, storage) comes in as that function's parameters, so that a test may put its own there.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const STATIC = new URL("../../static/", import.meta.url);
const ENTRY = new URL("core/connection.js", STATIC);
const VENDORED = {
  preact: "vendor/preact.js",
  "preact/hooks": "vendor/preact-hooks.js",
  "@preact/signals": "vendor/signals.js",
  "@preact/signals-core": "vendor/signals-core.js",
};
const SOCKET_IO = "socket.io-client";

registerHooks({
  resolve(specifier, context, next) {
    const file = VENDORED[specifier];
    if (!file) return next(specifier, context);
    return { url: new URL(file, STATIC).href, format: "module", shortCircuit: true };
  },
});

const IMPORT = /^import \{([^}]*)\} from "([^"]+)";\n/gm;

/** The modules that *entry* needs, each once and after those it needs itself, as one source. */
function joined(entry) {
  const seen = new Set();
  /** @type {Map<string, string>} imported name -> bare specifier */
  const bare = new Map();
  const visit = (url) => {
    if (seen.has(url.href)) return "";
    seen.add(url.href);
    let before = "";
    const own = readFileSync(url, "utf8").replaceAll(IMPORT, (_, names, from) => {
      if (from.startsWith(".")) before += visit(new URL(from, url));
      else for (const name of names.split(",")) if (name.trim()) bare.set(name.trim(), from);
      return "";
    });
    return `${before}${own.replaceAll(/^export (?=const|let|function|async|class)/gm, "")}\n`;
  };
  return { source: visit(entry), bare };
}

/** The names that *source* declares at its top level. */
function declared(source) {
  return [...source.matchAll(/^(?:async )?(?:const|let|function|class) ([\w$]+)/gm)].map(([, name]) => name);
}

const GLOBALS = [
  "globalThis",
  "self",
  "window",
  "document",
  "location",
  "navigator",
  "localStorage",
  "crypto",
  "WebSocket",
  "XMLHttpRequest",
  "addEventListener",
  "removeEventListener",
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "Date",
  "Math",
];

const core = joined(ENTRY);
const imported = {};
for (const from of new Set(core.bare.values()))
  if (from !== SOCKET_IO) Object.assign(imported, await import(from));
const importedNames = [...core.bare.keys()].filter((name) => core.bare.get(name) !== SOCKET_IO);
let runCore = compiled(core.source);

function compiled(source) {
  const names = declared(source).join(", ");
  return new Function(...GLOBALS, "io", ...importedNames, `"use strict";${source}\nreturn { ${names} };`);
}

/** From now on pages have a fault: in *replacements*, what stands first is replaced by what stands second. */
export function spoil(replacements) {
  let { source } = core;
  for (const [right, wrong] of replacements) {
    if (source.split(right).length !== 2) throw new Error(`not once in the source: ${right}`);
    source = source.replace(right, () => wrong);
  }
  runCore = compiled(source);
}

const vendored = readFileSync(new URL("vendor/socket.io.js", STATIC), "utf8");
const [, exported] = vendored.match(/export\{([^}]*)\};?\s*$/) ?? ["", ""];
const ioName = exported.match(/([\w$]+) as io\b/)?.[1];
const runSocketIo = new Function(
  ...GLOBALS,
  `"use strict";${vendored.slice(0, vendored.lastIndexOf("export{"))}\nreturn ${ioName};`,
);

/**
 * @typedef {object} Outside  what this page finds around it
 * @property {object} boot  what the server wrote into the page
 * @property {URL} url  where the page came from
 * @property {any} storage  the localStorage of its browser
 * @property {any} WebSocket
 * @property {any} [XMLHttpRequest]
 * @property {{setTimeout: Function, clearTimeout: Function, setInterval: Function, clearInterval: Function}} timers
 * @property {() => number} now
 * @property {() => number} chance  0 to 1
 */

/** One page in one tab. */
export class Page {
  /** @param {Outside} outside */
  constructor({ boot, url, storage, WebSocket, XMLHttpRequest, timers, now, chance }) {
    this.alive = true;
    this.listeners = new Map();
    this.timers = timers;
    this.running = new Set();
    this.sockets = new Set();
    const page = this;
    const listen = (kind, listener) =>
      this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listener]);
    const forget = (kind, listener) =>
      this.listeners.set(
        kind,
        (this.listeners.get(kind) ?? []).filter((one) => one !== listener),
      );
    const world = {
      document: {
        visibilityState: "visible",
        getElementById: (id) => (id === "boot" ? { textContent: JSON.stringify(boot) } : null),
        addEventListener: listen,
        removeEventListener: forget,
      },
      location: {
        protocol: url.protocol,
        hostname: url.hostname,
        host: url.host,
        port: url.port,
        href: url.href,
      },
      navigator: { onLine: true, userAgent: "a test" },
      localStorage: guarded(storage, () => this.alive),
      crypto: {
        getRandomValues(bytes) {
          for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(chance() * 256);
          return bytes;
        },
      },
      WebSocket: class extends WebSocket {
        constructor(...how) {
          super(...how);
          page.sockets.add(this);
        }
      },
      XMLHttpRequest,
      addEventListener: listen,
      removeEventListener: forget,
      setTimeout: (action, delay) => this.later(action, delay, "setTimeout"),
      clearTimeout: (timer) => this.noMore(timer),
      setInterval: (action, delay) => this.later(action, delay, "setInterval"),
      clearInterval: (timer) => this.noMore(timer),
      Date: class extends Date {
        static now() {
          return now();
        }
        constructor(...when) {
          super(...(when.length ? when : [now()]));
        }
      },
      Math: Object.create(Math, { random: { value: chance } }),
    };
    world.globalThis = world.self = world.window = world;
    const globals = GLOBALS.map((name) => world[name]);
    const io = runSocketIo(...globals);
    /** Everything that static/core declares. */
    this.core = runCore(...globals, io, ...importedNames.map((name) => imported[name]));
    this.core.connect();
  }

  /** The browser tells the page that something happened. */
  dispatch(kind, event = {}) {
    if (this.alive) for (const listener of this.listeners.get(kind) ?? []) listener(event);
  }

  /** The tab is gone, in the middle of whatever it was doing: a crash, a reload, an empty battery. */
  crash() {
    this.alive = false;
    for (const timer of [...this.running]) this.noMore(timer);
    for (const socket of this.sockets) {
      socket.onopen = socket.onclose = socket.onmessage = socket.onerror = null;
      socket.close();
    }
  }

  later(action, delay, how) {
    const timer = this.timers[how](() => {
      if (how === "setTimeout") this.running.delete(timer);
      if (this.alive) action();
    }, delay);
    this.running.add(timer);
    return timer;
  }

  noMore(timer) {
    this.running.delete(timer);
    this.timers.clearTimeout(timer);
  }
}

/** A localStorage for one browser: it outlives its pages. */
export class Storage {
  constructor() {
    this.entries = new Map();
    /** Set to true where the browser refuses, as some do in private windows or when they are full. */
    this.refuses = false;
  }
  get length() {
    return this.entries.size;
  }
  key(at) {
    return [...this.entries.keys()][at] ?? null;
  }
  getItem(key) {
    return this.entries.get(key) ?? null;
  }
  setItem(key, value) {
    if (this.refuses) throw new Error("QuotaExceededError");
    this.entries.set(key, String(value));
  }
  removeItem(key) {
    this.entries.delete(key);
  }
}

/** What a dead page still wants to write does not happen. */
function guarded(storage, isAlive) {
  return {
    get length() {
      return storage.length;
    },
    key: (at) => storage.key(at),
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => isAlive() && storage.setItem(key, value),
    removeItem: (key) => isAlive() && storage.removeItem(key),
  };
}
