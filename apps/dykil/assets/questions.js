// The editor of a survey's questions, which stores them as SurveyJS's JSON in the field `form`.
//
// Always: members of a question that the editor doesn't show stay unchanged.

import { elements, kindOf, valueOf } from "../js/form/rules.js";
import { texts } from "../js/texts.js";
import { wall } from "../js/time.js";
import { byId, el, fieldError } from "../js/ui.js";
import { condition, incomplete } from "./conditions.js";
import { dateQuestions, datesOf, drawDates } from "./dates.js";

const t = await texts("dykil");
const NAMES = {
  radiogroup: "js-type-radiogroup",
  dropdown: "js-type-dropdown",
  checkbox: "js-type-checkbox",
  ranking: "js-type-ranking",
  rating: "js-type-rating",
  boolean: "js-type-boolean",
  number: "js-type-number",
  date: "js-type-date",
  email: "js-type-email",
  text: "js-type-text",
  comment: "js-type-comment",
};
const WITH_OTHER = ["radiogroup", "dropdown", "checkbox"];
const WITH_CHOICES = [...WITH_OTHER, "ranking"];
const OF_ALL = ["name", "title", "description", "isRequired", "visibleIf"];

let form = { elements: [] };

const lines = (text) => [...new Set(text.split("\n").map((line) => line.trim()).filter(Boolean))];
const textOf = (choice) => choice.text ?? valueOf(choice);

/** Builds a question in SurveyJS's JSON. */
export function question(name, type, title, more = {}) {
  return { ...(["number", "date", "email"].includes(type) ? { type: "text", inputType: type } : { type }), name, ...(title && { title }), ...more };
}

function keep() {
  byId("form").value = JSON.stringify(form);
  byId("form").dispatchEvent(new Event("input", { bubbles: true }));
}

/** Changes the type of a question and removes members that the new type doesn't have. */
function retype(one, type) {
  const own = [...(WITH_CHOICES.includes(type) ? ["choices"] : []), ...(WITH_OTHER.includes(type) ? ["showOtherItem"] : [])];
  const kept = Object.fromEntries([...OF_ALL, ...own].filter((name) => one[name] !== undefined).map((name) => [name, one[name]]));
  for (const name of Object.keys(one)) delete one[name];
  Object.assign(one, question(kept.name, type, kept.title, kept));
}

const field = (label, input) => el("div", { class: "field" }, el("label", { for: input.id }, t(label)), input);

function flag(one, id, name, label) {
  const input = el("input", { type: "checkbox", id, checked: Boolean(one[name]), onchange: () => (input.checked ? (one[name] = true) : delete one[name]) });
  return el("label", { class: "check" }, input, el("span", {}, t(label)));
}

function row(one, place) {
  const [id, all] = [`q${place + 1}`, elements(form)];
  const title = el("input", { type: "text", id: `${id}-title`, maxlength: 500, value: one.title ?? "", autocomplete: "off", oninput: () => (one.title = title.value.trim()) });
  const type = el("select", { id: `${id}-type`, onchange: () => (retype(one, type.value), draw(type.id)) }, ...Object.keys(NAMES).map((name) => el("option", { value: name }, t(NAMES[name]))));
  type.value = kindOf(one);
  const known = new Map((one.choices ?? []).map((choice) => [textOf(choice), choice]));
  const choices = el("textarea", { id: `${id}-choices`, rows: 4, oninput: () => (one.choices = lines(choices.value).map((line) => known.get(line) ?? line)) }, [...known.keys()].join("\n"));
  const remove = el("button", { type: "button", class: "link", onclick: () => (all.splice(place, 1), forget(one.name), draw("add-question"), keep()) }, t("js-remove-question"));
  return el(
    "fieldset",
    { class: "card question", oninput: keep, onchange: keep },
    el("legend", {}, t("js-question-n", { number: place + 1 })),
    field("js-question", title),
    WITH_CHOICES.includes(type.value) ? field("js-choices", choices) : null,
    el(
      "details",
      // A question that is drawn again stays unfolded.
      { id: `${id}-more`, open: Boolean(byId(`${id}-more`)?.open) },
      el("summary", {}, t("js-question-more", { type: t(NAMES[type.value]) })),
      WITH_OTHER.includes(type.value) ? flag(one, `${id}-other`, "showOtherItem", "js-other-too") : null,
      flag(one, `${id}-required`, "isRequired", "js-required"),
      field("js-type", type),
      condition(one, id, all, draw),
      remove,
    ),
  );
}

/** Removes the conditions that depend on a removed question, so that their questions are always shown. */
function forget(name) {
  for (const one of elements(form)) if (one.visibleIf?.includes(`{${name}}`)) delete one.visibleIf;
}

/** Draws all questions, and focuses the element with this id. */
function draw(focused = null) {
  const all = elements(form);
  const names = () => all.map(({ name }) => name);
  const add = () => {
    let number = all.length + 1;
    while (names().includes(`q${number}`)) number += 1;
    all.push(question(`q${number}`, "radiogroup", "", { choices: [] }));
    draw(`q${all.length}-title`);
    keep();
  };
  const adding = el("button", { type: "button", id: "add-question", onclick: add }, t("js-add-question"));
  byId("questions").replaceChildren(...all.map(row), adding);
  if (focused) byId(focused).focus();
}

/** Shows the questions stored in the field `form`. */
export function showQuestions() {
  const text = byId("form").value || '{"elements":[]}';
  const isSpending = text === "spending";
  byId("groups").closest(".field").hidden = !isSpending;
  if (!isSpending) form = JSON.parse(text);
  const dates = isSpending ? null : datesOf(form);
  byId("title").closest(".field").hidden = Boolean(dates);
  byId("questions").replaceChildren(...(isSpending ? [el("p", { class: "hint" }, t("js-spending"))] : []));
  if (dates) byId("questions").append(...drawDates(dates, ask));
  else if (!isSpending) draw();
}

/** Asks for these dates. The form keeps the last one, by which it is known as a poll about dates. */
function ask(dates) {
  if (!dates.length) return;
  form = { elements: dateQuestions(dates) };
  keep();
}

/** Returns the first invalid field of a question with the message, or null. */
export function wrongQuestion() {
  for (const input of byId("questions").querySelectorAll("[aria-invalid]")) fieldError(input);
  const text = byId("form").value;
  if (text === "spending") return null;
  const dates = [...byId("questions").querySelectorAll(".dates input")];
  if (dates.length && dates.every(({ value }) => !value)) return [dates[0].id, t("js-no-date")];
  const past = dates.find(({ value }) => value && value < wall(Date.now()));
  if (past) return [past.id, t("js-past-date")];
  const all = text ? elements(JSON.parse(text)) : [];
  if (!all.length) return ["form", t("js-no-question")];
  const faults = all.map((one, place) => {
    const id = `q${place + 1}`;
    if (!one.title) return [`${id}-title`, t("js-no-title")];
    if (WITH_CHOICES.includes(one.type) && !one.choices?.length) return [`${id}-choices`, t("js-no-choices")];
    return incomplete(one) ? [`${id}-literal`, t("js-no-literal")] : null;
  });
  return faults.find(Boolean) ?? null;
}
