// .fair manifests: who gets what of a work's earnings, signed by the person who offers it.

import { toHex, utf8 } from "../base.js";
import { sha256 } from "../cid.js";
import { canonical } from "../jcs.js";
import { signBytes } from "../key.js";

/** A manifest, signed: the canonical JSON without both signatures. Weights are parts of 1. */
export async function manifest(me, id, type, contributors, { derivesFrom = [], terms = {} } = {}) {
  const document = { id, version: "0.3.0", type, contributors, derivesFrom, terms };
  const signature = toHex(await signBytes(me.sign, utf8(canonical(document))));
  return { ...document, signature, platformSignature: null };
}

/** The digest that names a manifest: of its canonical JSON with its signatures. */
export async function digestOf(document) {
  return `sha256:${toHex(await sha256(utf8(canonical(document))))}`;
}
