import { part, say, show } from "../shared/dom/dom.js";
import { sayReason } from "../shared/text/i18n.js";
import { paintHead } from "./head.js";
import { countdown, openingWords } from "./opening.js";
import { paintStages, paintStageTimes } from "./stepper.js";
import { timeLine } from "./times.js";

/**
 * @typedef {import("../shared/text/i18n.js").Words} Words
 * @typedef {import("../shared/text/i18n.js").Table} Table
 * @typedef {import("./protocol.js").State} State
 * @typedef {import("./view.js").View} View
 * @typedef {import("./opening.js").Place} Place
 * @typedef {{words: Words, table: Table, icons: Record<string, string>, name: string, place: Place}} Paints
 */

/**
 * What changes with the state.
 *
 * @param {Paints} paints
 * @param {State} state
 * @param {View} view
 */
export function paintState({ words, icons, name, place }, state, view) {
  const headline = words(view.headline);
  const opening = openingWords(words, state, place);
  document.documentElement.dataset.mood = view.mood;
  document.documentElement.toggleAttribute("data-closed", view.closed);
  paintHead(headline, name, icons[view.mood]);
  say(part("headline"), headline);
  say(part("lead"), words(view.lead, opening));
  say(part("there"), opening.there ?? "");
  show(part("there"), Boolean(view.closed && opening.there));
  show(part("note"), !view.closed && part("note").textContent !== "");
  say(part("offline"), words(view.estimated ? "waiting.offline_starting" : "waiting.offline"));
  show(part("reason"), !view.closed);
  show(part("stages"), !view.idle);
  show(part("progress"), view.shows_progress);
  show(part("percent"), view.estimated);
  show(part("ask"), view.offers_wake);
  say(part("ask-button"), words(view.first_try ? "waiting.wake" : "waiting.retry"));
  say(part("open"), words(view.phase === "way" ? "waiting.try" : "waiting.open"));
  show(part("open"), view.mood === "ready");
  paintStages(words, view);
}

/**
 * For those who listen: a sentence when something happened, not each second.
 *
 * @param {Paints} paints
 * @param {State} state
 * @param {View} view
 * @param {number} age seconds since the state was said
 */
export function announce({ words, table, place }, state, view, age) {
  const { label, left } = countdown(words, state, view, age);
  const more = view.mood === "failed" ? reasonOf(table, state, age) : `${label} ${left}`.trim();
  const lead = words(view.lead, openingWords(words, state, place));
  say(part("live"), `${words(view.headline)}. ${lead}${more && ` ${more}.`}`);
}

/**
 * What changes with the clock.
 *
 * @param {Paints} paints
 * @param {State} state
 * @param {View} view
 * @param {{age: number, progress: number}} now seconds since the state was said; 0 to 1
 */
export function paintTime({ words, table }, state, view, { age, progress }) {
  const percent = String(Math.floor(progress * 100));
  say(part("reason"), reasonOf(table, state, age));
  paintCountdown(words, state, view, age);
  say(part("time-line"), timeLine(words, state, view, age));
  say(part("percent"), words("time.percent", { n: percent }));
  part("fill").style.transform = `scaleX(${progress})`;
  part("bar").setAttribute("aria-valuenow", percent);
  paintStageTimes(words, state, view, age);
}

/** @param {Words} words @param {State} state @param {View} view @param {number} age */
function paintCountdown(words, state, view, age) {
  const { label, left } = countdown(words, state, view, age);
  say(part("until"), label);
  say(part("left"), left);
  show(part("countdown"), left !== "");
}

/** @param {Table} table @param {State} state @param {number} age */
function reasonOf(table, { reason: asSent, reason_code: code, reason_values: values, reason_figures: figures }, age) {
  return sayReason(table, { code, values, figures }, { asSent, age });
}
