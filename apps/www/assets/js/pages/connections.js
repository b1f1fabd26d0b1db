// One's connections: what waits for a signature, names for people, parting. The list itself is drawn by the box.

import { get, nodeNow } from "../api.js";
import { meet } from "../confirm.js";
import { submit } from "../proof.js";
import { chainOf, signedInDid, signer } from "../session.js";
import { attest, witness } from "../statement.js";
import { byId, say, working } from "../ui.js";

const named = (row) => row.querySelector("[data-name]").textContent;

/** Signs that somebody accepted, and that one invited them; and speaks for them where one said one would. */
async function confirm(row) {
  const me = await signer();
  const { did, invite, attestation, vouch } = row.dataset;
  const chain = await chainOf(me.did);
  const said = await get(`/auth/api/attestations/${attestation}`);
  const now = nodeNow();
  const kinds = vouch ? ["connection.invited", "vouch"] : ["connection.invited"];
  const root = await meet(me);
  const attestations = [];
  for (const kind of kinds) {
    attestations.push((await attest(me, chain, { subject: did, kind, contextId: invite, contextType: "invite", root, now })).body);
  }
  const body = { witness_jws: await witness(me, chain, said.authorJws, now), attestations };
  await submit(me, { service: "connections", op: "connections.confirm", ref: attestation, fact: { dids: [did], invite }, to: [did], body });
}

async function rename(row) {
  const me = await signer();
  const nickname = row.querySelector("[data-nickname]").value.trim() || null;
  await submit(me, { service: "connections", op: "connections.nickname", ref: row.dataset.did, body: { nickname } });
  row.querySelector("[data-name]").textContent = nickname ?? row.dataset.public;
}

async function part(row) {
  const me = await signer();
  const { did } = row.dataset;
  await submit(me, { service: "connections", op: "connections.disconnect", fact: { dids: [did] }, to: [did] });
}

function bind(row) {
  const button = (name) => row.querySelector(`[data-do=${name}]`);
  button("confirm")?.addEventListener("click", (event) =>
    working(event.currentTarget, "Signing…", async () => {
      await confirm(row);
      row.querySelector("[data-waits]").remove();
      say("good", `You and ${named(row)} have both signed that you know each other.`);
    }));
  button("rename").addEventListener("click", (event) =>
    working(event.currentTarget, "Signing…", async () => {
      await rename(row);
      row.querySelector("details").open = false;
      say("good", "Kept. Only you see this name.");
    }));
  button("part").addEventListener("click", () => {
    row.querySelector("[data-sure]").hidden = false;
    button("part").hidden = true;
    button("really").focus();
  });
  button("stay").addEventListener("click", () => {
    row.querySelector("[data-sure]").hidden = true;
    button("part").hidden = false;
    button("part").focus();
  });
  button("really").addEventListener("click", (event) =>
    working(event.currentTarget, "Signing…", async () => {
      const name = named(row);
      await part(row);
      row.remove();
      say("good", `You and ${name} are not connected any more.`);
      byId("content").focus();
    }));
}

function bindBlocked(row) {
  row.querySelector("[data-do=unblock]").addEventListener("click", (event) =>
    working(event.currentTarget, "Signing…", async () => {
      const me = await signer();
      await submit(me, { service: "connections", op: "connections.block.end", ref: row.dataset.did });
      const name = named(row);
      row.remove();
      if (!document.querySelector("li.blocked")) byId("blocked").remove();
      say("good", `You no longer block ${name}.`);
      byId("content").focus();
    }));
}

if (signedInDid()) {
  for (const row of document.querySelectorAll("[data-did].connection")) bind(row);
  for (const row of document.querySelectorAll("[data-did].blocked")) bindBlocked(row);
}
