// Adds one file: sends it, makes a preview if the box cannot, and signs its entry.

import { toBase32, utf8 } from "../js/base.js";
import { sha256 } from "../js/cid.js";
import { submit } from "../js/proof.js";
import { texts } from "../js/texts.js";
import { cidOf } from "./file-cid.js";
import { look } from "./posters.js";
import { patiently, send } from "./tus.js";

const t = await texts("media");
const NAME_BYTES = 255;

/** The name of this person's asset of a file (ids.rs). */
async function assetId(did, cid) {
  return `ast_${toBase32(await sha256(utf8(["mjn:asset", did, cid, "0"].join("\0")))).slice(0, 26)}`;
}

/** A name that the box takes, of one that a device has: no control characters, no ways into folders. */
export function nameOf(text) {
  let name = text.split(/[/\\]/).at(-1).normalize("NFC").replace(/\p{Cc}/gu, "").trim();
  while (utf8(name).length > NAME_BYTES) name = [...name].slice(0, -1).join("");
  return ["", ".", ".."].includes(name) ? "file" : name;
}

const two = (number) => String(number).padStart(2, "0");

/** When a file was changed, or else added, by the clock of this device. */
function changedOrAdded(file) {
  const isDated = file.lastModified > 0 && file.lastModified < Date.now() + 60_000;
  const at = new Date(isDated ? file.lastModified : Date.now());
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return { taken: `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`, zone: -at.getTimezoneOffset(), taken_from: isDated ? "file" : "upload" };
}

/** What the box read in the file, and what this browser knows. */
function aboutOf(file, facts, seen) {
  const taken = facts.taken ? { taken: facts.taken, zone: facts.zone, taken_from: "exif" } : changedOrAdded(file);
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

let signing = Promise.resolve();

/** One command after the other: each names the one before it. Without a connection it waits. */
export function inTurn(act) {
  const done = signing.then(() => patiently(act));
  signing = done.catch(() => {});
  return done;
}

/** Sends a file whose CID is known, and signs that it is this person's; `tell` hears how many bytes are there. */
export async function addFile(me, { file, cid, folder }, tell) {
  const about = { filename: file.name, filetype: file.type, lastModified: file.lastModified, sign: 1 };
  const headers = await send(file, cid, about, tell);
  const stored = headers.get("X-Media");
  if (stored && stored !== cid) throw new Error(t("js-other-bytes"));
  const facts = factsOf(headers);
  facts.kind ??= file.type || "application/octet-stream";
  const seen = await look(file, facts.kind);
  let preview = null;
  if (seen.blob) {
    preview = await cidOf(seen.blob);
    await send(seen.blob, preview, { filename: "preview.jpg", filetype: "image/jpeg", sign: 1 });
  }
  await enterFile(me, { file, cid, folder, preview }, facts, seen);
}

/** Signs that a file which the box has is this person's. `file` is what its device says of it, `facts` what the box read in it, `seen` what this browser did. */
export async function enterFile(me, { file, cid, folder, preview = null }, facts, seen = {}) {
  const media = preview && preview !== cid ? [cid, preview] : [cid];
  const body = { name: nameOf(file.name), kind: facts.kind, bytes: file.size, ...aboutOf(file, facts, seen) };
  const command = { service: "media", op: "media.add", ref: await assetId(me.did, cid), body, fact: { media, n: 0, ...(folder && { folder }) } };
  await inTurn(() => submit(me, command));
}
