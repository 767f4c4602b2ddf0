import { boot } from "./boot.js";

/**
 * Exchanges the facilitator key in the fragment, which no server sees, for a cookie, which no script sees; then takes
 * it out of the address bar, because that may be on the big screen.  Without a key in the address nothing happens.
 */
export async function exchangeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!key) return;
  const answer = await fetch(boot().urls.key, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ key }),
  }).catch(() => undefined);
  if (answer?.ok) history.replaceState(null, "", location.pathname);
}
