// A symbol's modules, as sampled from a picture, to its text. Knows nothing of pictures.

import { dataOf } from "./codewords.js";
import { readFormat } from "./information.js";
import { textOf } from "./segments.js";

/**
 * The text of a symbol, or null. `light` has a number for each module, row by row: negative where it is dark, and farther
 * from zero the clearer it is. Reads mirrored symbols, too (ISO/IEC 18004:2015, clause 12). Throws `Unsupported`.
 */
export function read(light, version) {
  const size = 17 + 4 * version;
  const ways = [light, mirrored(light, size)].map((modules) => ({ modules, format: readFormat((x, y) => (modules[y * size + x] < 0 ? 1 : 0), size) }));
  ways.sort((a, b) => (a.format?.wrong ?? Infinity) - (b.format?.wrong ?? Infinity));
  for (const { modules, format } of ways) {
    const data = format && dataOf(modules, version, format);
    const text = data && textOf(data, version);
    if (text !== null) return text;
  }
  return null;
}

function mirrored(light, size) {
  const out = new Float32Array(light.length);
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) out[x * size + y] = light[y * size + x];
  return out;
}
