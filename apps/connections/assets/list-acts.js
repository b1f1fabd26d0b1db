// Signed actions in the list of connections: confirming one, naming a person, disconnecting, and ending a block.

import { get, nodeNow } from "../js/api.js";
import { meet } from "../js/confirm.js";
import { submit } from "../js/proof.js";
import { actor, chainOf, signer } from "../js/session.js";
import { attest, witness } from "./statement.js";

export { quietly } from "../js/session.js";

/** Signs that somebody accepted your invitation, and vouches for them if you said that you would. */
export async function confirm(row) {
  const me = await signer();
  const { did, invite, attestation, vouch } = row.dataset;
  const chain = await chainOf(me.did);
  const said = await get(`/auth/api/attestations/${attestation}`);
  const now = nodeNow();
  const kinds = vouch ? ["connection.invited", "vouch"] : ["connection.invited"];
  const root = await meet(me);
  const attestations = [];
  for (const kind of kinds) {
    attestations.push((await attest(me, chain, { subject: did, kind, contextId: invite, contextType: "invite", root, now })).body);
  }
  const body = { witness_jws: await witness(me, chain, said.authorJws, now), attestations };
  await submit(me, { service: "connections", op: "connections.confirm", ref: attestation, fact: { dids: [did], invite }, body });
}

/** Answers the name that it is now; null for the public one. */
export async function rename(row) {
  const me = await actor();
  const nickname = row.querySelector("[data-nickname]").value.trim() || null;
  await submit(me, { service: "connections", op: "connections.nickname", ref: row.dataset.did, body: { nickname } });
  return nickname;
}

export async function part(row) {
  const me = await actor();
  const { did } = row.dataset;
  await submit(me, { service: "connections", op: "connections.disconnect", fact: { dids: [did] } });
}

export async function unblock(row) {
  await submit(await actor(), { service: "connections", op: "connections.block.end", ref: row.dataset.did });
}
