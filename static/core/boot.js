/** What the server wrote into the page: `{code, role, language, catalogue, urls, host?}`. */

/**
 * @typedef {{code: string, role: "participant" | "facilitator" | "screen", language: string,
 *   catalogue: Object<string, string>, urls: Object<string, string>, host?: string}} Boot
 */

/** @type {Boot | undefined} */
let known;

/** @returns {Boot} */
export function boot() {
  known ??= JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
  return /** @type {Boot} */ (known);
}
