import { Door } from "./door.js";

/** The way in: goes to the project as soon as it is ready and lets people through, unless the visitor stays. */
export class Way {
  /**
   * @param {string} target where the visitor wants to be
   * @param {() => void} changed what there is to say of the way
   * @param {{isShut?: boolean, wary?: boolean}} [how] see `Door`
   */
  constructor(target, changed, how) {
    this.target = new URL(target, location.href);
    this.staying = false;
    this.gone = false;
    this.ready = false;
    /** Whether Hall is out of reach: the front proxy may have switched over without a word of it. */
    this.cutOff = false;
    this.door = isHere(this.target, location) ? new Door(changed, how) : null;
  }

  /** Whether all is ready but the way. */
  get blocked() {
    return this.door?.isShut ?? false;
  }

  /** @param {boolean} ready */
  follow(ready) {
    this.ready = ready;
    if (!ready && !(this.door && this.cutOff)) this.rest();
    else if (this.door && !this.door.isOpen) this.door.watch({ patient: !ready });
    else if (!this.staying) this.go();
  }

  /** Nothing to look for: it is not ready any more, or nobody is here. */
  rest() {
    this.gone = false;
    this.door?.rest();
  }

  /** Somebody comes back to the page, or the network does. */
  hurry() {
    this.door?.hurry();
  }

  /** The page is back from the browser's memory: what it knew is old, and a look at the door is always new. */
  back() {
    if (this.door) this.follow(this.ready);
  }

  go() {
    if (this.gone) return;
    this.gone = true;
    if (this.door) location.reload(); // it is what was looked at
    else if (/^https?:$/.test(this.target.protocol)) location.replace(this.target.href + location.hash);
  }
}

/**
 * Whether a target is this page's own address. Who is here over TLS and is to go on without would be sent back, and go
 * round in circles.
 *
 * @param {{protocol: string, host: string, pathname: string, search: string}} target
 * @param {{protocol: string, host: string, pathname: string, search: string}} page
 */
export function isHere(target, page) {
  const same = target.host === page.host && target.pathname + target.search === page.pathname + page.search;
  return same && (page.protocol === target.protocol || page.protocol === "https:");
}
