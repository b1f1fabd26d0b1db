// Results as bars, the same as on pages without scripts.

import { elements, valueOf } from "../js/form/rules.js";
import { locale, texts } from "../js/texts.js";
import { el } from "../js/ui.js";

const t = await texts("dykil");
const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The messages about the audience. */
const COULD = {
  member: "js-could-member",
  guest: "js-could-guest",
  person: "js-could-person",
  any: "js-could-any",
  ticket: "js-could-ticket",
  slip: "js-could-slip",
};

/** Returns the sentence about how many answers came from which roles, or why that isn't known. */
function came({ came: counts, split, each }) {
  if (counts) return t(split === "roll" ? "js-came-roll" : "js-came", counts);
  if (split === "few") return t("js-split-few");
  // All participants are members.
  if (each === "member") return null;
  return t(each === "guest" ? "js-unsplit-guest" : "js-unsplit");
}

const bar = (text, number, of) =>
  el("li", {}, el("span", {}, text), el("progress", { max: Math.max(of, 1), value: number, "aria-hidden": "true" }), el("strong", {}, String(number)));

/** Returns the counted values of a question with the texts that people read. */
function values({ type, choices, showOtherItem }, by) {
  if (type === "boolean") return [["true", t("js-yes")], ["false", t("js-no")]];
  if (type === "rating") return Object.keys(by).map((rate) => [rate, rate]).sort(([a], [b]) => a - b);
  const all = (choices ?? []).map((choice) => [valueOf(choice), choice.text ?? valueOf(choice)]);
  return showOtherItem ? [...all, ["other", t("js-other")]] : all;
}

function section(question, { n, by, texts: said = [] }) {
  const isNumber = question.type === "text" && question.inputType === "number";
  const sum = Object.values(by).reduce((sum, one) => sum + one, 0);
  const counted = isNumber
    ? el("p", {}, t("js-mean", { mean: oneDecimal.format(sum / 1000 / Math.max(n, 1)) }))
    : el("ul", { class: "bars" }, ...values(question, by).map(([value, text]) => bar(text, by[value] ?? 0, n)));
  const wrote = said.length ? el("ul", { class: "texts" }, ...said.map((text) => el("li", {}, text))) : null;
  return el("section", { class: "result" }, el("h3", {}, question.title ?? question.name), counted, wrote);
}

/** Draws results except for spending surveys, whose tables are drawn by the server. */
export function drawResults(place, form, results) {
  const from = came(results);
  const asked = elements(form).filter(({ name }) => results.questions[name]);
  place.replaceChildren(
    el("p", {}, t("js-counted", { count: results.answers })),
    el("p", { class: "soft" }, t(COULD[results.each])),
    ...(from ? [el("p", { class: "soft" }, from)] : []),
    ...asked.map((question) => section(question, results.questions[question.name])),
  );
}
