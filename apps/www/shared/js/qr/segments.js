// From data codewords to text (ISO/IEC 18004:2015, 7.3 and 7.4): numeric, alphanumeric and byte segments, with the
// character sets that ECI names. What this does not read is refused by name, never guessed.

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
// Mode indicators (Table 2).
const END = 0;
const NUMERIC = 1;
const LETTERS = 2;
const BYTES = 4;
const ECI = 7;
const REFUSED = { 3: "several", 5: "gs1", 8: "kanji", 9: "gs1" };
// Bits of a segment's character count (Table 3): up to version 9, to 26, to 40.
const COUNT_BITS = { [NUMERIC]: [10, 12, 14], [LETTERS]: [9, 11, 13], [BYTES]: [8, 16, 16] };
// Character sets by ECI number. "latin1" is not TextDecoder's, which is Windows' instead.
const SETS = { 1: "latin1", 3: "latin1", 20: "shift_jis", 25: "utf-16be", 26: "utf-8", 27: "utf-8" };

/** A code that is whole and readable, but of a kind that this decoder does not read. `what` names the kind. */
export class Unsupported extends Error {
  constructor(what) {
    super(`unsupported: ${what}`);
    this.what = what;
  }
}

/** The text in data codewords, or null where they make no sense. Throws `Unsupported`. */
export function textOf(words, version) {
  const bits = new Bits(words);
  const size = version < 10 ? 0 : version < 27 ? 1 : 2;
  let set = null;
  let text = "";
  while (bits.left >= 4) {
    const mode = bits.take(4);
    if (mode === END) break;
    if (REFUSED[mode]) throw new Unsupported(REFUSED[mode]);
    if (mode === ECI) {
      set = charset(bits);
      if (set === null) return null;
      continue;
    }
    const reader = { [NUMERIC]: numeric, [LETTERS]: letters, [BYTES]: bytes }[mode];
    if (!reader) return null;
    const count = bits.take(COUNT_BITS[mode][size]);
    const piece = reader(bits, count, set);
    if (piece === null || bits.left < 0) return null;
    text += piece;
  }
  return text || null;
}

class Bits {
  #words;
  #at = 0;

  constructor(words) {
    this.#words = words;
  }

  /** Negative where more was taken than there is. */
  get left() {
    return this.#words.length * 8 - this.#at;
  }

  take(count) {
    let value = 0;
    for (let i = 0; i < count; i += 1, this.#at += 1) {
      value = (value << 1) | (((this.#words[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}

/** Three digits in ten bits (7.4.3). */
function numeric(bits, count) {
  let text = "";
  for (let left = count; left > 0 && bits.left >= 0; left -= 3) {
    const digits = Math.min(left, 3);
    const value = bits.take([4, 7, 10][digits - 1]);
    if (value >= 10 ** digits) return null;
    text += String(value).padStart(digits, "0");
  }
  return text;
}

/** Two characters in eleven bits (7.4.4). */
function letters(bits, count) {
  let text = "";
  for (let left = count; left > 0 && bits.left >= 0; left -= 2) {
    const value = bits.take(left > 1 ? 11 : 6);
    if (value >= (left > 1 ? 45 * 45 : 45)) return null;
    text += left > 1 ? ALPHANUMERIC[Math.floor(value / 45)] + ALPHANUMERIC[value % 45] : ALPHANUMERIC[value];
  }
  return text;
}

/** Bytes (7.4.5). Without an ECI the standard means ISO 8859-1, but nearly all encoders write UTF-8. */
function bytes(bits, count, set) {
  if (count * 8 > bits.left) return null;
  const data = Uint8Array.from({ length: count }, () => bits.take(8));
  if (set === "latin1") return latin1(data);
  try {
    return new TextDecoder(set ?? "utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return set === null ? latin1(data) : null;
  }
}

const latin1 = (data) => Array.from(data, (byte) => String.fromCharCode(byte)).join("");

/** The character set of an ECI (7.4.2, Table 4): its number takes one, two or three bytes. */
function charset(bits) {
  const first = bits.take(8);
  const more = first < 0x80 ? 0 : first < 0xc0 ? 1 : first < 0xe0 ? 2 : null;
  if (more === null) return null;
  let number = first & (0x7f >> more);
  for (let i = 0; i < more; i += 1) number = (number << 8) | bits.take(8);
  if (bits.left < 0) return null;
  if (!SETS[number]) throw new Unsupported("charset");
  return SETS[number];
}
