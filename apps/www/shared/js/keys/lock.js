// The optional lock on a key in this browser. A locked key is kept as its sealed seed: opening it takes a passphrase, or what the
// device's own authenticator (fingerprint, face, PIN) gives by WebAuthn's PRF extension. It stays open in the memory of one page.
//
// Always: an opened key is never stored (`store.js` leaves it out), and is imported non-extractable like any other. The lock is on
// the key that signs.

import { concat, utf8 } from "../base.js";
import { importSigning } from "../key.js";
import { texts } from "../texts.js";
import { el } from "../ui.js";

const t = await texts("shared");

const ITERATIONS = 600_000;
const LABEL = "imajin-lock-1:";
export const LOCK_PASSPHRASE_MIN = 8;

const opened = new Map();
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

async function sealingKey(secret, lock) {
  if (lock.kind === "prf") return crypto.subtle.importKey("raw", await crypto.subtle.digest("SHA-256", concat(utf8(LABEL), secret)), "AES-GCM", false, ["encrypt", "decrypt"]);
  const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: lock.salt, iterations: lock.iterations }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function sealSeed(did, seed, secret, lock) {
  const nonce = random(12);
  const key = await sealingKey(secret, lock);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8(LABEL + did) }, key, seed);
  return { ...lock, nonce, sealed: new Uint8Array(sealed) };
}

/** Seals a seed with a passphrase. */
export function lockWithPassphrase(did, seed, passphrase) {
  const lock = { kind: "passphrase", salt: random(16), iterations: ITERATIONS };
  return sealSeed(did, seed, utf8(passphrase.normalize("NFC")), lock);
}

/** Whether this browser may have an authenticator of its own at this address: none works for a bare IP address. */
export async function hasAuthenticator() {
  if (!globalThis.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/** Seals a seed with this device's authenticator; null where it can't do that (no PRF). */
export async function lockWithDevice(did, name, seed) {
  const salt = random(32);
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: random(32),
      rp: { name: "Imajin" },
      user: { id: random(16), name: name || "me", displayName: name || "me" },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { userVerification: "required", authenticatorAttachment: "platform" },
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const prf = credential.getClientExtensionResults().prf;
  if (!prf?.enabled) return null;
  const lock = { kind: "prf", salt, credential: new Uint8Array(credential.rawId) };
  const secret = prf.results?.first ? new Uint8Array(prf.results.first) : await deviceSecret(lock);
  return sealSeed(did, seed, secret, lock);
}

async function deviceSecret(lock) {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: "public-key", id: lock.credential }],
      userVerification: "required",
      extensions: { prf: { eval: { first: lock.salt } } },
    },
  });
  const first = found.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new Error(t("js-unlock-refused"));
  return new Uint8Array(first);
}

async function openWith(person, secret) {
  const { lock, did } = person;
  const key = await sealingKey(secret, lock);
  let seed;
  try {
    seed = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.nonce, additionalData: utf8(LABEL + did) }, key, lock.sealed));
  } catch {
    return null;
  }
  try {
    return await importSigning(seed);
  } finally {
    seed.fill(0);
  }
}

/** Whether a person's key is open, or not locked: then nothing has to be asked of them. */
export const isOpen = (person) => !person?.lock || Boolean(person.sign) || opened.has(person.keyId);

/** The person with the key open: asks for what opens it where it is locked. Once a page. */
export async function unlocked(person) {
  if (!person?.lock || person.sign) return person;
  let sign = opened.get(person.keyId);
  if (!sign) {
    sign = person.lock.kind === "prf" ? await openWith(person, await deviceSecret(person.lock).catch(notOpened)) : await ask(person);
    if (!sign) throw new Error(t("js-unlock-wrong"));
    opened.set(person.keyId, sign);
  }
  return { ...person, sign };
}

function notOpened(error) {
  throw new Error(error?.name === "NotAllowedError" ? t("js-unlock-again") : error.message);
}

/** Asks for the passphrase until it is right; an error when the person closes the question. */
function ask(person) {
  const input = el("input", { id: "unlock-passphrase", type: "password", autocomplete: "current-password", "aria-describedby": "unlock-wrong" });
  const wrong = el("p", { id: "unlock-wrong", role: "alert" });
  const close = el("button", { type: "button" }, t("js-cancel"));
  const form = el("form", { novalidate: true }, el("h2", { id: "unlock-title" }, t("js-unlock-title")), el("div", { class: "field" }, el("label", { for: "unlock-passphrase" }, t("js-unlock-passphrase")), input), wrong,
    el("div", { class: "actions" }, el("button", { type: "submit", class: "main", id: "unlock-go" }, t("js-unlock")), close));
  const dialog = el("dialog", { id: "unlock", class: "card", "aria-labelledby": "unlock-title" }, form);
  document.body.append(dialog);
  return new Promise((resolve, reject) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const sign = await openWith(person, utf8(input.value.normalize("NFC"))).catch(() => null);
      if (!sign) {
        wrong.textContent = t("js-unlock-check");
        return input.select();
      }
      resolve(sign);
      // Closed, and not only removed, it gives the focus back.
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      reject(new Error(t("js-unlock-nothing")));
    });
    close.addEventListener("click", () => dialog.close());
    dialog.showModal();
  });
}
