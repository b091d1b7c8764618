import { counted } from "../shared/text/durations.js";

/**
 * When a closed project opens. `opening_times.py` says the same for the first paint, in the zone of the
 * schedule; here the visitor's own zone and form count.
 *
 * @typedef {import("../shared/text/i18n.js").Words} Words
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./view.js").View} View
 * @typedef {object} Place
 * @property {string} locale
 * @property {string} zone of the schedule
 * @property {string} [here] the visitor's; default: the browser's
 */

/** From so far ahead on, a date without its year could be taken for another. */
const FAR_MS = 300 * 86_400_000;
/** Those who listen are told when this many seconds are left, and not each second. */
const MILESTONES_S = [60, 600, 3_600];

/**
 * What fills the sentences about a closed project; `there` tells the opening in the schedule's own
 * zone, or nothing where the clocks agree.
 *
 * @param {Words} words
 * @param {State} state
 * @param {Place} place
 * @returns {Record<string, string>}
 */
export function openingWords(words, { closed, server_time: serverTime }, place) {
  if (!closed?.opens_at) return {};
  const [at, now] = [new Date(closed.opens_at), new Date(serverTime)];
  const there = thereOf(words, at, place);
  const [time, date] = [timeOf(at, place), dateOf(at, now, place)];
  const when = words("waiting.when", { date, time: there ? words("waiting.your_time", { time }) : time });
  const today = dateOf(now, now, place) === date;
  return { when, until: today ? words("waiting.until_time", { time }) : words("waiting.until", { when }), there };
}

/**
 * How long it stays closed, in words, and what is said over it; nothing while no opening is planned.
 *
 * @param {Words} words
 * @param {State} state
 * @param {View} view
 * @param {number} age seconds since the state was said
 */
export function countdown(words, { closed }, view, age) {
  if (!view.closed || closed?.in_s == null) return { label: "", left: "" };
  const left = closed.in_s - age;
  if (left < 1) return { label: "", left: words("waiting.opens_now") };
  const label = words(closed.code === "held" ? "waiting.rests_for" : "waiting.opens_in");
  return { label, left: counted(words, left) };
}

/**
 * What is worth a word of the time that is left: only that less than so much is.
 *
 * @param {State} state
 * @param {number} age seconds since the state was said
 */
export function milestone({ closed }, age) {
  if (closed?.in_s == null) return "";
  const left = closed.in_s - age;
  return `${closed.opens_at} ${MILESTONES_S.find((limit) => left <= limit) ?? ""}`;
}

/**
 * The visitor's own form of the language that the page speaks.
 *
 * @param {string} lang of the page
 * @param {readonly string[]} wanted by the browser
 */
export function localeOf(lang, wanted) {
  return wanted.find((one) => one.split("-")[0] === lang) ?? (lang === "en" ? "en-GB" : lang);
}

/** @param {Date} at @param {Date} now @param {Place} place */
function dateOf(at, now, { locale, here }) {
  const far = at.getTime() - now.getTime() > FAR_MS;
  const year = far ? /** @type {const} */ ("numeric") : undefined;
  return at.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year, timeZone: here });
}

/** @param {Date} at @param {Place} place */
function timeOf(at, { locale, here }) {
  return at.toLocaleTimeString(locale, { timeStyle: "short", timeZone: here });
}

/** @param {Words} words @param {Date} at @param {Place} place */
function thereOf(words, at, { locale, zone, here }) {
  try {
    const [one, other] = [zone, here].map((timeZone) => at.toLocaleString("en", { timeZone }));
    if (one === other) return "";
    const named = /** @type {const} */ ({ weekday: "long", hour: "numeric", minute: "2-digit", timeZoneName: "long" });
    return words("waiting.there", { there: at.toLocaleString(locale, { ...named, timeZone: zone }) });
  } catch {
    return ""; // a zone that this browser has not heard of yet
  }
}
