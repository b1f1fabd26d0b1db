// Your connections, as the list and Home show them: what waits for a signature, names for people, parting. The box draws them.

import { get, nodeNow } from "../js/api.js";
import { meet } from "../js/confirm.js";
import { submit } from "../js/proof.js";
import { offerCamera } from "../js/scan.js";
import { actor, chainOf, signedInDid, signer } from "../js/session.js";
import { attest, witness } from "./statement.js";
import { texts } from "../js/texts.js";
import { byId, el, say, sayError, working } from "../js/ui.js";

const t = await texts("connections");
const named = (row) => row.querySelector("[data-name]").textContent;

/** Signs that somebody accepted your invitation, and vouches for them if you said that you would. */
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
  const me = await actor();
  const nickname = row.querySelector("[data-nickname]").value.trim() || null;
  await submit(me, { service: "connections", op: "connections.nickname", ref: row.dataset.did, body: { nickname } });
  row.querySelector("[data-name]").textContent = nickname ?? row.dataset.public;
}

async function part(row) {
  const me = await actor();
  const { did } = row.dataset;
  await submit(me, { service: "connections", op: "connections.disconnect", fact: { dids: [did] }, to: [did] });
}

function bind(row) {
  const button = (name) => row.querySelector(`[data-do=${name}]`);
  button("confirm")?.addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      await confirm(row);
      row.querySelector("[data-waits]").remove();
      say("good", t("js-both-signed", { name: named(row) }));
    }));
  button("rename")?.addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      await rename(row);
      row.querySelector("details").open = false;
      say("good", t("js-renamed"));
    }));
  button("part")?.addEventListener("click", () => {
    row.querySelector("[data-sure]").hidden = false;
    button("part").hidden = true;
    button("really").focus();
  });
  button("stay")?.addEventListener("click", () => {
    row.querySelector("[data-sure]").hidden = true;
    button("part").hidden = false;
    button("part").focus();
  });
  button("really")?.addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      const name = named(row);
      await part(row);
      row.remove();
      say("good", t("js-parted", { name }));
      byId("content").focus();
    }));
}

function bindBlocked(row) {
  row.querySelector("[data-do=unblock]").addEventListener("click", (event) =>
    working(event.currentTarget, t("js-signing"), async () => {
      await submit(await actor(), { service: "connections", op: "connections.block.end", ref: row.dataset.did });
      const name = named(row);
      row.remove();
      if (!document.querySelector("li.blocked")) byId("blocked").remove();
      say("good", t("js-unblocked", { name }));
      byId("content").focus();
    }));
}

/** The address of an invitation that a code holds, or null. */
function invitation(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) && /^\/connections\/invite\/[0-9A-Za-z-]+$/.test(url.pathname) ? url : null;
}

/** Opens an invitation of this address; one of another is only shown, since no page leads elsewhere unasked. */
function open(text) {
  const url = invitation(text);
  if (url.origin === location.origin) location.assign(url.pathname);
  else say("good", t("js-elsewhere", { host: url.host }), el("p", {}, el("a", { class: "button", href: url.href }, t("js-open-at", { host: url.host }))));
}

if (signedInDid()) {
  offerCamera(byId("scan"), invitation, open).catch(sayError);
  for (const row of document.querySelectorAll("[data-did].connection")) bind(row);
  for (const row of document.querySelectorAll("[data-did].blocked")) bindBlocked(row);
}
