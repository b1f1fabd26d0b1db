// An encoder of QR codes for tests: any version, level, mask and sequence of segments. The tests also check its codes with an independent decoder.

import { power, times } from "../../../apps/www/shared/js/qr/field.js";
import { alignmentPatterns, blocksOf, reserved, sizeOf } from "../../../apps/www/shared/js/qr/layout.js";

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const LEVEL_BITS = [1, 0, 3, 2];
const INVERTS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

const countBits = (version, bits) => bits[version < 10 ? 0 : version < 27 ? 1 : 2];
const head = (push, mode, count, bits) => (push(mode, 4), push(count, bits));

/** Segments, as functions that push their bits. */
export const digits = (text) => (push, version) => {
  head(push, 1, text.length, countBits(version, [10, 12, 14]));
  for (const part of text.match(/.{1,3}/g)) push(Number(part), [4, 7, 10][part.length - 1]);
};
export const letters = (text) => (push, version) => {
  head(push, 2, text.length, countBits(version, [9, 11, 13]));
  for (const [first, second] of text.match(/.{1,2}/g)) {
    if (second) push(ALPHANUMERIC.indexOf(first) * 45 + ALPHANUMERIC.indexOf(second), 11);
    else push(ALPHANUMERIC.indexOf(first), 6);
  }
};
export const bytes = (data) => (push, version) => {
  const all = typeof data === "string" ? new TextEncoder().encode(data) : data;
  head(push, 4, all.length, countBits(version, [8, 16, 16]));
  for (const byte of all) push(byte, 8);
};
export const eci = (number) => (push) => {
  push(7, 4);
  if (number < 128) push(number, 8);
  else if (number < 1 << 14) push(0x8000 | number, 16);
  else push(0xc00000 | number, 24);
};
export const mode = (number, bits = 40) => (push) => (push(number, 4), push(0, bits));

/** Returns the number of data codewords in a symbol. */
export const capacity = (version, level) => blocksOf(version, level).data.reduce((sum, one) => sum + one, 0);

/** Returns the codewords of a symbol in order, with interleaved blocks. */
export function codewords(segments, version, level) {
  const bits = [];
  const push = (value, length) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >>> i) & 1);
  };
  for (const segment of segments) segment(push, version);
  const room = capacity(version, level) * 8;
  if (bits.length > room) throw new RangeError("too long");
  push(0, Math.min(4, room - bits.length));
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) push(pad, 8);
  const words = Array.from({ length: room / 8 }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2));
  const { parity, data } = blocksOf(version, level);
  let at = 0;
  const blocks = data.map((length) => withParity(words.slice(at, (at += length)), parity));
  const out = [];
  const longest = data.at(-1);
  for (let i = 0; i < longest; i += 1) blocks.forEach((block, b) => i < data[b] && out.push(block[i]));
  for (let i = 0; i < parity; i += 1) blocks.forEach((block, b) => out.push(block[data[b] + i]));
  return out;
}

/** Returns a block with its parity: the remainder of a division by (x - 1)(x - 2)(x - 4)… */
export function withParity(data, parity) {
  let poly = [1];
  for (let i = 0; i < parity; i += 1) poly = [...poly, 0].map((term, j) => term ^ times(poly[j - 1] ?? 0, power(i)));
  const rest = [...data, ...new Array(parity).fill(0)];
  data.forEach((_, i) => {
    const factor = rest[i];
    poly.forEach((term, j) => (rest[i + j] ^= times(term, factor)));
  });
  return [...data, ...rest.slice(data.length)];
}

/** Returns the modules of codewords: rows of booleans, true is dark. */
export function place(words, version, level, mask) {
  const size = sizeOf(version);
  const rows = Array.from({ length: size }, () => new Array(size).fill(false));
  fixed(rows, version);
  const format = remainder((LEVEL_BITS[level] << 3) | mask, 10, 0x537) ^ 0x5412;
  for (let i = 0; i < 15; i += 1) {
    const dark = ((format >> i) & 1) === 1;
    rows[i < 6 ? i : i < 8 ? i + 1 : 8][i < 8 ? 8 : i === 8 ? 7 : 14 - i] = dark;
    if (i < 8) rows[8][size - 1 - i] = dark;
    else rows[size - 15 + i][8] = dark;
  }
  rows[size - 8][8] = true;
  const taken = reserved(version);
  let bit = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1) {
      const y = up ? size - 1 - i : i;
      for (const x of [right, right - 1]) {
        if (taken[y * size + x]) continue;
        const one = ((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
        rows[y][x] = (one === 1) !== (INVERTS[mask](x, y) === 0);
        bit += 1;
      }
    }
  }
  return rows;
}

/** Returns the modules of segments. */
export const encode = (segments, version, level, mask = 0) => place(codewords(segments, version, level), version, level, mask);

function remainder(value, length, poly) {
  let rest = value << length;
  for (let bit = 31 - Math.clz32(rest); bit >= length; bit = 31 - Math.clz32(rest)) rest ^= poly << (bit - length);
  return (value << length) | rest;
}

function fixed(rows, version) {
  const size = rows.length;
  const ring = (cx, cy, reach, light) => {
    for (let y = -reach; y <= reach; y += 1) {
      for (let x = -reach; x <= reach; x += 1) if (rows[cy + y]?.[cx + x] !== undefined) rows[cy + y][cx + x] = !light.includes(Math.max(Math.abs(x), Math.abs(y)));
    }
  };
  for (let i = 0; i < size; i += 1) rows[6][i] = rows[i][6] = i % 2 === 0;
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) ring(x, y, 4, [2, 4]);
  for (const [x, y] of alignmentPatterns(version)) ring(x, y, 2, [1]);
  if (version < 7) return;
  const word = remainder(version, 12, 0x1f25);
  for (let i = 0; i < 18; i += 1) {
    const [a, b] = [Math.floor(i / 3), size - 11 + (i % 3)];
    rows[a][b] = rows[b][a] = ((word >> i) & 1) === 1;
  }
}
