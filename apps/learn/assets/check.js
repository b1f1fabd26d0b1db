// Verifies a certificate in this browser: a chosen file, which is sent nowhere, or the file of a certificate’s page, which comes from the box.
//
// Always: everything shown was verified, from the signature over the text to the issuer's identity.

import { get } from "../js/api.js";
import { fromBase58, fromBase64url, fromHex, utf8 } from "../js/base.js";
import { cborCid, cidText, dfosId } from "../js/cid.js";
import { jwsPayload, multikeyBytes } from "../js/dfos.js";
import { canonical } from "../js/jcs.js";
import { verifyBytes } from "../js/key.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, sayError } from "../js/ui.js";

const t = await texts("learn");
const MEMBERS = ["subject_did", "type", "context_id", "context_type", "payload", "issued_at"];

class Wrong extends Error {}
const need = (holds, why) => {
  if (!holds) throw new Wrong(t(why));
};

const keysOf = (payload) => ["authKeys", "assertKeys", "controllerKeys"].flatMap((role) => payload[role] ?? []);

/** Whether one of these keys, the one named in the token's header, signed the token. */
async function isSigned(token, keys) {
  const [head, payload, signature] = token.split(".");
  const { kid } = JSON.parse(new TextDecoder().decode(fromBase64url(head)));
  const key = keys.find(({ id }) => id === kid.split("#").at(-1));
  return key && verifyBytes(multikeyBytes(key.publicKeyMultibase), fromBase64url(signature), utf8(`${head}.${payload}`)) ? key : null;
}

/** Returns all keys of an issuer: the one in its DID, or those of its identity, whose operations must each be signed by an earlier key. */
async function issuersKeys(issuer, chain) {
  const own = fromBase58(issuer.slice("did:imajin:".length));
  if (!chain.length) return [own];
  const genesis = jwsPayload(chain[0]);
  need(genesis.type === "create", "js-check-issuer");
  const first = await isSigned(chain[0], genesis.controllerKeys);
  need(first && multikeyBytes(first.publicKeyMultibase).every((byte, n) => byte === own[n]), "js-check-issuer");
  const did = `did:dfos:${await dfosId(await cborCid(genesis))}`;
  const all = keysOf(genesis);
  let before = genesis;
  let controllers = genesis.controllerKeys;
  for (const token of chain.slice(1)) {
    const payload = jwsPayload(token);
    const { kid } = JSON.parse(new TextDecoder().decode(fromBase64url(token.split(".")[0])));
    need(payload.previousOperationCID === cidText(await cborCid(before)) && kid.startsWith(`${did}#`) && (await isSigned(token, controllers)), "js-check-issuer");
    all.push(...keysOf(payload));
    controllers = payload.controllerKeys ?? controllers;
    before = payload;
  }
  return all.map(({ publicKeyMultibase }) => multikeyBytes(publicKeyMultibase));
}

/** Verifies a certificate and returns its content. */
async function check(text) {
  const { v, attestation, signature, issuer, chain, ...more } = JSON.parse(text);
  need(v === 1 && !Object.keys(more).length && [attestation, signature, issuer].every((one) => typeof one === "string") && Array.isArray(chain), "js-check-no-file");
  const said = JSON.parse(attestation);
  need(MEMBERS.every((name) => name in said) && Object.keys(said).length === MEMBERS.length && canonical(said) === attestation, "js-check-no-file");
  const keys = await issuersKeys(issuer, chain);
  const found = await Promise.all(keys.map((key) => verifyBytes(key, fromHex(signature), utf8(attestation))));
  need(found.includes(true), "js-check-signature");
  return { issuer, said };
}

function shown({ issuer, said }) {
  const { course, score } = said.payload ?? {};
  const lines = [
    course && t("js-check-course", { title: course }),
    said.type === "learn.completed" ? t("js-check-completed") : t("js-check-type", { type: said.type }),
    t("js-check-about", { did: said.subject_did }),
    t("js-check-by", { did: issuer }),
    t("js-check-at", { day: told(said.issued_at, { dateStyle: "long" }) }),
    Number.isInteger(score) && t("js-check-score", { score: String(score) }),
  ];
  return [el("p", { class: "notice good" }, t("js-check-good")), el("ul", {}, ...lines.filter(Boolean).map((line) => el("li", {}, line))), el("p", { class: "hint" }, t("js-check-proves"))];
}

const result = byId("result");

/** Reads the text of a file, and shows whether it is a certificate. */
async function judge(read) {
  result.hidden = false;
  try {
    result.replaceChildren(...shown(await check(await read())));
  } catch (error) {
    result.replaceChildren(el("p", { class: "notice bad" }, t("js-check-bad", { why: error instanceof Wrong ? error.message : t("js-check-no-file") })));
  }
}

/** Shows whether the certificate of the page is one. A box that gives no file says nothing about it. */
async function judgePage(path) {
  const file = await get(path);
  await judge(() => JSON.stringify(file));
}

byId("file")?.addEventListener("change", ({ currentTarget }) => judge(() => currentTarget.files[0].text()));
if (result.dataset.file) judgePage(result.dataset.file).catch(sayError);
