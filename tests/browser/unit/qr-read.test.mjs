// Our QR decoder on clean and on damaged symbols: every version and level, all kinds of content, and symbols that must never be read.

import assert from "node:assert/strict";
import { test } from "node:test";
import jsqr from "jsqr";
import { blocksOf, sizeOf } from "../../../apps/www/shared/js/qr/layout.js";
import { readPixels } from "../../../apps/www/shared/js/qr/read.js";
import { Unsupported } from "../../../apps/www/shared/js/qr/segments.js";
import { correct } from "../../../apps/www/shared/js/qr/solomon.js";
import { read } from "../../../apps/www/shared/js/qr/symbol.js";
import { readVersion } from "../../../apps/www/shared/js/qr/information.js";
import { bytes, capacity, codewords, digits, eci, encode, letters, mode, place, withParity } from "../lib/qr-encode.mjs";
import { Random } from "../lib/random.mjs";

const LEVELS = [0, 1, 2, 3];
// Number of levels of each version that are also read as a picture; `scripts/test browser-all` reads all four.
const PICTURED = Number(process.env.IMAJIN_LEVELS ?? 1);
const VERSIONS = Array.from({ length: 40 }, (_, i) => i + 1);
const light = (rows) => Float32Array.from(rows.flat(), (dark) => (dark ? -1 : 1));

function textFor(version, level, random) {
  const length = capacity(version, level) - (version < 10 ? 2 : 3);
  return Array.from({ length }, () => "abcdefghijklmnopqrstuvwxyzABCDEF0123456789-:/#"[random.below(46)]).join("");
}

/** Returns a picture of modules, four to each side of quiet zone. */
function picture(rows, scale, { inverse = false } = {}) {
  const size = (rows.length + 8) * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = rows[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] ?? false;
      pixels.fill(dark !== inverse ? 20 : 235, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return [pixels, size, size];
}

test("every version and level is read as it was written, by us and by somebody else's decoder", () => {
  const random = new Random(1);
  for (const version of VERSIONS) {
    for (const level of LEVELS) {
      const text = textFor(version, level, random);
      const rows = encode([bytes(text)], version, level, random.below(8));
      assert.equal(read(light(rows), version), text, `version ${version}, level ${level}`);
      if ((level + version) % 4 >= PICTURED) continue;
      const shown = picture(rows, 3);
      // jsQR 1.4.0 has 74 instead of 78 among the centres of version 23's alignment patterns (Annex E), so it can't read that one.
      if (version !== 23) assert.equal(jsqr(...shown)?.data, text, `version ${version}, level ${level}: the test's encoder is wrong`);
      assert.deepEqual(readPixels(...shown), [{ text }], `version ${version}, level ${level}, as a picture`);
    }
  }
});

test("every mask, mirrored and light on dark", () => {
  for (let mask = 0; mask < 8; mask += 1) {
    const rows = encode([bytes(`mask ${mask}`)], 2, 1, mask);
    const mirrored = rows.map((row) => [...row].reverse());
    for (const modules of [rows, mirrored]) {
      for (const inverse of [false, true]) assert.deepEqual(readPixels(...picture(modules, 5, { inverse })), [{ text: `mask ${mask}` }], `${mask} ${inverse}`);
    }
  }
});

test("segments of all kinds are put together", () => {
  const readAs = (segments, version = 5) => read(light(encode(segments, version, 1, 3)), version);
  assert.equal(readAs([digits("0123456789012")]), "0123456789012");
  assert.equal(readAs([digits("07")]), "07");
  assert.equal(readAs([letters("HELLO $%*+-./: 42")]), "HELLO $%*+-./: 42");
  assert.equal(readAs([letters("A1"), digits("007"), bytes("ü, 世界")]), "A1007ü, 世界");
  assert.equal(readAs([bytes(Uint8Array.of(0x47, 0x72, 0xfc, 0xdf, 0x65))]), "Grüße");
  assert.equal(readAs([eci(26), bytes("ß")]), "ß");
  assert.equal(readAs([eci(3), bytes(Uint8Array.of(0xc3, 0x9f))]), "Ã\u009f");
  assert.equal(readAs([eci(20), bytes(Uint8Array.of(0x93, 0xfa))]), "日");
  assert.equal(readAs([eci(26), bytes(Uint8Array.of(0xff, 0xfe))]), null);
  for (const version of [9, 10, 26, 27, 40]) assert.equal(readAs([digits("123"), letters("ABC"), bytes("abc")], version), "123ABCabc");
});

test("what is not read is refused by name", () => {
  for (const [segments, what] of [
    [[mode(8)], "kanji"],
    [[letters("A"), mode(8)], "kanji"],
    [[mode(3)], "several"],
    [[mode(5)], "gs1"],
    [[mode(9)], "gs1"],
    [[eci(29), bytes("x")], "charset"],
    [[eci(899), bytes("x")], "charset"],
    [[eci(100_000), bytes("x")], "charset"],
  ]) {
    const rows = encode(segments, 3, 1, 0);
    assert.throws(() => read(light(rows), 3), (error) => error instanceof Unsupported && error.what === what);
    assert.deepEqual(readPixels(...picture(rows, 4)), [{ refused: what }]);
  }
});

/** Changes this many codewords of each block, at random places. */
function damage(words, version, level, perBlock, random) {
  const { parity, data } = blocksOf(version, level);
  const places = data.map(() => []);
  let next = 0;
  for (let i = 0; i < data.at(-1); i += 1) data.forEach((length, block) => i < length && places[block].push(next++));
  for (let i = 0; i < parity; i += 1) places.forEach((block) => block.push(next++));
  const out = [...words];
  for (const block of places) {
    for (let left = perBlock; left > 0; left -= 1) out[block.splice(random.below(block.length), 1)[0]] ^= 1 + random.below(255);
  }
  return out;
}

test("damage up to the capacity is mended, in every version and level", () => {
  const random = new Random(2);
  for (const version of VERSIONS) {
    for (const level of LEVELS) {
      const text = textFor(version, level, random);
      const { parity, spare } = blocksOf(version, level);
      const words = damage(codewords([bytes(text)], version, level), version, level, (parity - spare) >> 1, random);
      assert.equal(read(light(place(words, version, level, random.below(8))), version), text, `version ${version}, level ${level}`);
    }
  }
});

test("damage beyond it never gives another text", () => {
  const random = new Random(3);
  let lucky = 0;
  for (let round = 0; round < 1_500; round += 1) {
    const version = 1 + random.below(round % 10 ? 4 : 40);
    const level = random.below(4);
    const text = textFor(version, level, random);
    const { parity } = blocksOf(version, level);
    const words = damage(codewords([bytes(text)], version, level), version, level, Math.min((parity >> 1) + 1 + random.below(6), parity), random);
    const modules = light(place(words, version, level, random.below(8)));
    // Some modules are unclear, so that erasures are tried, at correct as well as at wrong places.
    for (let i = 0; i < modules.length; i += 1) modules[i] *= random.between(0.05, 1);
    let got = null;
    try {
      got = read(modules, version);
    } catch (error) {
      assert.ok(error instanceof Unsupported);
      assert.fail("damage was read as another kind of content");
    }
    assert.ok(got === null || got === text, `version ${version}, level ${level}: a wrong text`);
    if (got === text) lucky += 1;
  }
  // Unclear modules may coincide with damaged ones by luck.
  assert.ok(lucky < 150, `${lucky} read beyond the capacity`);
});

test("noise is no code", () => {
  const random = new Random(4);
  for (let round = 0; round < 400; round += 1) {
    const version = 1 + random.below(6);
    const modules = Float32Array.from({ length: sizeOf(version) ** 2 }, () => random.normal());
    assert.equal(read(modules, version), null);
  }
  const pixels = Uint8ClampedArray.from({ length: 320 * 240 * 4 }, () => random.below(256));
  assert.deepEqual(readPixels(pixels, 320, 240), []);
  assert.deepEqual(readPixels(new Uint8ClampedArray(320 * 240 * 4), 320, 240), []);
  for (const side of [0, 1, 2, 7]) assert.deepEqual(readPixels(new Uint8ClampedArray(side * side * 4), side, side), []);
});

test("places that are known to be doubtful cost half of what unknown ones cost", () => {
  const random = new Random(5);
  for (let round = 0; round < 300; round += 1) {
    const parity = 4 + random.below(27);
    const whole = Uint8Array.from(withParity(Array.from({ length: 1 + random.below(100) }, () => random.below(256)), parity));
    const places = whole.map((_, i) => i).sort(() => random.next() - 0.5);
    const erased = random.below(parity + 1);
    const wrong = Math.min((parity - erased) >> 1, whole.length - erased);
    const block = Uint8Array.from(whole);
    for (const at of places.slice(0, Math.min(erased, whole.length))) block[at] = random.below(256);
    for (const at of places.slice(erased, erased + Math.max(wrong, 0))) block[at] ^= 1 + random.below(255);
    assert.ok(correct(block, parity, 0, [...places.slice(0, erased)]), `${erased} erased, ${wrong} wrong of ${parity}`);
    assert.deepEqual(block, whole);
  }
});

test("format and version information bear three wrong bits in one copy, and none of the other", () => {
  const random = new Random(6);
  for (const version of [1, 7, 21, 40]) {
    for (const level of LEVELS) {
      for (let mask = 0; mask < 8; mask += 1) {
        const rows = encode([bytes("x")], version, level, mask);
        const size = rows.length;
        // All of the second copy, three modules of the first.
        for (let i = 0; i < 8; i += 1) rows[8][size - 1 - i] = random.below(2) === 1;
        for (const y of [0, 2, 4]) rows[y][8] = !rows[y][8];
        const modules = light(rows);
        // Only the random errors of the second copy may be closer.
        const text = read(modules, version);
        assert.ok(text === "x" || text === null);
        for (let i = 8; i < 15; i += 1) rows[size - 15 + i][8] = true;
        for (let i = 0; i < 8; i += 1) rows[8][size - 1 - i] = true;
        assert.equal(read(light(rows), version), "x");
        if (version < 7) continue;
        for (const [x, y] of [[0, 0], [1, 3], [2, 5]]) rows[y][size - 11 + x] = !rows[y][size - 11 + x];
        for (let i = 0; i < 18; i += 1) rows[size - 11 + (i % 3)][Math.floor(i / 3)] = false;
        assert.equal(readVersion((x, y) => (rows[y][x] ? 1 : 0), size), version);
      }
    }
  }
});
