// Making a group, or one inside another: its address is made by the box, the group itself by a signature.

import { post } from "../js/api.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, working } from "../js/ui.js";

const t = await texts("connections");

async function make(event) {
  event.preventDefault();
  await working(byId("make"), t("js-signing"), async () => {
    const me = await signer();
    const { group } = await post("/connections/api/groups/key", {});
    const [kind, visibility] = byId("sort").value.split(" ");
    const { parent } = byId("form-new").dataset;
    const fact = parent ? { kind, visibility, parent } : { kind, visibility };
    const about = byId("about").value.trim();
    const body = { name: byId("name").value.trim(), ...(about && { about }) };
    await submit(me, { service: "connections", op: "connections.group.create", ref: group, fact, to: [group], body });
    location.assign(`/connections/groups/${group}`);
  });
}

byId("form-new")?.addEventListener("submit", make);
