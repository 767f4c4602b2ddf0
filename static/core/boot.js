/** What the server wrote into the page: `{code, role, language, catalogue, urls, host?}`. */

/**
 * @typedef {{code: string, role: "participant" | "facilitator" | "screen", language: string,
 *   catalogue: Object<string, string>, urls: Object<string, string>, host?: string}} Boot
 */

/** @type {Boot | undefined} */
let bootData;

/** @returns {Boot} */
export function boot() {
  bootData ??= JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
  return /** @type {Boot} */ (bootData);
}
