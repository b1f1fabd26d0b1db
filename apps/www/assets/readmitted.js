// Tells a returning guest that the owner of the box passed on a link that signed a browser in as them. The owner could have followed
// it, so the notice is shown at the next visit, once in each browser.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { ago, el, say } from "../js/ui.js";

const t = await texts("www");

/** Says it, with the way on to `onward` where there is one; answers whether there was something to say. */
export async function tellReadmission(onward = null) {
  const { did, readmittedAt } = await get("/auth/api/session");
  const told = `imajin.readmitted.${did}`;
  if (!readmittedAt || localStorage.getItem(told) === readmittedAt) return false;
  const on = onward && el("p", {}, el("a", { class: "button main", href: onward, onclick: () => localStorage.setItem(told, readmittedAt) }, t("js-readmitted-read")));
  say("bad",
    t("js-readmitted", { ago: ago(readmittedAt) }),
    t("js-readmitted-you"),
    ...(on ? [on] : []));
  return true;
}
