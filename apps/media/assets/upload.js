// Files come in: hashed here, asked for whether they are here already, sent three at a time, and signed one after the other.

import { ApiError, post } from "../js/api.js";
import { toBase32, utf8 } from "../js/base.js";
import { sha256 } from "../js/cid.js";
import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, quiet, sayError, size } from "../js/ui.js";
import { cidOf } from "./file-cid.js";
import { look } from "./posters.js";
import { send } from "./tus.js";

const t = await texts("media");
const AT_ONCE = 3;
/** Files that are hashed before the box is asked for them. */
const BATCH = 20;
const NAME_BYTES = 255;
const { folder = null } = byId("choose").dataset;
const sum = { files: 0, looked: 0, here: 0, added: 0, failed: 0, bytes: 0, sent: 0 };
const waiting = [];
let running = false;
let awake = null;

/** The name of this person's asset of a file (ids.rs). */
async function assetId(did, cid) {
  return `ast_${toBase32(await sha256(utf8(["mjn:asset", did, cid, "0"].join("\0")))).slice(0, 26)}`;
}

function nameOf(file) {
  // No control characters, no ways into folders.
  let name = file.name.split(/[/\\]/).at(-1).normalize("NFC").replace(/\p{Cc}/gu, "").trim();
  while (utf8(name).length > NAME_BYTES) name = [...name].slice(0, -1).join("");
  return ["", ".", ".."].includes(name) ? "file" : name;
}

const two = (number) => String(number).padStart(2, "0");

/** When a file was changed, by the clock of this device. */
function changed(file) {
  if (!(file.lastModified > 0 && file.lastModified < Date.now() + 60_000)) return {};
  const at = new Date(file.lastModified);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return { taken: `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`, zone: -at.getTimezoneOffset(), taken_from: "file" };
}

/** What the box read in the file, and what this browser knows. */
function aboutOf(file, facts, seen) {
  const taken = facts.taken ? { taken: facts.taken, zone: facts.zone, taken_from: "exif" } : changed(file);
  const about = { ...taken, place: facts.place, width: facts.width ?? seen.width, height: facts.height ?? seen.height, ms: facts.ms ?? seen.ms };
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== null && value !== undefined));
}

function factsOf(headers) {
  try {
    return JSON.parse(headers.get("X-Facts") ?? "{}") ?? {};
  } catch {
    return {};
  }
}

// One command after the other: each names the one before it.
let signing = Promise.resolve();
function inTurn(act) {
  const done = signing.then(act);
  signing = done.catch(() => {});
  return done;
}

/** Sends one file, and enters it. */
async function add(me, { file, cid }) {
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
    const about = { filename: file.name, filetype: file.type, lastModified: file.lastModified, sign: 1 };
    const headers = await send(file, cid, about, tell);
    const stored = headers.get("X-Media");
    if (stored && stored !== cid) throw new Error(t("js-other-bytes"));
    const facts = factsOf(headers);
    const kind = facts.kind ?? (file.type || "application/octet-stream");
    const seen = await look(file, kind);
    const media = [cid];
    if (seen.blob) {
      const preview = await cidOf(seen.blob);
      await send(seen.blob, preview, { filename: "preview.jpg", filetype: "image/jpeg", sign: 1 });
      if (preview !== cid) media.push(preview);
    }
    const body = { name: nameOf(file), kind, bytes: file.size, ...aboutOf(file, facts, seen) };
    const command = { service: "media", op: "media.add", ref: await assetId(me.did, cid), body, fact: { media, n: 0, ...(folder && { folder }) } };
    await inTurn(() => submit(me, command));
    sum.added += 1;
    row.remove();
  } catch (error) {
    const isHere = error instanceof ApiError && error.problem.reason === "exists";
    if (isHere) {
      sum.here += 1;
      row.remove();
    } else {
      console.info(error);
      sum.failed += 1;
      bar.replaceWith(el("p", { class: "notice bad", role: "alert" }, error.message));
    }
    tell(file.size);
  }
  draw();
}

function draw() {
  const { files, looked, here, added, failed, bytes, sent } = sum;
  const done = here + added + failed;
  byId("all").max = Math.max(1, bytes);
  byId("all").value = Math.min(sent, bytes);
  const parts = [];
  if (done < files) parts.push(looked < files && looked <= done + BATCH ? t("js-looking", { done: looked, all: files }) : t("js-sending", { done, all: files }));
  if (running && !navigator.onLine) parts.push(t("js-offline"));
  if (added) parts.push(t("js-added", { count: added }));
  if (here) parts.push(t("js-here", { count: here }));
  if (failed) parts.push(t("js-failed", { count: failed }));
  const text = parts.join(" ");
  if (byId("state").textContent !== text) byId("state").textContent = text;
}

/** Looks at what waits, a batch after the other, and sends what is not here. */
async function work(me) {
  const under = new Set();
  while (waiting.length) {
    const batch = [];
    for (const file of waiting.splice(0, BATCH)) {
      try {
        batch.push({ file, cid: await cidOf(file) });
      } catch {
        // Somebody moved it, or it is in a cloud and didn't come.
        sum.failed += 1;
        byId("files").append(el("li", {}, el("strong", {}, file.name), el("p", { class: "notice bad", role: "alert" }, t("js-unreadable"))));
      }
      sum.looked += 1;
      draw();
    }
    if (!batch.length) continue;
    const here = new Set((await post("/media/api/have", { cids: batch.map(({ cid }) => cid) })).cids);
    for (const one of batch) {
      if (here.has(one.cid)) {
        sum.here += 1;
        sum.sent += one.file.size;
        draw();
        continue;
      }
      while (under.size >= AT_ONCE) await Promise.race(under);
      // The same file twice is sent once.
      here.add(one.cid);
      const job = add(me, one).finally(() => under.delete(job));
      under.add(job);
    }
  }
  await Promise.all(under);
}

async function stayAwake() {
  awake = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
}

async function take(files) {
  if (!files.length) return;
  quiet();
  waiting.push(...files);
  sum.files += files.length;
  for (const file of files) sum.bytes += file.size;
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
    waiting.length = 0;
    sayError(error);
  } finally {
    running = false;
    awake?.release();
    awake = null;
    byId("then").hidden = sum.added + sum.here === 0;
  }
}

for (const id of ["gallery", "camera", "any"]) {
  byId(id).addEventListener("change", ({ target }) => {
    take([...target.files]);
    // The same files can be chosen again.
    target.value = "";
  });
}
const drop = byId("choose");
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", over);
    if (name === "drop") take([...event.dataTransfer.files]);
  });
}
for (const name of ["online", "offline"]) addEventListener(name, () => running && draw());
addEventListener("beforeunload", (event) => running && event.preventDefault());
document.addEventListener("visibilitychange", () => running && !document.hidden && stayAwake());
