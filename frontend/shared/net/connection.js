/**
 * @template T what is told
 * @typedef {{heard: (told: T) => void, closed: (code: number) => void, outdated: () => void}} Ears
 */

/** @typedef {{close: () => void}} Connection */

/** Why a socket was closed (RFC 6455, section 7.4, and the registry of its close codes). */
export const CLOSED = { policy: 1008, restarting: 1012 };

/** A proxy that swallows sockets never says so: no word by then counts as refused. */
const PATIENCE_MS = 3_000;

/**
 * One connection. `closed` is called once, with the close code, or 0 when it never spoke.
 *
 * @template T
 * @param {string} url
 * @param {Ears<T>} ears
 * @param {(text: string) => T|null} parse null: it is nothing to tell; throws where this page is too old for it
 * @returns {Connection}
 */
export function connect(url, ears, parse) {
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
    hear(data, ears, parse);
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
 * @template T
 * @param {string} data
 * @param {Ears<T>} ears
 * @param {(text: string) => T|null} parse
 */
function hear(data, ears, parse) {
  try {
    const told = parse(data);
    if (told) ears.heard(told);
  } catch {
    ears.outdated();
  }
}
