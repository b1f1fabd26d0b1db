// Messages that an agent wrote for a person: their attribution in the conversation and in the list.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { delegateOf } = await asset("chat/room/entry.js");
const { viewOf } = await asset("chat/view.js");
const { previewOf } = await asset("chat/preview.js");

const JIN = "did:imajin:jin";
const REPORT = {
  log: "did:imajin:log",
  sealed: false,
  newer: false,
  stop: null,
  renew: null,
  epoch: 0,
  since: [],
  head: { seq: 3 },
  members: new Map(),
  own: { pins: {} },
  people: new Map(),
  reads: new Map(),
  secrets: new Map(),
  covered: new Map(),
};
const written = (via) => ({ seq: 3, id: "msg_1", at: "2026-01-01T00:00:00.000Z", from: "did:imajin:maya", signed: !via, via, state: "plain", said: { kind: "text", text: "On my way", json: {} }, re: null });
const names = { "did:imajin:maya": "Maya", [JIN]: "Jin" };
const seen = (via, called = names) => {
  const report = { ...REPORT, messages: [written(via)] };
  const view = viewOf(report, { me: "did:imajin:me", name: "did:imajin:group:1", kind: "group" });
  return { view, preview: previewOf({ view, report, kept: null }, (did) => called[did] ?? null) };
};

test("a delegate is who signed an entry for its author", () => {
  const proof = { kidDid: JIN };
  assert.deepEqual([delegateOf({ proof, via: "bafy" }), delegateOf({ proof, via: null }), delegateOf({ proof: null, via: "session" })], [JIN, null, null]);
});

test("the conversation and its last words name the agent, and nobody where the author wrote", () => {
  const { view, preview } = seen(JIN);
  assert.deepEqual([view.messages[0].via, view.messages[0].signed], [JIN, false]);
  assert.deepEqual([preview.who, preview.agent], ["Maya", "Jin"]);
  assert.equal(seen(JIN, {}).preview.agent, "", "it has no name here");
  assert.equal(seen(null).preview.agent, null);
});
