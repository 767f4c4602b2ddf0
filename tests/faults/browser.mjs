/** What a browser does around a page on a real network: cookies, the first request, requests by script. */

/** The cookies of one browser; only their names and values matter here. */
export class Jar {
  constructor() {
    this.cookies = new Map();
  }
  keep(response) {
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      this.cookies.set(name, value);
    }
  }
  get header() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

/** One request of a browser that keeps its cookies in *jar*; rejects when no answer came. */
export async function ask(jar, url, options = {}) {
  const response = await fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(5_000),
    ...options,
    headers: { cookie: jar.header, ...options.headers },
  });
  jar.keep(response);
  return response;
}

/** What the server wrote into the page at *url*; rejects when the page does not come whole. */
export async function loaded(jar, url) {
  const html = await (await ask(jar, url)).text();
  const found = html.match(/<script[^>]*id="boot"[^>]*>(.*?)<\/script>/s);
  if (!found || !html.includes("</html>")) throw new Error("no page");
  return JSON.parse(found[1]);
}

/** WebSockets that carry the cookies of *jar*. */
export function webSocketWith(jar) {
  return class extends WebSocket {
    constructor(url, protocols = []) {
      super(url, /** @type {any} */ ({ protocols, headers: { cookie: jar.header } }));
    }
  };
}

/** Where a strict proxy lets no WebSocket through. */
export class NoWebSocket {
  constructor() {
    setTimeout(() => this.onerror?.({ type: "error" }), 5);
  }
  /** @type {((event: object) => void) | null} */
  onerror = null;
  close() {}
}

/** As much of XMLHttpRequest as long polling needs, with the cookies of *jar*. */
export function requestsWith(jar) {
  return class {
    withCredentials = false;
    readyState = 0;
    status = 0;
    responseText = "";
    #headers = {};
    #aborting = new AbortController();
    onreadystatechange = () => {};

    open(method, url) {
      this.method = method;
      this.url = url;
    }
    setRequestHeader(name, value) {
      this.#headers[name] = value;
    }
    getResponseHeader() {
      return null;
    }
    send(body) {
      const headers = { ...this.#headers, cookie: jar.header };
      const { signal } = this.#aborting;
      fetch(this.url, { method: this.method, body: body ?? undefined, headers, signal })
        .then(async (response) => this.#done(response.status, await response.text()))
        .catch(() => this.#done(0, ""));
    }
    abort() {
      this.#aborting.abort();
    }
    #done(status, text) {
      if (this.#aborting.signal.aborted) return;
      this.readyState = 4;
      this.status = status;
      this.responseText = text;
      this.onreadystatechange();
    }
  };
}
