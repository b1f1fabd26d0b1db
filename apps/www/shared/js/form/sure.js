// Asks before something is done that is hard to take back.

import { texts } from "../texts.js";
import { el } from "../ui.js";

const t = await texts("www");

/**
 * Asks a question, and answers whether the button was pressed that says the same as the one that led here. Escape and the other button keep
 * things as they are; the keyboard begins there, and is back where it was afterwards.
 */
export function sure(question, { className = "", textContent }) {
  const keep = el("button", { type: "button", autofocus: true }, t("js-sure-no"));
  const go = el("button", { type: "button", class: className.includes("danger") ? "danger" : "main", "data-sure": true }, textContent);
  const words = el("p", { id: "sure-question" }, question);
  const dialog = el("dialog", { class: "card asked", role: "alertdialog", "aria-labelledby": "sure-question" }, words, el("div", { class: "actions" }, go, keep));
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = false;
    go.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    keep.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
  });
}
