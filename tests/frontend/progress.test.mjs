import assert from "node:assert/strict";
import test from "node:test";
import { Progress, project } from "../../frontend/waiting/progress.js";
import { stateOf, wakeOf } from "./states.mjs";

const unknown = { expected_s: null, remaining_s: null, stages: [
  { name: "network", expected_s: null, took_s: null }, { name: "docker", expected_s: null, took_s: null },
] };

test("moves on with the clock", () => {
  assert.equal(project(wakeOf(), 4), 0.35);
});

test("waits at the end of a stage, for the next may not have begun", () => {
  assert.equal(project(wakeOf(), 10), 0.5);
  assert.equal(project(wakeOf(), 60), 0.5);
});

test("stops at 95 % until ready", () => {
  assert.equal(project(wakeOf({ progress: 0.94 }), 9), 0.95);
});

test("creeps when nothing is known, never past the next stage", () => {
  const [soon, later, never] = [5, 50, 5000].map((age) => project(wakeOf({ ...unknown, progress: 0 }), age));
  assert.ok(0 < soon && soon < later && later < never && never < 0.475);
});

test("never goes back within a wake", () => {
  const progress = new Progress();
  assert.equal(progress.at(stateOf({ wake: wakeOf({ progress: 0.6, elapsed_s: 20 }) }), 0), 0.6);
  assert.equal(progress.at(stateOf({ wake: wakeOf({ progress: 0.4, elapsed_s: 20 }) }), 0), 0.6);
});

test("another attempt begins anew", () => {
  const progress = new Progress();
  progress.at(stateOf({ wake: wakeOf({ progress: 0.6 }) }), 0);
  assert.equal(progress.at(stateOf({ wake: wakeOf({ progress: 0.1, attempt: 2 }) }), 0), 0.1);
});

test("ready is all of it, and no wake is none", () => {
  assert.equal(new Progress().at(stateOf({ ready: true }), 0), 1);
  assert.equal(new Progress().at(stateOf(), 0), 0);
});

test("a wake that failed stays where it was", () => {
  const wake = wakeOf({ outcome: "failed", progress: 0.4 });
  assert.equal(new Progress().at(stateOf({ status: "failed", wake }), 100), 0.4);
});
