// The cases of tests/vectors/chat.json, and of files like it, in the format of the pages' verification.

import { readFileSync } from "node:fs";
import { asset } from "./assets.mjs";

const { fromBase64url, fromHex } = await asset("js/base.js");

const PKCS8 = "302e020100300506032b656e04220420";

/** Reads a file of cases: `{cases, pool, crypto}`. */
export const readCases = (path) => JSON.parse(readFileSync(path));

/** The repository's cases. */
export const file = readCases(new URL("../../vectors/chat.json", import.meta.url));

const entries = (object, act) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, act(value)]));
export const seen = (pair) => pair && { seq: pair[0], cid: pair[1] };

/** Returns an encryption key from its private half. */
export async function secretOf(hex) {
  const pkcs8 = fromHex(PKCS8 + hex);
  const readable = await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", true, ["deriveBits"]);
  const { x } = await crypto.subtle.exportKey("jwk", readable);
  return { key: await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]), publicKey: fromBase64url(x) };
}

/** Returns the rows and chains that the box shows in a case. */
export function shownOf(one, { pool }) {
  const piece = (place) => (place === null ? null : fromBase64url(pool[place]));
  return {
    rows: one.rows.map(([header, cause, body]) => ({ header: piece(header), cause: piece(cause), body: piece(body) })),
    chains: entries(one.chains, (tokens) => tokens.map((token) => pool[token])),
    reads: one.reads.map(piece),
    own: one.own.map(([header, body]) => ({ header: piece(header), body: piece(body) })),
  };
}

/** Returns the reader's memory in a case. */
export async function knownOf({ known }) {
  const secrets = await Promise.all(known.secrets.map(secretOf));
  return { ...known, secrets, pin: seen(known.pin), sent: known.sent.map(seen) };
}
