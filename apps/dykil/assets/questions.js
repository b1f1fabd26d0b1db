// The editor of a survey's questions. It keeps them, in the JSON of SurveyJS, in the field `form`.

import { elements, kindOf, valueOf } from "../js/form/rules.js";
import { texts } from "../js/texts.js";
import { byId, el } from "../js/ui.js";

const t = await texts("dykil");
const NAMES = {
  radiogroup: "js-type-radiogroup",
  checkbox: "js-type-checkbox",
  ranking: "js-type-ranking",
  rating: "js-type-rating",
  boolean: "js-type-boolean",
  number: "js-type-number",
  text: "js-type-text",
  comment: "js-type-comment",
};
const TYPES = Object.keys(NAMES);
const WITH_CHOICES = ["radiogroup", "checkbox", "ranking"];
/** What this editor knows of a question. Others have more, and stay as they are. */
const KNOWN = ["type", "inputType", "name", "title", "isRequired", "choices", "rateMin", "rateMax"];

let asked = [];
let next = 1;

const typeOf = (question) => (question.type === "dropdown" ? "radiogroup" : kindOf(question));
const lines = (text) => [...new Set(text.split("\n").map((line) => line.trim()).filter(Boolean))];

/** A question in the JSON of SurveyJS. */
export function question(name, type, title, { choices = [], isRequired = false } = {}) {
  const kind = type === "number" ? { type: "text", inputType: "number" } : { type };
  const own = WITH_CHOICES.includes(type) ? { choices } : {};
  return { ...kind, name, ...(title ? { title } : {}), ...own, ...(isRequired ? { isRequired } : {}) };
}

/** Whether the editor can show a form without losing any of it. */
function isPlain(form) {
  const all = elements(form);
  const isKnown = (one) => Object.keys(one).every((key) => KNOWN.includes(key)) && TYPES.includes(typeOf(one)) && one.type !== "dropdown";
  const hasTexts = (one) => (one.choices ?? []).some((choice) => choice.text);
  return Object.keys(form).every((key) => key === "elements") && all.every((one) => isKnown(one) && !hasTexts(one));
}

function keep() {
  const all = asked.map(({ name, type, title, choices, required }) => question(name, type.value, title.value.trim(), { choices: lines(choices.value), isRequired: required.checked }));
  byId("form").value = JSON.stringify({ elements: all });
  byId("form").dispatchEvent(new Event("input", { bubbles: true }));
}

function row(of, number) {
  const id = `q${number}`;
  const title = el("input", { type: "text", id: `${id}-title`, maxlength: 500, value: of.title ?? "", autocomplete: "off" });
  const type = el("select", { id: `${id}-type` }, ...TYPES.map((one) => el("option", { value: one }, t(NAMES[one]))));
  type.value = typeOf(of);
  const choices = el("textarea", { id: `${id}-choices`, rows: 4 });
  choices.value = (of.choices ?? []).map(valueOf).join("\n");
  const required = el("input", { type: "checkbox", checked: Boolean(of.isRequired) });
  const chosen = el("div", { class: "field" }, el("label", { for: choices.id }, t("js-choices")), choices);
  const show = () => (chosen.hidden = !WITH_CHOICES.includes(type.value));
  const made = { name: of.name, type, title, choices, required };
  const remove = el("button", { type: "button", class: "link", onclick: () => ((asked = asked.filter((one) => one !== made)), block.remove(), keep()) }, t("js-remove-question"));
  const block = el(
    "fieldset",
    { class: "card question", oninput: () => (show(), keep()) },
    el("legend", {}, t("js-question-n", { number })),
    el("div", { class: "field" }, el("label", { for: title.id }, t("js-question")), title),
    el("div", { class: "field" }, el("label", { for: type.id }, t("js-type")), type),
    chosen,
    el("label", { class: "check" }, required, el("span", {}, t("js-required"))),
    remove,
  );
  show();
  asked.push(made);
  return block;
}

/** Shows the questions that the field `form` has. */
export function showQuestions() {
  const place = byId("questions");
  const text = byId("form").value || '{"elements":[]}';
  asked = [];
  next = 1;
  byId("groups").closest(".field").hidden = text !== "spending";
  if (text === "spending") return place.replaceChildren(el("p", { class: "hint" }, t("js-spending")));
  const form = JSON.parse(text);
  if (!isPlain(form)) return place.replaceChildren(el("p", { class: "hint" }, t("js-own-form")));
  const names = () => new Set(asked.map(({ name }) => name));
  const add = el("button", { type: "button", onclick: () => {
    let number = asked.length + 1;
    while (names().has(`q${number}`)) number += 1;
    add.before(row(question(`q${number}`, "radiogroup", ""), next++));
    asked.at(-1).title.focus();
    keep();
  } }, t("js-add-question"));
  place.replaceChildren(...elements(form).map((one) => row(one, next++)), add);
}

/** Whether the questions can be asked. */
export function areWhole() {
  const text = byId("form").value;
  if (text === "spending") return true;
  const all = text ? elements(JSON.parse(text)) : [];
  return all.length > 0 && all.every((one) => one.title !== undefined || !asked.length) && all.every((one) => !WITH_CHOICES.includes(one.type) || one.choices?.length);
}
