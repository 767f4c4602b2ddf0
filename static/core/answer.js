/** Asks the server for JSON, and tells the whole answer: for those who do something with a refusal too. */

const ASK_MS = 20_000;

/**
 * The answer of the server: `ok`, its HTTP status (0 when it could not be reached), and what it said.
 *
 * @typedef {{ok: boolean, status: number, body: any}} Answer
 */

/**
 * @param {string} address
 * @param {any} [body]  posted when there is one
 * @returns {Promise<Answer>}
 */
export async function answerTo(address, body) {
  try {
    const answer = await fetch(address, {
      ...(body && {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(ASK_MS),
    });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    // No connection, no server, or something in between that answers with a page of its own.
    return { ok: false, status: 0, body: {} };
  }
}
