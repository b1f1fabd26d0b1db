// Making a group, or one inside another: its address is made by the box, the group itself by a signature.

import { post } from "../js/api.js";
import { keepForm } from "../js/form/kept.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, leave, working } from "../js/ui.js";
import { createGroup } from "./group-acts.js";

const t = await texts("connections");

/** The address of the group that the form makes: a second try makes no second group. */
let group = null;

async function make(event) {
  event.preventDefault();
  await working(byId("make"), t("js-signing"), async () => {
    const me = await signer();
    group ??= (await post("/connections/api/groups/key", {})).group;
    const [kind, visibility] = byId("sort").value.split(" ");
    const { parent } = byId("form-new").dataset;
    const fact = parent ? { kind, visibility, parent } : { kind, visibility };
    const about = byId("about").value.trim();
    await createGroup(me, group, { fact, body: { name: byId("name").value.trim(), ...(about && { about }) } });
    forget();
    await leave(`/connections/groups/${group}`);
  });
}

const form = byId("form-new");
const forget = form && keepForm(form);
form?.addEventListener("submit", make);
