// Folders and the trash: making, renaming, removing; selecting files; emptying the trash.

import { get } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, leave, say, working } from "../js/ui.js";
import { ask, enter, erase, putFolder } from "./acts.js";
import { idsAt, selectable } from "./select.js";
import { offerOnNextPage } from "./undo.js";

const t = await texts("media");
const folder = byId("folder")?.dataset;
const on = (id, act) => byId(id)?.addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), act));
const reload = (done) => done && leave();

/** Folders whose files are asked for before these go. Those of more come back from the trash. */
const UNDONE_MAX = 100;

/** The steps that bring back the folder, those in it, and their files; none if that is too much to ask for. */
async function folderSteps() {
  const { folders } = await get("/media/api/folders");
  const within = [folder];
  for (const { id } of within) within.push(...folders.filter(({ parent }) => parent === id));
  const steps = [];
  for (const { id, name, parent } of within.length > UNDONE_MAX ? [] : within) {
    steps.push({ op: "folder", ref: id, body: { name }, fact: parent ? { parent } : null });
    steps.push({ op: "move", assets: await idsAt(`/media/api/assets?folder=${id}`), fact: { folder: id } });
  }
  return steps;
}

async function removeFolder() {
  const steps = await folderSteps();
  await enter("folder.remove", { ref: folder.id });
  offerOnNextPage(t("js-folder-removed", { name: folder.name }), ...steps);
}

on("new-folder", () => putFolder({ parent: folder?.id }).then(reload));
on("folder-edit", () => putFolder({ ...folder }).then(reload));
on("folder-remove", () =>
  ask(t("js-folder-remove", { name: folder.name }), [], t("js-remove"), removeFolder, { danger: true }).then((done) => done && leave(folder.parent ? `/media/folders/${folder.parent}` : "/media/folders")));
on("empty-trash", async () => {
  const ids = await idsAt("/media/api/assets?state=trash");
  if (await erase(ids)) {
    byId("files").replaceChildren();
    say("good", t("js-erased", { count: ids.length }));
  }
});
on("erase-old", async () => {
  const ids = byId("erase-old").dataset.ids.split(" ");
  if (await erase(ids)) await leave();
});
selectable();
