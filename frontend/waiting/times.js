import { exactly, roughly } from "../shared/text/durations.js";
import { gained } from "./progress.js";

/**
 * @typedef {import("../shared/text/i18n.js").Words} Words
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./view.js").View} View
 * @typedef {import("./view.js").StageView} StageView
 */

/** Below this a figure says less than "a moment". */
const MOMENT_S = 3;
/** Up to this a stage is told to the second. */
const SHORT_S = 10;

/**
 * The line over the progress bar: how long still, in words.
 *
 * @param {Words} words
 * @param {State} state
 * @param {View} view
 * @param {number} age seconds since the state was said
 */
export function timeLine(words, { wake, retry }, { phase, mood, running }, age) {
  if (retry && phase === "failed") return retryLine(words, retry.in_s - age);
  if (mood === "ready") return wake ? words("waiting.took", { time: exactly(words, wake.elapsed_s) }) : "";
  if (!wake || !running) return phase === wake?.outcome ? stoppedLine(words, wake) : "";
  const gone = exactly(words, wake.elapsed_s + age);
  if (phase === "trouble") return words("waiting.so_far", { time: gone });
  if (wake.longer_than_usual) return words("waiting.longer", { time: gone });
  return wake.remaining_s === null ? words("waiting.learning") : leftLine(words, wake.remaining_s - gained(wake, age));
}

/** @param {Words} words @param {{elapsed_s: number}} wake */
function stoppedLine(words, { elapsed_s: elapsed }) {
  return words("waiting.stopped", { time: exactly(words, elapsed) });
}

/** @param {Words} words @param {number} left seconds */
function leftLine(words, left) {
  return left < MOMENT_S ? words("waiting.moment") : words("waiting.left", { time: roughly(words, left) });
}

/** @param {Words} words @param {number} left seconds */
function retryLine(words, left) {
  return left < 1 ? words("waiting.retry_now") : words("waiting.retry_in", { time: exactly(words, left) });
}

/**
 * What stands beside a stage: what it took, what it takes so far, what it usually takes.
 *
 * @param {Words} words
 * @param {StageView} stage
 * @param {number|null} soFar seconds that the current stage has taken; null when no wake runs
 */
export function stageTime(words, { step, took_s: took, expected_s: expected }, soFar) {
  if (step === "done") return took === null ? "" : exactly(words, took);
  if (step === "now" && soFar !== null) return exactly(words, soFar);
  if (step === "next" && expected !== null) return usually(words, expected);
  return "";
}

/**
 * Short stages are told to the second, so that they add up to what is left in all.
 *
 * @param {Words} words
 * @param {number} seconds
 */
function usually(words, seconds) {
  if (seconds < MOMENT_S) return words("stage.moment");
  const time = seconds <= SHORT_S ? exactly(words, Math.round(seconds)) : roughly(words, seconds);
  return words("stage.usually", { time });
}
