// From a stick: the box reads and stores the files, this page signs those that are ready, in small batches, and shows how far it is. Closed and
// opened again, it continues where it was.

import { ApiError, get, page, post, request } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { actor, quietly } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, leave, sayError, working } from "../js/ui.js";
import { enterFile } from "./adding.js";
import { folderTree } from "./folder-tree.js";
import { patiently } from "./tus.js";

const t = await texts("media");
const LOOK_MS = 2000;
/** What is wrong with one file and not with the next. */
const OF_THE_FILE = [400, 413, 422];

const rest = () => new Promise((wake) => setTimeout(wake, LOOK_MS));

/** Shows what the box says now, without taking the focus from a button. */
async function draw() {
  const fresh = await page("/media/import");
  const bar = fresh?.getElementById("import-all");
  if (!bar) return;
  byId("import-all").max = bar.max;
  byId("import-all").value = bar.value;
  const text = fresh.getElementById("import-state").textContent;
  if (byId("import-state").textContent !== text) byId("import-state").textContent = text;
  byId("import-live").replaceChildren(...fresh.getElementById("import-live").childNodes);
}

/** Signs what is ready. A file that can't be added is left out, so that the rest is still signed. */
async function sign(me, ready, folderAt) {
  const refused = [];
  for (const { cid, name, way, bytes, changed, facts } of ready) {
    try {
      const file = { name, size: bytes, lastModified: changed ?? 0 };
      await enterFile(me, { file, cid, folder: await folderAt(way) }, facts);
    } catch (error) {
      const { status, problem } = error instanceof ApiError ? error : {};
      if (problem?.reason === "exists") continue;
      if (!OF_THE_FILE.includes(status)) throw error;
      console.info(error);
      refused.push(cid);
    }
  }
  if (refused.length) await patiently(() => post("/media/api/import/refused", { cids: refused }));
}

/** Signs until everything is here. */
async function work(me) {
  let tree = null;
  const folderAt = async (way) => {
    if (!way.length) return null;
    tree ??= await folderTree(me, null);
    return tree(way);
  };
  for (;;) {
    const { import: now } = await patiently(() => get("/media/api/import"));
    if (!now || now.state === "done") return leave();
    if (now.ready.length) await sign(me, now.ready, folderAt);
    await draw();
    if (!now.ready.length) await rest();
  }
}

/** Shows how far it is while nobody signs: another page does, or the key of this one is locked. */
async function watch() {
  while (!byId("import-sign").hidden) {
    await rest();
    const { import: now } = await patiently(() => get("/media/api/import"));
    if (!now || now.state === "done") return leave();
    await draw();
  }
}

/** Lets the person begin to sign, with their passphrase if their key has one. */
function offer() {
  const button = byId("import-sign");
  button.hidden = false;
  watch().catch(console.info);
}

async function run(me) {
  byId("import-sign").hidden = true;
  try {
    await work(me);
  } catch (error) {
    offer();
    sayError(error);
  }
}

for (const button of document.querySelectorAll("[data-stick]")) {
  button.hidden = false;
  button.addEventListener("click", () => working(button, t("js-stick-begins"), async () => {
    await post("/media/api/import", { stick: button.dataset.stick, folder: button.dataset.folder });
    await leave("/media/import");
  }));
}

const end = byId("import-end");
if (end) {
  end.hidden = false;
  end.addEventListener("click", async () => {
    if (end.dataset.sure && !(await sure(end.dataset.sure, end))) return;
    working(end, t("js-ending"), async () => {
      await request("DELETE", "/media/api/import");
      await leave("/media/import");
    });
  });
}

if (byId("import-sign")) {
  byId("import-sign").addEventListener("click", ({ currentTarget }) => working(currentTarget, t("js-signing"), async () => {
    const me = await actor();
    run(me);
  }));
  const me = await quietly().catch(() => null);
  if (me) run(me);
  else offer();
}
