// Folders and the trash: making, renaming, removing; selecting files; emptying the trash.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, say, working } from "../js/ui.js";
import { ask, enter, erase, putFolder } from "./acts.js";
import { selectable } from "./select.js";

const t = await texts("media");
const PAGE = 100;
const folder = byId("folder")?.dataset;
const on = (id, act) => byId(id)?.addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), act));
const reload = (done) => done && location.reload();

/** Everything that is in the trash. */
async function trashed() {
  const ids = [];
  for (let more = true; more; ) {
    const answer = await get(`/media/api/assets?state=trash&limit=${PAGE}&offset=${ids.length}`);
    ids.push(...answer.assets.map(({ id }) => id));
    more = answer.hasMore;
  }
  return ids;
}

on("new-folder", () => putFolder({ parent: folder?.id }).then(reload));
on("folder-edit", () => putFolder({ ...folder }).then(reload));
on("folder-remove", () =>
  ask(t("js-folder-remove", { name: folder.name }), [], t("js-remove"), () => enter("folder.remove", { ref: folder.id }), { danger: true }).then((done) => done && location.assign(folder.parent ? `/media/folders/${folder.parent}` : "/media/folders")));
on("empty-trash", async () => {
  const ids = await trashed();
  if (await erase(ids)) {
    byId("files").replaceChildren();
    say("good", t("js-erased", { count: ids.length }));
  }
});
on("erase-old", async () => {
  const ids = byId("erase-old").dataset.ids.split(" ");
  if (await erase(ids)) location.reload();
});
selectable();
