// On the page that searches everything: the messages with these words that this browser keeps and can open.

import { page } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, el } from "../js/ui.js";
import { foundList, foundRow } from "./found.js";
import { find } from "./search.js";
import { openStore } from "./store.js";

const t = await texts("chat");

/** Returns the name of each conversation: as the box's list has it, or, while the box is away, as this browser keeps it. */
async function names(store) {
  const list = await page("/chat").catch(() => null);
  if (!list) return new Map([...(await store.previews())].map(([name, { called }]) => [name, called]));
  const rows = [...list.querySelectorAll(".chats > li[data-name]")];
  return new Map(rows.map((row) => [row.dataset.name, row.querySelector(".called").textContent]));
}

async function look(place) {
  const words = place.dataset.words.trim().toLowerCase();
  const store = await openStore(document.documentElement.dataset.did);
  const list = foundList();
  let called = null;
  for await (const found of find(store, words)) {
    called ??= await names(store);
    list.append(foundRow(found, words, called.get(found.name)));
    if (list.children.length > 1) continue;
    place.append(el("section", { "aria-live": "polite" }, el("h2", {}, t("js-found")), list));
    byId("nothing")?.remove();
  }
}

// Somebody without a key here, or who has opened no conversation yet, finds nothing.
look(byId("found-here")).catch((error) => console.info(error.message));
