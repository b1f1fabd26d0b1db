// Who is here: the key that this browser holds and the session with the box. Signing in proves
// presence with a challenge; it never sends a key.

import { ApiError, get, post } from "./api.js";
import { toHex, utf8 } from "./base.js";
import { signBytes } from "./key.js";
import { checkChallenge, meetNode } from "./node.js";
import { people } from "./store.js";

/** The DID of who is signed in, as the page was drawn for, or null. */
export function signedInDid() {
  return document.documentElement.dataset.did ?? null;
}

/** Signs in with a key of this browser. */
export async function signIn(person) {
  await meetNode();
  const { challengeId, challenge } = await post("/auth/api/challenge", { id: person.did });
  const signature = toHex(await signBytes(person.sign, utf8(await checkChallenge(challenge))));
  return post("/auth/api/authenticate", { id: person.did, challengeId, signature });
}

/** Pages that are kept for when there is no network: whoever opens this browser next sees none of them. */
export async function forgetPages() {
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
}

export async function signOut() {
  await forgetPages();
  return post("/auth/api/logout");
}

/** The key of who is signed in. An error with the way on where this browser has none. */
export async function signer() {
  const did = signedInDid();
  if (!did) throw new Error("You are not signed in any more. Sign in and try again; what you wrote is still on this page.");
  const person = await people.get(did);
  if (!person) {
    throw new Error("This browser does not hold your key, so it cannot sign for you. Restore it from your recovery sheet, or add this browser under “Devices” on the one that has it.");
  }
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
