// Reed–Solomon correction of one block (ISO/IEC 18004:2015, 7.5 and Annex B): errors at unknown places, and erasures,
// which are places that the caller doubts. Always: a block that comes back is a valid codeword, and no more than the
// allowed number of places was changed.

import { over, power, product, times, valueAt } from "./field.js";

/**
 * Corrects a block in place and tells whether that was possible. The last `parity` codewords check the others; `spare` of
 * them only detect (they correct nothing); `erasures` are places in the block.
 */
export function correct(block, parity, spare = 0, erasures = []) {
  const room = parity - spare - erasures.length;
  if (room < 0) return false;
  const syndromes = syndromesOf(block, parity);
  if (syndromes.every((one) => one === 0)) return true;
  const last = block.length - 1;
  let known = Uint8Array.of(1);
  for (const place of erasures) known = product(known, Uint8Array.of(1, power(last - place)));
  const locator = locatorOf(syndromes, known, erasures.length);
  const degree = locator.length - 1;
  if (2 * (degree - erasures.length) > room) return false;
  const places = [];
  for (let place = 0; place <= last; place += 1) {
    if (valueAt(locator, power(255 - ((last - place) % 255))) === 0) places.push(place);
  }
  if (places.length !== degree) return false;
  const sizes = product(syndromes, locator, parity);
  const fixed = Uint8Array.from(block);
  for (const place of places) {
    const inverse = power(255 - ((last - place) % 255));
    const slope = derivativeAt(locator, inverse);
    if (slope === 0) return false;
    // Forney's formula; the first root is the generator to the power 0, hence the factor.
    fixed[place] ^= times(power(last - place), over(valueAt(sizes, inverse), slope));
  }
  if (syndromesOf(fixed, parity).some((one) => one !== 0)) return false;
  block.set(fixed);
  return true;
}

function syndromesOf(block, parity) {
  const out = new Uint8Array(parity);
  for (let i = 0; i < parity; i += 1) {
    const root = power(i);
    let value = 0;
    for (const word of block) value = times(value, root) ^ word;
    out[i] = value;
  }
  return out;
}

/** Berlekamp and Massey's algorithm, which starts from the polynomial of the erasures. */
function locatorOf(syndromes, known, erased) {
  let locator = known;
  let before = known;
  let errors = erased;
  for (let step = erased; step < syndromes.length; step += 1) {
    let gap = 0;
    for (let i = 0; i < locator.length && i <= step; i += 1) gap ^= times(locator[i], syndromes[step - i]);
    before = Uint8Array.of(0, ...before);
    if (gap === 0) continue;
    const next = new Uint8Array(Math.max(locator.length, before.length));
    for (let i = 0; i < next.length; i += 1) next[i] = (locator[i] ?? 0) ^ times(gap, before[i] ?? 0);
    if (2 * errors <= step + erased) {
      errors = step + 1 + erased - errors;
      before = locator.map((term) => over(term, gap));
    }
    locator = next;
  }
  let length = locator.length;
  while (length > 1 && locator[length - 1] === 0) length -= 1;
  return locator.subarray(0, length);
}

/** In a field of characteristic 2, only odd terms have a derivative. */
function derivativeAt(poly, x) {
  let value = 0;
  const square = times(x, x);
  for (let i = (poly.length - 1) | 1; i >= 1; i -= 2) value = times(value, square) ^ (poly[i] ?? 0);
  return value;
}
