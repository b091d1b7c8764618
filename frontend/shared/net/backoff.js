const FIRST_MS = 500;
/** A Hall that crashed is back in seconds: nobody should wait for a long pause to pass then. */
const EAGER = 5;
const EAGER_MS = 1_000;
const LONGEST_MS = 10_000;
const LEAST_MS = 200;
const RESTART_MS = 1_300;

/**
 * How long to wait before the next attempt. Spread out, so that a thousand pages do not come back at once.
 *
 * @param {number} failures in a row
 * @param {() => number} random 0 to 1
 * @returns {number} milliseconds
 */
export function delayAfter(failures, random = Math.random) {
  const patient = EAGER_MS * 2 ** Math.max(0, failures - EAGER);
  const ceiling = failures < 2 ? FIRST_MS : Math.min(LONGEST_MS, patient);
  return LEAST_MS + random() * (ceiling - LEAST_MS);
}

/**
 * After "restarting", Hall is back in a moment.
 *
 * @param {() => number} random 0 to 1
 */
export function delayAfterRestart(random = Math.random) {
  return LEAST_MS + random() * RESTART_MS;
}
