// A browser adds its encryption key to its person's chain: the signed operation, checked by the rules of conversations.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../../../apps/www/shared/js/base.js";
import { createToken, keyEntry } from "../../../apps/www/shared/js/dfos.js";
import { didOf, importKeys, newSeeds } from "../../../apps/www/shared/js/key.js";
import { changeIdentity, publishEncryption } from "../../../apps/www/shared/js/keys/change.js";
import { encryptionEntry, entriesAmong } from "../../../apps/www/shared/js/keys/encryption.js";
import { asset } from "../lib/assets.mjs";

const { readChain } = await asset("chat/room/chain.js");

const BOX = "did:imajin:box";
const BEGIN = 1_700_000_000_000;

/** A box that stores one chain, at the address of this page; this browser knows it already. */
function box(chain) {
  const done = (result) => {
    const request = { result };
    queueMicrotask(() => (request.onsuccess ?? request.oncomplete)?.());
    return request;
  };
  globalThis.location = { host: "box.example" };
  const table = { get: () => ({ result: { did: BOX } }) };
  const transaction = () => ({ ...done(null), objectStore: () => table, set oncomplete(act) { queueMicrotask(act); } });
  globalThis.indexedDB = { open: () => done({ transaction, close() {} }) };
  globalThis.fetch = async (path, { method, body }) => {
    if (method === "POST") {
      assert.equal(path, "/auth/api/commands/auth.identity.update");
      chain.push(JSON.parse(body).token);
    }
    const answer = path.endsWith("/chain") ? { log: chain } : { node: BOX, seen: null, after: null, chain: null };
    return Response.json(answer);
  };
}

async function person(services = null, others = []) {
  const keys = await importKeys(newSeeds());
  const entries = others.map((other) => keyEntry(other.keyId, other.multikey));
  const { token } = await createToken(keys, BEGIN, services, entries);
  const did = didOf(keys.publicKey);
  const chain = [token];
  box(chain);
  const read = async () => (await readChain(did, chain)).states.at(-1);
  return { me: { did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree }, keys, chain, read };
}

const relay = { id: "imajin-relay", type: "DfosRelay", endpoint: "https://box.example" };

test("who has none signs an update that adds it, once, and keeps all other services", async () => {
  const { me, keys, chain, read } = await person([relay]);
  assert.equal(await publishEncryption(me, null), true);
  assert.equal(chain.length, 2);
  const state = await read();
  assert.deepEqual(state.encryption, [toHex(keys.encryptionKey)]);
  assert.deepEqual(state.services, [relay, encryptionEntry(me.keyId, keys.encryptionKey)]);
  assert.equal(await publishEncryption(me, null), false);
  assert.equal(chain.length, 2);
});

test("a browser that shares its key with the first sheet says so", async () => {
  const { me, keys, read } = await person();
  await publishEncryption(me, toHex(keys.encryptionKey));
  assert.deepEqual((await read()).services, [encryptionEntry(me.keyId, keys.encryptionKey, true)]);
});

test("a second device adds its own key and the first one, while the first device is in use", async () => {
  const phone = await importKeys(newSeeds());
  const { me, keys, chain, read } = await person(null, [phone]);
  const onPhone = { ...me, keyId: phone.keyId, sign: phone.sign, agree: phone.agree };
  const first = "07".repeat(32);
  assert.equal(await publishEncryption(onPhone, first), true);
  const both = [encryptionEntry(phone.keyId, phone.encryptionKey), encryptionEntry(keys.keyId, fromHex(first), true)];
  assert.deepEqual((await read()).services, both);
  assert.equal(await publishEncryption(onPhone, first), false);
  assert.equal(chain.length, 2);
});

test("a device that may not change keys signs nothing, and opens chat all the same", async () => {
  const { me, chain } = await person();
  const phone = await importKeys(newSeeds());
  await changeIdentity(me, ({ authKeys, assertKeys }, services) => {
    for (const keys of [authKeys, assertKeys]) keys.push(keyEntry(phone.keyId, phone.multikey));
    return services;
  });
  const onPhone = { ...me, keyId: phone.keyId, sign: phone.sign, agree: phone.agree };
  const before = chain.length;
  assert.equal(await publishEncryption(onPhone, "07".repeat(32)), false);
  assert.equal(chain.length, before);
  await assert.rejects(changeIdentity(onPhone, (_, services) => services), /js-keys-cannot/);
});

test("where a sheet has a key, only this browser's is added, and a ninth not at all", async () => {
  const key = (seed) => new Uint8Array(32).fill(seed);
  const sheet = encryptionEntry("key_sheet", key(1), true);
  const few = await person([sheet]);
  await publishEncryption(few.me, "07".repeat(32));
  assert.deepEqual(entriesAmong((await few.read()).services).map(({ of }) => of), ["key_sheet", few.me.keyId]);
  const eight = Array.from({ length: 8 }, (_, n) => encryptionEntry(`key_${n}`, key(n + 1), n === 0));
  const full = await person(eight);
  await assert.rejects(publishEncryption(full.me, null), /js-keys-many/);
  assert.equal(full.chain.length, 1);
});
