// The scripts' texts by language.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatter, texts } from "../../../apps/www/shared/js/texts.js";

const MESSAGES = {
  "js-up": "Up",
  "js-left": [{ v: "count", of: { 0: "None", one: "Only one", other: [{ v: "count" }, " left for ", { v: "name" }] }, else: "other" }],
};

test("a message has its arguments, plurals and numbers of its language", () => {
  const t = formatter(MESSAGES, "en");
  assert.equal(t("js-up"), "Up");
  assert.equal(t("js-left", { count: 0 }), "None");
  assert.equal(t("js-left", { count: 1 }), "Only one");
  assert.equal(t("js-left", { count: 1234, name: "Ada" }), "1,234 left for Ada");
  assert.equal(formatter(MESSAGES, "de")("js-left", { count: 1234, name: "Ada" }), "1.234 left for Ada");
});

test("a name that is read from right to left is set apart", () => {
  const t = formatter(MESSAGES, "en");
  assert.equal(t("js-left", { count: 2, name: "עדה" }), "2 left for \u2068עדה\u2069");
  assert.equal(t("js-left", { count: 2, name: "Zoë Ωμέγα 愛" }), "2 left for Zoë Ωμέγα 愛");
});

test("a message or an argument that is missing is an error", () => {
  const t = formatter(MESSAGES, "en");
  assert.throws(() => t("js-none"), RangeError);
  assert.throws(() => t("js-left", { count: 2 }), /name/);
});

test("without a page a message is its id", async () => {
  assert.equal((await texts("links"))("js-up"), "js-up");
});
