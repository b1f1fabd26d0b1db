// The recovery sheet: both seeds and the DID, sealed with a passphrase, as a text that can be
// printed, typed and put in a QR code. docs/recovery-sheet.md is its specification; `imajin key
// recover` reads the same text. Knows nothing of pages or of the network.

import { concat, equal, fromBase32, fromBase58, toBase32, toBase58, utf8 } from "./base.js";
import { sha256 } from "./cid.js";
import { texts } from "./texts.js";

const t = await texts("shared");

export const PREFIX = "imajin-recovery-1:";
export const ITERATIONS = 600_000;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LINES = 10;
const LINE_BYTES = 15;
const LINE_CHARS = 25;
const SEALED = 140;
const GROUP = 5;

async function keyFrom(passphrase, salt) {
  const secret = utf8(passphrase.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  return crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seals `{sign, agree}` (32 bytes each) and the DID. Answers the text without spaces. */
export async function seal(seeds, did, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  return sealWith(seeds, did, passphrase, salt, nonce);
}

/** As `seal`, with the random parts given: for tests. */
export async function sealWith(seeds, did, passphrase, salt, nonce) {
  const plain = concat(seeds.sign, seeds.agree, fromBase58(did.replace("did:imajin:", "")));
  if (plain.length !== 96) throw new RangeError("bad sheet");
  const key = await keyFrom(passphrase, salt);
  const additionalData = utf8(PREFIX);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData }, key, plain));
  plain.fill(0);
  const payload = concat(salt, nonce, sealed);
  const bytes = concat(payload, (await checksum(payload)).subarray(0, 10));
  let text = PREFIX;
  for (let line = 0; line < LINES; line += 1) {
    const part = bytes.subarray(line * LINE_BYTES, (line + 1) * LINE_BYTES);
    text += toBase32(part, ALPHABET) + (await checkLetter(line, part));
  }
  return text;
}

function checksum(payload) {
  return sha256(concat(utf8(PREFIX), payload));
}

// One letter a line, so that someone who types from paper learns which line to look at again.
async function checkLetter(line, part) {
  return ALPHABET[(await sha256(concat(Uint8Array.of(line), part)))[0] & 31];
}

/** The text as people see it: ten lines of five groups. */
export function printed(text) {
  const letters = text.slice(PREFIX.length).toUpperCase();
  const lines = letters.match(new RegExp(`.{${LINE_CHARS}}`, "g"));
  return lines.map((line) => line.match(new RegExp(`.{${GROUP}}`, "g")).join(" "));
}

/** Finds the sheet's letters in whatever was scanned, typed, pasted or loaded from a file. */
function letters(input) {
  const lower = input.toLowerCase();
  const start = lower.indexOf(PREFIX);
  const rest = start < 0 ? lower : lower.slice(start + PREFIX.length);
  // Line numbers ("1." or "1)") and spaces are for the eye; the alphabet has no O, I, L or U.
  const plain = rest.replace(/^\s*\d{1,2}[.)]\s/gm, "").replace(/[\s·-]/g, "");
  return plain.replaceAll("o", "0").replace(/[il]/g, "1").slice(0, LINES * LINE_CHARS);
}

/** What was read in, with everything but the letters left out: ten lines as on the sheet. */
export function tidy(input) {
  return (letters(input).toUpperCase().match(new RegExp(`.{1,${LINE_CHARS}}`, "g")) ?? [])
    .map((line) => line.match(new RegExp(`.{1,${GROUP}}`, "g")).join(" "))
    .join("\n");
}

/** A mistake in the letters: says which line. */
export class SheetError extends Error {}

/** Reads the letters back into sealed bytes, or says what is wrong with them. */
export async function readLetters(input) {
  const text = letters(input);
  const bytes = [];
  for (let line = 0; line < LINES; line += 1) {
    const part = text.slice(line * LINE_CHARS, (line + 1) * LINE_CHARS);
    if (part.length < LINE_CHARS) throw new SheetError(t("js-sheet-line-short", { line: line + 1, count: part.length }));
    const read = readLine(part);
    if (!read || (await checkLetter(line, read)) !== part.at(-1)) {
      throw new SheetError(t("js-sheet-line-letter", { line: line + 1 }));
    }
    bytes.push(read);
  }
  const whole = concat(...bytes);
  const payload = whole.subarray(0, SEALED);
  if (!equal((await checksum(payload)).subarray(0, 10), whole.subarray(SEALED))) {
    throw new SheetError(t("js-sheet-order"));
  }
  return payload;
}

function readLine(part) {
  try {
    return fromBase32(part.slice(0, -1), ALPHABET);
  } catch {
    return null;
  }
}

/** Opens a sheet: `{seeds, did}`. The seeds are the caller's to import and wipe. */
export async function openSheet(input, passphrase) {
  const payload = await readLetters(input);
  const key = await keyFrom(passphrase, payload.subarray(0, 16));
  const options = { name: "AES-GCM", iv: payload.subarray(16, 28), additionalData: utf8(PREFIX) };
  let plain;
  try {
    plain = new Uint8Array(await crypto.subtle.decrypt(options, key, payload.subarray(28)));
  } catch {
    throw new SheetError(t("js-sheet-passphrase"));
  }
  const seeds = { sign: plain.slice(0, 32), agree: plain.slice(32, 64) };
  const did = `did:imajin:${toBase58(plain.slice(64))}`;
  plain.fill(0);
  return { seeds, did };
}

const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aeiou";

/** A passphrase that can be said aloud: four words of three syllables, 75 bits. */
export function suggestion() {
  const syllable = () => CONSONANTS[randomBelow(CONSONANTS.length)] + VOWELS[randomBelow(VOWELS.length)];
  return Array.from({ length: 4 }, () => syllable() + syllable() + syllable()).join(" ");
}

function randomBelow(limit) {
  const byte = new Uint8Array(1);
  do crypto.getRandomValues(byte);
  while (byte[0] >= 256 - (256 % limit));
  return byte[0] % limit;
}
