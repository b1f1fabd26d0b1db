// Links (`#send=…`) and texts (`#say=…`) that another page of this box begins a message with. They are in the fragment of the address until a
// conversation is open, whose message then has them.

import { texts } from "../js/texts.js";
import { el, quiet, say } from "../js/ui.js";

const t = await texts("chat");

/** Returns what is begun; each part is empty if there is none. Links to other sites are ignored, since anybody can write a fragment. */
function begun() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const link = fragment.get("send") ?? "";
  return { link: link.startsWith(`${location.origin}/`) ? link : "", text: fragment.get("say") ?? "" };
}

const clear = () => history.replaceState(history.state, "", location.pathname + location.search);

/** Returns what is begun, and removes it from the address: a reload begins it no second time. */
export function takeBegun() {
  const taken = begun();
  if (taken.link || taken.text) clear();
  return taken;
}

function cancel() {
  clear();
  quiet();
}

/** Asks for the conversation that gets a link, and keeps what is begun in the addresses of all that can be chosen. */
export function askWhere() {
  const { link } = begun();
  if (link) {
    const buttons = el("div", { class: "actions" }, el("button", { type: "button", onclick: cancel }, t("js-cancel")));
    say("good", t("js-send-where"), el("p", {}, el("strong", {}, link)), buttons);
  }
  document.addEventListener("click", ({ target }) => {
    const now = begun();
    const choice = now.link || now.text ? target.closest?.('main a[href^="/chat/"]') : null;
    if (choice) choice.hash = location.hash;
  });
}
