import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "../../frontend/shared/net/link.js";
import { Refused } from "../../frontend/shared/net/http.js";
import { stateOf } from "./states.mjs";

/** A link over sockets and answers that the test makes up, in time that the test moves. */
function scene(t, { ask = async () => { throw new TypeError("no network"); }, leaves = false } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const told = { sockets: [], heard: [], offline: [], refused: 0, outdated: 0 };
  const connect = (ears) => {
    told.sockets.push({ ...ears, close() { this.isClosed = true; } });
    return told.sockets.at(-1);
  };
  const link = new Link(connect, ask, {
    heard: (state, first) => told.heard.push([state.seq, first]),
    offline: (offline) => told.offline.push(offline),
    refused: () => { told.refused += 1; return leaves; },
    outdated: () => { told.outdated += 1; return leaves; },
  });
  const pass = async (ms) => {
    t.mock.timers.tick(ms);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { link, told, pass };
}

test("the first word of each connection is marked", async (t) => {
  const { link, told, pass } = scene(t);
  link.start();
  told.sockets[0].heard(stateOf({ seq: 1 }));
  told.sockets[0].heard(stateOf({ seq: 2 }));
  told.sockets[0].closed(1012);
  await pass(1500);
  told.sockets[1].heard(stateOf({ seq: 3 }));
  assert.deepEqual(told.heard, [[1, true], [2, false], [3, true]]);
  link.stop();
});

test("after a crash of Hall it tries again at least once a second", async (t) => {
  const { link, told, pass } = scene(t);
  t.mock.method(Math, "random", () => 1);
  link.start();
  told.sockets[0].heard(stateOf());
  told.sockets[0].closed(1006);
  await pass(500);
  for (let tried = 2; tried <= 6; tried += 1) {
    assert.equal(told.sockets.length, tried);
    told.sockets.at(-1).closed(1006);
    await pass(1000);
  }
  link.stop();
});

test("a short break is not called offline", async (t) => {
  const { link, told, pass } = scene(t);
  link.start();
  told.sockets[0].heard(stateOf());
  told.sockets[0].closed(1006);
  await pass(3500);
  told.sockets.at(-1).heard(stateOf());
  await pass(10_000);
  assert.deepEqual(told.offline, []);
  link.stop();
});

test("a long break is, until there is word again", async (t) => {
  const { link, told, pass } = scene(t);
  link.start();
  told.sockets[0].heard(stateOf());
  told.sockets[0].closed(1006);
  await pass(4000);
  assert.deepEqual(told.offline, [true]);
  told.sockets.at(-1).heard(stateOf());
  assert.deepEqual(told.offline, [true, false]);
  link.stop();
});

test("asks instead where sockets are blocked, and is not offline then", async (t) => {
  let seq = 0;
  const asked = [];
  const ask = async (options) => {
    asked.push(options.seq);
    seq += 1;
    return seq < 3 ? stateOf({ seq }) : new Promise(() => {});
  };
  const { link, told, pass } = scene(t, { ask });
  link.start();
  told.sockets[0].closed(1006);
  await pass(0);
  await pass(5000);
  assert.deepEqual(told.heard, [[1, true], [2, false]]);
  assert.deepEqual(asked, [undefined, 1, 2]);
  assert.deepEqual(told.offline, []);
  link.stop();
});

test("stops asking when a socket speaks", async (t) => {
  const signals = [];
  const ask = async ({ signal }) => { signals.push(signal); return new Promise(() => {}); };
  const { link, told, pass } = scene(t, { ask });
  link.start();
  told.sockets[0].closed(1006);
  await pass(1000);
  told.sockets.at(-1).heard(stateOf());
  assert.equal(signals[0].aborted, true);
  link.stop();
});

test("looks behind a long silence, and connects afresh when it hid something", async (t) => {
  const { link, told, pass } = scene(t, { ask: async () => stateOf({ seq: 9 }) });
  link.start();
  told.sockets[0].heard(stateOf({ seq: 1 }));
  await pass(30_000);
  assert.equal(told.sockets.length, 2);
  assert.equal(told.sockets[0].isClosed, true);
  link.stop();
});

test("leaves a socket alone that had nothing to say", async (t) => {
  const { link, told, pass } = scene(t, { ask: async () => stateOf({ seq: 1 }) });
  link.start();
  told.sockets[0].heard(stateOf({ seq: 1 }));
  await pass(30_000);
  await pass(30_000);
  assert.equal(told.sockets.length, 1);
  link.stop();
});

test("a silence that hid nothing still tells what time it is", async (t) => {
  const later = stateOf({ seq: 1, server_time: "2026-11-23T08:00:40.000Z" });
  const { link, told, pass } = scene(t, { ask: async () => later });
  link.start();
  told.sockets[0].heard(stateOf({ seq: 1 }));
  await pass(30_000);
  assert.deepEqual(told.heard, [[1, true], [1, false]]);
  link.stop();
});

test("says when this page may no longer be here", async (t) => {
  const { link, told, pass } = scene(t, { ask: async () => { throw new Refused(403); } });
  link.start();
  told.sockets[0].closed(1008);
  await pass(0);
  assert.equal(told.refused, 2);
  link.stop();
});

test("a page that leaves connects and asks no more", async (t) => {
  const { link, told, pass } = scene(t, { leaves: true });
  link.start();
  told.sockets[0].closed(1008);
  await pass(60_000);
  assert.equal(told.sockets.length, 1);
  link.start();
  told.sockets[1].outdated();
  await pass(60_000);
  assert.deepEqual([told.refused, told.outdated, told.sockets.length, told.offline], [1, 1, 2, []]);
});

test("is silent once it is stopped", async (t) => {
  const { link, told, pass } = scene(t);
  link.start();
  link.stop();
  await pass(60_000);
  assert.equal(told.sockets.length, 1);
  assert.deepEqual(told.offline, []);
});
