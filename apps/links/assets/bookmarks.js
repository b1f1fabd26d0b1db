// Importing a bookmark file: the box reads it and enters nothing; the person checks the drafts, then signs them one by one.

import { request } from "../js/api.js";
import { enterAll } from "../js/items/store.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, say, sayError, working } from "../js/ui.js";

const t = await texts("links");

async function look(finish) {
  const [file] = byId("bookmarks").files;
  if (!file) return;
  const found = await request("POST", "/links/api/import", { body: await file.text(), headers: { "content-type": "text/html" } });
  const links = found.collections.reduce((sum, collection) => sum + collection.links.length, 0);
  const seen = byId("visibility").cloneNode(true);
  seen.id = "found-seen";
  // Bookmarks are private until their owner publishes them.
  seen.value = "private";
  const button = el("button", { type: "button", class: "main", onclick: () => finish(button, found, seen.value).catch(sayError) }, t("js-import"));
  byId("found").replaceChildren(
    el("p", {}, t("js-found", { links, collections: found.collections.length, left: found.leftOut })),
    el("div", { class: "field" }, el("label", { for: seen.id }, t("js-import-seen")), seen),
    el("div", { class: "actions" }, button),
  );
}

function putsOf(collections, visibility) {
  const put = ({ id, title, url, note }, fact) => ({ ref: id, body: { title, ...(url ? { url } : {}), ...(note ? { note } : {}) }, fact });
  return collections.flatMap((folder) => [put(folder, { kind: "collection", visibility }), ...folder.links.map((link) => put(link, { in: folder.id }))]);
}

/** `items()` are those on the page; `load()` reads them again. */
export function takeBookmarks(items, load) {
  const finish = async (button, { collections }, visibility) => {
    const puts = putsOf(collections, visibility);
    const bar = el("progress", { max: puts.length, value: 0, "aria-label": t("js-importing") });
    byId("found").append(bar);
    await working(button, t("js-importing"), async () => {
      await enterAll("links", await actor(), puts, new Set(items().map(({ id }) => id)), (done) => (bar.value = done));
      await load();
      byId("found").replaceChildren();
      byId("bookmarks").value = "";
      say("good", t("js-imported"));
    }).finally(() => bar.remove());
  };
  byId("bookmarks").addEventListener("change", () => look(finish).catch(sayError));
}
