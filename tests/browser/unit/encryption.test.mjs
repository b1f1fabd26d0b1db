// Encryption keys in identity chains: the vectors that the node's rules and the independent verifier have to pass, too, and the pages' operations.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { toHex } from "../../../apps/www/shared/js/base.js";
import { importKeys, newSeeds } from "../../../apps/www/shared/js/key.js";
import * as encryption from "../../../apps/www/shared/js/keys/encryption.js";

const { cases } = JSON.parse(readFileSync(new URL("../../vectors/encryption.json", import.meta.url)));
const key = (seed) => new Uint8Array(32).fill(seed);
const relay = { id: "imajin-relay", type: "DfosRelay", endpoint: "https://box.example" };

for (const { name, services, keys } of cases) {
  test(`keys among services: ${name}`, () => assert.deepEqual(encryption.keysAmong(services), keys));
}

test("what is written is read", () => {
  const written = [encryption.encryptionEntry("key_a", key(3)), encryption.encryptionEntry("key_b", key(2), true)];
  assert.match(written[0].key, /^z6LS/);
  assert.deepEqual(Object.keys(written[0]), ["id", "type", "key", "of"]);
  const read = [{ of: "key_a", key: toHex(key(3)), sheet: false }, { of: "key_b", key: toHex(key(2)), sheet: true }];
  assert.deepEqual(encryption.entriesAmong([relay, ...written]), read);
});

test("a signing key has one encryption key, and there are eight at most", () => {
  let services = [relay];
  for (let n = 1; n <= 8; n += 1) services = encryption.withEntry(services, encryption.encryptionEntry(`key_${n}`, key(n)));
  assert.equal(services.length, 9);
  assert.equal(encryption.withEntry(services, encryption.encryptionEntry("key_9", key(9))), null);
  const changed = encryption.withEntry(services, encryption.encryptionEntry("key_8", key(9)));
  assert.deepEqual(encryption.keysAmong(changed), [1, 2, 3, 4, 5, 6, 7, 9].map((n) => toHex(key(n))));
  assert.equal(changed[0], relay);
});

test("removing a device removes its key, and the same key of other devices", () => {
  const entry = encryption.encryptionEntry;
  const services = [relay, entry("key_a", key(1)), entry("key_b", key(2), true), entry("key_c", key(1), true)];
  assert.deepEqual(encryption.withoutKeysOf(services, ["key_a"]), [relay, services[2]]);
  assert.deepEqual(encryption.withoutKeysOf(services, ["key_x"]), services);
});

test("the public half of a key that can't be read", async () => {
  const seeds = newSeeds();
  const keys = await importKeys(seeds);
  assert.deepEqual(await encryption.publicOf(keys.agree), keys.encryptionKey);
});
