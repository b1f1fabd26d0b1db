// .fair manifests that the pages sign: over the canonical JSON without both signatures, for every signer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, utf8 } from "../../../apps/www/shared/js/base.js";
import { canonical } from "../../../apps/www/shared/js/jcs.js";
import * as keys from "../../../apps/www/shared/js/key.js";
import { agreement, digestOf, manifest, order, shownOffer } from "../../../apps/www/shared/js/money/fair.js";

const person = async (fill) => {
  const made = await keys.importKeys({ sign: new Uint8Array(32).fill(fill), agree: new Uint8Array(32).fill(fill) });
  return { did: keys.didOf(made.publicKey), sign: made.sign, publicKey: made.publicKey };
};

/** Returns the signed text of a document, computed independently for this test. */
function signedText(document) {
  const { signature: _one, platformSignature: _other, ...rest } = document;
  return utf8(canonical(rest));
}

test("a manifest and an agreement to it are signatures over the same bytes", async () => {
  const [ada, bob] = [await person(1), await person(2)];
  const parts = [{ id: ada.did, weight: 0.7, role: "words" }, { id: bob.did, weight: 0.3 }];
  const work = { cid: "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", bytes: 6 };
  const signed = await manifest(ada, "song", "audio", parts, { terms: { train: "free" }, work });
  assert.deepEqual(Object.keys(signed).sort(), ["contributors", "derivesFrom", "id", "platformSignature", "signature", "terms", "type", "version", "work"]);
  const text = signedText(signed);
  assert.ok(await keys.verifyBytes(ada.publicKey, fromHex(signed.signature), text));
  const agreed = await agreement(bob, signed);
  assert.ok(await keys.verifyBytes(bob.publicKey, fromHex(agreed), text));
  assert.equal(await agreement(ada, signed), signed.signature);
  assert.match(await digestOf(signed), /^sha256:[0-9a-f]{64}$/);
  // A manifest in the older format has neither a work nor an owner.
  const jar = await manifest(ada, "jar", "jar", parts);
  assert.ok(!("work" in jar) && !("owner" in jar));
  const lent = await manifest(ada, "photo", "photo", [{ id: bob.did, weight: 1 }], { owner: ada.did });
  assert.equal(lent.owner, ada.did);
});

/** Returns how often an order draws its price and shares again after this refusal. */
async function refusedWith(status, problem) {
  const real = globalThis.fetch;
  globalThis.fetch = async () => Response.json({ detail: "no", ...problem }, { status });
  let drawn = 0;
  try {
    const bought = order({ did: "did:imajin:me", sign: null }, "learn.enroll", "/learn/api/pay", { price: 1000 }, async () => (drawn += 1));
    await assert.rejects(bought, { message: "no" });
  } finally {
    globalThis.fetch = real;
  }
  return drawn;
}

test("an order of what costs something else by now, or is shared otherwise, shows that and asks again", async () => {
  assert.equal(await refusedWith(409, { reason: "changed", field: "follows" }), 1);
  assert.equal(await refusedWith(409, { reason: "price", field: "amount" }), 1);
  assert.equal(await refusedWith(409, { reason: "enrolled" }), 0);
  assert.equal(await refusedWith(402, {}), 0);
});

test("an order names the price and the shares that were shown", () => {
  const title = { dataset: { follows: "sha256:ab", price: "1000", currency: "CHF" } };
  assert.deepEqual(shownOffer(title), { follows: "sha256:ab", price: 1000, currency: "CHF" });
  // If the box couldn't compute the shares, nothing was shown.
  assert.deepEqual(shownOffer(null), {});
});
