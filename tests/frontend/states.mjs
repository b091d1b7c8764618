/** Small states for the tests of pure modules. */

/** What a page shows while the network is waited for. @param {object} [more] */
export const pageOf = (more = {}) => ({
  phase: "waking", mood: "waking", lead: "waiting.doing.network", running: false, estimated: false, shows_progress: false,
  offers_wake: false, first_try: false, closed: false, idle: false, stages: [], bays: ["now", "now", "now", "now"],
  ...more,
});

/** @param {object} [more] */
export const stateOf = (more = {}) => ({
  v: 1, seq: 1, id: "client1", name: "Client 1", status: "waking", since: "2026-11-23T08:00:00.000Z",
  reason: "Magic packet sent", reason_code: "wake_sent", reason_values: {}, reason_figures: {}, ready: false, url: null,
  server_time: "2026-11-23T08:00:10.000Z", wake: null, retry: null, closed: null,
  checks: ["network", "docker", "containers", "app"].map((name) => ({ name, state: "pending", troubled: false })),
  page: pageOf(),
  ...more,
});

/** @param {object} [more] */
export const wakeOf = (more = {}) => ({
  id: "w1", attempt: 1, outcome: null, elapsed_s: 10, expected_s: 40, remaining_s: 30, progress: 0.25,
  longer_than_usual: false, overtakes: false,
  stages: [
    { name: "network", state: "pending", expected_s: 20, took_s: null },
    { name: "docker", state: "pending", expected_s: 20, took_s: null },
  ],
  ...more,
});

/**
 * So many seconds from the state's own time.
 *
 * @param {number|null} seconds
 * @param {string} [code]
 */
export const closedFor = (seconds, code = "closed") => ({
  code, in_s: seconds,
  opens_at: seconds === null ? null : new Date(Date.parse(stateOf().server_time) + seconds * 1000).toISOString(),
});
