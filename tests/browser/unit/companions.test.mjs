// The names of companions, as people write them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { namesIn } from "../../../apps/events/assets/companions.js";

test("names are told apart by commas and by words and signs for “and”", () => {
  const names = (value) => namesIn({ value });
  assert.deepEqual(names("Bob, Eva und Cleo"), ["Bob", "Eva", "Cleo"]);
  assert.deepEqual(names("Bob & Eva Sand,"), ["Bob", "Eva Sand"]);
  assert.deepEqual(names(" Andy Undset and Bob "), ["Andy Undset", "Bob"]);
  assert.deepEqual(names(" "), []);
  assert.deepEqual(namesIn(null), []);
});
