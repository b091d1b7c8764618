/**
 * @typedef {import("../shared/net/link.js").Link<State>} Link
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./way.js").Way} Way
 */

const LOOK_MS = 1_000;
/** By so much the clock on the wall runs ahead of the page's own when the computer was asleep. */
const SLEPT_MS = 5_000;

/**
 * Connect while the page is there: not before it is really shown, not after it is left, and afresh
 * when it comes back from the browser's memory or the computer from its sleep.
 *
 * @param {Link} link
 * @param {Way} way looked for while the page is there
 */
export function keepPresent(link, way) {
  addEventListener("pagehide", () => {
    link.stop();
    way.rest();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    link.start();
    way.back();
  });
  const hurry = () => {
    link.hurry();
    way.hurry();
  };
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.hidden || hurry());
  onResume(() => {
    link.start();
    way.hurry();
  });
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

export function isPrerendering() {
  return "prerendering" in document && document.prerendering === true;
}

/**
 * Reload, unless this page is a reload already: it would go round in circles. Going to the same address says where it
 * comes from, and Hall takes it for no visit; not every browser tells as much of a reload.
 *
 * @returns {boolean} whether it reloads
 */
export function reloadOnce() {
  if (isReload()) return false;
  if (location.hash) location.reload();
  else location.replace(location.href);
  return true;
}

/** Whether this page came after itself. */
export function isReload() {
  const [navigation] = performance.getEntriesByType("navigation");
  const { type } = /** @type {PerformanceNavigationTiming} */ (navigation) ?? {};
  return type === "reload" || document.referrer === location.href.split("#")[0];
}
