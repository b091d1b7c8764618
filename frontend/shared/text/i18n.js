import { span } from "./durations.js";

/**
 * A reason as it is sent: a sentence's code, and what fills it. As `values` in `interface/wire/domain.py` makes it.
 *
 * @typedef {Record<string, string|Reason>} Values
 * @typedef {{seconds: number, since: string|null, until: string|null}} Span it runs on from or to an instant
 * @typedef {number|Span} Figure
 * @typedef {Record<string, Figure>} Figures of the values those that are numbers or stretches of time
 * @typedef {{code: string, values: Values, figures: Figures}} Reason a value of a reason may be one itself
 * @typedef {Record<string, string>} Table
 * @typedef {(key: string, values?: Record<string, string>) => string} Words
 */

/**
 * Words of one language: `words("time.seconds", {s: "30"})`. A key that is missing shows itself.
 *
 * @param {Table} table
 * @returns {Words}
 */
export function speak(table) {
  return (key, values = {}) => fill(table[key] ?? key, values);
}

/**
 * A reason in the page's language, or as it was sent. A value may be a reason itself.
 *
 * @param {Table} table
 * @param {Reason} reason
 * @param {{asSent?: string, age?: number}} [how] in English; seconds since it was said, which go on in it
 * @returns {string}
 */
export function sayReason(table, { code, values, figures }, { asSent = code, age = 0 } = {}) {
  const sentence = table[`reason.${code}`];
  if (sentence === undefined) return asSent;
  const said = Object.entries(values).map(([name, value]) => [name, sayValue(table, value, figures[name], age)]);
  return fill(sentence, Object.fromEntries(said));
}

/** @param {Table} table @param {string|Reason} value @param {Figure|undefined} figure @param {number} age */
function sayValue(table, value, figure, age) {
  if (typeof value === "object") return sayReason(table, value, { age });
  if (figure === undefined) return value;
  const words = speak(table);
  if (typeof figure === "number") return value.replace(".", words("time.point"));
  return span(words, secondsOf(figure, age));
}

/** How long it is by now. @param {Span} span @param {number} age */
function secondsOf({ seconds, since, until }, age) {
  if (since !== null) return seconds + age;
  return until === null ? seconds : seconds - age;
}

/**
 * @param {string} text
 * @param {Record<string, string>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}
