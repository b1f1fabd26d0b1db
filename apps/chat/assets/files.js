// Files of a conversation: encrypted here where the conversation is, kept by the box, and opened here again. The key of a sealed one is
// in its message alone.

import { NoAnswer, ask, get } from "../js/api.js";
import { fromBase64url, toBase32, toBase64url, utf8 } from "../js/base.js";
import { sha256 } from "../js/cid.js";
import { submit } from "../js/proof.js";
import { signedInDid } from "../js/session.js";
import { cidOf } from "../media/file-cid.js";
import { CHUNK, TAG, fileKey, seal, unseal } from "../media/sealed.js";
import { keepFile, keptFile } from "./kept-files.js";

/** What is shown in a page at most, and kept here. A longer file can be saved. */
export const SHOWN_BYTES_MAX = 32 * 1024 * 1024;
/** Pieces that are joined at once. */
const JOINED = 256;
const SEALED_KIND = "application/octet-stream";

/** A file that is not there, or not what its message says. */
export class NoFile extends Error {}

/** The name of somebody's file on the box. */
async function assetId(did, cid) {
  return `ast_${toBase32(await sha256(utf8(["mjn:asset", did, cid, "0"].join("\0")))).slice(0, 26)}`;
}

/** The pieces as one blob. A browser may keep blobs on its disk, so that a long file is never whole in memory. */
async function collect(pieces, type) {
  let parts = [];
  for await (const piece of pieces) {
    parts.push(piece);
    if (parts.length > JOINED) parts = [new Blob(parts)];
  }
  return new Blob(parts, { type });
}

/** The kind that the box read in a file, where the answer to its upload has one. */
function kindIn(headers, mime) {
  try {
    return JSON.parse(headers.get("X-Facts")).kind ?? mime;
  } catch {
    return mime;
  }
}

/** What uploads, which is fetched when somebody sends a file: opening a conversation takes little. */
const uploads = () =>
  import("../media/tus.js").catch(() => {
    throw new NoAnswer();
  });

/**
 * Lets the conversation of a log have the file `id` that the box has of `me` already: one that nobody else sees, or that is for this conversation anyway.
 * Of one that is shared with others it throws why it was `refused`: a file has one audience.
 */
export async function letHave(me, { id, log }, refused, { look = get, enter = submit } = {}) {
  if (refused.problem?.reason !== "exists") throw refused;
  const { access, to } = await look(`/media/api/assets/${id}/meta`);
  if (access === "public" || (access === "conversation" && to === log)) return;
  if (access !== "private") throw refused;
  await enter(me, { service: "media", op: "media.access", ref: null, fact: { assets: [id], access: "conversation", to: log } });
}

/**
 * Takes the file of a message of `me` that was deleted from the others in its conversation. A sealed one is of no use without its message, and goes to the
 * trash; any other is its owner's alone again.
 */
export async function takeBack(me, log, { cid, key }, { look = get, enter = submit } = {}) {
  const id = await assetId(me.did, cid);
  const seen = await look(`/media/api/assets/${id}/meta`).catch((error) => {
    if ([404, 410].includes(error.status)) return {};
    throw error;
  });
  if (seen.state !== "kept" || seen.access !== "conversation" || seen.to !== log) return;
  const [op, fact] = key ? ["remove", {}] : ["access", { access: "private" }];
  await enter(me, { service: "media", op: `media.${op}`, ref: null, fact: { assets: [id], ...fact } });
}

/** Gives a file to the box for a conversation (a view). Answers what its message says of it; `more` is said where it is sealed. */
export async function giveFile(me, { log, sealed }, file, { name, mime, ...more }) {
  const key = sealed ? fileKey() : null;
  const blob = key ? await collect(seal(key, file)) : file;
  const cid = await cidOf(blob);
  const shown = key ? { name: "sealed", kind: SEALED_KIND } : { name, kind: mime };
  const { patiently, send } = await uploads();
  const headers = await send(blob, cid, { filename: shown.name, filetype: shown.kind, sign: 1 });
  if (!key) shown.kind = kindIn(headers, mime);
  const fact = { media: [cid], n: 0, access: "conversation", to: log, ...(key && { sealed: 1 }) };
  const id = await assetId(me.did, cid);
  const add = { service: "media", op: "media.add", ref: id, body: { ...shown, bytes: blob.size }, fact };
  // A voice note is nowhere else: like the upload it waits for the network, with the very same command.
  await patiently(() => submit(me, add)).catch((refused) => letHave(me, { id, log }, refused));
  const media = { cid, name, mime, size: file.size };
  return key ? { ...media, ...more, key: toBase64url(key) } : media;
}

/** The bytes that the box has, or that this browser kept of it. */
async function bytesOf({ id, from }, cid) {
  const me = signedInDid();
  const kept = await keptFile(me, id, cid);
  if (kept) return kept;
  const answer = await ask(`/media/api/assets/${await assetId(from, cid)}`, { cache: "default" });
  if (!answer.ok) throw new NoFile();
  const blob = await answer.blob();
  // A browser that is full shows it all the same.
  if (blob.size <= SHOWN_BYTES_MAX) await keepFile(me, id, cid, blob).catch((error) => console.info(error.message));
  return blob;
}

/** The file that a message (`{id, from}`) brought, if it has at most `max` bytes. */
export async function takeFile(message, { cid, key, size, mime }, max = SHOWN_BYTES_MAX) {
  if (!(Number.isSafeInteger(size) && size >= 0 && size <= max)) throw new NoFile();
  const blob = await bytesOf(message, cid);
  if (!key) return blob.slice(0, blob.size, mime);
  // The bytes must be those of the file that the message names.
  if ((await cidOf(blob)) !== cid) throw new NoFile();
  const pieces = async function* () {
    for (let at = 0; at < blob.size; at += CHUNK + TAG) yield new Uint8Array(await blob.slice(at, at + CHUNK + TAG).arrayBuffer());
  };
  return collect(unseal(fromBase64url(key), pieces(), size), mime);
}
