// The rules of forms in a browser: which questions are visible, and what is wrong with answers. The same as those of the crate
// imajin-form (apps/dykil/form), which has the last word; both are tested with its tests/vectors.json.
//
// Forms are what that crate accepted: they are not checked again here. Answers are an object, in the JSON of SurveyJS.

/** The value of the choice that a person words themself, and what follows a name in the name of that text. */
export const OTHER = "other";
export const COMMENT = "-Comment";

const ANSWER_CHARS_MAX = 2_000;
const ANSWERS_BYTES_MAX = 16_000;
const NUMBER_MAX = 1e9;
const NUMBER_SCALE = 1e3;
const EMAIL_CHARS_MAX = 254;

export const elements = (form) => form.elements ?? form.pages[0].elements;
export const valueOf = (choice) => choice.value ?? choice;
/** The ends of a scale. */
export const rates = ({ rateMin = 1, rateMax = 5 }) => [rateMin, rateMax];

const isMissing = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
/** An answer, if there is one: names such as `constructor` are nothing special. */
export const answerOf = (answers, name) => (Object.hasOwn(answers, name) ? answers[name] : undefined);
const fold = (text) => text.trim().toLowerCase();

/** An answer as SurveyJS sees it in a condition: a text is read once more. */
function reread(value) {
  if (typeof value !== "string") return value;
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  const quoted = /^['"](.*)['"]$/s.exec(value);
  if (quoted) return quoted[1];
  const text = value.trim();
  let number = NaN;
  if (text.startsWith("0x")) number = text.length > 32 ? NaN : Number.parseInt(text, 16);
  else if (text && !/^\d{16,}$/.test(text) && !/^0[^.,]/s.test(value)) number = Number(text.split(",").length === 2 ? text.replace(",", ".") : text);
  return Number.isFinite(number) ? number : value;
}

function equals(value, literal) {
  const types = [typeof value, typeof literal];
  if (types.every((type) => type === "string")) return fold(value) === fold(literal);
  if (isMissing(value) || Array.isArray(value)) return false;
  if (types.includes("string") && types.includes("boolean")) return String(value).toLowerCase() === String(literal).toLowerCase();
  return Number(value) === Number(literal);
}

function contains(value, literal) {
  if (Array.isArray(value)) return value.some((item) => equals(item, literal));
  return !isMissing(value) && literal !== 0 && String(value).toLowerCase().includes(String(literal).toLowerCase());
}

const COMPARISONS = {
  empty: isMissing,
  notempty: (value) => !isMissing(value),
  "=": equals,
  "<>": (value, literal) => !equals(value, literal),
  // JavaScript would take null for 0; `undefined` is neither less nor greater.
  "<": (value, literal) => (value ?? undefined) < literal,
  ">": (value, literal) => (value ?? undefined) > literal,
  contains,
};

const TEST = /\s*\{([\w-]+)\}\s*(=|<>|<|>|contains|empty|notempty)\s*(?:'([^']*)'|(-?\d[\d.]*)|(true|false))?\s*(and|or)?/iy;

/** A condition's groups, of which one must hold, each with all of its tests: `and` binds tighter than `or`. */
function groupsOf(text) {
  const groups = [[]];
  TEST.lastIndex = 0;
  for (let word = "and"; word; ) {
    const [, name, comparison, quoted, number, truth, next] = TEST.exec(text);
    if (word.toLowerCase() === "or") groups.push([]);
    groups.at(-1).push({ name, compare: COMPARISONS[comparison.toLowerCase()], literal: quoted ?? (truth ? truth === "true" : Number(number)) });
    word = next;
  }
  return groups;
}

/** The questions that a person sees after these answers. What was answered in a question that is hidden now still counts. */
export function visible(form, answers) {
  const holds = ({ name, compare, literal }) => compare(reread(answerOf(answers, name)), literal);
  return elements(form).filter(({ visibleIf }) => !visibleIf || groupsOf(visibleIf).some((group) => group.every(holds)));
}

// Invisible characters; fillers of Hangul take a letter's place, and shorthand and notes have their own signs.
const INVISIBLE = /(?![\u115f\u1160\u3164\uffa0\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}])\p{Default_Ignorable_Code_Point}/gu;

/** A text for comparison: Unicode NFC, case folded (ß is ss), single spaces, no invisible characters. */
const wordsOf = (text) => text.replace(INVISIBLE, "").normalize("NFC").split(/[\s\u0085]+/).filter(Boolean).join(" ").toUpperCase().toLowerCase();

function isRight({ type }, value, correct) {
  if (isTexts(value) && isTexts(correct)) {
    const inOrder = (texts) => JSON.stringify(type === "ranking" ? texts : [...new Set(texts)].sort());
    return inOrder(value) === inOrder(correct);
  }
  const isTyped = type === "text" || type === "comment";
  return isTyped && isText(value) && isText(correct) ? wordsOf(value) === wordsOf(correct) : value === correct;
}

/** How many of the questions that a person sees and that have a correct answer they answered so, and how many there are: `{ right, of }`. */
export function grade(form, answers) {
  const graded = visible(form, answers).filter(({ correctAnswer }) => correctAnswer !== undefined);
  return { right: graded.filter((question) => isRight(question, answerOf(answers, question.name), question.correctAnswer)).length, of: graded.length };
}

const isText = (value) => typeof value === "string";
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const isLong = (text) => [...text].length > ANSWER_CHARS_MAX;

/** "text", "number", "email", "date", or another question's type. */
export const kindOf = ({ type, inputType }) => (type === "text" ? (inputType ?? "text") : type);

const TYPES = {
  number: (value) => typeof value === "number",
  rating: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  checkbox: isTexts,
  ranking: isTexts,
};

function isDate(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith("0000")) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function isEmail(text) {
  const [local, domain, ...rest] = text.split("@");
  if (rest.length || domain === undefined || [...text].length > EMAIL_CHARS_MAX) return false;
  const isPart = (part) => /^[^\s\p{Cc}<>()[\],;:\\"]+$/u.test(part);
  const labels = domain.split(".");
  const isLabel = (label) => /^[\p{Alphabetic}\p{N}-]+$/u.test(label) && !/^-|-$/.test(label);
  return local.split(".").every(isPart) && labels.length > 1 && labels.every(isLabel) && [...labels.at(-1)].length > 1;
}

const within = (value, min, max) => ((min ?? value) <= value && value <= (max ?? value) ? null : { code: "range", min, max });
const refuse = (isOk, code) => (isOk ? null : { code });

function wrongChoice(question, chosen) {
  const allowed = new Set(question.choices.map(valueOf));
  if (question.showOtherItem) allowed.add(OTHER);
  const isWhole = question.type !== "ranking" || chosen.length === allowed.size;
  return refuse(isWhole && chosen.every((value) => allowed.delete(value)), "choice");
}

const CHECKS = {
  text: (_, value) => refuse(!isLong(value), "long"),
  comment: (_, value) => refuse(!isLong(value), "long"),
  email: (_, value) => refuse(isEmail(value), "email"),
  date: ({ min, max }, value) => refuse(isDate(value), "date") ?? within(value, min, max),
  number: ({ min, max }, value) => refuse(Math.abs(value) <= NUMBER_MAX && Math.round(value * NUMBER_SCALE) / NUMBER_SCALE === value, "number") ?? within(value, min, max),
  rating: (question, value) => within(Number.isInteger(value) ? value : NaN, ...rates(question)),
  boolean: () => null,
  radiogroup: (question, value) => wrongChoice(question, [value]),
  dropdown: (question, value) => wrongChoice(question, [value]),
  checkbox: wrongChoice,
  ranking: wrongChoice,
};

/** What is wrong with a person's word for *other*. */
function wrongOther(question, value, other) {
  const isChosen = Boolean(question.showOtherItem) && [value].flat().includes(OTHER);
  if (!isMissing(other) && !isChosen) return { code: "no-other" };
  if (!isChosen) return null;
  if (isMissing(other) || !other.trim()) return { code: "other" };
  return refuse(!isLong(other), "long");
}

function wrongType(question, answers) {
  const value = answerOf(answers, question.name);
  const other = answerOf(answers, question.name + COMMENT);
  if (!isMissing(other) && !isText(other)) return { code: "type" };
  if (!isMissing(value) || value === "" || Array.isArray(value)) {
    if (!(TYPES[kindOf(question)] ?? isText)(value)) return { code: "type" };
  }
  return refuse(isMissing(other) || !isMissing(value), "no-other");
}

const isUnanswered = (value) => isMissing(value) || (isText(value) && !value.trim());

/** Whether none of the questions that a person sees is answered. */
export const isBlank = (form, answers) => visible(form, answers).every(({ name }) => isUnanswered(answerOf(answers, name)));

function wrongAnswer(question, answers) {
  const value = answerOf(answers, question.name);
  if (question.isRequired && isUnanswered(value)) return { code: "required" };
  if (isMissing(value)) return null;
  return wrongOther(question, value, answerOf(answers, question.name + COMMENT)) ?? CHECKS[kindOf(question)](question, value);
}

/**
 * What is wrong with answers: `[{ question, code, … }]`, in the questions' order; `question` is null where it concerns all of them. `range` comes with
 * `min` and `max`. Answers to hidden questions are not looked at, but must be of the right type.
 */
export function check(form, answers) {
  if (typeof answers !== "object" || answers === null || Array.isArray(answers)) return [{ question: null, code: "shape" }];
  if (new TextEncoder().encode(JSON.stringify(answers)).length > ANSWERS_BYTES_MAX) return [{ question: null, code: "size" }];
  const all = elements(form);
  const names = new Set(all.flatMap(({ name, showOtherItem }) => (showOtherItem ? [name, name + COMMENT] : [name])));
  const faults = Object.keys(answers).flatMap((name) => (names.has(name) ? [] : [{ question: name, code: "unknown" }]));
  const each = (questions, wrong) =>
    questions.flatMap((question) => {
      const fault = wrong(question, answers);
      return fault ? [{ question: question.name, ...fault }] : [];
    });
  if (!faults.length) faults.push(...each(all, wrongType));
  return faults.length ? faults : each(visible(form, answers), wrongAnswer);
}
