// Draws a form into a page, for keyboards and screen readers too; reads the answers from it, says below each question what is wrong, and
// keeps a draft in this tab. What is right and what is visible is decided by rules.js alone.

import { COMMENT, OTHER, answerOf, check, elements, isBlank, kindOf, rates, valueOf, visible } from "./rules.js";
import { texts } from "../texts.js";
import { el } from "../ui.js";

const t = await texts("shared");

const SAYS = {
  required: () => t("js-form-required"),
  empty: () => t("js-form-empty"),
  type: () => t("js-form-type"),
  choice: () => t("js-form-choice"),
  number: () => t("js-form-number"),
  email: () => t("js-form-email"),
  date: () => t("js-form-date"),
  long: () => t("js-form-long"),
  size: () => t("js-form-size"),
  other: () => t("js-form-other-missing"),
  range: ({ min, max }) => {
    if (max === undefined) return t("js-form-min", { min: String(min) });
    return min === undefined ? t("js-form-max", { max: String(max) }) : t("js-form-range", { min: String(min), max: String(max) });
  },
};

/** What is wrong, as a sentence: of an error of `check`, or of the server's with the same members. */
const sentence = (error) => (SAYS[error.code] ?? SAYS.required)(error);

const textOf = (choice) => choice.text ?? choice;
const titleOf = ({ title, name, isRequired }) => [title ?? name, isRequired ? el("span", { class: "soft" }, ` ${t("js-form-needed")}`) : null];

/** The parts around a question's controls: its description before them, its fault after them. */
function around(question, id) {
  const hint = question.description ? el("p", { class: "hint", id: `${id}-hint` }, question.description) : null;
  const fault = el("p", { class: "notice bad", id: `${id}-error`, hidden: true });
  return { hint, fault, described: hint ? `${id}-hint ${id}-error` : `${id}-error` };
}

function group(question, id, controls) {
  const { hint, fault, described } = around(question, id);
  return { block: el("fieldset", { id, "data-question": question.name, "aria-describedby": described }, el("legend", {}, ...titleOf(question)), hint, ...controls, fault), fault };
}

function single(question, id, control) {
  const { hint, fault, described } = around(question, id);
  control.id = id;
  control.setAttribute("aria-describedby", described);
  if (question.isRequired) control.setAttribute("aria-required", "true");
  return { block: el("div", { class: "field" }, el("label", { for: id }, ...titleOf(question)), hint, control, fault), fault };
}

/** A text that reads as a number; else the text, which is then refused. */
function numberIn(text) {
  const plain = text.trim().replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : plain && text;
}

function line(question, id, value = "") {
  const kind = kindOf(question);
  const control =
    kind === "comment"
      ? el("textarea", { rows: 4 }, String(value))
      : el("input", { type: kind === "number" ? "text" : kind, inputmode: kind === "number" ? "decimal" : null, value: String(value), ...(kind === "date" && { min: question.min, max: question.max }) });
  return { ...single(question, id, control), read: () => (kind === "number" ? numberIn(control.value) : control.value) };
}

function dropdown(question, id, value) {
  const option = (own, text) => el("option", { value: own, selected: own === value }, text);
  const options = question.choices.map((choice) => option(valueOf(choice), textOf(choice)));
  if (question.showOtherItem) options.push(option(OTHER, t("js-form-other")));
  const control = el("select", {}, option("", t("js-form-choose")), ...options);
  return { ...single(question, id, control), read: () => control.value };
}

/** Choices as radio buttons, or as checkboxes where several may be chosen; `options` are pairs of value and text. */
function picks(question, id, chosen, options, layout = {}) {
  const isMany = question.type === "checkbox";
  const made = options.map(([value, text]) => {
    const input = el("input", { type: isMany ? "checkbox" : "radio", name: id, checked: chosen.includes(value) });
    return { value, input, label: el("label", { class: "check" }, input, el("span", {}, text)) };
  });
  const read = () => made.filter(({ input }) => input.checked).map(({ value }) => value);
  return { ...group(question, id, [el("div", layout, ...made.map(({ label }) => label))]), read: isMany ? read : () => read()[0] };
}

function choices(question, id, value) {
  const options = question.choices.map((choice) => [valueOf(choice), textOf(choice)]);
  if (question.showOtherItem) options.push([OTHER, t("js-form-other")]);
  return picks(question, id, [value].flat(), options);
}

/** A list whose rows move by buttons. It is an answer once a row was moved, or the order was said to be right. */
function ranking(question, id, value) {
  const textBy = new Map(question.choices.map((choice) => [valueOf(choice), textOf(choice)]));
  const isRight = el("input", { type: "checkbox", checked: Boolean(value) });
  const said = el("p", { class: "unsaid", role: "status" });
  const list = el("ol", { class: "rows" });
  const move = (row, isUp, what) => {
    const other = isUp ? row.previousElementSibling : row.nextElementSibling;
    // The neighbour moves around the row, so that its button keeps the focus.
    if (other && isUp) row.after(other);
    else if (other) row.before(other);
    isRight.checked = true;
    said.textContent = t("js-form-place", { what, place: [...list.children].indexOf(row) + 1, count: textBy.size });
    row.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // A draft may be older than the form.
  const order = new Set([...(value ?? []), ...textBy.keys()]);
  for (const own of [...order].filter((own) => textBy.has(own))) {
    const what = textBy.get(own);
    const button = (isUp, label, sign) => el("button", { type: "button", "aria-label": label, onclick: () => move(row, isUp, what) }, sign);
    const buttons = [button(true, t("js-form-up", { what }), "↑"), button(false, t("js-form-down", { what }), "↓")];
    const row = el("li", { class: "sortable", "data-value": own }, el("span", { class: "grow" }, what), el("span", { class: "with" }, ...buttons));
    list.append(row);
  }
  const controls = [list, el("label", { class: "check" }, isRight, el("span", {}, t("js-form-ranked"))), said];
  return { ...group(question, id, controls), read: () => (isRight.checked ? [...list.children].map((row) => row.dataset.value) : undefined) };
}

const scale = ([min, max]) => Array.from({ length: max - min + 1 }, (_, n) => [min + n, String(min + n)]);

const KINDS = {
  radiogroup: choices,
  checkbox: choices,
  dropdown,
  ranking,
  rating: (question, id, value) => picks(question, id, [value], scale(rates(question)), { class: "row" }),
  boolean: (question, id, value) => picks(question, id, [value], [[true, t("js-form-yes")], [false, t("js-form-no")]]),
};

/** A question, with the line for what a person means by *other*. */
function draw(question, id, answers) {
  const drawn = { question, ...(KINDS[question.type] ?? line)(question, id, answerOf(answers, question.name)) };
  if (!question.showOtherItem) return drawn;
  const input = el("input", { type: "text", id: `${id}-other`, value: answerOf(answers, question.name + COMMENT) ?? "", "aria-describedby": `${id}-error` });
  drawn.other = el("div", { class: "field" }, el("label", { for: input.id }, t("js-form-other-what")), input);
  drawn.readOther = () => input.value;
  drawn.fault.before(drawn.other);
  return drawn;
}

const isOther = (value) => [value].flat().includes(OTHER);

/**
 * Draws a form into `place`. `answers` are those it begins with; `draft` is a name under which this tab keeps what is entered, and finds it again.
 * Gives `{ read, check, show, forget }`: the answers, also those to hidden questions; whether they are right, which is said below each question;
 * errors of the server, to be said in the same way; and the end of the draft.
 */
export function drawForm(place, form, { answers = {}, draft = null } = {}) {
  const key = `form:${draft}`;
  const begun = (draft && JSON.parse(sessionStorage.getItem(key) ?? "null")) ?? answers;
  const drawn = elements(form).map((question, n) => draw(question, `${place.id || "form"}-${n}`, begun));
  const top = el("p", { class: "notice bad", role: "alert", hidden: true });
  const read = () => {
    const all = {};
    for (const { question, read, readOther } of drawn) {
      const value = read();
      if (value === undefined || value === "" || (Array.isArray(value) && !value.length)) continue;
      all[question.name] = value;
      if (readOther && isOther(value) && readOther()) all[question.name + COMMENT] = readOther();
    }
    return all;
  };
  const update = () => {
    const entered = read();
    const seen = new Set(visible(form, entered));
    for (const { question, block, other } of drawn) {
      block.hidden = !seen.has(question);
      if (other) other.hidden = !isOther(entered[question.name]);
    }
    if (draft) sessionStorage.setItem(key, JSON.stringify(entered));
  };
  const show = (errors) => {
    let first = null;
    const say = (fault, error) => {
      fault.hidden = !error;
      fault.textContent = error ? sentence(error) : "";
    };
    say(top, errors.find(({ question }) => question === null));
    for (const { question, block, fault } of drawn) {
      const error = errors.find((error) => error.question === question.name);
      say(fault, error);
      const controls = [...block.querySelectorAll("input, select, textarea")];
      for (const control of controls) if (control.type !== "radio") control.toggleAttribute("aria-invalid", false);
      if (!error) continue;
      const wrong = error.code === "other" ? controls.at(-1) : controls[0];
      if (wrong.type !== "radio") wrong.setAttribute("aria-invalid", "true");
      first ??= wrong;
    }
    first?.focus();
    if (!top.hidden) top.scrollIntoView({ block: "nearest" });
  };
  const mend = ({ target }) => {
    top.hidden = true;
    for (const { block, fault } of drawn) if (block.contains(target)) fault.hidden = true;
    target.toggleAttribute("aria-invalid", false);
    update();
  };
  place.replaceChildren(el("div", { oninput: mend }, top, ...drawn.map(({ block }) => block)));
  update();
  return {
    read,
    show,
    check: () => {
      const answers = read();
      const errors = check(form, answers);
      if (!errors.length && isBlank(form, answers)) errors.push({ question: null, code: "empty" });
      show(errors);
      return errors.length === 0;
    },
    forget: () => sessionStorage.removeItem(key),
  };
}
