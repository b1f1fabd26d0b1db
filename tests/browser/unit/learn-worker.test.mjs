// Courses on a device, for times without a network.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const source = await readFile(new URL("../../../apps/learn/assets/learn-worker.js", import.meta.url), "utf8");
const ORIGIN = "https://box.example";
const COURSE = { owner: "did:imajin:bea", course: "itm_1" };
const PACK = "/learn/api/courses/itm_1/pack?owner=did%3Aimajin%3Abea";
const pack = (...pages) => JSON.stringify({ pages, files: [], leftOut: 0 });

/** A service worker with its caches, by their names: the texts by their paths. `box` has the node's answers by their paths. */
function worker(box) {
  const [kept, heard] = [new Map(), new Map()];
  const pathOf = (url) => url.slice(ORIGIN.length);
  const cacheOf = (texts) => ({
    put: async (path, response) => void texts.set(pathOf(new URL(path, ORIGIN).href), await response.text()),
    keys: async () => [...texts.keys()].map((path) => ({ url: ORIGIN + path })),
    delete: async ({ url }) => texts.delete(pathOf(url)),
  });
  const caches = {
    open: async (name) => {
      if (!kept.has(name)) kept.set(name, new Map());
      return cacheOf(kept.get(name));
    },
    delete: async (name) => kept.delete(name),
  };
  const fetch = async (path) => {
    if (!(path in box)) throw new TypeError("no network");
    const [status, text] = Array.isArray(box[path]) ? box[path] : [200, box[path]];
    return Object.defineProperty(new Response(text, { status }), "url", { value: ORIGIN + path });
  };
  const self = { addEventListener: (name, listener) => heard.set(name, listener) };
  runInNewContext(source, { self, caches, fetch, location: new URL(ORIGIN), URL, Response, setTimeout });
  const keep = async () => {
    let answer;
    await heard.get("message")({ data: COURSE, ports: [{ postMessage: (said) => (answer = said) }] });
    return answer;
  };
  const stored = () => [...(kept.values().next().value ?? new Map())].map(([path, text]) => `${path} ${text}`).sort();
  return { keep, stored };
}

test("a course that is stored again has what is in it now", async () => {
  const box = { [PACK]: pack("/learn/did:imajin:bea/itm_1", "/learn/did:imajin:bea/itm_2"), "/learn/did:imajin:bea/itm_1": "Bread", "/learn/did:imajin:bea/itm_2": "Wheat" };
  const device = worker(box);
  assert.equal((await device.keep()).left, 0);
  assert.equal(device.stored().length, 3);
  box[PACK] = pack("/learn/did:imajin:bea/itm_1");
  box["/learn/did:imajin:bea/itm_1"] = "Cake";
  await device.keep();
  assert.deepEqual(device.stored(), [`${PACK} ${box[PACK]}`, "/learn/did:imajin:bea/itm_1 Cake"].sort());
});

test("a course stays on the device when the network goes while it is stored again", async () => {
  const box = { [PACK]: pack("/learn/did:imajin:bea/itm_1"), "/learn/did:imajin:bea/itm_1": "Bread" };
  const device = worker(box);
  await device.keep();
  const before = device.stored();
  const text = box[PACK];
  delete box[PACK];
  assert.ok((await device.keep()).error);
  assert.deepEqual(device.stored(), before);
  box[PACK] = text;
  delete box["/learn/did:imajin:bea/itm_1"];
  assert.ok((await device.keep()).error);
  assert.deepEqual(device.stored(), before);
});

test("who may no longer read a course keeps none of it", async () => {
  const box = { [PACK]: pack("/learn/did:imajin:bea/itm_1"), "/learn/did:imajin:bea/itm_1": "Bread" };
  const device = worker(box);
  await device.keep();
  box[PACK] = [402, ""];
  assert.ok((await device.keep()).error);
  assert.deepEqual(device.stored(), []);
});
