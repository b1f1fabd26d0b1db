// The SHA-256 of long files equals the standard one, regardless of the chunks.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { Sha256 } from "../../../apps/media/assets/hash-worker.js";

const expected = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("the hash of every length around a block is that of OpenSSL", () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = randomBytes(length);
    assert.equal(Buffer.from(new Sha256().update(bytes).digest()).toString("hex"), expected(bytes), `${length}`);
  }
});

test("the pieces that a file comes in make no difference", () => {
  const bytes = randomBytes(300_000);
  for (const piece of [1, 63, 64, 65, 1000, 65_536]) {
    const hash = new Sha256();
    for (let at = 0; at < bytes.length; at += piece) hash.update(bytes.subarray(at, at + piece));
    assert.equal(Buffer.from(hash.digest()).toString("hex"), expected(bytes), `${piece}`);
  }
});
