// Answers that a student gives without a network wait on their device; those that a network can't help are reported.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

await asset("js/proof.js");
await asset("js/session.js");
const page = { documentElement: { dataset: {} } };
Object.assign(globalThis, { document: page, localStorage: { getItem: () => kept, setItem: (_, text) => (kept = text), removeItem: () => (kept = null) } });
let kept = null;
const { send, waiting } = await asset("learn/queue.js");

test("somebody who is signed out is told so, and nothing waits", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  await assert.rejects(send({ service: "learn" }), /js-signed-out/);
  assert.deepEqual(waiting(), []);
});

test("without a network it waits", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { onLine: false }, configurable: true });
  assert.equal(await send({ service: "learn" }), null);
  assert.deepEqual(waiting(), [{ service: "learn" }]);
});
