// Pictures of the reader's files that the box can't decode, and of which no browser has made one yet: they came from a computer by the drive. This browser
// makes them while one looks, one after the other, and asks for nothing: it does so only with a key that is open.

import { submit } from "../js/proof.js";
import { quietly } from "../js/session.js";
import { cidOf } from "./file-cid.js";
import { look } from "./posters.js";
import { send } from "./tus.js";

/** Files of one visit of a page, and bytes of a picture. A film is read only as far as its picture needs. */
const [VISIT_MAX, PICTURE_BYTES_MAX] = [24, 64 * 1024 * 1024];
/** Files that this browser can't show are remembered, the last ones. */
const [KEY, REMEMBERED_MAX] = ["media no pictures", 500];

const waiting = new Map();
let running = false;
let begun = 0;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

const remember = (id) => localStorage.setItem(KEY, JSON.stringify([...remembered(), id].slice(-REMEMBERED_MAX)));

/** Hears that the box has no picture of a file of the reader's. `show` runs once there is one. */
export function missing(id, show) {
  if (waiting.has(id) || remembered().includes(id)) return;
  waiting.set(id, show);
  if (!running) work();
}

async function work() {
  running = true;
  try {
    const me = await quietly();
    for (const [id, show] of me ? waiting : []) {
      if (begun >= VISIT_MAX) break;
      begun += 1;
      if (await make(me, id)) show();
      else remember(id);
      waiting.delete(id);
    }
  } catch (error) {
    // No connection, no room: another visit tries again.
    console.info(error);
    begun = VISIT_MAX;
  } finally {
    running = false;
  }
}

/** Makes the picture of one file, and says that it is one of it. False if this browser can't. */
async function make(me, id) {
  const url = `/media/api/assets/${id}`;
  const shown = await fetch(`${url}?w=400`, { method: "HEAD" });
  if (shown.ok) return true;
  const { ok, headers } = await fetch(url, { method: "HEAD" });
  if (shown.status !== 404 || !ok) throw new Error(`HEAD ${shown.status}`);
  const kind = headers.get("Content-Type") ?? "";
  const isFilm = kind.startsWith("video/");
  if (!isFilm && Number(headers.get("Content-Length")) > PICTURE_BYTES_MAX) return false;
  const seen = await look(isFilm ? url : await (await fetch(url)).blob(), kind);
  if (!seen.blob) return false;
  const cid = await cidOf(seen.blob);
  await send(seen.blob, cid, { filename: "preview.jpg", filetype: "image/jpeg", sign: 1 });
  const known = Object.entries({ width: seen.width, height: seen.height, ms: seen.ms }).filter(([, value]) => value);
  await submit(me, { service: "media", op: "media.change", ref: id, body: Object.fromEntries(known), fact: { media: [cid] } });
  return true;
}
