// Chosen and dropped files: their selection and their paths.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ofDrop, ofInput } from "../../../apps/media/assets/chosen.js";
import { sharedFiles } from "../../../apps/media/assets/shared.js";

const file = (name, webkitRelativePath = "", size = 1) => ({ name, webkitRelativePath, size });
const told = (all) => all.map(({ file: { name }, way }) => [...way, name].join("/"));

/** An entry of a drop: a file, or a folder that lists its content in batches. */
function entry(name, inside = null) {
  if (!inside) return { name, isFile: true, isDirectory: false, file: (resolve) => resolve(file(name)) };
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = [...inside];
      return { readEntries: (resolve) => resolve(left.splice(0, 2)) };
    },
  };
}

const dropped = (...entries) => ({ items: entries.map((one) => ({ webkitGetAsEntry: () => one })), files: entries.filter(({ isFile }) => isFile).map(({ name }) => file(name)) });

async function all(parts) {
  const found = [];
  for await (const some of parts) found.push(some);
  return found;
}

test("files that were chosen one by one all come, with no way", () => {
  assert.deepEqual(told(ofInput([file("a.jpg"), file("Thumbs.db"), file("empty.txt", "", 0)])), ["a.jpg", "Thumbs.db", "empty.txt"]);
});

test("a chosen folder comes with its folders, without what systems left in it", () => {
  const inside = [file("a.jpg", "Trip/a.jpg"), file("b.jpg", "Trip/Day 1/b.jpg"), file(".DS_Store", "Trip/.DS_Store"), file("._a.jpg", "Trip/._a.jpg"), file("desktop.ini", "Trip/desktop.ini"), file("none.txt", "Trip/none.txt", 0)];
  assert.deepEqual(told(ofInput(inside)), ["Trip/a.jpg", "Trip/Day 1/b.jpg"]);
});

test("a dropped folder is read to its end, in parts", async () => {
  const many = Array.from({ length: 230 }, (_, number) => entry(`${number}.jpg`));
  const parts = await all(ofDrop(dropped(entry("Trip", [entry("Day 1", [entry("b.jpg"), entry(".DS_Store")]), ...many]), entry("c.jpg"))));
  assert.ok(parts.length > 1 && parts.every((some) => some.length <= 100));
  const names = told(parts.flat());
  assert.equal(names.length, 232);
  assert.ok(["Trip/Day 1/b.jpg", "Trip/229.jpg", "c.jpg"].every((name) => names.includes(name)));
});

test("dropped files without a folder come at once", async () => {
  const parts = await all(ofDrop(dropped(entry("a.jpg"), entry("b.jpg"))));
  assert.deepEqual(parts.map(told), [["a.jpg", "b.jpg"]]);
});

test("what can't be read in a dropped folder stops nothing", async () => {
  const broken = { name: "x", isFile: true, isDirectory: false, file: (_, reject) => reject(new Error("gone")) };
  const parts = await all(ofDrop(dropped(entry("Trip", [broken, entry("a.jpg")]))));
  assert.deepEqual(told(parts.flat()), ["Trip/a.jpg"]);
});

test("what another tab has just added of the shared files doesn't hide the others", async () => {
  const kept = new Map([["/shared/1", null], ["/shared/2", new Response("two", { headers: { "x-name": encodeURIComponent("Möwe 🕊.jpg"), "x-modified": "7" } })]]);
  const cache = { keys: async () => [...kept.keys()], match: async (path) => kept.get(path) ?? undefined, delete: async (path) => kept.delete(path) };
  globalThis.caches = { open: async () => cache };
  const [one, ...more] = await sharedFiles();
  assert.deepEqual([one.file.name, one.file.lastModified, more], ["Möwe 🕊.jpg", 7, []]);
  await one.forget();
  assert.deepEqual([...kept.keys()], ["/shared/1"]);
});
