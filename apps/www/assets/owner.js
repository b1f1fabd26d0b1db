// Transfers the box to a person chosen by name, or releases it; the owner signs either.

import { get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { nextPage, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, sayError, shortId, showOnly, working } from "../js/ui.js";

const t = await texts("www");
let heirs = [];

const nameOf = (person) => person.name ?? (person.handle ? `@${person.handle}` : shortId(person.did));

function choice(person) {
  const about = person.name && person.handle ? ` (@${person.handle})` : "";
  return el("option", { value: person.did }, nameOf(person) + about);
}

async function hand(event) {
  event.preventDefault();
  const chosen = byId("heir");
  const sure = byId("sure");
  if (!chosen.value) return fieldError(chosen, t("js-owner-choose"));
  fieldError(chosen);
  if (!sure.checked) return fieldError(sure, t("js-owner-tick"));
  fieldError(sure);
  await working(byId("hand"), t("js-owner-signing"), async () => {
    const me = await signer();
    const { did: node } = await get("/auth/api/node");
    await submit(me, { service: "auth", op: "auth.node.give", ref: chosen.value === "nobody" ? node : chosen.value, to: [node] });
    const heir = heirs.find((person) => person.did === chosen.value);
    byId("handed-to").textContent = heir
      ? t("js-owner-handed", { name: nameOf(heir) })
      : t("js-owner-released");
    showOnly(byId("handed"), [byId("choose"), byId("handed")]);
  });
}

async function start() {
  const back = nextPage("");
  if (back) {
    byId("keep").href = "/data";
    byId("on").href = back;
    byId("on").textContent = t("js-owner-on");
  }
  ({ heirs } = await get("/auth/api/owner"));
  byId("heir").lastElementChild.before(...heirs.map(choice));
  byId("looking").hidden = true;
  byId("form-owner").hidden = false;
  if (location.hash === "#release") byId("heir").value = "nobody";
  byId("form-owner").addEventListener("submit", hand);
}

start().catch((error) => {
  byId("looking").hidden = true;
  sayError(error);
});
