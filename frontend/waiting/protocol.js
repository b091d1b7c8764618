import { WrongVersion } from "../shared/net/http.js";

/**
 * The shape of a domain's state on the wire: the mirror of `domain.py` and `page.py` in `interface/wire`.
 *
 * @typedef {"unknown"|"asleep"|"waking"|"docker_up"|"healthy"|"unhealthy"|"failed"|"stopping"} Status
 * @typedef {"pending"|"ok"|"failing"|"skipped"} CheckState
 * @typedef {import("../shared/text/i18n.js").Values} Values
 * @typedef {import("../shared/text/i18n.js").Figures} Figures
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {CheckState} state
 * @property {string|null} [detail]
 * @property {string|null} [detail_code]
 * @property {Values} [detail_values]
 * @property {Figures} [detail_figures]
 * @property {string|null} since
 * @property {number|null} took_ms
 * @property {boolean} troubled whether waiting alone may not mend what it says
 *
 * @typedef {object} Stage
 * @property {string} name
 * @property {CheckState} state
 * @property {number|null} expected_s null: no history yet
 * @property {number|null} took_s seconds from the stage before it to this one
 *
 * @typedef {object} Wake
 * @property {string} id
 * @property {string} trigger
 * @property {number} attempt
 * @property {string} started_at
 * @property {string|null} ended_at
 * @property {"ready"|"failed"|null} outcome null: still running
 * @property {number} elapsed_s
 * @property {number|null} expected_s
 * @property {number|null} remaining_s
 * @property {number} progress 0 to 1
 * @property {boolean} longer_than_usual
 * @property {boolean} overtakes whether the server must fall asleep first
 * @property {Stage[]} stages
 *
 * @typedef {{at: string, in_s: number}} Retry
 *
 * @typedef {object} Closed
 * @property {"closed"|"held"} code by its schedule, or by an admin
 * @property {string|null} opens_at null: no opening is planned
 * @property {number|null} in_s
 *
 * @typedef {"done"|"now"|"next"|"broken"} Step
 * @typedef {{name: string, step: Step, expected_s: number|null, took_s: number|null}} PageStage
 *
 * @typedef {object} Page what the page shows, in keys and numbers
 * @property {"ready"|"waking"|"docker_up"|"longer"|"trouble"|"asleep"|"unknown"|"stopping"|"closed"|"held"|"failed"|"unhealthy"} phase
 * @property {"asleep"|"waking"|"ready"|"failed"} mood what icon, colour and light follow
 * @property {string} lead key
 * @property {boolean} running
 * @property {boolean} estimated whether it can be said how long it still takes
 * @property {boolean} shows_progress whether there is a wake whose progress tells something
 * @property {boolean} offers_wake whether the visitor may ask for a wake
 * @property {boolean} first_try whether that would be the first try
 * @property {boolean} closed whether nobody is let in, and no visit wakes it
 * @property {boolean} idle closed, and nothing is done yet: there are no stages to tell
 * @property {PageStage[]} stages
 * @property {Step[]} bays the four bays of the drawn hall
 *
 * @typedef {object} State
 * @property {number} v
 * @property {number} seq
 * @property {string} id
 * @property {string} name
 * @property {Status} status
 * @property {string} since
 * @property {string} reason
 * @property {string} reason_code
 * @property {Values} reason_values
 * @property {Figures} reason_figures
 * @property {boolean} ready
 * @property {string|null} url
 * @property {string} server_time
 * @property {Check[]} checks
 * @property {Wake|null} wake
 * @property {Retry|null} retry
 * @property {Closed|null} closed why nobody is let in and no visit wakes it
 * @property {Page} page
 */

export const VERSION = 1;

/** Names of the fields, for the test that compares them with the wire. */
export const FIELDS = {
  state: [
    "v", "seq", "id", "name", "status", "since", "reason", "reason_code", "reason_values", "reason_figures",
    "ready", "url", "server_time", "checks", "wake", "retry", "closed", "page",
  ],
  check: ["name", "state", "detail", "detail_code", "detail_values", "detail_figures", "since", "took_ms", "troubled"],
  wake: [
    "id", "trigger", "attempt", "started_at", "ended_at", "outcome", "elapsed_s", "expected_s",
    "remaining_s", "progress", "longer_than_usual", "overtakes", "stages",
  ],
  stage: ["name", "state", "expected_s", "took_s"],
  retry: ["at", "in_s"],
  closed: ["code", "opens_at", "in_s"],
  page: [
    "phase", "mood", "lead", "running", "estimated", "shows_progress", "offers_wake", "first_try",
    "closed", "idle", "stages", "bays",
  ],
  page_stage: ["name", "step", "expected_s", "took_s"],
};

/**
 * Read one message or answer; null means that it is no state.
 *
 * @param {unknown} message
 * @returns {State|null}
 * @throws {WrongVersion}
 */
export function readState(message) {
  if (typeof message !== "object" || message === null) return null;
  const state = /** @type {State & {type?: string}} */ (message);
  if (state.type !== undefined && state.type !== "state") return null;
  if (state.v > VERSION) throw new WrongVersion();
  if (typeof state.status !== "string" || !Array.isArray(state.checks)) return null;
  if (!state.page) throw new WrongVersion(); // an older Hall than this page: it has a page of its own
  return state;
}

/**
 * @param {string} text
 * @returns {State|null}
 */
export function parseState(text) {
  try {
    return readState(JSON.parse(text));
  } catch (error) {
    if (error instanceof WrongVersion) throw error;
    return null;
  }
}
