// Pairing: the public keys of a new device come to a device of the same person through the box, sealed by a code that this device shows.
// The box gets neither the code nor what the code opens, and so can't replace the new device's keys by others.

import { ApiError, get, request } from "../js/api.js";
import { concat, fromBase64url, toBase64url, toHex, utf8 } from "../js/base.js";
import { freshCode, lettersOf } from "../js/keys/code.js";
import { texts } from "../js/texts.js";

const t = await texts("www");

const SALT = "imajin-pairing-1";
/** So many that nobody can try all codes while one lasts. */
const ITERATIONS = 200_000;
const IV_BYTES = 12;
const ASK_MS = 2_000;
/** How long a code is shown: as long as the box keeps what was sent. */
const CODE_MS = 600_000;

/** What follows from a code: the path of its pairing at the box, and the key that seals. */
async function derive(letters) {
  const secret = await crypto.subtle.importKey("raw", utf8(letters), "PBKDF2", false, ["deriveBits"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: utf8(SALT), iterations: ITERATIONS };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(derivation, secret, 384));
  const key = await crypto.subtle.importKey("raw", bits.subarray(16), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { path: `/auth/api/pairings/${toHex(bits.subarray(0, 16))}`, key };
}

/** Sends the keys of this new device, as a text, to the device that shows the code. */
export async function sendKeys(code, text) {
  const { path, key } = await derive(lettersOf(code));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(text)));
  try {
    await request("PUT", path, { json: { sealed: toBase64url(concat(iv, sealed)) } });
  } catch (error) {
    throw error instanceof ApiError && error.status === 409 ? new Error(t("js-device-code-used")) : error;
  }
}

/** The text that was sealed, or null if it was sealed by another code. */
async function open(key, sealed) {
  try {
    const bytes = fromBase64url(sealed);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.subarray(0, IV_BYTES) }, key, bytes.subarray(IV_BYTES));
    return new TextDecoder().decode(text);
  } catch {
    return null;
  }
}

async function receive({ path, key }) {
  for (const end = Date.now() + CODE_MS; Date.now() < end; ) {
    const { sealed } = globalThis.document?.hidden ? {} : await get(path).catch(() => ({}));
    if (sealed) return open(key, sealed);
    await new Promise((wake) => setTimeout(wake, ASK_MS));
  }
  return null;
}

/** Begins a pairing: its code, and `keys`, which waits for what a new device sends. It answers null once the code has ended. */
export async function beginPairing() {
  const code = freshCode();
  const pairing = await derive(lettersOf(code));
  return { code, keys: () => receive(pairing) };
}
