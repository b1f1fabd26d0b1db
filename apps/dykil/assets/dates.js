// The editor of a poll that finds a date. Each date is a question, answered with yes, if need be, or no.
//
// Always: the name of a question has its date, so that the form alone says which dates it asks for.

import { elements } from "../js/form/rules.js";
import { texts } from "../js/texts.js";
import { told, wall } from "../js/time.js";
import { byId, el } from "../js/ui.js";

const t = await texts("dykil");
const NAME = /^when-(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})$/;
const STYLE = { weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
const FRIDAY = 5;
const WEEK_DAYS = 7;

/** Returns the form's dates, as `datetime-local` has them, or null if it asks for something else. */
export function datesOf(form) {
  const dates = elements(form).map(({ name }) => NAME.exec(name)?.slice(1).join(":"));
  return dates.length && dates.every(Boolean) ? dates : null;
}

/** Returns the questions for dates, in their order. Their titles have the year where it isn't this one, and the time as it was typed, in any zone. */
export function dateQuestions(dates, now = new Date()) {
  const choices = [["yes", "js-yes"], ["maybe", "js-maybe"], ["no", "js-no"]].map(([value, text]) => ({ value, text: t(text) }));
  const styleOf = (date) => (date.startsWith(`${now.getFullYear()}-`) ? STYLE : { ...STYLE, year: "numeric" });
  const question = (date) => ({ type: "radiogroup", name: `when-${date.replace(":", "-")}`, title: told(`${date}Z`, styleOf(date), "UTC"), choices, isRequired: true });
  return [...new Set(dates)].sort().map(question);
}

/** Returns the three evenings from next Friday. */
export function nextWeekend(now = new Date()) {
  const untilFriday = (FRIDAY - now.getDay() + WEEK_DAYS) % WEEK_DAYS || WEEK_DAYS;
  const evening = (day) => `${wall(new Date(now).setDate(now.getDate() + untilFriday + day)).slice(0, 10)}T20:00`;
  return [0, 1, 2].map(evening);
}

let number = 0;

function row(date, change) {
  number += 1;
  const input = el("input", { id: `date-${number}`, type: "datetime-local", value: date, "aria-label": t("js-date-n", { number }) });
  const remove = () => {
    // One date stays to be filled in.
    if (made.parentElement.children.length > 1) made.remove();
    else input.value = "";
    change();
    byId("add-date").focus();
  };
  const made = el("div", { class: "with" }, input, el("button", { type: "button", "aria-label": t("js-remove-date", { number }), onclick: remove }, "×"));
  return made;
}

/** Returns the elements of the editor. The poll's title is what it is about; `changed(dates)` runs after each change of the dates. */
export function drawDates(dates, changed) {
  const title = byId("title");
  const what = el("input", { id: "what", type: "text", maxlength: title.maxLength, autocomplete: "off", value: title.value, oninput: () => (title.value = what.value) });
  const list = el("div", { class: "dates" });
  const change = () => changed([...list.querySelectorAll("input")].map(({ value }) => value).filter(Boolean));
  const add = () => {
    list.append(row("", change));
    list.lastElementChild.querySelector("input").focus();
  };
  number = 0;
  list.append(...dates.map((date) => row(date, change)));
  list.addEventListener("input", change);
  return [
    el("div", { class: "field" }, el("label", { for: what.id }, t("js-what")), what),
    el("fieldset", {}, el("legend", {}, t("js-dates")), list, el("button", { type: "button", id: "add-date", onclick: add }, t("js-add-date"))),
  ];
}
