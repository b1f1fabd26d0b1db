// Uploads: files are hashed here, checked against those that the box has, sent three at a time, and signed one after the other. Of thousands of files
// the page holds no more than their names.

import { ApiError, post } from "../js/api.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, quiet, say, sayError, size } from "../js/ui.js";
import { addFile } from "./adding.js";
import { ofDrop, ofInput } from "./chosen.js";
import { cidOf } from "./file-cid.js";
import { folderTree } from "./folder-tree.js";
import { sharedFiles } from "./shared.js";
import { patiently } from "./tus.js";

const t = await texts("media");
const AT_ONCE = 3;
/** Files of which the box is asked at once: few while something is to be sent, so that it begins; many where all are here. */
const [FEW, MANY] = [20, 500];
/** Files that are named because they did not arrive; the others are counted. */
const NAMED_MAX = 50;
const { folder = null } = byId("choose").dataset;
const sum = { files: 0, looked: 0, here: 0, added: 0, failed: 0, bytes: 0, sent: 0 };
const waiting = [];
/** The CIDs of what was begun: the same file twice is sent once. */
const begun = new Set();
let running = false;
let awake = null;
let treeOf = null;

/** The folder at the end of a way. */
async function folderAt(me, way) {
  if (!way.length) return folder;
  treeOf ??= folderTree(me, folder);
  treeOf.catch(() => (treeOf = null));
  return (await treeOf)(way);
}

function failed(file, message, row = el("li", {}, el("strong", {}, file.name))) {
  sum.failed += 1;
  row.querySelector("progress")?.remove();
  if (sum.failed > NAMED_MAX) return row.remove();
  row.append(el("p", { class: "notice bad", role: "alert" }, message));
  byId("files").append(row);
}

/** Sends one file, and enters it. What stops all others is thrown. */
async function add(me, { file, way, cid, forget }) {
  const bar = el("progress", { max: Math.max(1, file.size), value: 0, "aria-label": file.name });
  const row = el("li", {}, el("strong", {}, file.name), " ", el("span", { class: "hint" }, size(file.size)), bar);
  byId("files").append(row);
  let sent = 0;
  const tell = (bytes) => {
    sum.sent += bytes - sent;
    sent = bytes;
    bar.value = bytes;
    draw();
  };
  try {
    await addFile(me, { file, cid, folder: await folderAt(me, way) }, tell);
    await forget?.();
    sum.added += 1;
    row.remove();
  } catch (error) {
    const { status, problem } = error instanceof ApiError ? error : {};
    if (problem?.reason === "exists") {
      await forget?.();
      sum.here += 1;
      row.remove();
    } else {
      console.info(error);
      begun.delete(cid);
      failed(file, error.message, row);
      // If one file does not fit, or can't be signed here, the next can't either.
      if (status === 507 || error.way) throw error;
    }
  } finally {
    tell(file.size);
  }
}

function draw() {
  const { files, looked, here, added, failed, bytes, sent } = sum;
  const done = here + added + failed;
  byId("all").max = Math.max(1, bytes);
  byId("all").value = Math.min(sent, bytes);
  const parts = [];
  if (done < files) parts.push(looked < files && looked <= done + FEW ? t("js-looking", { done: looked, all: files }) : t("js-sending", { done, all: files }));
  if (running && !navigator.onLine) parts.push(t("js-offline"));
  if (added) parts.push(t("js-added", { count: added }));
  if (here) parts.push(t("js-here", { count: here }));
  if (failed) parts.push(t("js-failed", { count: failed }));
  const text = parts.join(" ");
  if (byId("state").textContent !== text) byId("state").textContent = text;
}

/** What is next, with its CID; null if it can't be read. */
async function hashed() {
  const one = waiting.shift();
  let cid = null;
  try {
    cid = await cidOf(one.file);
  } catch {
    // The file was moved, or it is in a cloud and was not loaded.
    failed(one.file, t("js-unreadable"));
  }
  sum.looked += 1;
  draw();
  return cid && { ...one, cid };
}

/** Looks at what waits while other files are on their way, and sends what is not here. */
async function work(me) {
  const under = new Set();
  let [batch, least, stop] = [[], FEW, null];
  while (!stop && (waiting.length || batch.length)) {
    const one = waiting.length ? await hashed() : null;
    if (one) batch.push(one);
    if (waiting.length && batch.length < MANY && (under.size || batch.length < least)) continue;
    if (!batch.length) continue;
    const cids = batch.map(({ cid }) => cid);
    const here = new Set((await patiently(() => post("/media/api/have", { cids }))).cids);
    least = here.size === new Set(cids).size ? Math.min(2 * least, MANY) : FEW;
    for (const next of batch.splice(0)) {
      while (under.size >= AT_ONCE) await Promise.race(under);
      if (stop) break;
      if (here.has(next.cid) || begun.has(next.cid)) {
        await next.forget?.();
        sum.here += 1;
        sum.sent += next.file.size;
        draw();
        continue;
      }
      begun.add(next.cid);
      const job = add(me, next).catch((error) => (stop = error)).finally(() => (under.delete(job), draw()));
      under.add(job);
    }
  }
  await Promise.all(under);
  if (stop) throw stop;
}

async function stayAwake() {
  awake = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
}

async function take(files) {
  if (!files.length) return;
  quiet();
  for (const one of files) {
    waiting.push(one);
    sum.bytes += one.file.size;
  }
  sum.files += files.length;
  byId("progress").hidden = false;
  byId("then").hidden = true;
  draw();
  if (running) return;
  running = true;
  try {
    const me = await actor();
    await stayAwake();
    while (waiting.length) await work(me);
  } catch (error) {
    // Files that were not sent can be chosen again.
    waiting.length = 0;
    sum.files = sum.here + sum.added + sum.failed;
    sayError(error);
  } finally {
    running = false;
    awake?.release();
    awake = null;
    draw();
    byId("then").hidden = sum.added + sum.here === 0;
  }
}

/** Offers to add what other programs shared, until nothing of it waits. Nothing is added unasked, since any page could have sent it. */
async function offerShared() {
  const files = await sharedFiles();
  if (!files.length) return;
  const add = async () => {
    offer.remove();
    await take(files);
    if (!running) await offerShared();
  };
  const discard = async () => {
    offer.remove();
    for (const { forget } of files) await forget();
  };
  const names = files.slice(0, NAMED_MAX).map(({ file }) => file.name);
  const offer = el("div", { class: "notice good", role: "status" }, el("p", {}, t("js-waiting", { count: files.length })), el("p", {}, names.join(", ")),
    el("div", { class: "actions" }, el("button", { type: "button", class: "main", onclick: add }, t("js-add")), el("button", { type: "button", onclick: discard }, t("js-waiting-discard"))));
  byId("choose").before(offer);
}

if (new URLSearchParams(location.search).get("shared") === "0") say("bad", t("js-waiting-none"));
// Browsers have no caches where the connection isn't private, and then no worker that shares.
offerShared().catch((error) => console.info(error.message));
for (const id of ["gallery", "camera", "any", "folder"]) {
  byId(id).addEventListener("change", ({ target }) => {
    take(ofInput(target.files));
    // The same files can be chosen again.
    target.value = "";
  });
}
// Phones whose browser knows no folders don't offer them.
if (!("webkitdirectory" in HTMLInputElement.prototype)) document.querySelector('label[for="folder"]').remove();
const drop = byId("choose");
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  drop.addEventListener(name, async (event) => {
    event.preventDefault();
    drop.classList.toggle("over", over);
    if (name !== "drop") return;
    for await (const files of ofDrop(event.dataTransfer)) take(files);
  });
}
for (const name of ["online", "offline"]) addEventListener(name, () => running && draw());
addEventListener("beforeunload", (event) => running && event.preventDefault());
document.addEventListener("visibilitychange", () => running && !document.hidden && stayAwake());
