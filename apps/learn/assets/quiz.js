// Quiz questions as teachers write them, line by line: ? a question, - a wrong choice, * a correct choice, = a correct
// text.

import { elements } from "../js/form/rules.js";

const SIGNS = ["?", "-", "*", "="];

/** Writes a form as lines, or as JSON if lines can't express it. */
export function written(text) {
  if (!text) return "";
  const form = JSON.parse(text);
  const lines = [];
  for (const one of elements(form)) {
    const right = [one.correctAnswer].flat();
    lines.push(`? ${one.title ?? one.name}`);
    if (one.type === "text") lines.push(`= ${one.correctAnswer}`);
    else lines.push(...(one.choices ?? []).map((choice) => `${right.includes(choice) ? "*" : "-"} ${choice}`));
  }
  const said = lines.join("\n");
  return read(said).form === JSON.stringify(form) ? said : text;
}

function question(name, { title, answers, words }) {
  if (words !== null) return { type: "text", name, title, correctAnswer: words };
  const right = answers.filter(({ isRight }) => isRight).map(({ text }) => text);
  const many = right.length > 1;
  return { type: many ? "checkbox" : "radiogroup", name, title, isRequired: true, choices: answers.map(({ text }) => text), correctAnswer: many ? right : right[0] };
}

/** Parses lines: `{form}` as JSON, empty without questions; or `{wrong}`, the error message. */
export function read(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  if (lines[0]?.startsWith("{")) return { form: text };
  const all = [];
  for (const line of lines) {
    const [sign, said] = [line[0], line.slice(1).trim()];
    if (!SIGNS.includes(sign) || !said || (sign !== "?" && !all.length)) return { wrong: "js-quiz-line" };
    if (sign === "?") all.push({ title: said, answers: [], words: null });
    else if (sign === "=") all.at(-1).words = said;
    else all.at(-1).answers.push({ text: said, isRight: sign === "*" });
  }
  const isWhole = ({ answers, words }) => (words === null ? answers.length > 1 && answers.some(({ isRight }) => isRight) : !answers.length);
  if (!all.every(isWhole)) return { wrong: "js-quiz-choice" };
  return { form: all.length ? JSON.stringify({ elements: all.map((one, n) => question(`q${n + 1}`, one)) }) : "" };
}
