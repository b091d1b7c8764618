import assert from "node:assert/strict";
import test from "node:test";
import { Store } from "../../frontend/shared/state/store.js";
import { stateOf } from "./states.mjs";

const at = (second) => `2026-11-23T08:00:${second}.000Z`;

function storeWith(more) {
  const store = new Store(stateOf(more));
  const changes = [];
  store.addEventListener("change", () => changes.push(store.state.seq));
  return { store, changes };
}

test("the latest state replaces the one before, and says so", () => {
  const { store, changes } = storeWith({ seq: 1 });
  store.set(stateOf({ seq: 2, status: "healthy" }));
  assert.equal(store.state.status, "healthy");
  assert.deepEqual(changes, [2]);
});

test("an answer that comes late changes nothing", () => {
  const { store, changes } = storeWith({ seq: 5, server_time: at(30) });
  store.set(stateOf({ seq: 4, server_time: at(29) }));
  assert.equal(store.state.seq, 5);
  assert.deepEqual(changes, []);
});

test("after a restart of Hall the numbers begin again", () => {
  const { store } = storeWith({ seq: 500, server_time: at(30) });
  store.set(stateOf({ seq: 1, server_time: at(40) }));
  assert.equal(store.state.seq, 1);
});
