import { delayAfter, delayAfterRestart } from "./backoff.js";
import { Poll } from "./poll.js";
import { CLOSED } from "./protocol.js";

/**
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./socket.js").Ears} Ears
 * @typedef {import("./socket.js").Connection} Connection
 * @typedef {object} Hooks
 * @property {(state: State, first: boolean) => void} heard `first`: of this connection
 * @property {(offline: boolean) => void} offline
 * @property {() => boolean} refused this page may no longer be here; whether it leaves
 * @property {() => boolean} outdated this page is too old; whether it leaves
 */

/** A short break is nobody's business. */
const OFFLINE_MS = 4_000;
/** A socket that died without a word looks just like one with nothing to say. */
const SILENCE_MS = 30_000;

/** Keeps the page in touch with Hall: by socket, else by polling; tells when there is neither. */
export class Link {
  /**
   * @param {(ears: Ears) => Connection} connect
   * @param {import("./poll.js").Ask} ask
   * @param {Hooks} hooks
   */
  constructor(connect, ask, hooks) {
    this.connect = connect;
    this.ask = ask;
    this.hooks = hooks;
    this.poll = new Poll(ask, {
      heard: (state, first) => this.got(state, first),
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
      heard: (state) => this.heard(state),
      closed: (code) => this.closed(code),
      outdated: () => void this.leaves(this.hooks.outdated),
    });
  }

  /** @param {State} state */
  heard(state) {
    const first = !this.speaking;
    this.speaking = true;
    this.failures = 0;
    this.poll.stop();
    this.got(state, first);
    this.set("silence", SILENCE_MS, () => void this.listen(state.seq));
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
    const state = await this.ask({}).catch(() => null);
    if (!this.speaking) return;
    if (state?.seq !== seq) return this.start();
    this.got(state, false);
    this.set("silence", SILENCE_MS, () => void this.listen(seq));
  }

  /**
   * @param {State} state
   * @param {boolean} first
   */
  got(state, first) {
    this.clear("offline");
    if (this.isOffline) this.hooks.offline((this.isOffline = false));
    this.hooks.heard(state, first);
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
