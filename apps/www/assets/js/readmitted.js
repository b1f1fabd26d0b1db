// Told to a guest who comes in: a link that the owner of the box handed on let somebody in as them. The owner could have followed
// it, so it is said at the next visit, once in each browser.

import { get } from "./api.js";
import { ago, el, say } from "./ui.js";

/** Says it, with the way on to `onward` where there is one; answers whether there was something to say. */
export async function tellReadmission(onward = null) {
  const { did, readmittedAt } = await get("/auth/api/session");
  const told = `imajin.readmitted.${did}`;
  if (!readmittedAt || localStorage.getItem(told) === readmittedAt) return false;
  const on = onward && el("p", {}, el("a", { class: "button main", href: onward, onclick: () => localStorage.setItem(told, readmittedAt) }, "I have read it"));
  say("bad",
    `A link that the owner of this box handed on let somebody in as you, ${ago(readmittedAt)}. It ended all your sessions, and your record says so for good.`,
    "Was it you? Then all is well. If not, somebody else had the link: ask the owner of this box.",
    ...(on ? [on] : []));
  return true;
}
