// HPKE (RFC 9180): base mode, single shot, with X25519, HKDF-SHA256 and AES-GCM. WebCrypto alone.
//
// A secret is `{key, publicKey}`: a CryptoKey that agrees and need not be readable, and its public half (32 bytes).

import { concat, utf8 } from "../../js/base.js";

const KEM = concat(utf8("KEM"), Uint8Array.of(0, 0x20));
const VERSION = utf8("HPKE-v1");
const NONE = new Uint8Array();
const ENC_BYTES = 32;
/** The ciphers by their number in the RFC, with the length of their key. */
const AEADS = { 1: 16, 2: 32 };

const suite = (aead) => concat(utf8("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, aead));

async function hmac(key, data) {
  // An empty key is the same as one of zeros, and WebCrypto takes no empty one.
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

const extract = (id, salt, label, ikm) => hmac(salt, concat(VERSION, id, utf8(label), ikm));

async function expand(id, prk, label, info, length) {
  const whole = concat(Uint8Array.of(length >> 8, length & 255), VERSION, id, utf8(label), info);
  let out = NONE;
  let block = NONE;
  for (let n = 1; out.length < length; n += 1) {
    block = await hmac(prk, concat(block, whole, Uint8Array.of(n)));
    out = concat(out, block);
  }
  return out.slice(0, length);
}

async function agree(key, publicKey) {
  const other = await crypto.subtle.importKey("raw", publicKey, "X25519", false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: other }, key, 256));
  if (shared.every((byte) => byte === 0)) throw new RangeError("small order");
  return shared;
}

/** The shared secret of an encapsulation. */
async function shared(dh, enc, publicKey) {
  const prk = await extract(KEM, NONE, "eae_prk", dh);
  return expand(KEM, prk, "shared_secret", concat(enc, publicKey), 32);
}

/** The key and the nonce of the one message. */
async function schedule(secret, info, aead) {
  const id = suite(aead);
  const context = concat(
    Uint8Array.of(0),
    await extract(id, NONE, "psk_id_hash", NONE),
    await extract(id, NONE, "info_hash", info),
  );
  const prk = await extract(id, secret, "secret", NONE);
  const raw = await expand(id, prk, "key", context, AEADS[aead]);
  const iv = await expand(id, prk, "base_nonce", context, 12);
  return { key: await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]), iv };
}

/** A fresh pair for one encapsulation. */
async function fresh() {
  const pair = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  return { key: pair.privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

/** Encapsulated key and ciphertext, for the key of 32 bytes. `ephemeral` is given by tests alone. */
export async function seal(publicKey, info, aad, plain, { aead = 2, ephemeral = null } = {}) {
  const own = ephemeral ?? (await fresh());
  const secret = await shared(await agree(own.key, publicKey), own.publicKey, publicKey);
  const { key, iv } = await schedule(secret, info, aead);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, key, plain);
  return concat(own.publicKey, new Uint8Array(sealed));
}

/** What was sealed for the secret. Throws where it does not open. */
export async function open(secret, info, aad, sealed, { aead = 2 } = {}) {
  if (sealed.length < ENC_BYTES) throw new RangeError("ends too early");
  const enc = sealed.subarray(0, ENC_BYTES);
  const common = await shared(await agree(secret.key, enc), enc, secret.publicKey);
  const { key, iv } = await schedule(common, info, aead);
  const options = { name: "AES-GCM", iv, additionalData: aad };
  return new Uint8Array(await crypto.subtle.decrypt(options, key, sealed.subarray(ENC_BYTES)));
}
