// A link that another page of this box sends into a conversation. It is in the fragment of the address (`#send=…`) until a conversation is open, whose
// message then begins with it.

import { texts } from "../js/texts.js";
import { el, say } from "../js/ui.js";

const t = await texts("chat");

/** Returns the link, or null. Addresses of other sites are ignored, since anybody can write a fragment. */
function linkToSend() {
  const link = new URLSearchParams(location.hash.slice(1)).get("send");
  return link?.startsWith(`${location.origin}/`) ? link : null;
}

/** Returns the link and removes it from the address. */
export function takeLink() {
  const link = linkToSend();
  if (link) history.replaceState(null, "", location.pathname + location.search);
  return link;
}

/** Asks for a conversation, and keeps the link in the addresses of all that can be chosen. */
export function askWhere() {
  const link = linkToSend();
  if (!link) return;
  say("good", t("js-send-where"), el("p", {}, el("strong", {}, link)));
  document.addEventListener("click", ({ target }) => {
    const choice = target.closest?.('main a[href^="/chat/"]');
    if (choice) choice.hash = location.hash;
  });
}
