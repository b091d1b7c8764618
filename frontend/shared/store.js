/** @typedef {import("./protocol.js").State} State */

/** Holds one snapshot, the latest; says "change" when it is replaced. */
export class Store extends EventTarget {
  /** @param {State} first */
  constructor(first) {
    super();
    this.state = first;
  }

  /** @param {State} next */
  set(next) {
    if (isStale(next, this.state)) return;
    this.state = next;
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * A late answer must not undo a later push. `seq` alone cannot tell: it starts again with Hall.
 *
 * @param {State} next
 * @param {State} held
 */
function isStale(next, held) {
  return next.seq < held.seq && Date.parse(next.server_time) < Date.parse(held.server_time);
}
