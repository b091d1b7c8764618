import assert from "node:assert/strict";
import test from "node:test";
import { speak } from "../../frontend/shared/text/i18n.js";
import { timeLine } from "../../frontend/waiting/times.js";
import { viewOf } from "../../frontend/waiting/view.js";
import { Waker } from "../../frontend/waiting/waker.js";
import { closedFor, pageOf, stateOf, wakeOf } from "./states.mjs";

test("what Hall decided is shown as it is, with the headline of its phase", () => {
  const page = pageOf({ phase: "trouble", lead: "waiting.lead.trouble" });
  assert.deepEqual(viewOf(stateOf({ page })), { ...page, headline: "waiting.headline.trouble" });
});

test("while trouble may mend by itself, what has passed is told, and no more", () => {
  const state = stateOf({ wake: wakeOf(), page: pageOf({ phase: "trouble", running: true }) });
  assert.equal(timeLine(speak({}), state, viewOf(state), 0), "waiting.so_far");
});

test("who stays is not told that they are taken there", () => {
  const lead = (of, more) => viewOf(stateOf({ page: pageOf({ lead: of }) }), more).lead;
  for (const [told, stays] of [["ready", "staying"], ["closed", "closed_staying"], ["held", "held_staying"]]) {
    assert.equal(lead(`waiting.lead.${told}`), `waiting.lead.${told}`);
    assert.equal(lead(`waiting.lead.${told}`, { staying: true }), `waiting.lead.${stays}`);
  }
  assert.equal(lead("waiting.lead.never", { staying: true }), "waiting.lead.never");
  assert.equal(lead("waiting.doing.docker", { staying: true }), "waiting.doing.docker");
});

test("a wake that Hall forgot is asked for once per connection", () => {
  let wakes = 0;
  const waker = new Waker(() => { wakes += 1; });
  waker.heard(stateOf({ status: "asleep" }), true);
  waker.heard(stateOf({ status: "asleep" }), false);
  waker.heard(stateOf({ status: "unknown", page: pageOf({ running: true }) }), true);
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
  const page = pageOf({ phase: "ready", mood: "ready", lead: "waiting.lead.ready", shows_progress: true });
  const open = stateOf({ status: "healthy", ready: true, wake: wakeOf({ outcome: "ready" }), page });
  const view = viewOf(open, { blocked: true });
  assert.deepEqual([view.headline, view.lead, view.mood], ["waiting.headline.way", "waiting.lead.way", "ready"]);
  assert.deepEqual([view.shows_progress, view.offers_wake], [true, false]);
  assert.equal(timeLine(speak({}), open, view, 0), "waiting.took");
  assert.equal(viewOf(open, { blocked: true, staying: true }).lead, "waiting.lead.way_staying");
  assert.equal(viewOf(stateOf(), { blocked: true }).phase, "waking");
});
