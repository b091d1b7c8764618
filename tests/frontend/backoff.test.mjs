import assert from "node:assert/strict";
import test from "node:test";
import { delayAfter, delayAfterRestart } from "../../frontend/shared/backoff.js";

const most = () => 1;
const least = () => 0;

test("waits longer after each failure, up to ten seconds", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 50].map((n) => delayAfter(n, most)),
    [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("spreads the attempts of many pages, and none comes at once", () => {
  assert.equal(delayAfter(6, least), 200);
  assert.equal(delayAfter(6, () => 0.5), 5100);
});

test("comes back quickly after a restart", () => {
  assert.equal(delayAfterRestart(least), 200);
  assert.ok(delayAfterRestart(most) <= 1500);
});
