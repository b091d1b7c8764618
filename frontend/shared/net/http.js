/** The server said no, and not how things stand; `status` is the HTTP one. */
export class Refused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`refused: ${status}`);
    this.status = status;
  }
}

/** What was told is of another version than this page understands: only a reload helps. */
export class WrongVersion extends Error {}

/**
 * Ask for JSON, past every cache.
 *
 * @param {string} url
 * @param {RequestInit} init
 * @param {number} timeoutMs
 * @returns {Promise<{status: number, body: any}>} body: null where it is no JSON
 */
export async function askJson(url, init, timeoutMs) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  init.signal?.addEventListener("abort", () => stop.abort());
  try {
    const headers = { Accept: "application/json" };
    const options = { ...init, headers, signal: stop.signal, cache: /** @type {const} */ ("no-store") };
    const answer = await fetch(url, options);
    return { status: answer.status, body: await answer.json().catch(() => null) };
  } finally {
    clearTimeout(timer);
  }
}
