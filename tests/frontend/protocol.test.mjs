import assert from "node:assert/strict";
import test from "node:test";
import { WrongVersion } from "../../frontend/shared/net/http.js";
import { parseState, readState, VERSION } from "../../frontend/waiting/protocol.js";
import { stateOf } from "./states.mjs";

test("a state is read, with or without its type", () => {
  assert.equal(readState(stateOf()).id, "client1");
  assert.equal(readState({ type: "state", ...stateOf() }).id, "client1");
});

test("fields from the future are let pass", () => {
  assert.ok(readState(stateOf({ weather: "fine" })));
});

test("what is no state is null", () => {
  for (const odd of [null, 3, "x", [], {}, { type: "news", ...stateOf() }, { error: { code: "no" } }]) {
    assert.equal(readState(odd), null);
  }
  assert.equal(parseState("{broken"), null);
});

test("a later version is told apart", () => {
  const later = JSON.stringify(stateOf({ v: VERSION + 1 }));
  assert.throws(() => parseState(later), WrongVersion);
  assert.throws(() => readState(stateOf({ page: undefined })), WrongVersion);
});
