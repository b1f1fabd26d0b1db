// The help text of a page, in a dialog above it. The text comes from /help, which has those of all pages.

import { page } from "../js/api.js";
import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";

const t = await texts("www");

/** Shows the text that a link to /help leads to. */
export async function show({ href, hash }) {
  const help = await page(href, { cache: "default" });
  const [title, ...sentences] = help.getElementById(hash.slice(1)).children;
  // A second tap came while the first one waited.
  if (document.querySelector("dialog[open]")) return;
  const onclick = () => dialog.close();
  const close = el("button", { class: "main", type: "button", onclick }, t("js-help-close"));
  const all = el("a", { class: "button", href, onclick }, t("js-help-all"));
  const heading = el("h2", { id: "help-title" }, title.textContent);
  const dialog = el("dialog", { class: "card asked", "aria-labelledby": "help-title" }, heading, sentences, el("div", { class: "actions" }, close, all));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
