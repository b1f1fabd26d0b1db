// Coming into a group by an invitation: one signature.

import { submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, showOnly, working } from "../js/ui.js";

const t = await texts("connections");
const button = byId("join");

async function join() {
  const { group, invite, role, code } = button.dataset;
  await submit(
    await actor(),
    { service: "connections", op: "connections.group.join", ref: group, fact: { invite, role }, to: [group] },
    { headers: { "X-Imajin-Invite": code } },
  );
  showOnly(byId("done"), [byId("asked"), byId("done")]);
}

button?.addEventListener("click", () => working(button, t("js-signing"), join));
