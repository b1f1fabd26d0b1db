// The receipts of answers to polls without names, after lost responses and refusals.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keptAfterRefusal, receiptToSend } from "../../../apps/dykil/assets/receipt.js";

const [COUNTED, LOST] = [{ receipt: "a", isDone: true }, { receipt: "b", isDone: false }];
const refusal = (status, slug = "") => ({ status, problem: slug ? { type: `urn:imajin:problem:${slug}` } : {} });

test("an answer whose response was lost is sent with its receipt again, and another with a new one", () => {
  const draw = () => "new";
  assert.equal(receiptToSend(LOST, draw), "b");
  assert.equal(receiptToSend(COUNTED, draw), "new");
  assert.equal(receiptToSend(null, draw), "new");
});

test("who answers twice keeps the receipt of the answer that counts", () => {
  for (const refused of [refusal(409, "voted"), refusal(410, "closed"), refusal(429)]) assert.deepEqual(keptAfterRefusal(refused, COUNTED, "new"), COUNTED);
  assert.equal(keptAfterRefusal(refusal(409, "voted"), null, "new"), null, "counted on another device");
});

test("an answer that arrived although its response was lost counts, whatever was changed in it since", () => {
  assert.deepEqual(keptAfterRefusal(refusal(409, "receipt"), LOST, "b"), { receipt: "b", isDone: true });
});

test("an answer of which nobody knows whether it arrived is sent again", () => {
  assert.deepEqual(keptAfterRefusal(refusal(503), COUNTED, "new"), { receipt: "new", isDone: false });
  assert.deepEqual(keptAfterRefusal(refusal(400), LOST, "b"), LOST);
});
