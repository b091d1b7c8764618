import assert from "node:assert/strict";
import test from "node:test";
import { speak } from "../../frontend/shared/text/i18n.js";
import { countdown, localeOf, milestone, openingWords } from "../../frontend/waiting/opening.js";
import { viewOf } from "../../frontend/waiting/view.js";
import { closedFor, pageOf, stateOf } from "./states.mjs";

const words = speak({
  "waiting.when": "{date}, {time}", "waiting.until": "until {when}", "waiting.until_time": "until {time}",
  "waiting.your_time": "{time} yours", "waiting.there": "= {there}", "waiting.opens_in": "Opens in",
  "waiting.rests_for": "Rests", "waiting.opens_now": "now", "time.seconds": "{s} s",
  "time.minutes_seconds": "{m} min {s} s", "time.hours": "{h} h", "time.hours_minutes": "{h} h {m} min",
  "time.days": "{d} d", "time.days_hours": "{d} d {h} h",
});
const paris = { locale: "en-GB", zone: "Europe/Paris", here: "Europe/Paris" };
const left = (seconds, age = 0, code = "closed") => {
  const state = stateOf({ status: "asleep", closed: closedFor(seconds, code), page: pageOf({ closed: true }) });
  return Object.values(countdown(words, state, viewOf(state), age)).join(" ").trim();
};

test("the date and the time are those of the visitor's clock", () => {
  const state = stateOf({ closed: closedFor(23 * 3600) });
  assert.equal(openingWords(words, state, paris).when, "Tuesday 24 November, 08:00");
  assert.equal(openingWords(words, state, paris).there, "");
});

test("where the clocks differ, both times are told and the zone is named", () => {
  const state = stateOf({ closed: closedFor(23 * 3600) });
  const abroad = openingWords(words, state, { ...paris, locale: "en-US", here: "America/New_York" });
  assert.match(abroad.when, /^Tuesday, November 24, 2:00.AM yours$/);
  assert.match(abroad.there, /^= Tuesday.* 8:00.AM Central European Standard Time$/);
});

test("another zone with the same time is not worth a word", () => {
  const state = stateOf({ closed: closedFor(23 * 3600) });
  assert.equal(openingWords(words, state, { ...paris, here: "Europe/Madrid" }).there, "");
});

test("zones whose clocks differ only in half of the year are compared at the opening", () => {
  const abroad = { ...paris, zone: "Europe/London", here: "Africa/Abidjan" };
  const [winter, summer] = [24, 24 * 200].map((h) => stateOf({ closed: closedFor(h * 3600) }));
  assert.equal(openingWords(words, winter, abroad).there, "");
  assert.notEqual(openingWords(words, summer, abroad).there, "");
});

test("a zone that the browser does not know is left out", () => {
  const state = stateOf({ closed: closedFor(3600) });
  assert.equal(openingWords(words, state, { ...paris, zone: "Moon/Tranquillity" }).there, "");
});

test("of today only the time is told, of a far day the year too", () => {
  const until = (seconds) => openingWords(words, stateOf({ closed: closedFor(seconds) }), paris).until;
  assert.equal(until(3600), "until 10:00");
  assert.equal(until(16 * 3600), "until Tuesday 24 November, 01:00");
  assert.match(until(340 * 86_400), /2027/);
});

test("nothing is told of an opening that is not planned", () => {
  assert.deepEqual(openingWords(words, stateOf({ closed: closedFor(null) }), paris), {});
  assert.equal(left(null), "");
});

test("the countdown goes by seconds, and by minutes above an hour", () => {
  assert.deepEqual([12, 754.3, 3599.9, 3600, 7559, 86_400, 273_600].map((seconds) => left(seconds)), [
    "Opens in 12 s", "Opens in 12 min 34 s", "Opens in 59 min 59 s", "Opens in 1 h", "Opens in 2 h 5 min",
    "Opens in 1 d", "Opens in 3 d 4 h",
  ]);
});

test("it runs with the clock down to a moment, and never below", () => {
  assert.deepEqual([0, 2, 9.5, 1000].map((age) => left(10, age)), ["Opens in 10 s", "Opens in 8 s", "now", "now"]);
  assert.equal(left(10, 0, "held"), "Rests 10 s");
});

test("those who listen are told an hour, ten minutes and one minute before", () => {
  const state = stateOf({ closed: closedFor(4000) });
  const said = [0, 100, 399, 401, 3000, 3399, 3401, 3939, 3941, 3999].map((age) => milestone(state, age));
  assert.equal(new Set(said).size, 4);
  assert.equal(milestone(stateOf(), 0), "");
});

test("the browser's own form of the page's language is used", () => {
  assert.equal(localeOf("en", ["de-DE", "en-US", "en"]), "en-US");
  assert.equal(localeOf("en", ["de-DE"]), "en-GB");
  assert.equal(localeOf("fr", ["en-GB", "fr-CA"]), "fr-CA");
  assert.equal(localeOf("fr", []), "fr");
});
