// The cryptography of sealed conversations (docs/conversations.md): how an epoch's secret reaches its members, and how a
// message is sealed under it. Every length is checked before anything is opened. Knows nothing of logs or rules.

import { concat, equal, utf8 } from "../../js/base.js";
import { decode, encode } from "../../js/cbor.js";
import { parseCid } from "../../js/cid.js";
import { isCount, isDid } from "./entry.js";
import * as hpke from "./hpke.js";

export const SUITE = 1;
export const WRAP_BYTES = 80;
const LEAST = 256;
const MOST = 32 * 1024;
export const BOX_BYTES_MAX = MOST + 16;
const MESSAGE = "mjn:chat:message:1";
const KEYRING = "mjn:chat:keyring:1";
/** Secrets in a keyring at most. */
const SECRETS_MAX = 256;
const NONE = new Uint8Array();

async function hkdf(secret, salt, info, length) {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, length * 8);
  return new Uint8Array(bits);
}

/** What an epoch says of its secret: the same for all members. */
export function checkOf(secret, log, epoch) {
  return hkdf(secret, utf8("mjn:chat:check:1"), encode([log, epoch]), 32);
}

/** What a wrap is for: `{log, epoch, maker, member, key, check}`. */
const wrapInfo = (w) => encode(["mjn:chat:wrap:1", w.log, w.epoch, w.maker, w.member, w.key, w.check]);

/** Wraps an epoch's secret to one key of a member. */
export const wrap = (what, secret) => hpke.seal(what.key, wrapInfo(what), NONE, secret);

/** The secret in a wrap for `secret`, or null. Compare `checkOf` afterwards. */
export async function openWrap(what, secret, wrapped) {
  if (wrapped.length !== WRAP_BYTES) return null;
  return quietly(() => hpke.open(secret, wrapInfo(what), NONE, wrapped));
}

export function pad(text) {
  const whole = text.length + 4;
  if (whole > MOST) throw new RangeError("text too long");
  let length = LEAST;
  while (length < whole) length *= 2;
  const out = new Uint8Array(length);
  new DataView(out.buffer).setUint32(0, text.length);
  out.set(text, 4);
  return out;
}

/** The text of the only form that `pad` writes; throws for any other. */
export function unpad(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
  const text = bytes.slice(4, 4 + length);
  if (text.length !== length || !equal(pad(text), bytes)) throw new RangeError("not padded");
  return text;
}

/** The key, the initialisation vector and the commitment of one box. */
async function boxKeys(secret, nonce, info) {
  const okm = await hkdf(secret, nonce, utf8(info), 76);
  const key = await crypto.subtle.importKey("raw", okm.subarray(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { key, iv: okm.slice(32, 44), commit: okm.slice(44) };
}

async function sealBox(secret, nonce, info, aad, text) {
  const { key, iv, commit } = await boxKeys(secret, nonce, info);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, key, pad(text));
  return { nonce, commit, box: new Uint8Array(sealed) };
}

async function openBox(secret, info, aad, sealed) {
  if (sealed.box.length > BOX_BYTES_MAX) throw new RangeError("too long");
  const { key, iv, commit } = await boxKeys(secret, sealed.nonce, info);
  if (!equal(commit, sealed.commit)) throw new RangeError("another commitment");
  const options = { name: "AES-GCM", iv, additionalData: aad };
  return unpad(new Uint8Array(await crypto.subtle.decrypt(options, key, sealed.box)));
}

/** Where a message belongs: `{name, log, epoch, sender, id, re}`. */
const placeOf = (p) => encode(["mjn:chat:ad:1", p.name, p.log, p.epoch, p.sender, p.id, p.re ?? null]);

/** Seals a text: `{nonce, commit, box}`. `nonce` is given by tests alone. */
export function seal(secret, place, text, nonce = crypto.getRandomValues(new Uint8Array(32))) {
  return sealBox(secret, nonce, MESSAGE, placeOf(place), text);
}

/** The text of a box, or null. */
export const open = (secret, place, sealed) => quietly(() => openBox(secret, MESSAGE, placeOf(place), sealed));

const ringAad = (did) => encode([KEYRING, did]);
const ringInfo = (did, key) => encode([KEYRING, did, key]);

/** A keyring's box for `secrets` (`[log, epoch, secret]`), under the fresh key `ring`. */
export function sealRing(ring, did, secrets, nonce = crypto.getRandomValues(new Uint8Array(32))) {
  return sealBox(ring, nonce, KEYRING, ringAad(did), encode(secrets));
}

/** Wraps the key of a keyring to one of its owner's keys. */
export const wrapRing = (ring, did, key) => hpke.seal(key, ringInfo(did, key), NONE, ring);

/** The secrets in a keyring, or null where it is not for this secret. */
export async function openRing(secret, did, wrapped, sealed) {
  if (wrapped.length !== WRAP_BYTES) return null;
  return quietly(async () => {
    const ring = await hpke.open(secret, ringInfo(did, secret.publicKey), NONE, wrapped);
    const secrets = decode(await openBox(ring, KEYRING, ringAad(did), sealed));
    const isSecret = (one) => one instanceof Uint8Array && one.length === 32;
    const isOne = (one) => Array.isArray(one) && one.length === 3 && isDid(one[0]) && isCount(one[1]) && isSecret(one[2]);
    if (secrets.length > SECRETS_MAX || !secrets.every(isOne)) throw new RangeError("not a keyring");
    return secrets;
  });
}

/** Twelve groups of five digits, from each person's `[DID, CID text of the newest identity operation]`. */
export async function number(one, other) {
  const both = [one, other].sort(([a], [b]) => (a < b ? -1 : 1)).map(([did, cid]) => [did, parseCid(cid)]);
  const hash = await crypto.subtle.digest("SHA-512", concat(utf8("mjn:chat:compare:1"), encode(both)));
  return Array.from({ length: 12 }, (_, group) => {
    const bytes = new Uint8Array(hash, group * 5, 5);
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return String(value % 100_000).padStart(5, "0");
  });
}

async function quietly(act) {
  try {
    return await act();
  } catch {
    return null;
  }
}
