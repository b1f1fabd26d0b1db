// CIDs (version 1, sha2-256) of dag-cbor values and of raw bytes, and the 31-character ids that
// DFOS derives from a hash. docs/format.md §1.

import { concat, fromBase32, toBase32 } from "./base.js";
import { Link, encode } from "./cbor.js";

const DAG_CBOR = 0x71;
const RAW = 0x55;
const ID_ALPHABET = "2346789acdefhknrtvz";

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function cid(codec, bytes) {
  return concat(Uint8Array.of(1, codec, 0x12, 0x20), await sha256(bytes));
}

export function cidText(binary) {
  return `b${toBase32(binary)}`;
}

export function parseCid(text) {
  const bytes = text.startsWith("b") ? fromBase32(text.slice(1)) : new Uint8Array();
  const known = bytes.length === 36 && bytes[0] === 1 && bytes[2] === 0x12 && bytes[3] === 0x20;
  if (!known || (bytes[1] !== DAG_CBOR && bytes[1] !== RAW)) throw new RangeError("not a content address");
  return new Link(bytes);
}

/** The binary CID of a value as dag-cbor. */
export function cborCid(value) {
  return cid(DAG_CBOR, encode(value));
}

/** The binary CID of bytes as they are. */
export function rawCid(bytes) {
  return cid(RAW, bytes);
}

/** DFOS `id(seed)`: 31 characters of an alphabet without look-alikes. */
export async function dfosId(seed) {
  const hash = await sha256(seed);
  return Array.from(hash.subarray(0, 31), (byte) => ID_ALPHABET[byte % 19]).join("");
}
