// The encryption keys of an identity in its chain: the entries `ImajinEncryption` among its services, one for each device and
// recovery sheet that can open what is written to the person. Read and written here alone; the node has the same rules in
// kernel/protocol. Knows nothing of pages or of the network.

import { concat, fromBase58, toBase58, toHex } from "../base.js";

export const ENCRYPTION_KEYS_MAX = 8;
const TYPE = "ImajinEncryption";
const X25519 = [0xec, 1];

/** The 32 bytes of an encryption key as chains write them (`z6LS…`), or null. */
export function x25519Bytes(text) {
  if (typeof text !== "string" || !text.startsWith("z") || text.length > 64) return null;
  let bytes;
  try {
    bytes = fromBase58(text.slice(1));
  } catch {
    return null;
  }
  return bytes.length === 34 && X25519.every((byte, i) => bytes[i] === byte) ? bytes.slice(2) : null;
}

/** An encryption key as chains write it. */
export const x25519Multikey = (key) => `z${toBase58(concat(Uint8Array.of(...X25519), key))}`;

/** A service of a chain: the encryption key (32 bytes) of what has the signing key `of`. */
export function encryptionEntry(of, key, sheet = false) {
  const entry = { id: `encryption-${of}`, type: TYPE, key: x25519Multikey(key), of };
  return sheet ? { ...entry, sheet: true } : entry;
}

function read(service) {
  const { type, key, of, sheet } = service;
  if (type !== TYPE || typeof of !== "string" || of === "" || ("sheet" in service && sheet !== true)) return null;
  const bytes = x25519Bytes(key);
  return bytes && { of, key: toHex(bytes), sheet: sheet === true };
}

/** The encryption keys among a chain's services, in their order: `{of, key (hex), sheet}` of the first that are well-formed. */
export const entriesAmong = (services) => services.map(read).filter(Boolean).slice(0, ENCRYPTION_KEYS_MAX);

/** The same keys in ascending order, none twice. */
export const keysAmong = (services) => [...new Set(entriesAmong(services).map(({ key }) => key))].sort();

/** Services with an entry added, in the place of those for the same signing key or for `after`; null where there is no room for more. */
export function withEntry(services, entry, after = null) {
  const others = services.filter((service) => service.id !== entry.id && ![entry.of, after].includes(read(service)?.of));
  return others.filter(read).length < ENCRYPTION_KEYS_MAX ? [...others, entry] : null;
}

/** Services without the encryption keys of these signing keys. A key that another one shares with them goes too. */
export function withoutKeysOf(services, ids) {
  const gone = services.map(read).filter((entry) => ids.includes(entry?.of));
  return services.filter((service) => !gone.some(({ key }) => read(service)?.key === key));
}

/** The public half of a private X25519 key that can't be read: what it agrees with the base point. */
export async function publicOf(agree) {
  const base = await crypto.subtle.importKey("raw", new Uint8Array(32).with(0, 9), "X25519", false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: base }, agree, 256));
}
