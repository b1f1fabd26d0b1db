// Accepting an invitation to connect: one signature, in the records of both. For its page, and for the wizard of a newcomer.

import { ApiError, nodeNow } from "../js/api.js";
import { meet } from "../js/confirm.js";
import { submit } from "../js/proof.js";
import { chainOf } from "../js/session.js";
import { attest } from "./statement.js";

/** Signs that this person accepts. Two who are connected already stay so. */
export async function acceptInvitation(me, { inviter, invite, code }) {
  const chain = await chainOf(me.did);
  const said = await attest(me, chain, { subject: inviter, kind: "connection.accepted", contextId: invite, contextType: "invite", root: await meet(me), now: nodeNow() });
  const command = { service: "connections", op: "connections.accept", ref: said.cid, fact: { dids: [inviter], invite }, body: said.body };
  try {
    await submit(me, command, { headers: { "X-Imajin-Invite": code } });
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.reason === "connected")) throw error;
  }
}
