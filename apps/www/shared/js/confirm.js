// Attestations about the reader: confirms one with a countersignature of the issuer's artifact (DFOS v1), which makes it
// count for both; and makes the first one, that this box and the reader have met.

import { get, nodeNow, post } from "./api.js";
import { cborCid, cidText, dfosId } from "./cid.js";
import { compactJws, jwsPayload, timestamp } from "./dfos.js";
import { submit } from "./proof.js";
import { chainOf } from "./session.js";
import { texts } from "./texts.js";

const t = await texts("shared");

const RELATION = "attests";
const TYP = "did:dfos:countersign";

/** The subject's signature next to the issuer's: a token over the issuer's artifact. */
async function witness(person, authorJws) {
  const chain = await chainOf(person.did);
  if (!chain?.length) throw new Error(t("js-confirm-own-key"));
  const did = `did:dfos:${await dfosId(await cborCid(jwsPayload(chain[0])))}`;
  const targetCID = cidText(await cborCid(jwsPayload(authorJws)));
  const payload = { version: 1, type: "countersign", did, targetCID, relation: RELATION, createdAt: timestamp(nodeNow()) };
  const cid = cidText(await cborCid(payload));
  return compactJws(person.sign, { alg: "EdDSA", cid, kid: `${did}#${person.keyId}`, typ: TYP }, payload);
}

/** Confirms an attestation about the person. */
export async function confirm(person, said) {
  const body = { witness_jws: await witness(person, said.authorJws) };
  await answer(person, said, "countersign", body);
}

/** Wants nothing of it. */
export const decline = (person, said) => answer(person, said, "decline", null);

function answer(person, said, verb, body) {
  return submit(person, { service: "auth", op: `auth.attestation.${verb}`, ref: said.cid, body, fact: { dids: [said.issuerDid] } });
}

/** The box says that it met the person, and they confirm it. Asked for again it is the same record. Answers its name, which what they say of others names. */
export async function meet(person) {
  await get("/auth/api/node"); // sets the box's time, which dates the signature
  const root = await post("/auth/api/attestations/root");
  if (root.attestationStatus === "pending") await confirm(person, root);
  return root.cid;
}
