import assert from "node:assert/strict";
import test from "node:test";
import { delayAfter, delayAfterRestart } from "../../frontend/shared/net/backoff.js";

const most = () => 1;
const least = () => 0;

test("tries about once a second at first, then waits longer, up to ten seconds", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map((n) => delayAfter(n, most)),
    [500, 500, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("spreads the attempts of many pages, and none comes at once", () => {
  assert.equal(delayAfter(9, least), 200);
  assert.equal(delayAfter(9, () => 0.5), 5100);
});

test("comes back quickly after a restart", () => {
  assert.equal(delayAfterRestart(least), 200);
  assert.ok(delayAfterRestart(most) <= 1500);
});
