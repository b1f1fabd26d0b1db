// Random forms and answers, and survey-core's verdicts on them: visible questions, refused answers, stored answers, and grades. Intentional
// differences are left out (apps/dykil/form/README.md).

import { Model } from "survey-core";

const WORDS = ["red", "Green", "blue", "5", "07", "true", "Ärger", "a-b", "1.5", "0x10"];
const TEXTS = [...WORDS, "RED ", " red", "redder", "'red'", "FALSE", "1,5", "1e3", " 7 ", "10", "-3", "  ", "undefined", "äRGER", "9", "2024-05-01", "12345678901234567", "+5", "5%", "''", ".5", "00"];
const NUMBERS = [0, 1, 2, 5, 7, 10, -3, 1.5, 16, 1000];
const DAYS = ["2023-12-31", "2024-01-01", "2024-02-29", "2024-05-01", "2024-12-31", "2025-01-01"];
const EMAILS = ["ada@example.org", "a.b+c@mail.example.co", "ada", "ada@example", "@example.org", "ada@@example.org", "ada example@example.org"];
const LITERALS = [...WORDS, "a", "RED", "10", "9", "  ", "2024-05-01", "äRGER", "FALSE", "1e3"];
const KINDS = ["text", "comment", "number", "email", "date", "radiogroup", "dropdown", "checkbox", "rating", "boolean", "ranking"];

const chance = (random, part) => random.next() < part;
const shuffled = (random, list) => list.map((item) => [random.next(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
const some = (random, list) => shuffled(random, list).slice(0, 1 + random.below(list.length));

function question(random, name) {
  const kind = random.pick(KINDS);
  const made = ["number", "email", "date"].includes(kind) ? { type: "text", inputType: kind, name } : { type: kind, name };
  if (chance(random, 0.35)) made.isRequired = true;
  const bounds = { number: NUMBERS, date: DAYS }[kind];
  if (bounds && chance(random, 0.6)) {
    const [low, high] = [random.pick(bounds), random.pick(bounds)].sort((a, b) => (a < b ? -1 : 1));
    if (chance(random, 0.7)) made.min = low;
    if (chance(random, 0.7)) made.max = high;
  }
  if (["radiogroup", "dropdown", "checkbox", "ranking"].includes(kind)) {
    const words = shuffled(random, WORDS).slice(0, 2 + random.below(4));
    made.choices = words.map((value) => (chance(random, 0.3) ? { value, text: `The ${value}` } : value));
    if (kind !== "ranking" && chance(random, 0.4)) made.showOtherItem = true;
  }
  if (kind === "rating" && chance(random, 0.6)) Object.assign(made, { rateMin: random.below(2), rateMax: 3 + random.below(8) });
  return made;
}

function condition(random, others) {
  const tests = Array.from({ length: 1 + random.below(3) }, () => {
    const { name, type, inputType } = random.pick(others);
    const kind = inputType ?? type;
    const signs = ["empty", "notempty"];
    const isList = ["checkbox", "ranking"].includes(kind);
    if (!isList) signs.push("=", "<>", "=", "<>");
    if (!isList && kind !== "boolean") signs.push("<", ">");
    if (!["number", "rating", "boolean"].includes(kind)) signs.push("contains", "contains");
    const sign = random.pick(signs);
    if (sign.endsWith("empty")) return `{${name}} ${sign}`;
    const literals = [`'${random.pick(LITERALS)}'`, `'${random.pick(LITERALS)}'`, random.pick(NUMBERS)];
    if (["=", "<>"].includes(sign)) literals.push(...(kind === "boolean" ? [true, false, true, false] : [chance(random, 0.5)]));
    return `{${name}} ${sign} ${random.pick(literals)}`;
  });
  return tests.reduce((all, test) => `${all} ${random.pick(["and", "or"])} ${test}`);
}

const values = ({ choices }) => choices.map((choice) => choice.value ?? choice);

/** Returns a random answer; mostly a valid one. */
function answer(random, question) {
  const { type, inputType, rateMin = 1, rateMax = 5 } = question;
  switch (inputType ?? type) {
    case "number": return random.pick(NUMBERS);
    case "email": return random.pick(EMAILS);
    case "date": return random.pick(DAYS);
    case "boolean": return chance(random, 0.5);
    case "rating": return rateMin + random.below(rateMax - rateMin + 1);
    case "ranking": return shuffled(random, values(question));
    case "checkbox": return some(random, question.showOtherItem ? [...values(question), "other"] : values(question));
    case "radiogroup":
    case "dropdown": return random.pick(question.showOtherItem ? [...values(question), "other"] : values(question));
    default: return random.pick(TEXTS);
  }
}

function answers(random, questions) {
  const all = {};
  for (const question of questions) {
    if (chance(random, 0.3)) continue;
    all[question.name] = answer(random, question);
    if ([all[question.name]].flat().includes("other") && question.showOtherItem && chance(random, 0.7)) all[`${question.name}-Comment`] = random.pick(WORDS);
  }
  return all;
}

/** Returns a correct answer, for questions whose answers have no bounds. SurveyJS grades a ranking without regard to its order, so that has none. */
function right(random, question) {
  if ("min" in question || "max" in question || ["ranking", "comment"].includes(question.type)) return {};
  const isText = question.type === "text" && !question.inputType;
  const value = isText ? random.pick(WORDS) : question.inputType === "email" ? EMAILS[0] : answer(random, { ...question, showOtherItem: false });
  return { correctAnswer: value };
}

/** Returns a form, and some answers of different people. */
export function randomForm(random, people) {
  const names = shuffled(random, ["a", "b-2", "C_3", "dish", "e5", "Size", "x"]).slice(0, 2 + random.below(6));
  const made = names.map((name) => question(random, name));
  for (const question of made) {
    if (chance(random, 0.6)) question.visibleIf = condition(random, made.filter((other) => other !== question));
    if (chance(random, 0.3)) Object.assign(question, right(random, question));
  }
  return { form: { elements: made }, people: Array.from({ length: people }, () => answers(random, made)) };
}

/** Returns survey-core's verdict on answers to a form. */
export function verdict(form, answers) {
  const survey = new Model(structuredClone(form));
  survey.data = structuredClone(answers);
  const shown = survey.getAllQuestions().filter((question) => question.isVisible);
  const wrong = shown.filter((question) => !question.validate(false)).map(({ name }) => name);
  return { survey, said: { answers, visible: shown.map(({ name }) => name), wrong } };
}

/** Returns the verdict, and the stored answers and their grade if all are valid. */
export function outcome(form, answers) {
  const { survey, said } = verdict(form, answers);
  if (said.wrong.length) return said;
  const grade = [survey.getCorrectAnswerCount(), survey.getQuizQuestionCount()];
  survey.doComplete();
  return { ...said, kept: survey.data, grade };
}
