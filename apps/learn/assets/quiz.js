// The questions of a quiz as teachers write them: a line that begins with ? asks, - is a wrong answer, * a right one, = words to be written.

import { elements } from "../js/form/rules.js";

const SIGNS = ["?", "-", "*", "="];

/** The lines of a form; its JSON where it has more than lines can say. */
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

/** What lines say: `{form}` as JSON, empty without questions; or `{wrong}`, the message that says why not. */
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
