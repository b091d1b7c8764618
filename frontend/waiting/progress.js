/**
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./protocol.js").Wake} Wake
 */

/** Only "ready" fills the rest. */
const CEILING = 0.95;
/** With nothing to go by, half of a stage in this time. */
const HALF_S = 40;

/**
 * How much of the expected time has passed since Hall said where the wake stands: never more than
 * the current stage has left, for the next one may not have begun.
 *
 * @param {Wake} wake
 * @param {number} age seconds since it was said
 */
export function gained(wake, age) {
  const stage = wake.stages.find(({ took_s }) => took_s === null);
  const left = (stage?.expected_s ?? 0) - soFar(wake);
  return Math.min(age, Math.max(0, left));
}

/** Seconds that the current stage had taken when Hall said so. @param {Wake} wake */
export function soFar({ elapsed_s: elapsed, stages }) {
  return Math.max(0, stages.reduce((left, { took_s }) => left - (took_s ?? 0), elapsed));
}

/**
 * Where a running wake stands by now.
 *
 * @param {Wake} wake
 * @param {number} age seconds since it was said
 * @returns {number} 0 to 0.95
 */
export function project(wake, age) {
  const { progress, expected_s: expected } = wake;
  const share = expected ? gained(wake, age) / expected : creep(wake, age);
  return Math.min(CEILING, progress + share);
}

/** Slower and slower towards the next stage. @param {Wake} wake @param {number} age */
function creep({ stages }, age) {
  return (CEILING / (stages.length + 1)) * (1 - 0.5 ** (age / HALF_S));
}

/** Never goes back within one wake, whatever is told later. */
export class Progress {
  constructor() {
    this.wake = "";
    this.value = 0;
  }

  /** @param {State} state @param {number} age seconds since it was said @returns {number} 0 to 1 */
  at({ wake, ready }, age) {
    if (ready) return (this.value = 1);
    if (!wake) return (this.value = 0);
    const id = `${wake.id}/${wake.attempt}`;
    if (id !== this.wake) this.value = 0;
    this.wake = id;
    const told = wake.outcome === null ? project(wake, age) : Math.min(CEILING, wake.progress);
    return (this.value = Math.max(this.value, told));
  }
}
