// Messages that were found, as links to them. The rows are also drawn on pages of other apps, so they take the common style sheet alone.

import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { el } from "../js/ui.js";

const t = await texts("chat");

/** Letters around what was found. */
const AROUND = 30;

/** A list for rows of `foundRow`. */
export const foundList = () => el("ul", { class: "rows places" });

/** The row of what `find` found; `called` is the conversation's name, where it is known. */
export function foundRow({ name, id, at, text }, words, called) {
  const [word] = words.split(/\s+/);
  // Not found where only the accents differ: then the text is shown from its start.
  const place = Math.max(0, text.toLowerCase().indexOf(word));
  const start = Math.max(0, place - AROUND);
  const shown = `${start ? "…" : ""}${text.slice(start, place + word.length + AROUND * 2)}`;
  const title = el("strong", { dir: "auto" }, called ?? t("js-somebody"));
  const time = el("time", { class: "hint", datetime: at }, told(at, { dateStyle: "medium" }));
  const about = el("span", { class: "grow" }, title, " ", time, el("br"), el("span", { class: "soft", dir: "auto" }, shown));
  return el("li", {}, el("a", { href: `/chat/${name}#${id}` }, about));
}
