// Our QR decoder on pictures like those of a camera. No real photographs were available, so the set is rendered: a program draws codes in
// perspective, turned, bent, blurred, noisy, badly lit and compressed (lib/qr-photo.mjs), each from a seed. The test compares the decoder with its
// earlier results and with another decoder; it proves nothing about the cameras of real phones.

import assert from "node:assert/strict";
import { test } from "node:test";
import jsqr from "jsqr";
import { readPixels } from "../../../apps/www/shared/js/qr/read.js";
import { bytes, capacity, encode, letters } from "../lib/qr-encode.mjs";
import { conditions, photograph } from "../lib/qr-photo.mjs";
import { Random } from "../lib/random.mjs";

const [WIDTH, HEIGHT] = [640, 480];
// Pictures in each set; `scripts/test browser-all` sets 60.
const PICTURES = Number(process.env.IMAJIN_PICTURES ?? 12);
// The other decoder is slow: it reads every fourth picture only.
const COMPARED_EVERY = 4;
// Minimum shares of pictures read, in percent. Measured: 100 and 85.
const SETS = [
  { name: "moderate", hard: false, versions: 10, share: 95 },
  { name: "hard", hard: true, versions: 14, share: 75 },
];

function content(random, version, level) {
  const length = Math.max(4, Math.floor(capacity(version, level) * random.between(0.5, 1)) - 3);
  const text = Array.from({ length }, () => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random.below(32)]).join("");
  return random.next() < 0.5 ? { text, segment: letters(text) } : { text: text.toLowerCase(), segment: bytes(text.toLowerCase()) };
}

for (const { name, hard, versions, share } of SETS) {
  test(`${name} pictures`, (t) => {
    const missed = [];
    const times = [];
    const other = { seen: 0, read: 0, ms: 0 };
    for (let seed = 1; seed <= PICTURES; seed += 1) {
      const random = new Random(seed);
      const [version, level] = [1 + random.below(versions), random.below(4)];
      const { text, segment } = content(random, version, level);
      const pixels = photograph(encode([segment], version, level, random.below(8)), WIDTH, HEIGHT, conditions(seed, hard));
      const before = performance.now();
      const codes = readPixels(pixels, WIDTH, HEIGHT);
      times.push(performance.now() - before);
      for (const code of codes) assert.equal(code.text, text, `picture ${seed} is read as something else`);
      if (codes.length === 0) missed.push(seed);
      if (seed % COMPARED_EVERY) continue;
      const start = performance.now();
      other.read += jsqr(pixels, WIDTH, HEIGHT)?.data === text ? 1 : 0;
      other.ms += performance.now() - start;
      other.seen += 1;
    }
    times.sort((a, b) => a - b);
    const read = PICTURES - missed.length;
    t.diagnostic(`${name}: ${read} of ${PICTURES} read, a picture in ${times[PICTURES >> 1].toFixed(0)} ms (median), ${times.at(-1).toFixed(0)} ms at most; not read: ${missed.join(" ") || "none"}`);
    t.diagnostic(`${name}: jsQR reads ${other.read} of ${other.seen}, a picture in ${(other.ms / other.seen).toFixed(0)} ms (mean)`);
    assert.ok(read * 100 >= share * PICTURES, `${read} of ${PICTURES} read`);
  });
}
