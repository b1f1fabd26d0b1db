// Attestations between two people, in the three forms that are exchanged (the text with a signature, its CID, and its
// DFOS artifact), and countersignatures. docs/format.md §8. Knows nothing of the network.

import { toHex, utf8 } from "../js/base.js";
import { cborCid, cidText, dfosId } from "../js/cid.js";
import { compactJws, jwsPayload, timestamp } from "../js/dfos.js";
import { canonical } from "../js/jcs.js";
import { signBytes } from "../js/key.js";

const SCHEMA = "mjn:attestation/v1";

/** The address of a chain: what its signatures name. */
async function addressOf(chain) {
  return `did:dfos:${await dfosId(await cborCid(jwsPayload(chain[0])))}`;
}

async function statement(signer, chain, typ, payload) {
  const did = await addressOf(chain);
  const whole = { version: 1, ...payload, did };
  const cid = cidText(await cborCid(whole));
  return compactJws(signer.sign, { alg: "EdDSA", cid, kid: `${did}#${signer.keyId}`, typ }, whole);
}

/** Says something of somebody. `root` names the record that the signer and the box have met. Answers `{cid, body}`, the body as operations have it. */
export async function attest(signer, chain, { subject, kind, contextId, contextType, root, now }) {
  const payload = root ? { root } : null;
  const document = { subject_did: subject, type: kind, context_id: contextId, context_type: contextType, payload, issued_at: now };
  const text = canonical(document);
  const row = { issuerDid: signer.did, subjectDid: subject, type: kind, contextId, contextType, payload, issuedAt: now };
  const cid = cidText(await cborCid(row));
  const content = { ...row, $schema: SCHEMA, cid, expiresAt: null };
  const author = await statement(signer, chain, "did:dfos:artifact", { type: "artifact", content, createdAt: timestamp(now) });
  const signature = toHex(await signBytes(signer.sign, utf8(text)));
  return { cid, body: { attestation: text, signature, author_jws: author } };
}

/** Countersigns what somebody else's artifact says. */
export async function witness(signer, chain, authorJws, now) {
  const targetCID = cidText(await cborCid(jwsPayload(authorJws)));
  return statement(signer, chain, "did:dfos:countersign", { type: "countersign", targetCID, relation: "attests", createdAt: timestamp(now) });
}
