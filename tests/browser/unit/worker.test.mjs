// The text of a push message: the node's sentence, which names the actor, or else that of its kind.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const source = await readFile(new URL("../../../apps/www/assets/worker.js", import.meta.url), "utf8");

/** A service worker on an English device, and its notifications; `answer` is the node's answer. */
function worker(answer) {
  const [shown, badges, asked, heard] = [[], [], [], new Map()];
  const self = {
    addEventListener: (name, listener) => heard.set(name, listener),
    navigator: { language: "en-GB", setAppBadge: async (count) => badges.push(count) },
    registration: { showNotification: async (text, options) => shown.push([text, options.tag]) },
  };
  const PUSHED = { en: { message: "There’s a new message", connection: "There’s a new connection" } };
  const fetch = async (path) => {
    asked.push(path);
    return answer();
  };
  runInNewContext(source, { self, PUSHED, SAID: {}, VERSION: "1", fetch, setTimeout: () => 0, location: new URL("https://box.example"), URL });
  const push = async (message) => {
    let done;
    heard.get("push")({ data: { json: () => message }, waitUntil: (work) => (done = work) });
    await done;
  };
  return { push, shown, badges, asked };
}

const MESSAGE = { v: 1, kind: "connection", conversation: null, seq: 7, count: 2 };
const notice = (more) => ({ kind: "connection", seq: 7, text: "Ben accepted your invitation", ...more });
const says = (...notices) => async () => ({ json: async () => ({ notices }) });

test("a push message is shown by name, as the box says it", async () => {
  const device = worker(says(notice({ seq: 8, text: "Zoe accepted your invitation" }), notice()));
  await device.push(MESSAGE);
  assert.deepEqual(device.shown, [["Ben accepted your invitation", "connection"]]);
  assert.deepEqual(device.badges, [2]);
  assert.match(device.asked[0], /^\/notify\/api\/feed\?limit=\d+$/);
});

test("without an answer of the box, or another person's, it says of what kind it is", async () => {
  const answers = [
    async () => Promise.reject(new Error("no network")),
    async () => ({ json: async () => ({ error: "Sign in first." }) }),
    says(),
    says(notice({ conversation: "did:imajin:room" })),
    says(notice({ kind: "request" })),
  ];
  for (const answer of answers) {
    const device = worker(answer);
    await device.push(MESSAGE);
    assert.deepEqual(device.shown, [["There’s a new connection", "connection"]]);
  }
});

test("a message of a conversation replaces the one before of the same", async () => {
  const device = worker(says(notice({ kind: "message", conversation: "did:imajin:room", seq: 9, text: "Ben wrote to you" })));
  await device.push({ ...MESSAGE, kind: "message", conversation: "did:imajin:room", seq: 9 });
  assert.deepEqual(device.shown, [["Ben wrote to you", "did:imajin:room"]]);
});
