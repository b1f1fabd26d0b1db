// Asks before something is done that is hard to take back, or that needs a number.

import { texts } from "../texts.js";
import { el } from "../ui.js";

const t = await texts("shared");

/**
 * Asks a question, and answers whether the button was pressed that says the same as the one that led here. Escape and the other button keep
 * things as they are; the keyboard begins there, and is back where it was afterwards.
 */
export function sure(question, button) {
  return asked(question, button, null);
}

/** Asks for a whole number from 1 to `most`, and answers it; null where things are kept as they are. The keyboard begins in the field. */
export async function howMany(question, button, { value, most }) {
  const field = el("input", { type: "number", min: 1, max: most, step: 1, value, required: true, inputmode: "numeric", autofocus: true, "aria-labelledby": "sure-question" });
  return (await asked(question, button, field)) ? field.valueAsNumber : null;
}

async function asked(question, { className = "", textContent }, field) {
  const keep = el("button", { type: "button", autofocus: !field }, t("js-sure-no"));
  const go = el("button", { class: className.includes("danger") ? "danger" : "main", "data-sure": true }, textContent);
  const words = el("p", { id: "sure-question" }, question);
  const form = el("form", { method: "dialog" }, words, field, el("div", { class: "actions" }, go, keep));
  const dialog = el("dialog", { class: "card asked", role: "alertdialog", "aria-labelledby": "sure-question" }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = false;
    form.addEventListener("submit", () => (answer = true));
    keep.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
  });
}
