/** The sessions that were steered on this device: title and code, kept in this browser; never a key. */

const OWN = "dialoogtafel:own_sessions";
const MOST = 50;

/** @typedef {{code: string, entry?: string, title: string, language: string, date?: string}} OwnSession */

/** @returns {OwnSession[]}  the last one first */
export function ownSessions() {
  try {
    const kept = JSON.parse(localStorage.getItem(OWN) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => /^\d{8}$/.test(one?.code)) : [];
  } catch {
    return [];
  }
}

/** @param {OwnSession} session */
export function rememberSession(session) {
  keep([session, ...ownSessions().filter(({ code }) => code !== session.code)].slice(0, MOST));
}

/** @param {string} code */
export function forgetSession(code) {
  keep(ownSessions().filter((one) => one.code !== code));
}

function keep(sessions) {
  try {
    localStorage.setItem(OWN, JSON.stringify(sessions));
  } catch {
    // A browser that keeps nothing has no list either.
  }
}
