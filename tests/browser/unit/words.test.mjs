// Words that depend on a number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isNumber } from "../../../apps/www/shared/js/key.js";
import { singular } from "../../../apps/www/assets/words.js";

test("one of a kind is said as one", () => {
  assert.equal(singular("email addresses"), "email address");
  assert.equal(singular("courses with progress"), "course with progress");
  assert.equal(singular("courses and lessons"), "course or lesson");
  assert.equal(singular("payments and requests"), "payment or request");
  assert.equal(singular("identities"), "identity");
  assert.equal(singular("devices"), "device");
});

test("no key is made where the host is a number that may change", () => {
  for (const host of ["192.168.1.4", "10.0.0.7", "[fe80::1]"]) assert.equal(isNumber(host), true, host);
  for (const host of ["127.0.0.1", "[::1]", "localhost", "imajin.local", "1.example"]) assert.equal(isNumber(host), false, host);
});
