// The pages' codecs, without a browser: strict dag-cbor, CIDs, canonical JSON, base encodings.

import assert from "node:assert/strict";
import { test } from "node:test";
import { existsSync, readFileSync } from "node:fs";
import * as base from "../../../apps/www/shared/js/base.js";
import { Link, decode, encode } from "../../../apps/www/shared/js/cbor.js";
import { cborCid, cidText, dfosId, parseCid, rawCid } from "../../../apps/www/shared/js/cid.js";
import { canonical } from "../../../apps/www/shared/js/jcs.js";

const vectorsFile = new URL("../../../../shared/dfos-vectors.json", import.meta.url);
const vectors = existsSync(vectorsFile) ? JSON.parse(readFileSync(vectorsFile)) : null;

const hex = (value) => base.toHex(encode(value));

test("dag-cbor writes the one canonical form", () => {
  assert.equal(hex({ bb: 1, a: -1, c: [true, false, null] }), "a361612061638" + "3f5f4f6626262" + "01");
  assert.equal(hex(23), "17");
  assert.equal(hex(24), "1818");
  assert.equal(hex(-257), "390100");
  assert.equal(hex(65536), "1a00010000");
  assert.equal(hex(2 ** 53 - 1), "1b001fffffffffffff");
  assert.equal(hex(-(2 ** 53 - 1)), "3b001ffffffffffffe");
  assert.equal(hex(Uint8Array.of(1, 2)), "420102");
  assert.equal(hex("é"), "62c3a9");
});

test("keys are ordered by UTF-8 length, then bytes, not by JavaScript's order", () => {
  const bytes = encode({ 10: 0, 9: 0, é: 0, zz: 0, z: 0 });
  assert.deepEqual(Object.keys(decode(bytes)).sort(), ["10", "9", "z", "zz", "é"].sort());
  assert.equal(base.toHex(bytes), "a5613900617a00623130006" + "27a7a0062c3a900");
});

test("fractions, unsafe integers, half characters and undefined are refused", () => {
  for (const bad of [1.5, NaN, 2 ** 53, undefined, "\ud800", { a: undefined }]) {
    assert.throws(() => encode(bad));
  }
});

test("the decoder refuses every other form", () => {
  const bad = ["1817", "a2626262016161" + "20", "a2616101616102", "9f01ff", "fa3f800000", "0000", "c001", "6180", "d82a420102", "1b0020000000000000"];
  for (const text of bad) assert.throws(() => decode(base.fromHex(text)), text);
});

test("links travel as tag 42 and come back", async () => {
  const link = new Link(await rawCid(base.utf8("hello")));
  const back = decode(encode({ l: link }));
  assert.equal(cidText(back.l.bytes), "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq");
  assert.deepEqual(parseCid(cidText(link.bytes)), link);
});

test("base encodings are there and back, and strict", () => {
  for (let length = 0; length < 40; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
    assert.deepEqual(base.fromBase58(base.toBase58(bytes)), bytes);
    assert.deepEqual(base.fromBase32(base.toBase32(bytes)), bytes);
    assert.deepEqual(base.fromBase64url(base.toBase64url(bytes)), bytes);
    assert.deepEqual(base.fromHex(base.toHex(bytes)), bytes);
  }
  assert.equal(base.toBase58(Uint8Array.of(0, 0, 1)), "112");
  assert.throws(() => base.fromBase64url("AB"), "unused bits must be zero");
  assert.throws(() => base.fromBase32("ab1"));
});

test("canonical JSON follows RFC 8785", () => {
  const input = { "\u20ac": "Euro", "\r": "CR", "\ufb33": "Hebrew", 1: "One", "\ud83d\ude00": "Smiley", "\u0080": "Control", "\u00f6": "o" };
  const order = ["CR", "One", "Control", "o", "Euro", "Smiley", "Hebrew"];
  assert.deepEqual(canonical(input).match(/(?<=":")\w+/g), order);
  assert.equal(canonical({ b: [1e21, 0.1, -0], a: "\u000f\n" }), '{"a":"\\u000f\\n","b":[1e+21,0.1,0]}');
  assert.throws(() => canonical("\udead"));
  assert.throws(() => canonical({ a: undefined }));
});

test("DFOS vectors: dag-cbor, CIDs, key ids", { skip: vectors ? false : "vectors are not here" }, async () => {
  for (const { value, cborHex, cid } of vectors.cbor) {
    assert.equal(hex(value), cborHex);
    assert.equal(cidText(await cborCid(value)), cid);
  }
  for (const { publicHex, keyId } of vectors.keys) {
    assert.equal(`key_${await dfosId(base.fromHex(publicHex))}`, keyId);
  }
});
