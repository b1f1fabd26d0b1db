// Sealed files: the bytes equal those of RustCrypto's StreamBE32 (tests/vectors/sealed.json, which a test in Rust checks), and every change of them
// is detected.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex } from "../../../apps/www/shared/js/base.js";
import * as sealed from "../../../apps/media/assets/sealed.js";

const { files } = JSON.parse(readFileSync(new URL("../../vectors/sealed.json", import.meta.url)));

/** Returns a file of this many bytes, like the vectors'. */
const file = (length) => Uint8Array.from({ length }, (_, at) => at * 131 + (at >> 8));

async function whole(pieces) {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function* cut(bytes, piece) {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

const sealOf = (key, bytes) => whole(sealed.seal(key, new Blob([bytes])));
const unsealed = (key, bytes, size, piece = 50_000) => whole(sealed.unseal(key, cut(bytes, piece), size));

test("a sealed file is byte for byte what StreamBE32 makes", async () => {
  assert.ok(files.length >= 9);
  for (const { length, padded, sealed: bytes, key, sha256 } of files) {
    assert.equal(sealed.padded(length), padded);
    assert.equal(sealed.sealedLength(length), bytes);
    const made = await sealOf(fromHex(key), file(length));
    assert.equal(made.length, bytes, `${length}`);
    assert.equal(createHash("sha256").update(made).digest("hex"), sha256, `${length}`);
    for (const piece of [7_001, 65_552, 1_000_000]) {
      const opened = await unsealed(fromHex(key), made, length, piece);
      assert.ok(opened.equals(Buffer.from(file(length))), `${length} in pieces of ${piece}`);
    }
  }
});

test("no change of a sealed file goes unnoticed", async () => {
  const key = sealed.fileKey();
  const size = 3 * sealed.CHUNK - 5_000;
  const made = await sealOf(key, randomBytes(size));
  const chunk = sealed.CHUNK + sealed.TAG;
  const part = (from, to) => made.subarray(from * chunk, to * chunk);
  const flipped = Buffer.from(made);
  flipped[chunk + 9] ^= 1;
  const changed = {
    "one bit": flipped,
    "two pieces change places": Buffer.concat([part(1, 2), part(0, 1), part(2, 4)]),
    "a piece is left out": Buffer.concat([part(0, 1), part(2, 4)]),
    "a piece comes twice": Buffer.concat([part(0, 1), part(0, 1), part(1, 4)]),
    "the end is cut off": part(0, 2),
    "the end is cut off within a piece": made.subarray(0, made.length - 1),
    "more follows": Buffer.concat([made, made]),
    "one byte follows": Buffer.concat([made, Buffer.from([0])]),
    nothing: Buffer.alloc(0),
  };
  for (const [what, bytes] of Object.entries(changed)) {
    await assert.rejects(unsealed(key, bytes, size), sealed.Unsealable, what);
  }
  await assert.rejects(unsealed(sealed.fileKey(), made, size), sealed.Unsealable, "another key");
  // A message with a false length is detected if the padding differs; within the padding, the file is the sealed one.
  for (const lie of [0, sealed.CHUNK, 6 * sealed.CHUNK]) await assert.rejects(unsealed(key, made, lie), sealed.Unsealable, `${lie}`);
});

test("padding adds an eighth at most, and says little", () => {
  for (let length = 0; length < 5_000; length += 1) {
    const to = sealed.padded(length);
    assert.ok(to >= length && to <= length + length / 8, `${length}`);
    assert.equal(sealed.padded(to), to);
  }
  const lengths = new Set(Array.from({ length: 100_000 }, (_, at) => sealed.padded(1_000_000 + at)));
  assert.ok(lengths.size <= 8, "a hundred thousand lengths become a few");
  assert.equal(sealed.padded(2 ** 33 + 1), 2 ** 33 + 2 ** 27);
});

test("a file is read in pieces, and never whole", async () => {
  let most = 0;
  const source = {
    size: 20 * sealed.CHUNK,
    slice: (from, to) => ((most = Math.max(most, to - from)), new Blob([new Uint8Array(to - from)])),
  };
  for await (const piece of sealed.seal(sealed.fileKey(), source)) assert.equal(piece.length, sealed.CHUNK + sealed.TAG);
  assert.equal(most, sealed.CHUNK);
});
