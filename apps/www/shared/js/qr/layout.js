// The parameters that the standard fixes for each version: sizes, blocks, positions of patterns, and data modules.

// ISO/IEC 18004:2015, Table 9, by level (L, M, Q, H) and version: codewords of error correction in a block…
const PARITY = [
  [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
  [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
  [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
];
// …and the number of blocks.
const BLOCKS = [
  [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
  [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
  [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
];
// Codewords that only detect, for the smallest symbols (Table 9, footnote).
const SPARE = { "1,0": 3, "1,1": 2, "1,2": 1, "1,3": 1, "2,0": 2, "3,0": 1 };

export const VERSION_MAX = 40;
/** Modules on a side (6.3.2). */
export const sizeOf = (version) => 17 + 4 * version;

/** The centres of alignment patterns on an axis (6.3.6, Annex E), in modules from the edge. */
export function alignmentCentres(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = sizeOf(version) - 7;
  // Equal even steps from the far side; what remains is left to the first gap. Version 32 is the table's one exception.
  const step = version === 32 ? 26 : Math.ceil((last - 6) / (count - 1) / 2) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => last - (count - 2 - i) * step)];
}

/** The centres [x, y] of all alignment patterns: everywhere on that grid but on the finder patterns. */
export function alignmentPatterns(version) {
  const centres = alignmentCentres(version);
  const last = centres.length - 1;
  const isFinder = (i, j) => (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
  return centres.flatMap((y, j) => centres.flatMap((x, i) => (isFinder(i, j) ? [] : [[x, y]])));
}

/** Marks with 1 what carries no data: patterns, and format and version information (6.3). */
export function reserved(version) {
  const size = sizeOf(version);
  const map = new Uint8Array(size * size);
  const fill = (left, top, width, height) => {
    for (let y = top; y < top + height; y += 1) map.fill(1, y * size + left, y * size + left + width);
  };
  fill(0, 0, 9, 9);
  fill(size - 8, 0, 8, 9);
  fill(0, size - 8, 9, 8);
  fill(6, 0, 1, size);
  fill(0, 6, size, 1);
  for (const [x, y] of alignmentPatterns(version)) fill(x - 2, y - 2, 5, 5);
  if (version >= 7) {
    fill(size - 11, 0, 3, 6);
    fill(0, size - 11, 6, 3);
  }
  return map;
}

/** The codewords in a symbol (Table 1). */
function codewords(version) {
  let free = 0;
  for (const one of reserved(version)) free += 1 - one;
  return free >> 3;
}

/** The blocks of a symbol: `{ parity, spare, data }`, where `data` is each block's number of data codewords. */
export function blocksOf(version, level) {
  const parity = PARITY[level][version - 1];
  const count = BLOCKS[level][version - 1];
  const all = codewords(version);
  const short = Math.floor(all / count);
  const data = Array.from({ length: count }, (_, i) => short - parity + (i >= count - (all % count) ? 1 : 0));
  return { parity, spare: SPARE[[version, level]] ?? 0, data };
}
