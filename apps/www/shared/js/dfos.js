// Identity chains: the tokens that say which keys are a person's. DFOS v1 identity operations
// (create and update), signed as compact JWS over canonical JSON. Knows nothing of the network.

import { fromBase58, fromBase64url, toBase64url, utf8 } from "./base.js";
import { cborCid, cidText, dfosId } from "./cid.js";
import { canonical } from "./jcs.js";
import { signBytes } from "./key.js";
import { texts } from "./texts.js";

const t = await texts("shared");

const TYP = "did:dfos:identity-op";

/** Signs canonical header and payload: `header.payload.signature`. */
export async function compactJws(key, header, payload) {
  const signed = `${toBase64url(utf8(canonical(header)))}.${toBase64url(utf8(canonical(payload)))}`;
  return `${signed}.${toBase64url(await signBytes(key, utf8(signed)))}`;
}

export function jwsPayload(token) {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(token.split(".")[1])));
}

export function keyEntry(id, multikey) {
  return { id, type: "Multikey", publicKeyMultibase: multikey };
}

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, strictly later than `after` (a time as text), else as given. */
export function timestamp(now, after = null) {
  const text = new Date(now).toISOString();
  return after && text <= after ? new Date(Date.parse(after) + 1).toISOString() : text;
}

/** The genesis of a chain with one key in every role, and `others` (of `keyEntry`) next to it, which control it too unless `alone`. Answers the token and its operation CID. */
export async function createToken(keys, now, services = null, others = [], alone = false) {
  const entries = [keyEntry(keys.keyId, keys.multikey), ...others];
  const payload = {
    version: 1,
    type: "create",
    authKeys: entries,
    assertKeys: entries,
    controllerKeys: alone ? entries.slice(0, 1) : entries,
    createdAt: timestamp(now),
  };
  if (services) payload.services = services;
  return operation(keys.sign, keys.keyId, payload);
}

/** A chain update: the whole new set of keys. `signer` is `{key, keyId}` of a controller key in force. */
export async function updateToken(signer, chain, keySets, now, services = null) {
  const last = jwsPayload(chain.at(-1));
  const genesis = await cborCid(jwsPayload(chain[0]));
  const payload = {
    version: 1,
    type: "update",
    previousOperationCID: cidText(await cborCid(last)),
    ...keySets,
    createdAt: timestamp(now, last.createdAt),
  };
  // An update clears every member that it leaves out: services stay only if the update repeats them.
  const named = services ?? last.services;
  if (named) payload.services = named;
  return operation(signer.key, `did:dfos:${await dfosId(genesis)}#${signer.keyId}`, payload);
}

async function operation(key, kid, payload) {
  const cid = cidText(await cborCid(payload));
  const token = await compactJws(key, { alg: "EdDSA", cid, kid, typ: TYP }, payload);
  return { token, cid };
}

/** The keys in force after a whole chain: the sets of its newest operation that has any. */
export function keysInForce(chain) {
  const last = chain.map(jwsPayload).findLast((payload) => payload.controllerKeys);
  if (!last) throw new RangeError(t("js-dfos-no-keys"));
  const { authKeys, assertKeys, controllerKeys } = last;
  return { authKeys, assertKeys, controllerKeys };
}

/** The services after a whole chain: those of its newest operation that has keys. */
export function servicesInForce(chain) {
  return chain.map(jwsPayload).findLast((payload) => payload.controllerKeys)?.services ?? [];
}

/** The 32 bytes of a multikey, or an error that a person can act on. */
export function multikeyBytes(text) {
  const bytes = text.startsWith("z") ? fromBase58(text.slice(1)) : new Uint8Array();
  if (bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 1) throw new RangeError(t("js-dfos-no-key"));
  return bytes.slice(2);
}
