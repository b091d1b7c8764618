import { delayAfter, delayAfterRestart } from "./backoff.js";
import { CLOSED } from "./connection.js";
import { Poll } from "./poll.js";

/**
 * @typedef {import("./connection.js").Connection} Connection
 * @typedef {import("./poll.js").Numbered} Numbered
 */

/**
 * @template {Numbered} T what is told
 * @typedef {object} Hooks
 * @property {(told: T, first: boolean) => void} heard `first`: of this connection
 * @property {(offline: boolean) => void} offline
 * @property {() => boolean} refused this page may no longer be here; whether it leaves
 * @property {() => boolean} outdated this page is too old; whether it leaves
 */

/** A short break is nobody's business. */
const OFFLINE_MS = 4_000;
/** A socket that died without a word looks just like one with nothing to say. */
const SILENCE_MS = 30_000;

/**
 * Keeps a page in touch with its server: by socket, else by polling; tells when there is neither.
 *
 * @template {Numbered} T
 */
export class Link {
  /**
   * @param {(ears: import("./connection.js").Ears<T>) => Connection} connect
   * @param {import("./poll.js").Ask<T>} ask
   * @param {Hooks<T>} hooks
   */
  constructor(connect, ask, hooks) {
    this.connect = connect;
    this.ask = ask;
    this.hooks = hooks;
    this.poll = new Poll(ask, {
      heard: (told, first) => this.got(told, first),
      missed: () => this.lost(),
      refused: () => void this.leaves(hooks.refused),
      outdated: () => void this.leaves(hooks.outdated),
    });
    /** @type {Connection|null} */
    this.socket = null;
    this.failures = 0;
    this.speaking = false;
    this.isOffline = false;
    /** @type {Record<string, ReturnType<typeof setTimeout>|undefined>} */
    this.timers = {};
  }

  /** Connect, or connect afresh: what was missed comes with the first message. */
  start() {
    this.stop();
    this.lost();
    this.open();
  }

  stop() {
    for (const name of Object.keys(this.timers)) this.clear(name);
    this.socket?.close();
    this.socket = null;
    this.speaking = false;
    this.poll.stop();
  }

  /** Do not wait for the next attempt if nothing is connected. */
  hurry() {
    if (!this.speaking) this.start();
  }

  open() {
    this.clear("open");
    this.socket?.close();
    this.socket = this.connect({
      heard: (told) => this.heard(told),
      closed: (code) => this.closed(code),
      outdated: () => void this.leaves(this.hooks.outdated),
    });
  }

  /** @param {T} told */
  heard(told) {
    const first = !this.speaking;
    this.speaking = true;
    this.failures = 0;
    this.poll.stop();
    this.got(told, first);
    this.set("silence", SILENCE_MS, () => void this.listen(told.seq));
  }

  /** @param {number} code */
  closed(code) {
    this.clear("silence");
    if (this.speaking) this.lost();
    else this.failures += 1;
    this.speaking = false;
    if (code === CLOSED.policy && this.leaves(this.hooks.refused)) return;
    if (this.failures > 0) this.poll.start();
    const restarting = code === CLOSED.restarting && this.failures === 0;
    this.set("open", restarting ? delayAfterRestart() : delayAfter(this.failures), () => this.open());
  }

  /** A page on its way out asks nothing more: its successor does. @param {() => boolean} tell */
  leaves(tell) {
    const leaving = tell();
    if (leaving) this.stop();
    return leaving;
  }

  /** Ask whether the silence is real; the answer sets the clock right. @param {number} seq the last heard */
  async listen(seq) {
    const told = await this.ask({}).catch(() => null);
    if (!this.speaking) return;
    if (told?.seq !== seq) return this.start();
    this.got(told, false);
    this.set("silence", SILENCE_MS, () => void this.listen(seq));
  }

  /**
   * @param {T} told
   * @param {boolean} first
   */
  got(told, first) {
    this.clear("offline");
    if (this.isOffline) this.hooks.offline((this.isOffline = false));
    this.hooks.heard(told, first);
  }

  lost() {
    if (this.timers.offline || this.isOffline) return;
    this.set("offline", OFFLINE_MS, () => this.hooks.offline((this.isOffline = true)));
  }

  /**
   * @param {string} name
   * @param {number} ms
   * @param {() => void} then
   */
  set(name, ms, then) {
    this.clear(name);
    this.timers[name] = setTimeout(then, ms);
  }

  /** @param {string} name */
  clear(name) {
    clearTimeout(this.timers[name]);
    this.timers[name] = undefined;
  }
}
