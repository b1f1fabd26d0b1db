// Script of the page "Delete my data": a person's messages are also in other people's conversations, and can be deleted
// there first. Once the record is gone, so is what this browser kept of them.

import { signedInDid, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, say, sayError, working } from "../js/ui.js";
import { forgetAll } from "./acts.js";
import { listConversations } from "./conversations.js";
import { openStore } from "./store.js";

const t = await texts("chat");

async function draw() {
  const all = await listConversations();
  if (!all.length) return;
  const go = el("button", { type: "button", class: "danger" }, t("js-deletion-go"));
  const section = el("section", { class: "card", id: "chat-words" }, el("h2", {}, t("js-deletion")), el("p", {}, t("js-deletion-why")), go);
  go.addEventListener("click", () =>
    working(go, t("js-deletion-going"), async () => {
      await forgetAll(all.map(({ log }) => log), await signer());
      section.remove();
      say("good", t("js-forgotten"));
      document.dispatchEvent(new Event("settled"));
    }),
  );
  byId("first").append(section);
}

document.addEventListener("deleted", ({ detail }) => detail.push(async () => (await openStore(signedInDid())).forget()));
draw().catch(sayError);
