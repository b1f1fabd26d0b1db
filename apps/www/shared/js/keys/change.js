// Changing an identity: one signed update of its chain, with the whole new sets of keys and services.

import { nodeNow } from "../api.js";
import { fromBase58, fromHex, toHex } from "../base.js";
import { keysInForce, servicesInForce, updateToken } from "../dfos.js";
import { keyId } from "../key.js";
import { submit } from "../proof.js";
import { chainOf } from "../session.js";
import { texts } from "../texts.js";
import { encryptionEntry, entriesAmong, publicOf, withEntry } from "./encryption.js";

const t = await texts("shared");

/** Whether a device may change which keys are its owner's. */
const mayChange = ({ keyId: own }, { controllerKeys }) => controllerKeys.some(({ id }) => id === own);

/** Signs what `change(sets, services)` makes of the sets of keys (in place) and of the services, which it answers; none where it answers null. `me` is whose key signs. */
export async function changeIdentity(me, change) {
  const chain = await chainOf(me.did);
  if (!chain?.length) throw new Error(t("js-keys-box-keeps"));
  const sets = keysInForce(chain);
  if (!mayChange(me, sets)) throw new Error(t("js-keys-cannot"));
  const services = change(sets, servicesInForce(chain));
  if (!services) return false;
  if (sets.controllerKeys.length === 0) throw new Error(t("js-keys-last"));
  const { token } = await updateToken({ key: me.sign, keyId: me.keyId }, chain, sets, nodeNow(), services);
  await submit(me, { service: "auth", op: "auth.identity.update", body: { token } });
  return true;
}

/** The key that entry 0 names, for a holder of the signing key that the DID is of, while that key is in force: sheets have it too. */
async function firstEntry(did, first, sets) {
  const of = await keyId(fromBase58(did.slice("did:imajin:".length)));
  return first && sets.authKeys.some(({ id }) => id === of) ? encryptionEntry(of, fromHex(first), true) : null;
}

/**
 * Puts this browser's encryption key into the chain of a person where it is missing, so that others can write to them; and
 * `first`, the key that entry 0 names (hex, or null), where no sheet has a key in the chain yet. Answers whether there was
 * anything to sign: a device that may not change keys signs nothing, and reads what its key opens.
 */
export async function publishEncryption(me, first) {
  const key = await publicOf(me.agree);
  const chain = await chainOf(me.did);
  if (chain?.length && !mayChange(me, keysInForce(chain))) return false;
  const old = chain?.length ? await firstEntry(me.did, first, keysInForce(chain)) : null;
  return changeIdentity(me, (_, services) => {
    const entries = entriesAmong(services);
    const isThere = entries.some((entry) => entry.of === me.keyId && entry.key === toHex(key));
    const hasSheet = entries.some((entry) => entry.sheet);
    const own = encryptionEntry(me.keyId, key, !hasSheet && toHex(key) === first);
    const wanted = [isThere ? null : own, hasSheet || own.sheet ? null : old].filter(Boolean);
    if (wanted.length === 0) return null;
    const all = wanted.reduce((some, entry) => some && withEntry(some, entry), services);
    if (!all) throw new Error(t("js-keys-many"));
    return all;
  });
}
