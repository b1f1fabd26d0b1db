// The cryptography of sealed conversations in edge cases: the pages' results equal an independent library's (`tests/vectors/seal.json`, which
// `tests/verifier/test/judge.py` writes).

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { fromBase64url, fromHex, toHex } from "../../../apps/www/shared/js/base.js";
import { asset } from "../lib/assets.mjs";

const hpke = await asset("chat/room/hpke.js");
const seal = await asset("chat/room/seal.js");
const file = JSON.parse(readFileSync(new URL("../../vectors/seal.json", import.meta.url)));
const PKCS8 = "302e020100300506032b656e04220420";
const NONE = new Uint8Array();
const hex = (bytes) => (bytes === null ? null : toHex(bytes));

async function secretOf(bytes) {
  const readable = await crypto.subtle.importKey("pkcs8", fromHex(PKCS8 + bytes), "X25519", true, ["deriveBits"]);
  const { x } = await crypto.subtle.exportKey("jwk", readable);
  return { key: readable, publicKey: fromBase64url(x) };
}

/** Returns the result, or null if it throws. */
const orNull = (promise) => promise.catch(() => null);
const sealedOf = (one) => ({ nonce: fromHex(one.nonce), commit: fromHex(one.commit), box: fromHex(one.box) });

test("what was sealed opens as the other library says", async () => {
  for (const one of file.open) {
    const opened = await orNull(hpke.open(await secretOf(one.private), fromHex(one.info), NONE, fromHex(one.sealed)));
    assert.equal(hex(opened), one.text, one.name);
  }
});

test("sealing gives the same bytes and refuses the same keys", async () => {
  for (const one of file.seal) {
    const ephemeral = await secretOf(one.ephemeral);
    const made = await orNull(hpke.seal(fromHex(one.key), fromHex(one.info), NONE, fromHex(one.text), { ephemeral }));
    assert.equal(hex(made), one.sealed, one.name);
  }
});

test("checks are the same", async () => {
  for (const one of file.check) {
    assert.equal(toHex(await seal.checkOf(fromHex(one.secret), one.log, one.epoch)), one.check, `epoch ${one.epoch}`);
  }
});

test("boxes open as the other library says", async () => {
  for (const one of file.box) {
    const opened = await seal.open(fromHex(one.secret), one, sealedOf(one));
    assert.equal(hex(opened), one.text, one.case);
    if (opened) assert.deepEqual(await seal.seal(fromHex(one.secret), one, opened, fromHex(one.nonce)), sealedOf(one));
  }
});

test("keyrings open as the other library says", async () => {
  for (const one of file.ring) {
    const found = await seal.openRing(await secretOf(one.private), one.did, fromHex(one.wrapped), sealedOf(one));
    const plain = found && found.map(([log, epoch, secret]) => [log, epoch, toHex(secret)]);
    assert.deepEqual(plain, one.secrets, one.case);
  }
});
