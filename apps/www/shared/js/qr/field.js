// Arithmetic in GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (ISO/IEC 18004:2015, 7.5.2).

const ORDER = 255;
/** Powers of the field's generator, twice over, so that a sum of two logarithms needs no remainder. */
export const EXP = new Uint8Array(2 * ORDER);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < ORDER; i += 1, x = (x << 1) ^ (x & 0x80 ? 0x11d : 0)) {
  EXP[i] = EXP[i + ORDER] = x;
  LOG[x] = i;
}

export const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);
/** `a` divided by `b`, which is not zero. */
export const over = (a, b) => (a ? EXP[LOG[a] + ORDER - LOG[b]] : 0);
/** The generator to a power from 0 on. */
export const power = (exponent) => EXP[exponent % ORDER];

/** The value of a polynomial, its lowest term first. */
export function valueAt(poly, x) {
  let value = 0;
  for (let i = poly.length - 1; i >= 0; i -= 1) value = times(value, x) ^ poly[i];
  return value;
}

/** The product of two polynomials, lowest terms first, of which `length` terms are kept. */
export function product(a, b, length = a.length + b.length - 1) {
  const out = new Uint8Array(length);
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; a[i] && j < b.length && i + j < length; j += 1) out[i + j] ^= times(a[i], b[j]);
  }
  return out;
}
