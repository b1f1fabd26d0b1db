// A browser's key signs only a box's challenges and the lists of a copy.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ownList, refusal } from "../../../apps/www/shared/js/node.js";

const NODE = "did:imajin:7NwBoxBoxBox";
const NONCE = "0f".repeat(32);

test("only a challenge of the known box at this address is signed", () => {
  const good = `imajin:auth:1:${NODE}:imajin.local:${NONCE}`;
  assert.equal(refusal(good, NODE, "imajin.local"), null);
  assert.equal(refusal(`imajin:auth:1:${NODE}:127.0.0.1:7000:${NONCE}`, NODE, "127.0.0.1:7000"), null);
  const texts = [
    NONCE,
    "",
    undefined,
    `${good}0`,
    good.replace(":1:", ":2:"),
    good.replace("imajin.local", "evil.example"),
    good.replace("imajin.local", "imajin.local:7000"),
    good.replace(NODE, "did:imajin:another"),
    "eyJhbGciOiJFZERTQSJ9.eyJ2IjoxfQ",
  ];
  for (const text of texts) assert.notEqual(refusal(text, NODE, "imajin.local"), null, text);
});

test("only the two lists of your own copy are signed, with nothing besides", () => {
  const did = "did:imajin:ada";
  const kid = `${did}#key_1`;
  const signer = { kind: "owner", kid };
  const manifest = { v: 1, did, head: "", counts: {}, files: {}, split: 1, exported_at: "", node: NODE, signer };
  const view = { v: 1, did, exported_at: "", node: NODE, sections: {}, signer };
  for (const list of [manifest, view]) {
    assert.equal(ownList(JSON.stringify(list), did, kid), JSON.stringify(list));
    const wrong = [{ ...list, contributors: [] }, { ...list, did: "did:imajin:bob" }, { ...list, signer: { kid: `${did}#key_2` } }];
    for (const other of wrong) assert.throws(() => ownList(JSON.stringify(other), did, kid));
  }
  for (const text of ["", "null", "[]", "imajin:auth:1:x", "eyJhbGciOiJFZERTQSJ9.eyJ2IjoxfQ"]) assert.throws(() => ownList(text, did, kid), text);
});
