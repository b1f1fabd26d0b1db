// Programs that act for the reader by a delegation of a key that is out of use: they outlive the device that connected them.

import { get, nodeNow } from "../js/api.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, say, working } from "../js/ui.js";
import { myKeys } from "./keychange.js";
import { words } from "./scope.js";

const t = await texts("www");

/** The delegations in force that were signed by none of these keys. */
export async function orphanedPrograms(keys) {
  const { delegations } = await get("/auth/api/delegations");
  const isMine = (id) => !id || keys.some((key) => key.id === id);
  return delegations.filter((one) => !one.ended && Date.parse(one.until) > nodeNow() && !isMine(one.signer));
}

function row({ scope, until }) {
  const summary = t("js-programs-may", { count: scope.length, day: told(until, { dateStyle: "long" }) });
  return el("li", {}, el("details", {}, el("summary", {}, summary), el("ul", {}, ...scope.map((item) => el("li", {}, words(item))))));
}

async function endAll({ currentTarget }) {
  await working(currentTarget, t("js-signing"), async () => {
    const me = await signer();
    for (const { cid } of await orphanedPrograms(await myKeys())) await submit(me, { service: "auth", op: "auth.delegation.end", ref: cid });
    await drawPrograms(await myKeys());
    say("good", t("js-programs-ended"));
  });
}

/** Draws these programs, with a button that ends them all; nothing where there are none. */
export async function drawPrograms(keys) {
  const programs = await orphanedPrograms(keys);
  byId("programs").hidden = programs.length === 0;
  byId("programs-list").replaceChildren(...programs.map(row));
  byId("programs-end").onclick = endAll;
}
