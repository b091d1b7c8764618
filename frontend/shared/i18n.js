/**
 * @typedef {Record<string, string>} Table
 * @typedef {(key: string, values?: Record<string, string>) => string} Words
 */

/**
 * Words of one language: `words("waiting.left", {time: "30 s"})`. A key that is missing shows itself.
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
 * @param {import("./protocol.js").Reason} reason
 * @param {string} [asSent]
 * @returns {string}
 */
export function sayReason(table, { code, values }, asSent = code) {
  const sentence = table[`reason.${code}`];
  if (sentence === undefined) return asSent;
  const said = Object.entries(values ?? {}).map(([name, value]) => [name, sayValue(table, value)]);
  return fill(sentence, Object.fromEntries(said));
}

/** @param {Table} table @param {string|import("./protocol.js").Reason} value @returns {string} */
function sayValue(table, value) {
  return typeof value === "object" && value !== null ? sayReason(table, value) : String(value);
}

/**
 * @param {string} text
 * @param {Record<string, string>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}
