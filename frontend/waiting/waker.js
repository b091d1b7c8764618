import { isRunning } from "./view.js";

/** @typedef {import("../shared/protocol.js").State} State */

/**
 * Asks again for the wake that a restart of Hall forgot: once per connection, and only for a
 * visitor who has not been let in yet. A page that was ready once never wakes anything by itself.
 */
export class Waker {
  /** @param {() => void} wake */
  constructor(wake) {
    this.wake = wake;
    this.wasReady = false;
  }

  /**
   * @param {State} state
   * @param {boolean} first of this connection
   */
  heard(state, first) {
    this.wasReady ||= state.ready;
    const forgotten = ["asleep", "unknown"].includes(state.status) && !isRunning(state);
    if (first && forgotten && !this.wasReady) this.wake();
  }
}
