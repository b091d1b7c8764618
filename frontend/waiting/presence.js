/** @typedef {import("../shared/link.js").Link} Link */

/**
 * Connect while the page is there: not before it is really shown, not after it is left, and afresh
 * when it comes back from the browser's memory.
 *
 * @param {Link} link
 */
export function keepPresent(link) {
  addEventListener("pagehide", () => link.stop());
  addEventListener("pageshow", ({ persisted }) => persisted && link.start());
  addEventListener("online", () => link.hurry());
  document.addEventListener("visibilitychange", () => document.hidden || link.hurry());
  if (isPrerendering()) document.addEventListener("prerenderingchange", () => link.start());
  else link.start();
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
