// The builder of a lesson's quiz: questions, choices, and a tick for what is right. It writes lines (quiz.js) into the field `quiz`.
//
// Always: a text that isn't such lines stays in the field as it is, and the builder says so.

import { texts } from "../js/texts.js";
import { byId, el, fieldError } from "../js/ui.js";
import { idOf, linesOf, questionsOf } from "./quiz.js";

const t = await texts("learn");
const CHARS_MAX = 500;
const CHOICES_MIN = 2;

let questions = [];
/** The text that the builder shows. */
let shown = "";

/** Writes the questions into the field `quiz`. */
function write() {
  for (const input of byId("quiz-builder").querySelectorAll("[aria-invalid]")) fieldError(input);
  shown = linesOf(questions);
  byId("quiz").value = shown;
  byId("quiz").dispatchEvent(new Event("input", { bubbles: true }));
}

/** Draws and writes the questions again, and focuses the element with this id. */
function change(focused) {
  draw();
  write();
  byId(focused).focus();
}

/** A field of one line. Enter calls `next` instead of saving the lesson. */
function line(attributes, value, set, next) {
  const onkeydown = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    next();
  };
  return el("input", { type: "text", maxlength: CHARS_MAX, autocomplete: "off", ...attributes, value, oninput: ({ target }) => set(target.value), onkeydown });
}

const field = (label, input) => el("div", { class: "field" }, el("label", { for: input.id }, t(label)), input);
const link = (label, onclick) => el("button", { type: "button", class: "link", onclick }, t(label));

function choices(question, id) {
  const { answers } = question;
  const idOfChoice = (place) => `${id}-choice-${place + 1}`;
  const add = () => {
    answers.push({ text: "", isRight: false });
    change(idOfChoice(answers.length - 1));
  };
  const remove = (place) => {
    answers.splice(place, 1);
    change(idOfChoice(Math.max(place - 1, 0)));
  };
  const row = (answer, place) => {
    const number = place + 1;
    const right = el("input", { type: "checkbox", checked: answer.isRight, "aria-label": t("js-quiz-right", { number }), onchange: () => (answer.isRight = right.checked) });
    const next = () => (number < answers.length ? byId(idOfChoice(number)).focus() : add());
    const text = line({ id: idOfChoice(place), "aria-label": t("js-quiz-choice-n", { number }) }, answer.text, (value) => (answer.text = value), next);
    const removing = el("button", { type: "button", "aria-label": t("js-quiz-remove-choice", { number }), onclick: () => remove(place) }, "×");
    return el("div", { class: "with" }, el("label", { class: "check" }, right), text, removing);
  };
  return [el("p", { class: "hint" }, t("js-quiz-tick")), ...answers.map(row), link("js-quiz-add-choice", add)];
}

function card(question, place) {
  const id = idOf(place);
  const isWritten = question.words !== null;
  while (question.answers.length < CHOICES_MIN) question.answers.push({ text: "", isRight: false });
  const first = () => byId(isWritten ? `${id}-words` : `${id}-choice-1`).focus();
  const title = line({ id: `${id}-title` }, question.title, (value) => (question.title = value), first);
  const words = () => line({ id: `${id}-words` }, question.words, (value) => (question.words = value), () => byId("add-question").focus());
  const setWritten = ({ target }) => {
    question.words = target.checked ? "" : null;
    change(target.id);
  };
  const remove = () => {
    questions.splice(place, 1);
    change("add-question");
  };
  return el(
    "fieldset",
    { class: "card question", oninput: write, onchange: write },
    el("legend", {}, t("js-quiz-question-n", { number: place + 1 })),
    field("js-quiz-question", title),
    isWritten ? field("js-quiz-words", words()) : choices(question, id),
    el("label", { class: "check" }, el("input", { type: "checkbox", id: `${id}-written`, checked: isWritten, onchange: setWritten }), el("span", {}, t("js-quiz-written"))),
    link("js-quiz-remove", remove),
  );
}

function draw() {
  const add = () => {
    questions.push({ title: "", answers: [], words: null });
    change(`${idOf(questions.length - 1)}-title`);
  };
  byId("quiz-builder").replaceChildren(...questions.map(card), el("button", { type: "button", id: "add-question", onclick: add }, t("js-quiz-add")));
}

/** Shows the quiz that is in the field `quiz`. */
export function showQuiz() {
  shown = byId("quiz").value;
  const parsed = questionsOf(shown);
  if (parsed) {
    questions = parsed;
    draw();
  } else {
    byId("quiz-builder").replaceChildren(el("p", { class: "notice", role: "status" }, t("js-quiz-unread")));
    byId("quiz-text").open = true;
  }
}

byId("quiz").addEventListener("input", ({ target }) => target.value !== shown && showQuiz());
