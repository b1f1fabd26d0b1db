// Forms: the pages' rules against survey-core, and the vectors that the crate imajin-form is tested with, too.
//
// `UPDATE_VECTORS=1` writes survey-core's verdicts into the vectors again, after an intentional change.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync, writeFileSync } from "node:fs";
import { check, grade, visible } from "../../../apps/www/shared/js/form/rules.js";
import { outcome, randomForm, verdict } from "../lib/forms.mjs";
import { Random } from "../lib/random.mjs";

const FILE = new URL("../../../apps/dykil/form/tests/vectors.json", import.meta.url);
const FILE_BYTES_MAX = 300_000;
const vectors = JSON.parse(readFileSync(FILE));

const names = (questions) => questions.map(({ name }) => name);

function judge(form, { answers, ...said }) {
  const about = JSON.stringify({ form, answers });
  assert.deepEqual(names(visible(form, answers)), said.visible, about);
  assert.deepEqual(check(form, answers).map(({ question }) => question), said.wrong, about);
}

/** Number of random forms; `scripts/test browser-all` sets a thousand. */
const FORMS = Number(process.env.IMAJIN_FORMS ?? 200);

test("random forms are shown and checked as survey-core does", () => {
  const random = new Random(20_260_301);
  let hidden = 0;
  let refused = 0;
  for (let n = 0; n < FORMS; n += 1) {
    const { form, people } = randomForm(random, 1);
    for (const answers of people) {
      const { said } = verdict(form, answers);
      judge(form, said);
      hidden += form.elements.length - said.visible.length;
      refused += said.wrong.length;
    }
  }
  assert.ok(hidden > FORMS && refused > 0.3 * FORMS, `${hidden} hidden, ${refused} refused`);
});

test("the vectors hold what survey-core says", () => {
  const random = new Random(7);
  const judged = Array.from({ length: 90 }, () => {
    const { form, people } = randomForm(random, 4);
    return { form, cases: people.map((answers) => outcome(form, answers)) };
  });
  const list = (items) => `[\n${items.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
  const text = `{\n"told": ${list(vectors.told)},\n"judged": ${list(judged)}\n}\n`;
  if (process.env.UPDATE_VECTORS) writeFileSync(FILE, text);
  assert.equal(readFileSync(FILE, "utf8"), text);
  assert.ok(Buffer.byteLength(text) < FILE_BYTES_MAX);
});

test("a practice quiz is graded in a browser as on the box", () => {
  let graded = 0;
  for (const { form, cases } of [...vectors.told, ...vectors.judged]) {
    for (const { answers, grade: expected } of cases.filter((one) => one.grade)) {
      const { right, of } = grade(form, answers);
      assert.deepEqual([right, of], expected, JSON.stringify({ form, answers }));
      graded += of;
    }
  }
  assert.ok(graded > 50, `${graded} questions`);
  // The texts of the crate's own test.
  const isRight = (text, correctAnswer) => grade({ elements: [{ type: "text", name: "q", correctAnswer }] }, { q: text }).right === 1;
  for (const [text, correct] of [
    ["  the   Alps ", "The Alps"],
    [" Cafe\u0301  au\u200b LAIT", "café au lait"],
    ["Zu\u0308rich", "Zürich"],
    ["Zu\u200b\u0308rich", "Zürich"],
    ["STRASSE", "Straße"],
    ["ΟΔΟΣ", "οδος"],
    ["Be\u200brn", "bern"],
  ]) {
    assert.ok(isRight(text, correct), text);
  }
  assert.ok(!isRight("Bern", "Bernd") && !isRight("aulait", "au lait"));
});

test("the vectors that we wrote hold in a browser too, and survey-core shows the same questions", () => {
  for (const { form, cases } of vectors.told) {
    for (const { answers, error, ...said } of cases) {
      const about = JSON.stringify({ form, answers });
      if (said.visible) {
        assert.deepEqual(names(visible(form, answers)), said.visible, about);
        assert.deepEqual(verdict(form, answers).said.visible, said.visible, `survey-core: ${about}`);
      }
      const first = check(form, answers)[0] ?? null;
      assert.deepEqual(first && [first.question, first.code], error, about);
    }
  }
});
