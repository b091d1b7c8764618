import assert from "node:assert/strict";
import test from "node:test";
import { speak } from "../../frontend/shared/i18n.js";
import { timeLine } from "../../frontend/waiting/times.js";
import { viewOf } from "../../frontend/waiting/view.js";
import { Waker } from "../../frontend/waiting/waker.js";
import { closedFor, stateOf, wakeOf } from "./states.mjs";

const links = (...states) => states.map((state, at) => ({
  name: ["network", "docker", "containers", "app"][at], state, took_s: null, expected_s: 5,
}));
const steps = (state) => viewOf(state).stages.map(({ step }) => step);

test("the first link that does not hold is the one we wait for", () => {
  const wake = wakeOf({ stages: links("ok", "pending", "pending", "pending") });
  assert.deepEqual(steps(stateOf({ wake })), ["done", "now", "next", "next"]);
  assert.equal(viewOf(stateOf({ wake })).lead, "waiting.doing.docker");
});

test("what is not configured is not shown", () => {
  const wake = wakeOf({ stages: links("ok", "skipped", "skipped", "pending") });
  assert.deepEqual(viewOf(stateOf({ wake })).stages.map(({ name }) => name), ["network", "app"]);
  assert.deepEqual(viewOf(stateOf({ wake })).bays, ["done", "done", "now", "now"]);
});

test("a failure marks the broken link", () => {
  const wake = wakeOf({ outcome: "failed", stages: links("ok", "ok", "failing", "pending") });
  const view = viewOf(stateOf({ status: "failed", wake }));
  assert.deepEqual(view.stages.map(({ step }) => step), ["done", "done", "broken", "next"]);
  assert.equal(view.lead, "waiting.broken.containers");
  assert.equal(view.asks, true);
});

test("an old wake does not speak for today", () => {
  const wake = wakeOf({ outcome: "ready", stages: links("ok", "ok", "ok", "ok") });
  assert.deepEqual(steps(stateOf({ status: "asleep", wake })), ["next", "next", "next", "next"]);
});

test("a running wake is told as one, even before a status is known", () => {
  assert.equal(viewOf(stateOf({ status: "unknown", wake: wakeOf() })).phase, "waking");
  assert.equal(viewOf(stateOf({ wake: wakeOf({ longer_than_usual: true }) })).phase, "longer");
});

const stumbling = (more = {}) => {
  const state = stateOf({ status: "docker_up", wake: wakeOf({ stages: links("ok", "ok", "pending", "pending") }) });
  state.checks[2].troubled = true;
  return { ...state, ...more };
};

test("while trouble may mend by itself, nothing is promised", () => {
  const view = viewOf(stumbling());
  assert.deepEqual([view.headline, view.lead], ["waiting.headline.trouble", "waiting.lead.trouble"]);
  assert.deepEqual([view.mood, view.running, view.estimated], ["waking", true, false]);
  assert.deepEqual(view.stages.map(({ expected_s }) => expected_s), [null, null, null, null]);
  assert.equal(timeLine(speak({}), stumbling(), view, 0), "waiting.so_far");
});

test("trouble without a wake is what the status says", () => {
  assert.equal(viewOf(stumbling({ wake: null, status: "unhealthy" })).phase, "unhealthy");
});

test("who stays is not told that they are taken there", () => {
  const open = stateOf({ status: "healthy", ready: true });
  assert.equal(viewOf(open).lead, "waiting.lead.ready");
  assert.equal(viewOf(open, { staying: true }).lead, "waiting.lead.staying");
  assert.equal(viewOf(stateOf(), { staying: true }).lead, viewOf(stateOf()).lead);
});

test("what is closed is calm: no stages, no bar, no wake to ask for", () => {
  const view = viewOf(stateOf({ status: "asleep", closed: closedFor(60) }));
  assert.deepEqual([view.phase, view.mood, view.lead], ["closed", "asleep", "waiting.lead.closed"]);
  assert.deepEqual([view.shut, view.calm, view.metered, view.asks], [true, true, false, false]);
});

test("while it is made ready for its opening the stages are told, and no estimate", () => {
  const view = viewOf(stateOf({ wake: wakeOf(), closed: closedFor(60) }));
  assert.deepEqual([view.phase, view.mood, view.lead], ["closed", "waking", "waiting.lead.readying"]);
  assert.deepEqual([view.calm, view.metered, view.estimated], [false, false, false]);
  assert.equal(view.stages[0].step, "now");
});

test("what is held, will not open, or is waited for without going in is told apart", () => {
  const lead = (closed, staying) => viewOf(stateOf({ status: "asleep", closed }), { staying }).lead;
  assert.equal(lead(closedFor(60, "held")), "waiting.lead.held");
  assert.equal(lead(closedFor(60, "held"), true), "waiting.lead.held_staying");
  assert.equal(lead(closedFor(60), true), "waiting.lead.closed_staying");
  assert.equal(lead(closedFor(null)), "waiting.lead.never");
});

test("a reason to be closed that this page does not know is closed", () => {
  assert.equal(viewOf(stateOf({ status: "asleep", closed: closedFor(60, "festival") })).phase, "closed");
});

test("what is just being put to sleep may be woken, and a wake that overtakes says so", () => {
  const view = viewOf(stateOf({ status: "stopping" }));
  assert.deepEqual([view.asks, view.wakes, view.lead], [true, true, "waiting.lead.stopping"]);
  const overtaking = stateOf({ wake: wakeOf({ overtakes: true }) });
  assert.equal(viewOf(overtaking).lead, "waiting.doing.overtake");
});

test("a wake that Hall forgot is asked for once per connection", () => {
  let wakes = 0;
  const waker = new Waker(() => { wakes += 1; });
  waker.heard(stateOf({ status: "asleep" }), true);
  waker.heard(stateOf({ status: "asleep" }), false);
  waker.heard(stateOf({ status: "unknown", wake: wakeOf() }), true);
  assert.equal(wakes, 1);
});

test("who was let in once never wakes again by itself", () => {
  let wakes = 0;
  const waker = new Waker(() => { wakes += 1; });
  waker.heard(stateOf({ status: "healthy", ready: true }), true);
  waker.heard(stateOf({ status: "asleep" }), true);
  assert.equal(wakes, 0);
});

test("nothing is woken while it is closed, and once when a hold is over", () => {
  let wakes = 0;
  const waker = new Waker(() => { wakes += 1; });
  waker.heard(stateOf({ status: "asleep", closed: closedFor(1, "held") }), true);
  assert.equal(wakes, 0);
  waker.heard(stateOf({ status: "asleep" }), false);
  waker.heard(stateOf({ status: "asleep" }), false);
  assert.equal(wakes, 1);
});

test("a page that nobody looks at does not wake when a hold is over", () => {
  let wakes = 0;
  const waker = new Waker(() => { wakes += 1; }, () => false);
  waker.heard(stateOf({ status: "asleep", closed: closedFor(1, "held") }), true);
  waker.heard(stateOf({ status: "asleep" }), false);
  assert.equal(wakes, 0);
});

test("a forgotten tab that finds its way back to Hall does not wake", () => {
  let wakes = 0;
  const waker = new Waker(() => { wakes += 1; }, () => false);
  waker.heard(stateOf({ status: "asleep" }), true);
  waker.heard(stateOf({ status: "failed" }), true);
  assert.equal(wakes, 0);
});

test("a server that is being put to sleep is asked for as one that sleeps", () => {
  let wakes = 0;
  new Waker(() => { wakes += 1; }).heard(stateOf({ status: "stopping" }), true);
  assert.equal(wakes, 1);
});

test("while only the way is not open, that is what is said, and nobody is taken anywhere", () => {
  const open = stateOf({ status: "healthy", ready: true, wake: wakeOf({ outcome: "ready" }) });
  const view = viewOf(open, { blocked: true });
  assert.deepEqual([view.headline, view.lead, view.mood], ["waiting.headline.way", "waiting.lead.way", "ready"]);
  assert.deepEqual([view.metered, view.asks], [true, false]);
  assert.equal(timeLine(speak({}), open, view, 0), "waiting.took");
  assert.equal(viewOf(open, { blocked: true, staying: true }).lead, "waiting.lead.way_staying");
  assert.equal(viewOf(stateOf(), { blocked: true }).phase, "waking");
});
