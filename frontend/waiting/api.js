import { askJson, Refused } from "../shared/net/http.js";
import { readState } from "./protocol.js";

/** @typedef {import("./protocol.js").State} State */

const SLACK_MS = 10_000;

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
 * @throws {Refused} Hall does not say how things stand
 */
async function ask(url, init, timeoutMs) {
  const { status, body } = await askJson(url, init, timeoutMs);
  const state = readState(body) ?? readState(body?.error?.details);
  if (state) return state;
  throw new Refused(status);
}
