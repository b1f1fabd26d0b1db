// Accepting an invitation to connect: one signature, in the records of both.

import { nodeNow } from "../js/api.js";
import { meet } from "../js/confirm.js";
import { submit } from "../js/proof.js";
import { chainOf, signer } from "../js/session.js";
import { attest } from "./statement.js";
import { texts } from "../js/texts.js";
import { byId, showOnly, working } from "../js/ui.js";

const t = await texts("connections");
const button = byId("accept");

async function accept() {
  const me = await signer();
  const { inviter, invite, code } = button.dataset;
  const chain = await chainOf(me.did);
  const said = await attest(me, chain, { subject: inviter, kind: "connection.accepted", contextId: invite, contextType: "invite", root: await meet(me), now: nodeNow() });
  await submit(
    me,
    { service: "connections", op: "connections.accept", ref: said.cid, fact: { dids: [inviter], invite }, body: said.body },
    { headers: { "X-Imajin-Invite": code } },
  );
  showOnly(byId("done"), [byId("asked"), byId("done")]);
}

button?.addEventListener("click", () => working(button, t("js-signing"), accept));
// A guest who made an identity to accept this invitation agreed to it then, in this tab.
if (button && sessionStorage.getItem("accepts") === button.dataset.code) {
  sessionStorage.removeItem("accepts");
  button.click();
}
