/**
 * What the page shows of a state, in keys and numbers. `view_model.py` says the same for the first paint;
 * a test holds the two together.
 *
 * @typedef {import("../shared/protocol.js").State} State
 * @typedef {"ready"|"way"|"waking"|"docker_up"|"longer"|"trouble"|"asleep"|"unknown"|"stopping"|"closed"|"held"|"failed"|"unhealthy"} Phase
 * @typedef {"done"|"now"|"next"|"broken"} Step
 * @typedef {{name: string, step: Step, expected_s: number|null, took_s: number|null}} StageView
 * @typedef {object} View
 * @property {Phase} phase
 * @property {"asleep"|"waking"|"ready"|"failed"} mood what icon, colour and light follow
 * @property {boolean} running
 * @property {boolean} estimated whether it can be said how long it still takes
 * @property {string} headline key
 * @property {string} lead key
 * @property {StageView[]} stages
 * @property {Step[]} bays the four bays of the drawn hall
 * @property {boolean} metered whether there is a wake whose progress tells something
 * @property {boolean} asks whether the visitor may ask for a wake
 * @property {boolean} wakes whether that would be the first try
 * @property {boolean} shut whether nobody is let in, and no visit wakes it
 * @property {boolean} calm shut, and nothing is done yet: there are no stages to tell
 */

const BAYS = 4;
const CLIMBING = ["waking", "docker_up", "healthy"];
const BROKEN = ["failed", "unhealthy"];
const SHUT = ["closed", "held"];
const RESTING = ["asleep", "stopping"];

/**
 * @param {State} state
 * @param {{staying?: boolean, blocked?: boolean}} [way] whether the visitor wants to stay; whether all is ready but the way
 * @returns {View}
 */
export function viewOf(state, { staying = false, blocked = false } = {}) {
  const running = isRunning(state);
  const phase = state.ready && blocked ? "way" : phaseOf(state, running);
  const shut = SHUT.includes(phase);
  const stages = stagesOf(state, phase, running);
  return {
    phase,
    mood: moodOf(phase, running),
    running,
    shut,
    calm: shut && !running,
    estimated: running && !shut && phase !== "trouble",
    metered: (running && !shut) || wakeTells(state, phase),
    headline: `waiting.headline.${phase}`,
    lead: shut ? shutLead(state, phase, { running, staying }) : leadOf(state, phase, stages, staying),
    stages,
    bays: Array.from({ length: BAYS }, (_, bay) => bayOf(bay, stages)),
    asks: [...RESTING, ...BROKEN].includes(phase),
    wakes: RESTING.includes(phase),
  };
}

/** @param {State} state */
export function isRunning({ wake, ready }) {
  return !ready && wake !== null && wake.outcome === null;
}

/** @param {State} state @param {boolean} running @returns {Phase} */
function phaseOf({ status, ready, wake, checks, closed }, running) {
  if (ready) return "ready";
  if (closed) return closed.code === "held" ? "held" : "closed";
  if (!running && !CLIMBING.includes(status)) return /** @type {Phase} */ (status);
  if (running && checks.some(({ troubled }) => troubled)) return "trouble";
  if (wake?.longer_than_usual) return "longer";
  return status === "docker_up" || status === "healthy" ? "docker_up" : "waking";
}

/** @param {Phase} phase @param {boolean} running */
function moodOf(phase, running) {
  if (phase === "ready" || phase === "way") return "ready";
  if (BROKEN.includes(phase)) return "failed";
  if (SHUT.includes(phase)) return running ? "waking" : "asleep";
  return ["waking", "docker_up", "longer", "trouble"].includes(phase) ? "waking" : "asleep";
}

/** @param {State} state @param {Phase} phase @param {{running: boolean, staying: boolean}} how */
function shutLead({ closed }, phase, { running, staying }) {
  if (closed?.in_s == null) return "waiting.lead.never";
  if (running) return "waiting.lead.readying";
  return `waiting.lead.${phase}${staying ? "_staying" : ""}`;
}

/** @param {State} state @param {Phase} phase @param {StageView[]} stages @param {boolean} staying */
function leadOf({ wake }, phase, stages, staying) {
  if (staying && phase === "ready") return "waiting.lead.staying";
  if (staying && phase === "way") return "waiting.lead.way_staying";
  if (wake?.overtakes) return "waiting.doing.overtake";
  if (phase === "trouble") return "waiting.lead.trouble";
  const broken = stages.find(({ step }) => step === "broken");
  if (broken) return `waiting.broken.${broken.name}`;
  const now = stages.find(({ step }) => step === "now");
  return now ? `waiting.doing.${now.name}` : `waiting.lead.${phase}`;
}

/** @param {State} state @param {Phase} phase @param {boolean} running @returns {StageView[]} */
function stagesOf(state, phase, running) {
  const told = state.wake && (running || wakeTells(state, phase)) ? state.wake.stages : state.checks;
  const links = told.filter((link) => link.state !== "skipped");
  const turn = turnOf(links, phase);
  const mood = moodOf(phase, running);
  return links.map((link, index) => ({
    name: link.name,
    step: stepOf(link.state, index === turn, mood),
    expected_s: running && phase !== "trouble" && "expected_s" in link ? link.expected_s : null,
    took_s: "took_s" in link ? link.took_s : null,
  }));
}

/** A wake that is over tells of now only if it ended as things now stand. @param {State} state @param {Phase} phase */
function wakeTells({ wake }, phase) {
  return wake?.outcome === (phase === "way" ? "ready" : phase);
}

/** The link that everything waits for. @param {{state: string}[]} links @param {Phase} phase */
function turnOf(links, phase) {
  const failing = BROKEN.includes(phase) ? links.findIndex(({ state }) => state === "failing") : -1;
  return failing >= 0 ? failing : links.findIndex(({ state }) => state !== "ok");
}

/** @param {string} state @param {boolean} turn @param {View["mood"]} mood @returns {Step} */
function stepOf(state, turn, mood) {
  if (mood === "ready") return "done";
  if (mood === "asleep") return "next";
  if (turn) return mood === "failed" ? "broken" : "now";
  return state === "ok" ? "done" : "next";
}

/** @param {number} bay @param {StageView[]} stages @returns {Step} */
function bayOf(bay, stages) {
  return stages[Math.floor((bay * stages.length) / BAYS)]?.step ?? "next";
}
