// Bringing a key back from the recovery sheet, in any browser, on any address of the box.

import { unavailable } from "../js/key.js";
import { chainOf, nextPage } from "../js/session.js";
import { people, persist } from "../js/store.js";
import { texts } from "../js/texts.js";
import { byId, el, leave, say, sayError, working } from "../js/ui.js";
import { isInForce, openKey, readsSheets, settle, sheetTyped } from "./sheetkey.js";

const t = await texts("www");

async function bringBack({ letters, passphrase }) {
  const opened = await openKey(letters, passphrase);
  const chain = await chainOf(opened.did);
  if (chain === null) {
    await people.put(opened.person);
    persist();
    return say("good", t("js-restore-back"), t("js-restore-unknown"), el("p", {}, el("a", { class: "button", href: "/bring" }, t("js-restore-bring"))));
  }
  if (!isInForce(opened, chain)) return say("bad", t("js-restore-revoked"));
  await settle(opened, chain);
  byId("passphrase").value = "";
  return leave(nextPage("/data"));
}

async function submitForm(event) {
  event.preventDefault();
  const typed = sheetTyped();
  if (typed) await working(byId("restore"), t("js-sheet-opening"), () => bringBack(typed));
}

async function start() {
  const problem = await unavailable();
  if (problem) return say("bad", problem);
  byId("form-restore").addEventListener("submit", submitForm);
  await readsSheets();
}

start().catch(sayError);
