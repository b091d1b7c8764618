/** @typedef {import("../shared/link.js").Link} Link */

const LOOK_MS = 1_000;
/** By so much the clock on the wall runs ahead of the page's own when the computer was asleep. */
const SLEPT_MS = 5_000;

/**
 * Connect while the page is there: not before it is really shown, not after it is left, and afresh
 * when it comes back from the browser's memory or the computer from its sleep.
 *
 * @param {Link} link
 */
export function keepPresent(link) {
  addEventListener("pagehide", () => link.stop());
  addEventListener("pageshow", ({ persisted }) => persisted && link.start());
  addEventListener("online", () => link.hurry());
  document.addEventListener("visibilitychange", () => document.hidden || link.hurry());
  onResume(() => link.start());
  if (isPrerendering()) document.addEventListener("prerenderingchange", () => link.start());
  else link.start();
}

/** The first look after a sleep finds that more time has passed than the page knows of. @param {() => void} then */
function onResume(then) {
  const apart = () => Date.now() - performance.now();
  let last = apart();
  setInterval(() => {
    const now = apart();
    if (now - last > SLEPT_MS) then();
    last = now;
  }, LOOK_MS);
}

function isPrerendering() {
  return "prerendering" in document && document.prerendering === true;
}

/**
 * Reload, unless this page is a reload already: it would go round in circles.
 *
 * @returns {boolean} whether it reloads
 */
export function reloadOnce() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (/** @type {PerformanceNavigationTiming} */ (navigation)?.type === "reload") return false;
  location.reload();
  return true;
}
