// Coming into a group by an invitation: one signature.

import { submit } from "../proof.js";
import { signer } from "../session.js";
import { byId, showOnly, working } from "../ui.js";

const button = byId("join");

async function join() {
  const { group, invite, role, code } = button.dataset;
  await submit(
    await signer(),
    { service: "connections", op: "connections.group.join", ref: group, fact: { invite, role }, to: [group] },
    { headers: { "X-Imajin-Invite": code } },
  );
  showOnly(byId("done"), [byId("asked"), byId("done")]);
}

button?.addEventListener("click", () => working(button, "Signing…", join));
