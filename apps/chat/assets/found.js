// A message that was found, as a link to it.

import { texts } from "../js/texts.js";
import { el } from "../js/ui.js";

const t = await texts("chat");

/** Letters around what was found. */
const AROUND = 30;

/** The row of what `find` found; `called` is the conversation's name, where it is known. */
export function foundRow({ name, id, at, text }, words, called) {
  const [word] = words.split(/\s+/);
  // Not found where only the accents differ: then the text is shown from its start.
  const place = Math.max(0, text.toLowerCase().indexOf(word));
  const start = Math.max(0, place - AROUND);
  const shown = `${start ? "…" : ""}${text.slice(start, place + word.length + AROUND * 2)}`;
  const about = el("span", { class: "about" }, el("span", { class: "called", dir: "auto" }, called ?? t("js-somebody")), el("span", { class: "last", dir: "auto" }, shown));
  return el("li", {}, el("a", { href: `/chat/${name}#${id}` }, about, el("span", { class: "side" }, el("time", { datetime: at }))));
}
