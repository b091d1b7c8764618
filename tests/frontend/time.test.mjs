import assert from "node:assert/strict";
import test from "node:test";
import { speak, sayReason } from "../../frontend/shared/text/i18n.js";
import { Clock } from "../../frontend/shared/text/clock.js";
import { exactly, roughly } from "../../frontend/shared/text/durations.js";
import { stageTime } from "../../frontend/waiting/times.js";

const words = speak({
  "stage.usually": "about {time}", "stage.moment": "a moment", "time.seconds": "{s} s", "time.minutes": "{m} min", "time.minutes_seconds": "{m} min {s} s",
});
const at = (ms) => new Date(Date.UTC(2026, 10, 23, 8) + ms).toISOString();

test("durations to the second", () => {
  assert.deepEqual([-1, 0.9, 59.9, 65, 3605].map((s) => exactly(words, s)),
    ["0 s", "0 s", "59 s", "1 min 05 s", "60 min 05 s"]);
});

test("durations that do not pretend", () => {
  assert.deepEqual([0, 3, 26, 30.7, 88, 91, 170].map((s) => roughly(words, s)),
    ["5 s", "5 s", "30 s", "35 s", "90 s", "2 min", "3 min"]);
});

test("a short stage is told to the second, a shorter one as a moment", () => {
  const usually = (seconds) => stageTime(words, { step: "next", took_s: null, expected_s: seconds }, null);
  assert.deepEqual([0, 1.5, 2.99, 3, 4.4, 4.5, 10, 10.1, 100].map(usually),
    ["a moment", "a moment", "a moment", "about 3 s", "about 4 s", "about 5 s", "about 10 s", "about 15 s",
      "about 2 min"]);
});

test("the server's time is kept without asking the browser's date", () => {
  let ticks = 1000;
  const clock = new Clock(() => ticks);
  assert.equal(clock.since(at(0)), 0);
  clock.observe(at(0));
  ticks += 2500;
  assert.equal(clock.since(at(0)), 2.5);
});

test("of two messages the one that travelled less is believed", () => {
  let ticks = 0;
  const clock = new Clock(() => ticks);
  clock.observe(at(0));
  ticks = 1800;
  clock.observe(at(1000));
  assert.equal(clock.since(at(1000)), 0.8);
});

test("a server whose clock was set is followed", () => {
  const clock = new Clock(() => 0);
  clock.observe(at(3_600_000));
  clock.observe(at(0));
  assert.equal(clock.since(at(0)), 0);
});

test("a reason is said in the page's language, down to the reason in it", () => {
  const table = { "reason.failed_app": "Pas de réponse : {detail}", "reason.app_silent": "silence" };
  const detail = { code: "app_silent", values: {}, figures: {} };
  const reason = { code: "failed_app", values: { detail }, figures: {} };
  assert.equal(sayReason(table, reason, { asSent: "No answer" }), "Pas de réponse : silence");
  assert.equal(sayReason({}, reason, { asSent: "No answer" }), "No answer");
});

const FRENCH = {
  "reason.visit": "Visité il y a {ago}, gardé encore {left}", "reason.needed": "{name} : {why}",
  "reason.load": "Charge {load}, {names}", "reason.took": "En {time}",
  "time.seconds": "{s} s", "time.minutes": "{m} min", "time.minutes_seconds": "{m} min {s} s",
  "time.hours": "{h} h", "time.hours_minutes": "{h} h {m} min", "time.days": "{d} j",
  "time.days_hours": "{d} j {h} h", "time.point": ",",
};
const since = "2026-11-23T08:00:00.000Z";
const visit = {
  code: "visit",
  values: { ago: "1 d 1 h", left: "1 min" },
  figures: { ago: { seconds: 90_000, since, until: null }, left: { seconds: 61.2, since: null, until: since } },
};

test("a stretch of time is said in the page's language, and goes on", () => {
  assert.equal(sayReason(FRENCH, visit), "Visité il y a 1 j 1 h, gardé encore 1 min");
  assert.equal(sayReason(FRENCH, visit, { age: 3600 }), "Visité il y a 1 j 2 h, gardé encore 0 s");
  const inner = { code: "needed", values: { name: "shop", why: visit }, figures: {} };
  assert.equal(sayReason(FRENCH, inner, { age: 20 }), "shop : Visité il y a 1 j 1 h, gardé encore 41 s");
});

test("a stretch of time that is over stays as long as it was", () => {
  const took = { code: "took", values: { time: "2 h 5 min" }, figures: { time: { seconds: 7500, since: null, until: null } } };
  assert.equal(sayReason(FRENCH, took, { age: 600 }), "En 2 h 5 min");
});

test("a number has the decimal sign of the page's language, a name keeps its dots", () => {
  const load = { code: "load", values: { load: "0.72", names: "web.1" }, figures: { load: 0.72 } };
  assert.equal(sayReason(FRENCH, load), "Charge 0,72, web.1");
});

test("a value is a value, whatever it looks like", () => {
  assert.equal(speak({ a: "{x} {y} {z}" })("a", { x: "{y}", y: "<b>" }), "{y} <b> {z}");
});
