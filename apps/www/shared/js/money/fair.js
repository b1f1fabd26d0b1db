// .fair manifests: who gets what of a work's earnings, signed by the person who offers it.

import { toHex, utf8 } from "../base.js";
import { sha256 } from "../cid.js";
import { canonical } from "../jcs.js";
import { signBytes } from "../key.js";

/** A signature in hex over a manifest's canonical JSON without both signatures. */
async function signature(me, { signature: _, platformSignature: __, ...document }) {
  return toHex(await signBytes(me.sign, utf8(canonical(document))));
}

/** A manifest, signed. Weights are parts of 1; `work` is the file that it is about, `owner` somebody who isn't a contributor. */
export async function manifest(me, id, type, contributors, { derivesFrom = [], terms = {}, work, owner } = {}) {
  const document = { id, version: "0.3.0", type, contributors, derivesFrom, terms, ...(work && { work }), ...(owner && { owner }) };
  return { ...document, signature: await signature(me, document), platformSignature: null };
}

/** The signature of somebody who agrees to a manifest that another one signed: over the same bytes. */
export function agreement(me, document) {
  return signature(me, document);
}

/** The digest that names a manifest: of its canonical JSON with its signatures. */
export async function digestOf(document) {
  return `sha256:${toHex(await sha256(utf8(canonical(document))))}`;
}
