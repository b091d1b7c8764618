import { delayAfter } from "./backoff.js";
import { Refused, WrongVersion } from "./http.js";

/** @typedef {{seq: number}} Numbered what is told has another number when it changed */

/**
 * @template {Numbered} T what is told
 * @typedef {(options: {wait?: number, seq?: number, signal?: AbortSignal}) => Promise<T>} Ask
 */

/**
 * @template {Numbered} T
 * @typedef {object} PollEars
 * @property {(told: T, first: boolean) => void} heard
 * @property {() => void} missed
 * @property {() => void} refused
 * @property {() => void} outdated
 */

const WAIT_S = 25;
/** A server that answers at once although nothing changed is not to be asked in a circle. */
const BREATH_MS = 1_000;

/**
 * Long polling, for where sockets are blocked.
 *
 * @template {Numbered} T
 */
export class Poll {
  /**
   * @param {Ask<T>} ask
   * @param {PollEars<T>} ears
   */
  constructor(ask, ears) {
    this.ask = ask;
    this.ears = ears;
    /** @type {AbortController|null} */
    this.running = null;
  }

  start() {
    if (this.running) return;
    this.running = new AbortController();
    void this.run(this.running.signal);
  }

  stop() {
    this.running?.abort();
    this.running = null;
  }

  /** @param {AbortSignal} signal */
  async run(signal) {
    /** @type {number|undefined} */
    let seq;
    let failures = 0;
    while (!signal.aborted) {
      const next = await this.once(seq, signal);
      failures = next ? 0 : failures + 1;
      const idle = next !== null && next.seq === seq;
      seq = next?.seq;
      if (failures || idle) await pause(failures ? delayAfter(failures) : BREATH_MS);
    }
  }

  /**
   * @param {number|undefined} seq of what is known; undefined asks for how it is now
   * @param {AbortSignal} signal
   * @returns {Promise<T|null>}
   */
  async once(seq, signal) {
    const first = seq === undefined;
    try {
      const told = await this.ask(first ? { signal } : { wait: WAIT_S, seq, signal });
      if (!signal.aborted) this.ears.heard(told, first);
      return told;
    } catch (error) {
      if (!signal.aborted) this.complain(error);
      return null;
    }
  }

  /** @param {unknown} error */
  complain(error) {
    if (error instanceof WrongVersion) this.ears.outdated();
    else if (error instanceof Refused && [403, 404].includes(error.status)) this.ears.refused();
    else this.ears.missed();
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
