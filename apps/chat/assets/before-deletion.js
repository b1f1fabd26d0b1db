// Script of the page "Delete my data": a person's messages are also in other people's conversations, and can be deleted
// there first.

import { get } from "../js/api.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, say, sayError, working } from "../js/ui.js";
import { actsIn } from "./acts.js";

const t = await texts("chat");
const PAGE = 100;

/** The logs of all conversations. */
async function logs() {
  const found = [];
  for (let more = true; more; ) {
    const page = await get(`/chat/api/conversations?limit=${PAGE}&offset=${found.length}`).catch((error) => {
      // A box without chat has no conversations.
      if (error.status === 404) return { conversations: [], hasMore: false };
      throw error;
    });
    found.push(...page.conversations);
    more = page.hasMore && page.conversations.length > 0;
  }
  return found.map(({ log }) => log);
}

async function draw() {
  const all = await logs();
  if (!all.length) return;
  const go = el("button", { type: "button", class: "danger" }, t("js-deletion-go"));
  const section = el("section", { class: "card", id: "chat-words" }, el("h2", {}, t("js-deletion")), el("p", {}, t("js-deletion-why")), go);
  go.addEventListener("click", () =>
    working(go, t("js-deletion-going"), async () => {
      const me = await signer();
      for (const log of all) await actsIn(log, me).forget();
      section.remove();
      say("good", t("js-forgotten"));
      document.dispatchEvent(new Event("settled"));
    }),
  );
  byId("first").append(section);
}

draw().catch(sayError);
