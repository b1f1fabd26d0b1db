// Deleting everything: what goes and what stays stands on the page; a copy was offered; the owner's
// signature does it; the receipt is theirs to keep.

import { ApiError, get } from "../api.js";
import { submit } from "../proof.js";
import { signedInDid, signer } from "../session.js";
import { people } from "../store.js";
import { byId, el, fieldError, saveFile, sayError, showOnly, working } from "../ui.js";

let plan = null;

function list(id, items) {
  byId(id).replaceChildren(...items.map((content) => el("li", {}, ...content)));
}

/** "1 key" rather than "1 keys". */
function counted({ number, what }) {
  return number === 1 ? what.replace(/ies$/, "y").replace(/s$/, "") : what;
}

function draw(newPlan) {
  plan = newPlan;
  list("goes", plan.goes.map((item) => [counted(item)]));
  byId("nothing-goes").hidden = plan.goes.length > 0;
  list("stays", plan.stays.map((item) => [el("strong", {}, counted(item)), `: ${item.why}`]));
  list("out-of-reach", plan.outOfReach.map((text) => [text]));
  byId("plan").hidden = false;
  byId("looking").hidden = true;
}

async function load() {
  draw(await get(`/auth/api/delete?did=${encodeURIComponent(signedInDid())}`));
}

async function erase(event) {
  event.preventDefault();
  const sure = byId("sure");
  if (!sure.checked) return fieldError(sure, "Tick this first: it cannot be undone.");
  fieldError(sure);
  await working(byId("erase"), "Signing and erasing…", async () => {
    const me = await signer();
    const { receipt, says } = await confirm(me);
    const text = JSON.stringify({ says, receipt }, null, 2);
    byId("save-receipt").addEventListener("click", () => saveFile("imajin-receipt.json", "application/json", text));
    await people.remove(me.did);
    showOnly(byId("gone"), [byId("before"), byId("gone")]);
  });
}

/** Signs the very numbers that were shown. If they changed in between, shows the new ones and stops. */
async function confirm(me) {
  try {
    return await submit(me, { service: "auth", op: "auth.delete", body: plan.body }, { path: "/auth/api/delete" });
  } catch (error) {
    if (error instanceof ApiError && error.problem.plan) {
      draw(error.problem.plan);
      byId("sure").checked = false;
    }
    throw error;
  }
}

byId("form-delete").addEventListener("submit", erase);
load().catch(sayError);
