// The codes of invitations.

// Unambiguous letters (Crockford base 32).
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A new code: `7KQ2-M9XT-04RB`. */
export function freshCode() {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => LETTERS[byte % 32]).join("");
  return letters.match(/.{4}/g).join("-");
}
