// The questions of a poll that finds a date.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { dateQuestions, datesOf, nextWeekend } = await asset("dykil/dates.js");

test("the questions alone say which dates they ask for, in their order and once each", () => {
  const elements = dateQuestions(["2026-12-05T20:00", "2026-12-04T19:30", "2026-12-05T20:00"]);
  assert.deepEqual(elements.map(({ name }) => name), ["when-2026-12-04T19-30", "when-2026-12-05T20-00"]);
  assert.ok(elements.every(({ type, title, choices, isRequired }) => type === "radiogroup" && title && choices.length === 3 && isRequired));
  assert.deepEqual(datesOf({ elements }), ["2026-12-04T19:30", "2026-12-05T20:00"]);
});

test("only a date of another year is told with its year", () => {
  const elements = dateQuestions(["2026-12-31T20:00", "2027-01-01T20:00"], new Date(2026, 11, 1));
  assert.deepEqual(elements.map(({ title }) => /20\d\d/.exec(title)?.[0]), [undefined, "2027"]);
});

test("a time that clocks skip here is told as it was typed", () => {
  const zone = process.env.TZ;
  process.env.TZ = "Europe/Zurich";
  const [{ title }] = dateQuestions(["2026-03-29T02:30"], new Date(2026, 0, 1));
  process.env.TZ = zone ?? "";
  if (zone === undefined) delete process.env.TZ;
  assert.match(title, /02:30/);
});

test("a form with another question, or with none, has no dates", () => {
  const [date] = dateQuestions(["2026-12-05T20:00"]);
  assert.equal(datesOf({ elements: [date, { name: "q1" }] }), null);
  assert.equal(datesOf({ elements: [] }), null);
});

test("the first dates are three evenings in a row from next Friday", () => {
  for (let day = 1; day <= 7; day += 1) {
    const now = new Date(2026, 11, day, 12);
    const [friday, ...others] = nextWeekend(now);
    assert.equal(new Date(friday).getDay(), 5);
    assert.ok(new Date(friday) > now && new Date(friday) - now < 8 * 86_400_000);
    assert.deepEqual(others.map((date) => new Date(date).getDay()), [6, 0]);
  }
});
