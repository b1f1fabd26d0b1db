// The browser's cache of a conversation's files, for when the box does not answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

/** A simulated cache storage, with the part that the files need. */
class Caches {
  #all = new Map();

  async open(name) {
    const files = this.#all.get(name) ?? this.#all.set(name, new Map()).get(name);
    const address = (place) => new URL(place.url ?? place, "https://box.example").href;
    return {
      match: async (place) => files.get(address(place))?.clone(),
      put: async (place, response) => files.set(address(place), response),
      keys: async () => [...files.keys()].map((url) => ({ url })),
      delete: async (place) => files.delete(address(place)),
    };
  }

  async delete(name) {
    return this.#all.delete(name);
  }
}

const { dropFiles, forgetFiles, keepFile, keptFile } = await asset("chat/kept-files.js");
const text = async (blob) => blob && (await blob.text());

test("a file is kept for its message and its person, and goes with them", async () => {
  globalThis.caches = new Caches();
  await keepFile("did:a", "msg_1", "bafk1", new Blob(["one"]));
  await keepFile("did:a", "msg_2", "bafk1", new Blob(["one"]));
  await keepFile("did:b", "msg_1", "bafk1", new Blob(["one"]));
  assert.equal(await text(await keptFile("did:a", "msg_1", "bafk1")), "one");
  assert.equal(await keptFile("did:a", "msg_1", "bafk2"), null, "another file by the same message");
  await dropFiles("did:a", ["msg_1"]);
  assert.equal(await keptFile("did:a", "msg_1", "bafk1"), null);
  assert.equal(await text(await keptFile("did:a", "msg_2", "bafk1")), "one");
  await forgetFiles("did:a");
  assert.equal(await keptFile("did:a", "msg_2", "bafk1"), null);
  assert.equal(await text(await keptFile("did:b", "msg_1", "bafk1")), "one");
});

test("the newest two hundred files are kept; without a secure context none, and nothing fails", async () => {
  globalThis.caches = new Caches();
  for (let n = 0; n <= 200; n += 1) await keepFile("did:a", `msg_${n}`, "bafk", new Blob([`${n}`]));
  assert.equal(await keptFile("did:a", "msg_0", "bafk"), null);
  assert.equal(await text(await keptFile("did:a", "msg_1", "bafk")), "1");
  delete globalThis.caches;
  await keepFile("did:a", "msg_1", "bafk", new Blob(["1"]));
  await dropFiles("did:a", ["msg_1"]);
  await forgetFiles("did:a");
  assert.equal(await keptFile("did:a", "msg_1", "bafk"), null);
});
