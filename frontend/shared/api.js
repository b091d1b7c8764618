import { readState } from "./protocol.js";

/** @typedef {import("./protocol.js").State} State */

const SLACK_MS = 10_000;

/** Hall said no, and not how things stand; `status` is the HTTP one. */
export class Refused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`refused: ${status}`);
    this.status = status;
  }
}

/** Hall's REST interface, for one domain. */
export class Api {
  /**
   * @param {string} base
   * @param {string} domain
   */
  constructor(base, domain) {
    this.base = `${base}/api`;
    this.domain = encodeURIComponent(domain);
  }

  /**
   * The state now or, with `wait`, when it is another than `seq`; at the latest after `wait` seconds.
   *
   * @param {{wait?: number, seq?: number, signal?: AbortSignal}} [options]
   */
  status({ wait = 0, seq, signal } = {}) {
    const query = wait ? `?wait=${wait}&seq=${seq ?? ""}` : "";
    return ask(`${this.base}/status/${this.domain}${query}`, { signal }, wait * 1000 + SLACK_MS);
  }

  /**
   * Start a wake, or join the one that runs; `visit` says that the page asks by itself.
   *
   * @param {{visit?: boolean}} [options]
   */
  wake({ visit = false } = {}) {
    const query = visit ? "?visit=true" : "";
    return ask(`${this.base}/wake/${this.domain}${query}`, { method: "POST" }, SLACK_MS);
  }
}

/**
 * @param {string} url
 * @param {RequestInit} init
 * @param {number} timeoutMs
 * @returns {Promise<State>}
 */
async function ask(url, init, timeoutMs) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  init.signal?.addEventListener("abort", () => stop.abort());
  try {
    const headers = { Accept: "application/json" };
    const options = { ...init, headers, signal: stop.signal, cache: /** @type {const} */ ("no-store") };
    const answer = await fetch(url, options);
    const body = await answer.json().catch(() => null);
    const state = readState(body) ?? readState(body?.error?.details);
    if (state) return state;
    throw new Refused(answer.status);
  } finally {
    clearTimeout(timer);
  }
}
