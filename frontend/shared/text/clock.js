/** So far apart, a clock was set anew. */
const STEP_MS = 5000;

/** The server's time, told by a clock that nobody can set: the browser's own date is not asked. */
export class Clock {
  /** @param {() => number} ticks milliseconds that only grow */
  constructor(ticks = () => performance.now()) {
    this.ticks = ticks;
    /** @type {number|null} */
    this.offset = null;
  }

  /**
   * The message that travelled least has the best time, so the largest offset wins,
   * unless the server's clock was set anew.
   *
   * @param {string} serverTime
   */
  observe(serverTime) {
    const offset = Date.parse(serverTime) - this.ticks();
    if (Number.isNaN(offset)) return;
    const jumped = this.offset === null || Math.abs(offset - this.offset) > STEP_MS;
    this.offset = jumped ? offset : Math.max(offset, this.offset ?? offset);
  }

  /** @param {string} serverTime @returns {number} seconds since then, never negative */
  since(serverTime) {
    if (this.offset === null) return 0;
    const passed = this.ticks() + this.offset - Date.parse(serverTime);
    return Number.isNaN(passed) ? 0 : Math.max(0, passed / 1000);
  }
}
