// A lesson's quiz: its lines, the questions of the builder, and the form that is signed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Random } from "../lib/random.mjs";

const { faultOf, formOf, linesOf, questionsOf, written } = await asset("learn/quiz.js");

const LINES = "? Which flour is for bread?\n- Cake flour\n* Strong flour\n? What makes dough rise?\n= yeast\n? Which are grains?\n* Rye\n* Wheat\n- Yeast";
const FORM = {
  elements: [
    { type: "radiogroup", name: "q1", title: "Which flour is for bread?", isRequired: true, choices: ["Cake flour", "Strong flour"], correctAnswer: "Strong flour" },
    { type: "text", name: "q2", title: "What makes dough rise?", correctAnswer: "yeast" },
    { type: "checkbox", name: "q3", title: "Which are grains?", isRequired: true, choices: ["Rye", "Wheat", "Yeast"], correctAnswer: ["Rye", "Wheat"] },
  ],
};

test("lines, questions and the form say the same", () => {
  assert.equal(formOf(LINES), JSON.stringify(FORM));
  assert.equal(written(JSON.stringify(FORM)), LINES);
  assert.equal(linesOf(questionsOf(LINES)), LINES);
  assert.equal(faultOf(LINES), null);
  assert.deepEqual([formOf(""), written(""), written(undefined), linesOf([])], ["", "", "", ""]);
  assert.equal(formOf(LINES.replaceAll("\n", "\r\n\r\n  ")), JSON.stringify(FORM));
});

test("questions come back from their lines, whatever is in them", () => {
  const parts = ["", "?", "-", "*", "= 5", "? -", "{", "a", "“ä” 𝒳", "<b>", "1\u2028 2", "\\n", "two  spaces"];
  const random = new Random(20_261_130);
  const pick = () => parts[random.below(parts.length)];
  for (let n = 0; n < 500; n += 1) {
    const questions = Array.from({ length: random.below(4) }, () => {
      const answers = Array.from({ length: random.below(4) }, () => ({ text: pick(), isRight: random.below(2) === 1 }));
      return random.below(3) ? { title: pick(), answers, words: null } : { title: pick(), answers: [], words: pick() };
    });
    assert.deepEqual(questionsOf(linesOf(questions)), questions);
  }
});

test("a form that lines can’t express stays the JSON that it is", () => {
  const [choice, words, many] = FORM.elements;
  for (const elements of [
    [{ ...choice, name: "flour" }],
    [{ ...choice, visibleIf: "{q2} = 'yeast'" }],
    [{ ...choice, choices: [{ value: "Strong flour", text: "Strong" }, "Cake flour"] }],
    [{ ...choice, choices: ["Strong flour"] }],
    [{ ...choice, choices: ["Strong flour", " Cake flour"] }],
    [{ ...choice, title: "Which\nflour?" }],
    [{ ...choice, title: "Which\rflour?" }],
    [{ ...choice, correctAnswer: undefined }],
    [{ type: "text", name: "q1", title: "Why?" }],
    [{ type: "comment", name: "q1", title: "Why?" }],
    [{ type: "rating", name: "q1", correctAnswer: 3 }],
    [{ ...many, name: "q1", correctAnswer: ["Wheat", "Rye"] }],
    [{ ...words, name: "q1" }, choice],
  ]) {
    const text = JSON.stringify({ elements });
    assert.equal(written(text), text);
    assert.equal(formOf(text), text);
    assert.equal(questionsOf(text), null);
    assert.equal(faultOf(text), null);
  }
  const pages = JSON.stringify({ pages: [{ name: "one", elements: FORM.elements }] });
  assert.equal(written(pages), pages);
});

test("the builder shows no text that isn’t lines of questions", () => {
  for (const text of ["Which flour?", "- Rye", "? a\nb", "? a\n= b\n= c", "? a\n- b\n= c", "? a\n= b\n- c"]) {
    assert.equal(questionsOf(text), null, text);
    assert.deepEqual(faultOf(text), ["quiz", "js-quiz-line"], text);
  }
});

test("a fault names its field, and what nobody wrote is left out", () => {
  for (const [text, ...fault] of [
    ["?\n- Rye\n* Oat", "quiz-1-title", "js-quiz-title"],
    [`${LINES}\n? Which?`, "quiz-4-choice-1", "js-quiz-choice"],
    ["? Which?\n* Rye", "quiz-1-choice-1", "js-quiz-choice"],
    ["? Which?\n- Rye\n- Oat\n*", "quiz-1-choice-1", "js-quiz-choice"],
    ["? Which?\n- Rye\n* Oat\n- Rye", "quiz-1-choice-3", "js-quiz-twice"],
    ["? Why?\n=", "quiz-1-words", "js-quiz-choice"],
  ]) {
    assert.deepEqual(faultOf(text), fault, text);
  }
  for (const text of [`?\n-\n-\n${LINES}\n-\n?\n=`, `${LINES}\n-\n*`]) {
    assert.equal(faultOf(text), null);
    assert.equal(formOf(text), JSON.stringify(FORM));
  }
});
