/** Which device this is: a random id, so that people can tell their own versions from those of others. */

const KEY = "dialoogtafel:device";
let known = "";

export function deviceId() {
  known ||= stored() ?? made();
  return known;
}

function stored() {
  try {
    const id = localStorage.getItem(KEY) ?? "";
    return /^[\w-]{16}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

function made() {
  const id = randomId();
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // This browser keeps nothing; it then is another device at every visit.
  }
  return id;
}

/** 96 random bits in base64url; it works without TLS too. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
