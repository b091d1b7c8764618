import { parseState } from "./protocol.js";

/**
 * @typedef {import("./protocol.js").State} State
 * @typedef {{heard: (state: State) => void, closed: (code: number) => void, outdated: () => void}} Ears
 * @typedef {{close: () => void}} Connection
 */

/** A proxy that swallows sockets never says so: no word by then counts as refused. */
const PATIENCE_MS = 3_000;

/**
 * One connection. `closed` is called once, with the close code, or 0 when it never spoke.
 *
 * @param {string} url
 * @param {Ears} ears
 * @returns {Connection}
 */
export function connect(url, ears) {
  const socket = new WebSocket(url);
  const closed = once(ears.closed);
  const patience = setTimeout(() => end(0), PATIENCE_MS);
  /** @param {number} code */
  const end = (code) => {
    clearTimeout(patience);
    socket.close();
    closed(code);
  };
  socket.addEventListener("message", ({ data }) => {
    clearTimeout(patience);
    hear(data, ears);
  });
  socket.addEventListener("close", ({ code }) => end(code));
  return { close: () => silence(closed, end) };
}

/** @typedef {((code: number) => void) & {spent: () => void}} Once */

/**
 * @param {(code: number) => void} call
 * @returns {Once}
 */
function once(call) {
  let open = true;
  const spent = () => {
    open = false;
  };
  /** @param {number} code */
  const first = (code) => {
    if (!open) return;
    spent();
    call(code);
  };
  return Object.assign(first, { spent });
}

/**
 * Who closes on purpose does not want to hear of it.
 *
 * @param {Once} closed
 * @param {(code: number) => void} end
 */
function silence(closed, end) {
  closed.spent();
  end(0);
}

/**
 * @param {string} data
 * @param {Ears} ears
 */
function hear(data, ears) {
  try {
    const state = parseState(data);
    if (state) ears.heard(state);
  } catch {
    ears.outdated();
  }
}
