// The text of a push message: the node's sentence, which names the actor, or else that of its kind. The files that other programs share.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const source = await readFile(new URL("../../../apps/www/assets/worker.js", import.meta.url), "utf8");

/** A service worker on an English device, and its notifications; `answer` is the node's answer. */
function worker(answer, { setAppBadge = null } = {}) {
  const [shown, badges, asked, heard] = [[], [], [], new Map()];
  const self = {
    addEventListener: (name, listener) => heard.set(name, listener),
    navigator: { language: "en-GB", setAppBadge: setAppBadge ?? (async (count) => badges.push(count)) },
    registration: { showNotification: async (text, options) => shown.push([text, options.tag]) },
  };
  const PUSHED = { en: { message: "There’s a new message", connection: "There’s a new connection" } };
  const fetch = async (path) => {
    asked.push(path);
    return answer();
  };
  runInNewContext(source, { self, console, PUSHED, SAID: {}, VERSION: "1", fetch, setTimeout: () => 0, location: new URL("https://box.example"), URL });
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

test("a browser that refuses the badge shows the message", async () => {
  const device = worker(says(notice()), { setAppBadge: () => Promise.reject(new Error("not allowed")) });
  await device.push(MESSAGE);
  assert.deepEqual(device.shown, [["Ben accepted your invitation", "connection"]]);
});

test("a message of a conversation replaces the one before of the same", async () => {
  const device = worker(says(notice({ kind: "message", conversation: "did:imajin:room", seq: 9, text: "Ben wrote to you" })));
  await device.push({ ...MESSAGE, kind: "message", conversation: "did:imajin:room", seq: 9 });
  assert.deepEqual(device.shown, [["Ben wrote to you", "did:imajin:room"]]);
});

/** Shares two files with a service worker whose cache has room for some. Returns what it keeps, and where it leads. */
async function share(room) {
  const [kept, heard] = [new Map(), new Map()];
  const put = async (path, response) => {
    if (kept.size === room) throw new Error("no room");
    kept.set(path, response);
  };
  const caches = { open: async () => ({ put, delete: async (path) => kept.delete(path) }) };
  const self = { addEventListener: (name, listener) => heard.set(name, listener) };
  const here = { location: new URL("https://box.example"), SHARE_PAGE: "/add", PUSHED: {}, SAID: {}, VERSION: "1" };
  runInNewContext(source, { ...here, self, caches, crypto, console, Response, URL });
  const form = new FormData();
  for (const name of ["Café.jpg", "b.txt"]) form.append("files", new File([name], name, { lastModified: 1 }));
  let answer;
  const request = { method: "POST", mode: "navigate", url: "https://box.example/add", formData: async () => form };
  heard.get("fetch")({ request, respondWith: (work) => (answer = work) });
  const { status, headers } = await answer;
  return { kept: [...kept.values()], status, to: headers.get("location") };
}

test("what another program shares is kept with its name and day, and the page that adds it opens", async () => {
  const { kept, status, to } = await share(2);
  assert.deepEqual([status, to], [303, "https://box.example/add?shared=2"]);
  const files = kept.map(async (response) => [decodeURIComponent(response.headers.get("x-name")), response.headers.get("x-modified"), await response.text()]);
  assert.deepEqual(await Promise.all(files), [["Café.jpg", "1", "Café.jpg"], ["b.txt", "1", "b.txt"]]);
});

test("of what has no room nothing is kept, and the page hears it", async () => {
  const { kept, to } = await share(1);
  assert.deepEqual([kept, to], [[], "https://box.example/add?shared=0"]);
});

test("another version's worker keeps what waits to be added, and no pages", async () => {
  const [gone, heard] = [[], new Map()];
  const caches = { keys: async () => ["shell pages 0 did:imajin:ada", "shared files"], delete: async (name) => gone.push(name) };
  const self = { addEventListener: (name, listener) => heard.set(name, listener), clients: { claim: async () => {} } };
  runInNewContext(source, { self, caches, SHARE_PAGE: "/add", PUSHED: {}, SAID: {}, VERSION: "1", location: new URL("https://box.example"), URL });
  let done;
  heard.get("activate")({ waitUntil: (work) => (done = work) });
  await done;
  assert.deepEqual(gone, ["shell pages 0 did:imajin:ada"]);
});
