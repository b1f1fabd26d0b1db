// Deleting everything: what goes and what stays stands on the page; a copy was offered; the owner's
// signature does it; the receipt is theirs to keep.

import { get } from "../api.js";
import { submit } from "../proof.js";
import { signedInDid, signer } from "../session.js";
import { people } from "../store.js";
import { byId, el, fieldError, saveFile, sayError, showOnly, working } from "../ui.js";

let plan = null;

function list(id, items) {
  byId(id).replaceChildren(...items.map((text) => el("li", {}, text)));
}

function counted(count) {
  return `${count.number} ${count.kind}`;
}

async function load() {
  plan = await get(`/auth/api/delete?did=${encodeURIComponent(signedInDid())}`);
  const goes = plan.goes ?? [];
  const stays = plan.stays ?? [];
  list("goes", goes.map((item) => item.text ?? item.what ?? counted(item)));
  list("stays", stays.map((item) => `${item.what ?? counted(item)}: ${item.why}`));
  byId("nothing-stays").hidden = stays.length > 0;
  byId("plan").hidden = false;
  byId("looking").hidden = true;
}

async function erase(event) {
  event.preventDefault();
  const sure = byId("sure");
  if (!sure.checked) return fieldError(sure, "Tick this first: it cannot be undone.");
  fieldError(sure);
  await working(byId("erase"), "Signing and erasing…", async () => {
    const me = await signer();
    const receipt = await submit(me, { service: "auth", op: "auth.delete", body: { counts: plan.counts } });
    const text = JSON.stringify(receipt.value ?? receipt, null, 2);
    byId("save-receipt").addEventListener("click", () => saveFile("imajin-receipt.json", "application/json", text));
    await people.remove(me.did);
    showOnly(byId("gone"), [byId("before"), byId("gone")]);
  });
}

byId("form-delete").addEventListener("submit", erase);
load().catch(sayError);
