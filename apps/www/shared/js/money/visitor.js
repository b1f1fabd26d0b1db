// Somebody without an account: a key that this browser makes, and a session with the box. The key is a stranger there, and can do
// no more than strangers can.

import { post } from "../api.js";
import { toHex } from "../base.js";
import { didOf, importKeys, newSeeds, unavailable, wipe } from "../key.js";
import { actor, signIn, signedInDid } from "../session.js";
import { people, persist } from "../store.js";

/** The person who is signed in; else the visitor of this browser, with a key that is made where there is none, signed in. */
export async function visitor() {
  if (signedInDid()) return actor();
  const problem = await unavailable();
  if (problem) throw new Error(problem);
  const person = (await people.all()).find((one) => one.visitor) ?? (await newVisitor());
  await post("/auth/api/register", { publicKey: toHex(person.publicKey) });
  await signIn(person);
  return { did: person.did, keyId: null, sign: null };
}

async function newVisitor() {
  const seeds = newSeeds();
  try {
    const keys = await importKeys(seeds);
    const person = { did: didOf(keys.publicKey), keyId: keys.keyId, sign: keys.sign, publicKey: keys.publicKey, visitor: true };
    // Kept before it is used: what the key gives or says can be taken back with it alone.
    await people.put(person);
    persist();
    return person;
  } finally {
    wipe(seeds);
  }
}
