/**
 * What the server wrote into the page: `{code, role, language, catalogue, urls, host?, entry?}`.  `code` is the name of
 * the session, for ever; `entry` the code to come in by when the page was drawn, where that is another.
 */

/**
 * @typedef {{code: string, role: "participant" | "facilitator" | "screen", language: string,
 *   catalogue: Object<string, string>, urls: Object<string, string>, host?: string, entry?: string}} Boot
 */

/** @type {Boot | undefined} */
let bootData;

/** @returns {Boot} */
export function boot() {
  bootData ??= JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
  return /** @type {Boot} */ (bootData);
}
