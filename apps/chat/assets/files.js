// Files of a conversation: encrypted here where the conversation is, kept by the box, and opened here again. The key of a sealed one is
// in its message alone.

import { fromBase64url, toBase32, toBase64url, utf8 } from "../js/base.js";
import { cidText, rawCid, sha256 } from "../js/cid.js";
import { submit } from "../js/proof.js";
import { signedInDid } from "../js/session.js";
import { CHUNK, TAG, fileKey, seal, unseal } from "../media/sealed.js";
import { send } from "../media/tus.js";
import { keepFile, keptFile } from "./kept-files.js";

/** What is opened in a page at most. */
const BYTES_MAX = 32 * 1024 * 1024;
const SEALED_KIND = "application/octet-stream";

/** A file that is not there, or not what its message says. */
export class NoFile extends Error {}

/** The name of somebody's file on the box. */
async function assetId(did, cid) {
  return `ast_${toBase32(await sha256(utf8(["mjn:asset", did, cid, "0"].join("\0")))).slice(0, 26)}`;
}

async function collect(pieces, type) {
  const parts = [];
  for await (const piece of pieces) parts.push(piece);
  return new Blob(parts, { type });
}

const cidOf = async (blob) => cidText(await rawCid(new Uint8Array(await blob.arrayBuffer())));

/** Gives a file to the box for a conversation (a view). Answers what its message says of it; `more` is said where it is sealed. */
export async function giveFile(me, { log, sealed }, file, { name, mime, ...more }) {
  const key = sealed ? fileKey() : null;
  const blob = key ? await collect(seal(key, file)) : file;
  const cid = await cidOf(blob);
  const shown = key ? { name: "sealed", kind: SEALED_KIND } : { name, kind: mime };
  await send(blob, cid, { filename: shown.name, filetype: shown.kind, sign: 1 });
  const fact = { media: [cid], n: 0, access: "conversation", to: log, ...(key && { sealed: 1 }) };
  await submit(me, { service: "media", op: "media.add", ref: await assetId(me.did, cid), body: { ...shown, bytes: blob.size }, fact });
  const media = { cid, name, mime, size: file.size };
  return key ? { ...media, ...more, key: toBase64url(key) } : media;
}

/** The bytes that the box has, or that this browser kept of it. */
async function bytesOf({ id, from }, cid) {
  const me = signedInDid();
  const kept = await keptFile(me, id, cid);
  if (kept) return kept;
  const answer = await fetch(`/media/api/assets/${await assetId(from, cid)}`, { credentials: "same-origin" });
  if (!answer.ok) throw new NoFile();
  const blob = await answer.blob();
  // A browser that is full shows it all the same.
  await keepFile(me, id, cid, blob).catch((error) => console.info(error.message));
  return blob;
}

/** The file that a message (`{id, from}`) brought. */
export async function takeFile(message, { cid, key, size, mime }) {
  if (!(size >= 0 && size <= BYTES_MAX)) throw new NoFile();
  const blob = await bytesOf(message, cid);
  if (!key) return blob.slice(0, blob.size, mime);
  // The bytes must be those of the file that the message names.
  if ((await cidOf(blob)) !== cid) throw new NoFile();
  const pieces = async function* () {
    for (let at = 0; at < blob.size; at += CHUNK + TAG) yield new Uint8Array(await blob.slice(at, at + CHUNK + TAG).arrayBuffer());
  };
  return collect(unseal(fromBase64url(key), pieces(), size), mime);
}
