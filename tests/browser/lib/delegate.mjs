// Keys of programs that act for a person, made as pages make them: from random bits and the owner's DID.

import { createPrivateKey, createPublicKey, hkdfSync, randomBytes } from "node:crypto";
import { fromBase64url, toBase32 } from "../../../apps/www/shared/js/base.js";
import { multikey } from "../../../apps/www/shared/js/key.js";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
/** Beginning of a private key of Ed25519 (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const DAY_MS = 86_400_000;

/**
 * Makes a password in a context of derivation. Returns it with the body of a delegation to its key, for a day.
 *
 * @param {string[]} scope what the program may do
 */
export function makeDelegate(did, context, scope) {
  const bits = randomBytes(16);
  const seed = Buffer.from(hkdfSync("sha256", bits, did, context, 32));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const { x } = createPublicKey(key).export({ format: "jwk" });
  const until = new Date(Date.now() + DAY_MS).toISOString();
  return { password: toBase32(bits, DIGITS), body: { key: multikey(fromBase64url(x)), scope, until } };
}
