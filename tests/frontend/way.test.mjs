import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { Door, Proof, gapAfter, isTheirs } from "../../frontend/waiting/door.js";
import { isHere } from "../../frontend/waiting/way.js";

/** Moments of the looks of a door that stays shut, in milliseconds from the first. @param {number} until */
function looks(until) {
  const moments = [0];
  for (let [at, gap] = [0, 50]; at < until; gap = gapAfter(gap, at)) moments.push((at += gap));
  return moments.filter((at) => at <= until);
}

test("for two seconds it is looked every 50 ms, then with gaps that grow by half", () => {
  const moments = looks(4_000);
  assert.deepEqual(moments.slice(0, 41), Array.from({ length: 41 }, (_, look) => look * 50));
  assert.deepEqual(moments.slice(41, 44), [2_075, 2_187.5, 2_356.25]);
});

test("a page left open for an hour asks four times a minute", () => {
  const [first, ...later] = [60, 120, 180, 3_600].map((s) => looks(s * 1_000).length);
  assert.ok(first < 60);
  assert.ok(later[0] - first <= 4);
  assert.ok(later[1] - later[0] <= 4);
  assert.equal(gapAfter(15_000, 60_000), 15_000);
});

const answer = (status, headers = {}, type = "basic") => ({ type, status, headers: new Headers(headers) });

test("whoever answers without the mark of Hall is the project", () => {
  for (const status of [200, 204, 401, 403, 404, 405, 500]) assert.ok(isTheirs(answer(status)), `${status}`);
  assert.ok(isTheirs(answer(0, {}, "opaqueredirect")));
});

test("neither Hall nor a front proxy that reaches nobody is", () => {
  for (const status of [200, 403, 404, 503]) assert.ok(!isTheirs(answer(status, { "X-Hall": "1" })), `${status}`);
  for (const status of [502, 503, 504, 521, 530]) assert.ok(!isTheirs(answer(status)), `${status}`);
});

test("a 404 is believed once it has stood for a second with nothing else in between", () => {
  const [missing, hall, proof] = [answer(404), answer(503, { "X-Hall": "1" }), new Proof()];
  const heard = [[missing, 0], [missing, 900], [hall, 950], [missing, 1_000], [null, 1_100], [missing, 1_200]];
  for (const [what, at] of heard) assert.ok(!proof.holds(what, at), `${at}`);
  assert.ok(proof.isPending);
  assert.ok(!proof.holds(missing, 2_199));
  assert.ok(proof.holds(missing, 2_200));
  assert.ok(new Proof().holds(answer(200), 0));
});

const at = (href) => new URL(href);

test("a target is here when host, path and query are the same", () => {
  const page = at("http://site.test:8080/deep?x=1#part");
  assert.ok(isHere(at("http://site.test:8080/deep?x=1"), page));
  for (const other of ["http://site.test/deep?x=1", "http://site.test:8080/deep", "http://site.test:8080/?x=1"]) {
    assert.ok(!isHere(at(other), page), other);
  }
});

test("who came over TLS and is to go on without is here, and who is to go on over TLS is not", () => {
  assert.ok(isHere(at("http://site.test/a"), at("https://site.test/a")));
  assert.ok(!isHere(at("https://site.test/a"), at("http://site.test/a")));
});

/** What a door does as time goes by, before an address that Hall always answers. @param {object} [how] */
function atTheDoor(how) {
  mock.timers.enable({ apis: ["setTimeout"] });
  let looks = 0;
  globalThis.location = { href: "https://site.test/deep" };
  globalThis.fetch = async (_url, { method }) => {
    assert.equal(method, how?.wary ? "GET" : "HEAD");
    return answer(503, { "X-Hall": String(looks += 1) });
  };
  const door = new Door(() => {}, how);
  door.watch();
  return { door, looks: () => looks };
}

/** Let so much time go by, and what was waiting for it happen. @param {number} ms */
async function later(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test("a page that was led back here begins with a gap of five seconds, and so cannot go round in circles", async () => {
  const { looks } = atTheDoor({ wary: true });
  await later(4_999);
  assert.equal(looks(), 0);
  await later(1);
  assert.equal(looks(), 1);
  mock.timers.reset();
});

test("a look comes at once and the next after its answer; who comes back to the page does not wait for it", async () => {
  const { door, looks } = atTheDoor();
  await later(0);
  assert.equal(looks(), 1);
  await later(49);
  assert.equal(looks(), 1);
  door.hurry();
  await later(0);
  assert.equal(looks(), 2);
  door.rest();
  await later(60_000);
  assert.equal(looks(), 2);
  mock.timers.reset();
});
