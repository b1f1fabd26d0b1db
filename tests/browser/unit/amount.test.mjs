// Amounts as scripts format and parse them: like the node (`Lang::amount`).

import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, digits, minor, written } from "../../../apps/www/shared/js/money/amount.js";

test("an amount is written as the language does", () => {
  assert.equal(amount(123450, "CHF", "en"), "1,234.50\u00a0CHF");
  assert.equal(amount(123450, "CHF", "de"), "1.234,50\u00a0CHF");
  assert.equal(amount(1250, "EUR", "en"), "€12.50");
  assert.equal(amount(1250, "EUR", "de"), "12,50\u00a0€");
  assert.equal(amount(-5, "GBP", "en"), "−£0.05");
  assert.equal(amount(-5, "EUR", "de"), "−0,05\u00a0€");
  assert.equal(amount(1500, "JPY", "de"), "1.500\u00a0JPY");
  assert.equal(amount(1, "KWD", "de"), "0,001\u00a0KWD");
  assert.equal(amount(100, "ALL", "en"), "1.00\u00a0ALL");
  assert.equal(amount(250, "MJNX", "en"), "2.50\u00a0MJNX");
});

test("what a field gets is read again as the same amount", () => {
  for (const currency of ["CHF", "EUR", "JPY", "KWD", "IQD", "MJNX"]) {
    for (const language of ["en", "de"]) {
      for (const units of [0, 5, 1250, 123456]) assert.equal(minor(written(units, currency, language), currency), units);
    }
  }
  assert.equal(written(123450, "EUR", "de"), "1234,50");
  assert.equal(minor("12,5", "EUR"), 1250);
  assert.equal(minor("12.5", "JPY"), null);
  assert.equal(digits("IQD"), 3);
});
