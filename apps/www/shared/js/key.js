// A person's keys: Ed25519 to sign, X25519 to be written to. They are made from 32 random bytes
// each and imported NON-extractable at once; afterwards nothing, this page included, can read them
// out again. What is needed in readable form (the recovery sheet) is made before that, here.
// Never sends anything anywhere.

import { concat, fromBase64url, toBase58 } from "./base.js";
import { dfosId } from "./cid.js";
import { texts } from "./texts.js";

const t = await texts("shared");

const PKCS8 = {
  Ed25519: Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20),
  X25519: Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20),
};
const USES = { Ed25519: ["sign"], X25519: ["deriveBits"] };

/** Whether a host is a number (an IP address) that may change; that of this very machine does not. */
export function isNumber(host) {
  return /^(\d+\.){3}\d+$/.test(host) ? !host.startsWith("127.") : host.startsWith("[") && host !== "[::1]";
}

/** Why keys cannot be used, or where `makes` is true also not made here, as a sentence for people; null where they can. */
export async function unavailable({ makes = true } = {}) {
  if (makes && isNumber(globalThis.location?.hostname ?? "")) {
    return t("js-key-number", { number: location.hostname });
  }
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    return t("js-key-insecure");
  }
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1), "Ed25519", false, ["verify"]);
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  } catch {
    return t("js-key-old");
  }
  return null;
}

/** Two fresh seeds. The caller makes the sheet from them, imports them, and wipes them. */
export function newSeeds() {
  return {
    sign: crypto.getRandomValues(new Uint8Array(32)),
    agree: crypto.getRandomValues(new Uint8Array(32)),
  };
}

export function wipe(seeds) {
  seeds.sign.fill(0);
  seeds.agree.fill(0);
}

async function importSeed(algorithm, seed) {
  const pkcs8 = concat(PKCS8[algorithm], seed);
  try {
    // WebCrypto gives the public half of a private key only through an export, so a readable copy
    // lives for the length of this function, in memory alone.
    const readable = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, USES[algorithm]);
    const jwk = await crypto.subtle.exportKey("jwk", readable);
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, USES[algorithm]);
    return { key, publicKey: fromBase64url(jwk.x) };
  } finally {
    pkcs8.fill(0);
  }
}

/** Imports the seed of a signing key alone: of one that a lock kept. */
export async function importSigning(seed) {
  return (await importSeed("Ed25519", seed)).key;
}

/** The public key of a seed whose private half is used elsewhere. */
export async function publicKeyOf(seed) {
  return (await importSeed("Ed25519", seed)).publicKey;
}

/** Imports both seeds for good: `{sign, agree}` are keys that sign and agree but cannot be read. */
export async function importKeys(seeds) {
  const sign = await importSeed("Ed25519", seeds.sign);
  const agree = await importSeed("X25519", seeds.agree);
  return {
    sign: sign.key,
    publicKey: sign.publicKey,
    agree: agree.key,
    encryptionKey: agree.publicKey,
    keyId: await keyId(sign.publicKey),
    multikey: multikey(sign.publicKey),
  };
}

export async function signBytes(key, bytes) {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, bytes));
}

export async function verifyBytes(publicKey, signature, bytes) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, bytes);
}

export function multikey(publicKey) {
  return `z${toBase58(concat(Uint8Array.of(0xed, 1), publicKey))}`;
}

export async function keyId(publicKey) {
  return `key_${await dfosId(publicKey)}`;
}

export function didOf(publicKey) {
  return `did:imajin:${toBase58(publicKey)}`;
}

/** What somebody wants needs their own key, and this browser doesn't hold it. */
export class NoKey extends Error {
  /** Where the key can be restored: a link for the error message. */
  way = { href: `/restore?next=${encodeURIComponent(globalThis.location?.pathname ?? "/")}`, text: t("js-key-restore") };

  constructor() {
    super(t("js-key-none"));
  }
}
