const BREATH_MS = 1_000;

/** The way in: goes to the project as soon as it is ready, unless the visitor stays. */
export class Way {
  /**
   * @param {string} target where the visitor wants to be
   * @param {boolean} hurried whether the project was ready before this page was
   */
  constructor(target, hurried) {
    this.target = new URL(target, location.href);
    this.hurried = hurried;
    this.staying = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /** @param {boolean} ready */
  follow(ready) {
    if (!ready || this.staying) return this.wait();
    if (this.timer) return;
    const here = this.target.href.split("#")[0] === location.href.split("#")[0];
    this.timer = setTimeout(() => this.go(here), pauseBefore(here || this.hurried, performance.now()));
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** @param {boolean} here */
  go(here) {
    if (here) location.reload();
    else if (/^https?:$/.test(this.target.protocol)) location.replace(this.target.href + location.hash);
  }
}

/**
 * Where the way may lead back to this page (the front proxy has not switched yet), at most once a
 * second; else at once.
 *
 * @param {boolean} mayReturn
 * @param {number} pageAge milliseconds
 */
export function pauseBefore(mayReturn, pageAge) {
  return mayReturn ? Math.max(0, BREATH_MS - pageAge) : 0;
}
