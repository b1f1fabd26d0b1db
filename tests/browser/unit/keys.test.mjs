// Keys, identity tokens, proofs and the recovery sheet, with Node's WebCrypto instead of the browser's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, fromBase64url, toHex, utf8 } from "../../../apps/www/shared/js/base.js";
import { cborCid, cidText } from "../../../apps/www/shared/js/cid.js";
import * as dfos from "../../../apps/www/shared/js/dfos.js";
import * as keys from "../../../apps/www/shared/js/key.js";
import { dagJson, salted, sign } from "../../../apps/www/shared/js/proof.js";
import * as sheet from "../../../apps/www/shared/js/sheet.js";

const seeds = () => ({ sign: new Uint8Array(32).fill(7), agree: new Uint8Array(32).fill(9) });

test("RFC 8032 test 1: the key of a seed, not extractable", async () => {
  const secret = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const made = await keys.importKeys({ sign: secret, agree: new Uint8Array(32).fill(9) });
  assert.equal(toHex(made.publicKey), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  assert.equal(made.sign.extractable, false);
  assert.equal(made.agree.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("jwk", made.sign));
});

test("a chain is created and updated, each operation naming the one before", async () => {
  const mine = await keys.importKeys(seeds());
  const genesis = await dfos.createToken(mine, 1_700_000_000_000);
  const chain = [genesis.token];
  const second = await keys.importKeys({ sign: new Uint8Array(32).fill(8), agree: new Uint8Array(32).fill(8) });
  const sets = dfos.keysInForce(chain);
  sets.authKeys.push(dfos.keyEntry(second.keyId, second.multikey));
  const update = await dfos.updateToken({ key: mine.sign, keyId: mine.keyId }, chain, sets, 1_000);
  const payload = dfos.jwsPayload(update.token);
  assert.equal(payload.previousOperationCID, genesis.cid);
  assert.equal(payload.createdAt, "2023-11-14T22:13:20.001Z", "later than the one before, whatever the clock says");
  const [header, body, signature] = update.token.split(".");
  const headerJson = JSON.parse(new TextDecoder().decode(fromBase64url(header)));
  assert.equal(headerJson.cid, cidText(await cborCid(payload)));
  assert.match(headerJson.kid, /^did:dfos:[2346789acdefhknrtvz]{31}#key_/);
  assert.ok(await keys.verifyBytes(mine.publicKey, fromBase64url(signature), utf8(`${header}.${body}`)));
  assert.deepEqual(dfos.keysInForce([...chain, update.token]).authKeys.length, 2);
});

test("a proof has exactly its thirteen members, in canonical form", async () => {
  const mine = await keys.importKeys(seeds());
  const did = keys.didOf(mine.publicKey);
  const body = salted({ displayName: "Ada" });
  assert.equal(body.salt.length, 16);
  const place = { node: "did:imajin:node", seen: { seq: 3, cid: "bafy" }, after: null, chain: "bafychain" };
  const command = { service: "profile", op: "profile.update", ref: null, body, fact: null, to: [] };
  const { jws, after } = await sign({ did, keyId: mine.keyId, sign: mine.sign }, command, place);
  const text = new TextDecoder().decode(fromBase64url(jws.split(".")[1]));
  const members = "aud after body chain did fact iat op ref seen service to v".split(" ").sort();
  assert.deepEqual(Object.keys(JSON.parse(text)), members);
  assert.equal(JSON.parse(text).body, cidText(await cborCid(body)));
  assert.match(after, /^bafkrei/);
  assert.equal(dagJson(body).salt["/"].bytes.length, 22);
});

test("the recovery sheet opens with its passphrase and with nothing else", async () => {
  const made = seeds();
  const did = keys.didOf((await keys.importKeys(made)).publicKey);
  const text = await sheet.seal(made, did, "bareko milonu");
  assert.match(text, /^imajin-recovery-1:[0-9a-hjkmnp-tv-z]{250}$/);
  const lines = sheet.printed(text);
  assert.equal(lines.length, 10);
  const typed = lines.map((line, i) => `${i + 1}. ${line.replaceAll("0", "O").replaceAll("1", "l")}`).join("\r\n");
  for (const input of [text, text.toUpperCase(), `Keep me safe\n\n${text}\nThe end.`, typed]) {
    const opened = await sheet.openSheet(input, "bareko milonu");
    assert.equal(opened.did, did);
    assert.deepEqual(opened.seeds, made);
  }
  await assert.rejects(sheet.openSheet(text, "Bareko milonu"), /js-sheet-passphrase/);
});

test("a typing mistake is named by its line", async () => {
  const made = seeds();
  const text = await sheet.seal(made, keys.didOf((await keys.importKeys(made)).publicKey), "x");
  const lines = sheet.printed(text);
  const wrong = lines.with(3, lines[3].replace(/^./, (char) => (char === "Z" ? "Y" : "Z")));
  // One letter in 32 passes its checksum by chance; the whole-sheet checksum catches that one.
  await assert.rejects(sheet.openSheet(wrong.join("\n"), "x"), /js-sheet-line-letter|js-sheet-order/);
  await assert.rejects(sheet.openSheet(lines.slice(0, 9).join("\n"), "x"), /js-sheet-line-short/);
  await assert.rejects(sheet.openSheet([lines[1], lines[0], ...lines.slice(2)].join("\n"), "x"), sheet.SheetError);
});

test("the documented example of the sheet", async () => {
  const made = { sign: Uint8Array.from({ length: 32 }, (_, i) => i), agree: Uint8Array.from({ length: 32 }, (_, i) => 32 + i) };
  const did = keys.didOf((await keys.importKeys(made)).publicKey);
  const salt = new Uint8Array(16).fill(0xaa);
  const text = await sheet.sealWith(made, did, "correct horse battery staple", salt, new Uint8Array(12).fill(0xbb));
  const { readFileSync } = await import("node:fs");
  const page = readFileSync(new URL("../../../docs/recovery-sheet.md", import.meta.url), "utf8");
  assert.ok(page.includes(did), did);
  assert.ok(page.includes(text), text);
});

test("suggested passphrases are sayable and differ", () => {
  const some = new Set(Array.from({ length: 50 }, sheet.suggestion));
  assert.equal(some.size, 50);
  for (const one of some) assert.match(one, /^([a-z]{6} ){3}[a-z]{6}$/);
});
