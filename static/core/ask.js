/** Questions to the server outside the live connection: JSON there, JSON back, and a sentence when it goes wrong. */
import { t } from "./i18n.js";

/**
 * @typedef {{ok: true, gave: any} | {ok: false, message: string, status: number}} Asked
 *   status: that of the answer, 0 when there was none
 */

/**
 * Posts *body*, or only looks when there is none.
 *
 * @param {string} address
 * @param {any} [body]
 * @returns {Promise<Asked>}
 */
export async function ask(address, body) {
  const answer = await request(address, body);
  const gave = await answer?.json().catch(() => undefined);
  if (answer?.ok && gave) return { ok: true, gave };
  return refusedAsking(answer, gave);
}

/**
 * Posts *body* and gets a file.
 *
 * @param {string} address
 * @param {any} body
 * @returns {Promise<Asked>} gave: a Blob
 */
export async function askForFile(address, body) {
  const answer = await request(address, body);
  if (answer?.ok) return { ok: true, gave: await answer.blob() };
  return refusedAsking(answer, await answer?.json().catch(() => undefined));
}

/** @returns {Promise<Response | undefined>} nothing when the server cannot be reached */
async function request(address, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    return await fetch(address, options);
  } catch {
    return undefined;
  }
}

/** @returns {Asked} */
function refusedAsking(answer, gave) {
  const message = gave?.message ?? (answer ? t("error.went_wrong") : t("common.no_answer"));
  return { ok: false, message, status: answer?.status ?? 0 };
}
