// From modules to data: the mask is taken off, codewords are read in their order, sorted into blocks and mended.

import { blocksOf, reserved, sizeOf } from "./layout.js";
import { correct } from "./solomon.js";

// ISO/IEC 18004:2015, 7.8.2, Table 10: where a mask inverts, by column and row.
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => ((y >> 1) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
// Shares of a block's parity that may be spent on doubtful places, tried in this order.
const DOUBTED = [0, 0.25, 0.5];
// If places are only doubted, this many codewords stay for detection: a wrong text is worse than none.
const DETECTING_MIN = 3;

/** Codewords in their order (7.7.3), each with how clear its least clear module is. `light` is negative where a module is dark. */
function collect(light, version, mask) {
  const size = sizeOf(version);
  const taken = reserved(version);
  const inverts = MASKS[mask];
  const words = [];
  const clear = [];
  let [word, bits, least] = [0, 0, Infinity];
  let up = true;
  for (let right = size - 1; right > 0; right -= 2, up = !up) {
    // The vertical timing pattern has a column to itself.
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1) {
      const y = up ? size - 1 - i : i;
      for (let x = right; x >= right - 1; x -= 1) {
        const place = y * size + x;
        if (taken[place]) continue;
        word = (word << 1) | ((light[place] < 0) !== inverts(x, y) ? 1 : 0);
        least = Math.min(least, Math.abs(light[place]));
        bits += 1;
        if (bits < 8) continue;
        words.push(word);
        clear.push(least);
        [word, bits, least] = [0, 0, Infinity];
      }
    }
  }
  return { words, clear };
}

/** The data codewords of a symbol, mended, or null. */
export function dataOf(light, version, { level, mask }) {
  const { words, clear } = collect(light, version, mask);
  const { parity, spare, data } = blocksOf(version, level);
  const out = [];
  for (const places of blockPlaces(data, parity)) {
    const block = mend(places.map((place) => words[place]), places.map((place) => clear[place]), parity, spare);
    if (!block) return null;
    out.push(...block.subarray(0, block.length - parity));
  }
  return out;
}

/** For each block, where its codewords lie in the interleaved sequence (7.6). */
function blockPlaces(data, parity) {
  const blocks = data.map(() => []);
  let next = 0;
  for (let i = 0; i < data.at(-1); i += 1) data.forEach((length, block) => i < length && blocks[block].push(next++));
  for (let i = 0; i < parity; i += 1) blocks.forEach((block) => block.push(next++));
  return blocks;
}

function mend(words, clear, parity, spare) {
  const doubtful = words.map((_, place) => place).sort((a, b) => clear[a] - clear[b]);
  for (const share of DOUBTED) {
    const block = Uint8Array.from(words);
    const erasures = doubtful.slice(0, Math.floor(parity * share));
    if (correct(block, parity, erasures.length ? Math.max(spare, DETECTING_MIN) : spare, erasures)) return block;
  }
  return null;
}
