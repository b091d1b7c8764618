/** @typedef {{seq: number, server_time: string}} Dated numbered by the server, and dated by its clock */

/**
 * Holds one snapshot, the latest; says "change" when it is replaced.
 *
 * @template {Dated} T
 */
export class Store extends EventTarget {
  /** @param {T} first */
  constructor(first) {
    super();
    this.state = first;
  }

  /** @param {T} next */
  set(next) {
    if (isStale(next, this.state)) return;
    this.state = next;
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * A late answer must not undo a later push. `seq` alone cannot tell: it starts again with Hall.
 *
 * @param {Dated} next
 * @param {Dated} held
 */
function isStale(next, held) {
  return next.seq < held.seq && Date.parse(next.server_time) < Date.parse(held.server_time);
}
