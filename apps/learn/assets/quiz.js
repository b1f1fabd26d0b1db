// Quiz questions as teachers write them, line by line: ? a question, - a wrong choice, * a correct choice, = a correct
// text.
//
// Always: a quiz that lines can't express stays JSON, so that editing it loses nothing.

import { elements } from "../js/form/rules.js";

const isJson = (text) => text.trimStart().startsWith("{");

/** The id of a question's fields in the builder, by its place. */
export const idOf = (place) => `quiz-${place + 1}`;

/**
 * Parses lines into questions, each with a `title`, `answers` to choose from, and the correct `words`, null where people choose. What isn't
 * written yet is empty. Returns null for a text that isn't lines of questions.
 */
export function questionsOf(text) {
  const questions = [];
  for (const line of text.split("\n").map((line) => line.trim()).filter(Boolean)) {
    const [sign, words] = [line[0], line.slice(1).trim()];
    const question = questions.at(-1);
    const isOpen = question?.words === null;
    if (sign === "?") questions.push({ title: words, answers: [], words: null });
    else if (isOpen && "-*".includes(sign)) question.answers.push({ text: words, isRight: sign === "*" });
    else if (isOpen && sign === "=" && !question.answers.length) question.words = words;
    else return null;
  }
  return questions;
}

/** Writes questions as lines. */
export function linesOf(questions) {
  const answers = (all) => all.map(({ text, isRight }) => `${isRight ? "*" : "-"} ${text}`);
  const lines = ({ title, answers: all, words }) => [`? ${title}`, ...(words === null ? answers(all) : [`= ${words}`])];
  return questions.flatMap(lines).join("\n");
}

/** Whether anything of a question is written. Others, such as one that was only added, are left out of the quiz. */
const isAsked = ({ title, answers, words }) => Boolean(title || words || answers.some(({ text }) => text));

function wrongQuestion({ title, answers, words }, id) {
  if (!title) return [`${id}-title`, "js-quiz-title"];
  if (words !== null) return words ? null : [`${id}-words`, "js-quiz-choice"];
  const texts = answers.map(({ text }) => text);
  const again = texts.findIndex((text, place) => text && texts.indexOf(text) < place);
  if (again > 0) return [`${id}-choice-${again + 1}`, "js-quiz-twice"];
  const filled = answers.filter(({ text }) => text);
  return filled.length > 1 && filled.some(({ isRight }) => isRight) ? null : [`${id}-choice-1`, "js-quiz-choice"];
}

/** Returns the first fault of a quiz as `[id of its field, message]`; null without one. */
export function faultOf(text) {
  if (isJson(text)) return null;
  const faults = questionsOf(text)?.map((question, place) => isAsked(question) && wrongQuestion(question, idOf(place)));
  return faults ? (faults.find(Boolean) ?? null) : ["quiz", "js-quiz-line"];
}

/** Builds a question in SurveyJS's JSON. */
function element({ title, answers, words }, place) {
  const name = `q${place + 1}`;
  if (words !== null) return { type: "text", name, title, correctAnswer: words };
  const filled = answers.filter(({ text }) => text);
  const right = filled.filter(({ isRight }) => isRight).map(({ text }) => text);
  const many = right.length > 1;
  return { type: many ? "checkbox" : "radiogroup", name, title, isRequired: true, choices: filled.map(({ text }) => text), correctAnswer: many ? right : right[0] };
}

/** Returns the form of a quiz as JSON, empty without questions. */
export function formOf(text) {
  if (isJson(text)) return text;
  const asked = (questionsOf(text) ?? []).filter(isAsked);
  return asked.length ? JSON.stringify({ elements: asked.map(element) }) : "";
}

function questionOf({ type, title, choices = [], correctAnswer }) {
  const right = [correctAnswer].flat();
  return { title, answers: choices.map((text) => ({ text, isRight: right.includes(text) })), words: type === "text" ? correctAnswer : null };
}

/** Writes a form as lines, or as the JSON that it is if lines can't express it. */
export function written(text) {
  if (!text) return "";
  const form = JSON.parse(text);
  const lines = linesOf(elements(form).map(questionOf));
  // A text field turns carriage returns into line feeds.
  const isSame = !faultOf(lines) && formOf(lines) === JSON.stringify(form) && !lines.includes("\r");
  return isSame ? lines : text;
}
