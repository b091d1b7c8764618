/** What Hall's answers carry, and what a look says of itself, so that Hall takes it for no visit. */
const MARK = "X-Hall";
/** What a front proxy says by itself while it does not reach the project; 520 to 530 are Cloudflare's. */
const PROXY_STATUSES = [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530];
/** What it says while nobody has told it yet where to; a project may say so too. */
const DOUBTFUL_STATUSES = [404, 421];
/** So long that is said before it is the project's own word. */
const DOUBT_MS = 1_000;

/** So often while it can only be a moment. */
const EAGER_MS = 50;
const EAGER_FOR_MS = 2_000;
/** Then less and less often: somebody may have to set the proxy right first. */
const GROWTH = 1.5;
const LONGEST_MS = 15_000;
/** A page that was led back here once goes on like this at once, so that it does not go round in circles. */
const WARY_MS = 5_000;
const PATIENCE_MS = 10_000;

/**
 * How long to wait for the next look.
 *
 * @param {number} last gap, in milliseconds
 * @param {number} age milliseconds since the first look
 */
export function gapAfter(last, age) {
  if (last === EAGER_MS && age < EAGER_FOR_MS) return EAGER_MS;
  return Math.min(LONGEST_MS, last * GROWTH);
}

/** Whether somebody else than Hall answers at this page's own address: the front proxy lets people through. */
export class Door {
  /**
   * @param {() => void} changed `isOpen` or `isShut` did
   * @param {{isShut?: boolean, wary?: boolean}} [how] isShut: somebody was sent here although all is ready;
   *   wary: this page was led back here
   */
  constructor(changed, { isShut = false, wary = false } = {}) {
    this.changed = changed;
    this.wary = wary;
    this.isOpen = false;
    /** Whether it has taken so long that it is worth a word. */
    this.isShut = isShut;
    /** @type {AbortController|null} */
    this.watching = null;
    this.hurry = () => {};
  }

  /**
   * Look until it is open, beginning now.
   *
   * @param {{patient?: boolean}} [how] patient: it is no matter of a moment
   */
  watch({ patient = false } = {}) {
    if (this.watching || this.isOpen) return;
    this.watching = new AbortController();
    void this.run(this.watching.signal, patient);
  }

  rest() {
    this.watching?.abort();
    this.watching = null;
    this.hurry();
    this.isOpen = this.isShut = false;
  }

  /** @param {AbortSignal} signal @param {boolean} patient */
  async run(signal, patient) {
    const begun = performance.now();
    const proof = new Proof();
    let gap = this.wary || patient ? WARY_MS : EAGER_MS;
    if (this.wary) await this.pause(gap);
    while (!signal.aborted && !proof.holds(await look(signal, this.wary), performance.now())) {
      if (gap > EAGER_MS) this.tell({ isShut: true }, signal);
      await this.pause(proof.isPending ? EAGER_MS : gap);
      gap = gapAfter(gap, performance.now() - begun);
    }
    this.tell({ isOpen: true, isShut: false }, signal);
  }

  /** @param {{isOpen?: boolean, isShut: boolean}} what @param {AbortSignal} signal */
  tell(what, signal) {
    if (signal.aborted || this.isShut === what.isShut && !what.isOpen) return;
    Object.assign(this, what);
    this.changed();
  }

  /** Until the time is over, or somebody comes back to the page. @param {number} ms */
  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => resolve(clearTimeout(timer));
    });
  }
}

/** Whether what was answered proves that it is the project. */
export class Proof {
  constructor() {
    /** @type {number|null} since when all answers were doubtful */
    this.since = null;
  }

  /** Whether a doubt is about to be over. */
  get isPending() {
    return this.since !== null;
  }

  /** @param {Response|null} answer null: there was none @param {number} now milliseconds */
  holds(answer, now) {
    const theirs = answer !== null && isTheirs(answer);
    if (!theirs || !DOUBTFUL_STATUSES.includes(answer.status)) {
      this.since = null;
      return theirs;
    }
    this.since ??= now;
    return now - this.since >= DOUBT_MS;
  }
}

/**
 * Look once, at this page's own address; wary: with what a browser asks for, where HEAD led astray.
 *
 * @param {AbortSignal} signal
 * @param {boolean} wary
 * @returns {Promise<Response|null>} null: nobody answered
 */
async function look(signal, wary) {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = setTimeout(end, PATIENCE_MS);
  signal.addEventListener("abort", end);
  try {
    const how = /** @type {const} */ ({ method: wary ? "GET" : "HEAD", cache: "no-store", redirect: "manual" });
    const headers = { [MARK]: "look", ...(wary && { Accept: "text/html" }) };
    return await fetch(location.href, { ...how, headers, signal: stop.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    end(); // the head is enough
  }
}

/** Whether the project answered; a redirect is its own, for Hall never redirects a look. @param {Response} answer */
export function isTheirs({ type, status, headers }) {
  return type === "opaqueredirect" || (!headers.has(MARK) && !PROXY_STATUSES.includes(status));
}
