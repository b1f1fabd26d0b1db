// Editing your own page of links: links, collections, and the page itself.

import { editor } from "../js/items/editor.js";
import { share } from "../js/items/share.js";
import { oneOf } from "../js/items/store.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError } from "../js/ui.js";
import { takeBookmarks } from "./bookmarks.js";
import { chart } from "./chart.js";

const t = await texts("links");

const kinds = {
  link: { title: t("js-a-link"), body: ["title", "url", "note", "slug"], isShown: true, in: ["collection"] },
  collection: { title: t("js-a-collection"), body: ["title", "note", "slug"], facts: ["accent"], isShown: true, empty: t("js-empty") },
  page: { title: t("js-the-page"), body: ["title", "note"], facts: ["accent"], more: ({ counts }) => (counts ? {} : { count: 0 }) },
};

/** The clicks on a link, as a button that opens their picture. */
function clicks(item, button) {
  if (item.kind !== "link") return [[], null];
  const days = el("div", { hidden: true });
  const show = async () => {
    if (days.hidden) days.replaceChildren(...chart((await oneOf("links", links.did, item.id)).days, byId("links-actions").dataset.zone));
    days.hidden = !days.hidden;
  };
  return [[button(t("js-clicks", { count: item.clicks ?? 0 }), show)], days];
}

const links = editor("links", {
  kinds,
  lists: [
    { id: "loose", kind: "link" },
    { id: "collections", kind: "collection" },
  ],
  wrong: ({ url }, kind) => (kind === "link" && !/^(https?:\/\/|mailto:|tel:)\S+$/.test(url) ? ["url", t("js-whole-link")] : null),
  hints: ({ url }) => [url],
  tools: clicks,
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken"), removeAll: ({ title }) => t("js-remove-all-sure", { title }) },
});

byId("add-link").addEventListener("click", () => links.create("link"));
byId("add-collection").addEventListener("click", () => links.create("collection"));
byId("edit-page").addEventListener("click", ({ currentTarget }) => {
  const page = links.items().find(({ kind }) => kind === "page");
  if (page) links.open(page);
  else links.create("page", { title: currentTarget.dataset.name });
});
byId("share-page").addEventListener("click", ({ currentTarget: { dataset } }) => share(dataset.title, dataset.path).catch(sayError));
takeBookmarks(links.items, links.load);
links.start();
