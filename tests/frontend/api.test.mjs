import assert from "node:assert/strict";
import test from "node:test";
import { Refused } from "../../frontend/shared/net/http.js";
import { Api } from "../../frontend/waiting/api.js";
import { closedFor, stateOf } from "./states.mjs";

const answering = (t, status, body) =>
  t.mock.method(globalThis, "fetch", async () => ({ status, json: async () => body }));

test("a refusal that says how things stand is an answer", async (t) => {
  const details = stateOf({ status: "asleep", closed: closedFor(60) });
  answering(t, 409, { error: { code: "closed", message: "client1 is closed", details } });
  assert.equal((await new Api("", "client1").wake()).closed.code, "closed");
});

test("one that does not is a refusal, with its status", async (t) => {
  for (const body of [null, {}, { error: { code: "refused", details: null } }]) {
    answering(t, 403, body);
    await assert.rejects(new Api("", "client1").wake(), (error) => error instanceof Refused && error.status === 403);
  }
});

test("a wake that the page asks for by itself says so, and one that a person asks for does not", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch", async () => ({ status: 202, json: async () => stateOf({}) }));
  await new Api("", "client1").wake({ visit: true });
  await new Api("", "client1").wake();
  const asked = fetched.mock.calls.map(({ arguments: [url] }) => url);
  assert.deepEqual(asked, ["/api/wake/client1?visit=true", "/api/wake/client1"]);
});
