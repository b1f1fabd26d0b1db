// The editor for a question's condition: one test of another question's answer, or a condition in SurveyJS's syntax.

import { kindOf, valueOf } from "../js/form/rules.js";
import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";

const t = await texts("dykil");
const ONE = /^\{([\w-]+)\} (=|<>|<|>|contains|empty|notempty)(?: (?:'([^']*)'|(-?[\d.]+|true|false)))?$/;
const NAMES = { "=": "js-if-equal", "<>": "js-if-unlike", "<": "js-if-less", ">": "js-if-greater", contains: "js-if-contains", notempty: "js-if-answered", empty: "js-if-empty" };
const WITHOUT_LITERAL = ["notempty", "empty"];
const IS_NUMBER = ["number", "rating"];
const IS_LIST = ["checkbox", "ranking"];

/** Returns the comparisons available for this type of answer. */
function signs(kind) {
  if (IS_LIST.includes(kind)) return ["contains", ...WITHOUT_LITERAL];
  if (IS_NUMBER.includes(kind)) return ["=", "<>", "<", ">", ...WITHOUT_LITERAL];
  return ["=", "<>", ...(kind === "boolean" ? [] : ["contains"]), ...WITHOUT_LITERAL];
}

/** Whether the condition lacks the value to compare with. */
export const incomplete = ({ visibleIf }) => visibleIf?.endsWith(" ''") ?? false;

/** Returns the choices that a condition can name: quotation marks and braces can't be written in conditions. */
const choicesOf = ({ choices = [] }) => choices.filter((choice) => !/['"\\{}]/.test(valueOf(choice)));

const select = (id, label, chosen, options, onchange) => {
  const made = el("select", { id, "aria-label": t(label), onchange: () => onchange(made.value) }, ...options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  return made;
};

/** Draws the condition part of a question's form. `all` are the questions; `draw(id)` draws them again. */
export function condition(one, id, all, draw) {
  const others = all.filter((other) => other !== one);
  const [, name = "", sign, text, word] = ONE.exec(one.visibleIf ?? "") ?? [];
  const other = others.find((other) => other.name === name);
  const isLong = one.visibleIf !== undefined && !other;
  const literal = text ?? word ?? "";
  const write = (of, by, value) => {
    const kind = kindOf(of);
    const plain = kind === "boolean" || (IS_NUMBER.includes(kind) && /^-?\d/.test(value));
    one.visibleIf = `{${of.name}} ${by}${WITHOUT_LITERAL.includes(by) ? "" : ` ${plain ? value : `'${value}'`}`}`;
  };
  const first = (of) => (kindOf(of) === "boolean" ? "true" : choicesOf(of).length ? valueOf(choicesOf(of)[0]) : "");
  const about = (chosen) => {
    const of = others.find((other) => other.name === chosen);
    if (of) write(of, signs(kindOf(of))[0], first(of));
    else if (chosen === "*") one.visibleIf ??= "";
    else delete one.visibleIf;
    draw(`${id}-if`);
  };
  const titles = others.map(({ name, title }) => [name, title || name]);
  const parts = [select(`${id}-if`, "js-if", isLong ? "*" : name, [["", t("js-if-always")], ...titles, ["*", t("js-if-long")]], about)];
  if (isLong) {
    const input = el("input", { type: "text", id: `${id}-literal`, maxlength: 1000, value: one.visibleIf, "aria-label": t("js-if-long"), oninput: () => (one.visibleIf = input.value.trim()) });
    parts.push(input);
  } else if (other) {
    const names = signs(kindOf(other)).map((by) => [by, t(NAMES[by])]);
    parts.push(select(`${id}-sign`, "js-if-how", sign, names, (by) => (write(other, by, literal || first(other)), draw(`${id}-sign`))));
    if (!WITHOUT_LITERAL.includes(sign)) parts.push(value(other, `${id}-literal`, literal, (given) => write(other, sign, given)));
  }
  return el("div", { class: "field" }, el("label", { for: `${id}-if` }, t("js-if")), el("div", { class: "condition" }, ...parts));
}

function value(of, id, chosen, given) {
  if (kindOf(of) === "boolean") return select(id, "js-if-value", chosen, [["true", t("js-yes")], ["false", t("js-no")]], given);
  if (of.choices) return select(id, "js-if-value", chosen, choicesOf(of).map((choice) => [valueOf(choice), choice.text ?? valueOf(choice)]), given);
  const input = el("input", { type: "text", id, value: chosen, "aria-label": t("js-if-value"), oninput: () => given(input.value.trim().replace(/['"\\{}]/g, "")) });
  return input;
}
