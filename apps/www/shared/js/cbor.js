// Strict dag-cbor: the one form of a value that gets signed, written and read.
// Maps are plain objects ordered by key length, then bytes; integers only; the only tag is 42 (a
// Link). The decoder refuses every other form, trailing bytes, and nesting over 128. docs/format.md §1.

import { concat, equal, utf8 } from "./base.js";

const MAX_DEPTH = 128;

/** A CID inside a value: 36 binary bytes, written as tag 42. */
export class Link {
  constructor(bytes) {
    this.bytes = bytes;
  }
}

export function encode(value) {
  return concat(...pieces(value, 0));
}

function head(major, number) {
  const m = major << 5;
  if (number < 24) return Uint8Array.of(m | number);
  if (number < 0x100) return Uint8Array.of(m | 24, number);
  if (number < 0x10000) return Uint8Array.of(m | 25, number >>> 8, number & 255);
  const view = new DataView(new ArrayBuffer(9));
  if (number < 0x100000000) {
    view.setUint8(0, m | 26);
    view.setUint32(1, number);
    return new Uint8Array(view.buffer, 0, 5);
  }
  view.setUint8(0, m | 27);
  view.setBigUint64(1, BigInt(number));
  return new Uint8Array(view.buffer);
}

function pieces(value, depth) {
  if (depth > MAX_DEPTH) throw new RangeError("nested too deeply");
  if (value === null) return [Uint8Array.of(0xf6)];
  if (typeof value === "boolean") return [Uint8Array.of(value ? 0xf5 : 0xf4)];
  if (typeof value === "number") return [integer(value)];
  if (typeof value === "string") {
    const bytes = utf8(value);
    return [head(3, bytes.length), bytes];
  }
  if (value instanceof Uint8Array) return [head(2, value.length), value];
  if (value instanceof Link) {
    return [Uint8Array.of(0xd8, 42), head(2, value.bytes.length + 1), Uint8Array.of(0), value.bytes];
  }
  if (Array.isArray(value)) return [head(4, value.length), ...value.flatMap((item) => pieces(item, depth + 1))];
  if (typeof value === "object") return map(value, depth);
  throw new TypeError(`cannot be written: ${typeof value}`);
}

function integer(value) {
  if (!Number.isSafeInteger(value)) throw new RangeError("no safe integer");
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function map(value, depth) {
  const entries = Object.keys(value).map((key) => [utf8(key), value[key]]);
  entries.sort(([a], [b]) => compareKeys(a, b));
  return [
    head(5, entries.length),
    ...entries.flatMap(([key, item]) => [head(3, key.length), key, ...pieces(item, depth + 1)]),
  ];
}

function compareKeys(a, b) {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

/** Reads one value and checks that writing it again gives the same bytes, so that no other form passes. */
export function decode(bytes) {
  const reader = { bytes, at: 0 };
  const value = read(reader, 0);
  if (reader.at !== bytes.length) throw new RangeError("trailing bytes");
  if (!equal(encode(value), bytes)) throw new RangeError("not canonical");
  return value;
}

function take(reader, length) {
  if (reader.at + length > reader.bytes.length) throw new RangeError("ends too early");
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
}

function argument(reader, info) {
  if (info < 24) return info;
  if (info > 27) throw new RangeError("bad length");
  const raw = take(reader, 1 << (info - 24));
  const number = raw.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError("number too large");
  return Number(number);
}

function read(reader, depth) {
  if (depth > MAX_DEPTH) throw new RangeError("nested too deeply");
  const [first] = take(reader, 1);
  const major = first >> 5;
  if (major === 7) return simple(first);
  const number = argument(reader, first & 31);
  switch (major) {
    case 0:
      return number;
    case 1:
      return -1 - number;
    case 2:
      return take(reader, number).slice();
    case 3:
      return text(reader, number);
    case 4:
      return list(reader, number, depth);
    case 5:
      return object(reader, number, depth);
    default:
      return link(reader, number);
  }
}

function simple(first) {
  if (first === 0xf4) return false;
  if (first === 0xf5) return true;
  if (first === 0xf6) return null;
  throw new RangeError("unsupported simple value");
}

function text(reader, length) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(reader, length));
}

function list(reader, length, depth) {
  const out = [];
  for (let i = 0; i < length; i += 1) out.push(read(reader, depth + 1));
  return out;
}

function object(reader, length, depth) {
  // Without a prototype, so that a key such as "__proto__" is a key like any other.
  const out = Object.create(null);
  for (let i = 0; i < length; i += 1) {
    const key = read(reader, depth + 1);
    if (typeof key !== "string" || key in out) throw new RangeError("bad map key");
    out[key] = read(reader, depth + 1);
  }
  return out;
}

function link(reader, tag) {
  const inner = tag === 42 ? read(reader, MAX_DEPTH) : null;
  if (!(inner instanceof Uint8Array) || inner[0] !== 0) throw new RangeError("unsupported tag");
  return new Link(inner.slice(1));
}
