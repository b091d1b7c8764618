/** @typedef {import("./i18n.js").Words} Words */

const HOUR_S = 3_600;
const DAY_S = 86_400;

/**
 * "12 s", "1 min 05 s".
 *
 * @param {Words} words
 * @param {number} seconds
 */
export function exactly(words, seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return words("time.seconds", { s: String(whole) });
  const rest = String(whole % 60).padStart(2, "0");
  return words("time.minutes_seconds", { m: String(Math.floor(whole / 60)), s: rest });
}

/**
 * What a countdown shows: to the second below an hour, then "2 h 5 min", "3 d 4 h".
 *
 * @param {Words} words
 * @param {number} seconds
 */
export function counted(words, seconds) {
  if (seconds < HOUR_S) return exactly(words, seconds);
  const parts = [seconds / DAY_S, (seconds / HOUR_S) % 24, (seconds / 60) % 60];
  const [d, h, m] = parts.map((part) => String(Math.floor(part)));
  if (seconds < DAY_S) return words(m === "0" ? "time.hours" : "time.hours_minutes", { h, m });
  return words(h === "0" ? "time.days" : "time.days_hours", { d, h });
}

/**
 * A stretch of time in two units at most: "4 min", "2 h 5 min", "3 d 4 h".
 *
 * @param {Words} words
 * @param {number} seconds
 */
export function span(words, seconds) {
  const whole = Math.max(0, Math.floor(seconds + 0.5));
  if (whole >= 60 && whole < HOUR_S) return words("time.minutes", { m: String(Math.floor(whole / 60)) });
  return counted(words, whole);
}

/**
 * A duration that does not pretend to be exact: "30 s", "2 min". Steps of five seconds, then minutes.
 *
 * @param {Words} words
 * @param {number} seconds
 */
export function roughly(words, seconds) {
  const rounded = Math.max(5, Math.ceil(seconds / 5) * 5);
  if (rounded <= 90) return words("time.seconds", { s: String(rounded) });
  return words("time.minutes", { m: String(Math.round(rounded / 60)) });
}
