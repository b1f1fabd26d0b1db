// Format information (ISO/IEC 18004:2015, 7.9 and Annex C) and version information (7.10 and Annex D): short words, each
// written twice. Up to three wrong bits of one copy are mended.

const FORMAT_MASK = 0x5412;
const WRONG_MAX = 3;
// The bits of a level, in the order L, M, Q, H (Table 12).
const LEVEL_BITS = [1, 0, 3, 2];

/** A value followed by the remainder of its division: a BCH code's word. */
function withRemainder(value, length, poly) {
  let rest = value << length;
  for (let bit = 31 - Math.clz32(rest); bit >= length; bit = 31 - Math.clz32(rest)) rest ^= poly << (bit - length);
  return (value << length) | rest;
}

const FORMATS = LEVEL_BITS.flatMap((bits, level) =>
  Array.from({ length: 8 }, (_, mask) => ({ level, mask, word: withRemainder((bits << 3) | mask, 10, 0x537) ^ FORMAT_MASK })));
const VERSIONS = Array.from({ length: 34 }, (_, i) => ({ version: i + 7, word: withRemainder(i + 7, 12, 0x1f25) }));

function wrongBits(a, b) {
  let count = 0;
  for (let rest = a ^ b; rest; rest &= rest - 1) count += 1;
  return count;
}

/** What is nearest to one of two copies, with the number of its wrong bits; null where nothing is near enough. */
function nearest(list, copies) {
  let best = null;
  for (const one of list) {
    const wrong = Math.min(...copies.map((copy) => wrongBits(copy, one.word)));
    if (wrong <= WRONG_MAX && wrong < (best?.wrong ?? Infinity)) best = { ...one, wrong };
  }
  return best;
}

/** `{ level, mask, wrong }` of a symbol, or null. `dark(x, y)` tells a module's colour. */
export function readFormat(dark, size) {
  let [first, second] = [0, 0];
  for (let i = 0; i < 15; i += 1) {
    // Around the upper left finder pattern, past the timing patterns (Figure 25).
    const down = i < 6 ? i : i < 8 ? i + 1 : 8;
    const along = i < 8 ? 8 : i === 8 ? 7 : 14 - i;
    first |= dark(along, down) << i;
    second |= (i < 8 ? dark(size - 1 - i, 8) : dark(8, size - 15 + i)) << i;
  }
  return nearest(FORMATS, [first, second]);
}

/** The version that a symbol of version 7 or higher says it has, or null. */
export function readVersion(dark, size) {
  let [first, second] = [0, 0];
  for (let i = 0; i < 18; i += 1) {
    const [along, across] = [size - 11 + (i % 3), Math.floor(i / 3)];
    first |= dark(along, across) << i;
    second |= dark(across, along) << i;
  }
  return nearest(VERSIONS, [first, second])?.version ?? null;
}
