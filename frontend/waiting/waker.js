/** @typedef {import("./protocol.js").State} State */

const WAKEABLE = ["asleep", "unknown", "stopping"];

/**
 * Asks again for the wake that a restart of Hall forgot: once per connection, and only for a
 * visitor who looks on and has not been let in yet. A page that was ready once never wakes anything
 * by itself, nor does a forgotten tab that finds its way back to Hall.
 * Neither does one that waits for an opening; when that is over, it asks if somebody looks at it.
 */
export class Waker {
  /**
   * @param {() => void} wake
   * @param {() => boolean} seen whether somebody looks at the page
   */
  constructor(wake, seen = () => true) {
    this.wake = wake;
    this.seen = seen;
    this.wasReady = false;
    this.wasShut = false;
  }

  /**
   * @param {State} state
   * @param {boolean} first of this connection
   */
  heard(state, first) {
    const opened = this.wasShut && !state.closed;
    this.wasReady ||= state.ready;
    this.wasShut = Boolean(state.closed);
    const forgotten = WAKEABLE.includes(state.status) && !state.page.running && !state.closed;
    const due = (first || opened) && this.seen();
    if (due && forgotten && !this.wasReady) this.wake();
  }
}
