// Codes that people read, type and scan: invitations, and pairings of devices.

// Unambiguous letters (Crockford base 32).
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 12;

/** A new code: `7KQ2-M9XT-04RB`, 60 random bits. */
export function freshCode() {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => LETTERS[byte % 32]).join("");
  return letters.match(/.{4}/g).join("-");
}

/** The letters of a code as somebody typed it, or null. O is read as 0, I and L as 1. */
export function lettersOf(text) {
  const letters = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return letters.length === LENGTH && [...letters].every((letter) => LETTERS.includes(letter)) ? letters : null;
}
