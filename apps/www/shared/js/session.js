// The person at this browser: the key that it holds and the session with the box. Signing in proves
// presence with a challenge; it never sends a key.

import { ApiError, get, post } from "./api.js";
import { toHex, utf8 } from "./base.js";
import { NoKey, signBytes } from "./key.js";
import { isOpen, unlocked } from "./keys/lock.js";
import { checkChallenge, meetNode } from "./node.js";
import { people } from "./store.js";
import { texts } from "./texts.js";

const t = await texts("shared");

/** The DID of the person who is signed in, as the page was drawn for them, or null. */
export function signedInDid() {
  return document.documentElement.dataset.did ?? null;
}

/** The answer to a challenge of this box, by the key of an unlocked person. */
export async function answerTo({ challengeId, challenge }, { sign }) {
  return { challengeId, signature: toHex(await signBytes(sign, utf8(await checkChallenge(challenge)))) };
}

/** Signs in with a key of this browser. */
export async function signIn(person) {
  const open = await unlocked(person);
  await meetNode();
  const answer = await answerTo(await post("/auth/api/challenge", { id: person.did }), open);
  const session = await post("/auth/api/authenticate", { id: person.did, ...answer });
  // The page was drawn for a visitor, and may stay open.
  globalThis.document?.querySelector("header.top nav.enter")?.remove();
  return session;
}

/** Pages that are kept for when there is no network: the next person at this browser sees none of them. What every page needs stays. */
export async function forgetPages() {
  for (const name of (await globalThis.caches?.keys()) ?? []) if (!name.startsWith("shell assets ")) await caches.delete(name);
}

/** Ends the session, and forgets what was begun in this tab. */
export async function signOut() {
  await forgetPages();
  await post("/auth/api/logout");
  sessionStorage.clear();
}

/**
 * The person who is signed in, with their key if this browser holds it, else with `sign: null`: the box keeps the keys of
 * people who came by e-mail, and acts for them where no key of their own is needed. It acts for visitors, too: their key only
 * signs in.
 */
export async function actor() {
  const did = signedInDid();
  if (!did) throw new Error(t("js-signed-out"));
  const person = await unlocked(await people.get(did));
  return person && !person.visitor ? person : { did, keyId: null, sign: null };
}

/** The same person if nothing has to be asked of them first, else null: for what a page does unasked. */
export async function quietly() {
  const did = signedInDid();
  return did && isOpen(await people.get(did)) ? actor() : null;
}

/** The same person, where a key is needed. An error with the way on if this browser has none. */
export async function signer() {
  const person = await actor();
  if (!person.sign) throw new NoKey();
  return person;
}

/** Whether the box knows this DID, with its chain if it has one. */
export async function chainOf(did) {
  try {
    const answer = await get(`/auth/api/identity/${encodeURIComponent(did)}/chain`);
    return answer.log ?? [];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** Where to go after signing in: only a path of this very box. */
export function nextPage(fallback) {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : fallback;
}
