// Sealed files (docs/sealed-files.md): encrypted here before they are sent, so that the box keeps what it can't read. AES-256-GCM in
// the STREAM construction: pieces of 64 KiB, each with its number and whether it is the last in its nonce, so that none can be
// left out, put elsewhere or cut off. One key seals one file: the nonces begin at zero.

/** Bytes that are encrypted in one piece. */
export const CHUNK = 64 * 1024;
/** Bytes that each piece is longer then. */
export const TAG = 16;
/** Pieces have a number of four bytes. */
const CHUNKS_MAX = 2 ** 32;

/** A sealed file was changed, is not whole, or has another key. */
export class Unsealable extends Error {}

/** The length to which a file is padded (Padmé): it tells little, and at most 12 % is added. */
export function padded(length) {
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError("length");
  if (length < 2) return length;
  const exponent = log2(length);
  const unit = 2 ** (exponent - (log2(exponent) + 1));
  return Math.ceil(length / unit) * unit;
}

function log2(number) {
  let exponent = 0;
  for (let power = 2; power <= number; power *= 2) exponent += 1;
  return exponent;
}

const chunksOf = (length) => Math.max(1, Math.ceil(length / CHUNK));

/** The length of a sealed file, by that of the file. */
export function sealedLength(length) {
  return padded(length) + chunksOf(padded(length)) * TAG;
}

/** A fresh key, for one file: 32 bytes that go into the message. */
export function fileKey() {
  return crypto.getRandomValues(new Uint8Array(32));
}

const use = (key, usage) => crypto.subtle.importKey("raw", key, "AES-GCM", false, [usage]);

/** Seven zero bytes, the piece's number, and 1 for the last. */
function options(number, isLast) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(7, number);
  iv[11] = isLast ? 1 : 0;
  return { name: "AES-GCM", iv, tagLength: 8 * TAG };
}

/** The sealed pieces of a file (a `Blob`), padded, under a key that no other file has. */
export async function* seal(key, file) {
  const { size } = file;
  const length = padded(size);
  const chunks = chunksOf(length);
  if (chunks > CHUNKS_MAX) throw new RangeError("length");
  const using = await use(key, "encrypt");
  for (let number = 0; number < chunks; number += 1) {
    const [from, to] = [number * CHUNK, Math.min((number + 1) * CHUNK, length)];
    // The padding after the file is zeros.
    const piece = new Uint8Array(to - from);
    if (from < size) piece.set(new Uint8Array(await file.slice(from, Math.min(to, size)).arrayBuffer()));
    yield new Uint8Array(await crypto.subtle.encrypt(options(number, number === chunks - 1), using, piece));
  }
}

/**
 * The pieces of a file of `size` bytes from its sealed bytes, which come in pieces of any length (a `ReadableStream`, or any other
 * async iterable). Each piece is proven; that the file is whole is proven when the last one came. Throws `Unsealable`.
 */
export async function* unseal(key, sealed, size) {
  const length = padded(size);
  const chunks = chunksOf(length);
  const using = await use(key, "decrypt");
  let number = 0;
  const open = async (chunk) => {
    const [from, isLast] = [number * CHUNK, number === chunks - 1];
    let piece;
    try {
      piece = new Uint8Array(await crypto.subtle.decrypt(options(number, isLast), using, chunk));
    } catch {
      throw new Unsealable("changed");
    }
    if (piece.length !== Math.min(CHUNK, length - from)) throw new Unsealable("length");
    number += 1;
    // The padding is not the file's.
    return piece.subarray(0, Math.max(0, Math.min(CHUNK, size - from)));
  };
  let rest = new Uint8Array(0);
  for await (const part of sealed) {
    const joined = new Uint8Array(rest.length + part.length);
    joined.set(rest);
    joined.set(part, rest.length);
    rest = joined;
    // The last piece waits for the end, or it could be followed by more.
    while (rest.length > CHUNK + TAG) {
      if (number === chunks - 1) throw new Unsealable("longer");
      const piece = await open(rest.subarray(0, CHUNK + TAG));
      rest = rest.subarray(CHUNK + TAG);
      if (piece.length) yield piece;
    }
  }
  if (number !== chunks - 1) throw new Unsealable("shorter");
  const piece = await open(rest);
  if (piece.length) yield piece;
}
