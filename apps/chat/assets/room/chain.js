// Identity chains, verified from their genesis (DFOS v1): which keys a person had after each operation. Every operation must
// extend the one before and be signed by a controller key in force. Anything else throws.

import { fromBase58, fromBase64url, toBase58, utf8 } from "../../js/base.js";
import { encode } from "../../js/cbor.js";
import { cborCid, cidText, dfosId } from "../../js/cid.js";
import { didOf } from "../../js/key.js";
import { keysAmong } from "../../js/keys/encryption.js";
import { verifyStrictly } from "./ed25519.js";

const TYP = "did:dfos:identity-op";
const OPERATION_BYTES_MAX = 65_536;
const SERVICES_BYTES_MAX = 32_768;
const OPERATIONS_MAX = 4096;
const LIST_MAX = 256;
const ROLES = ["authKeys", "assertKeys", "controllerKeys"];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function must(holds, what) {
  if (!holds) throw new RangeError(`identity chain: ${what}`);
}

function json(part) {
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(part)));
  must(value !== null && typeof value === "object" && !Array.isArray(value), "not an object");
  return value;
}

async function readToken(token) {
  const parts = token.split(".");
  must(parts.length === 3, "not a token");
  const [header, payload] = [json(parts[0]), json(parts[1])];
  must(header.alg === "EdDSA" && header.typ === TYP && typeof header.kid === "string", "header");
  must(!["crit", "jwk", "x5c"].some((name) => name in header) && payload.version === 1, "header");
  must(encode(payload).length <= OPERATION_BYTES_MAX, "too large");
  const binary = await cborCid(payload);
  const cid = cidText(binary);
  must(header.cid === cid, "cid");
  must(TIME.test(payload.createdAt) && new Date(payload.createdAt).toISOString() === payload.createdAt, "createdAt");
  return { header, payload, cid, binary, signature: fromBase64url(parts[2]), signed: utf8(`${parts[0]}.${parts[1]}`) };
}

/** The bytes of a multikey with this prefix, or null. */
function multikey(text, prefix) {
  try {
    const bytes = text.startsWith("z") ? fromBase58(text.slice(1)) : [];
    const fits = bytes.length === 34 && bytes[0] === prefix && bytes[1] === 1 && `z${toBase58(bytes)}` === text;
    return fits ? bytes.slice(2) : null;
  } catch {
    return null;
  }
}

/** The keys of each role by their ids, which name one key for ever. */
function roleKeys(payload, ever) {
  const here = new Map();
  const roles = {};
  for (const role of ROLES) {
    const keys = payload[role];
    must(Array.isArray(keys) && keys.length <= LIST_MAX, role);
    roles[role] = new Map();
    for (const key of keys) {
      must(key?.type === "Multikey" && typeof key.id === "string" && typeof key.publicKeyMultibase === "string", role);
      must(!roles[role].has(key.id), "a key id twice");
      must((here.get(key.id) ?? ever.get(key.id) ?? key.publicKeyMultibase) === key.publicKeyMultibase, "key id reused");
      here.set(key.id, key.publicKeyMultibase);
      roles[role].set(key.id, key.publicKeyMultibase);
    }
  }
  must(roles.controllerKeys.size > 0, "no controller key");
  return { roles, here };
}

function readServices(payload) {
  const services = payload.services ?? [];
  must(Array.isArray(services) && services.length <= LIST_MAX && encode(services).length <= SERVICES_BYTES_MAX, "services");
  const filled = (value) => typeof value === "string" && value !== "";
  for (const service of services) must(filled(service?.id) && filled(service?.type), "services");
  must(new Set(services.map((service) => service.id)).size === services.length, "services");
  return services;
}

function checkPosition(kind, before, payload) {
  must(["create", "update", "delete", "restore"].includes(kind), "type");
  must((kind === "create") === !before, "place of create");
  if (!before) return;
  must(before.deleted === (kind === "restore"), "a restore follows a delete");
  must(payload.previousOperationCID === before.cid && payload.createdAt > before.at, "position");
}

/** The name of the conversation whose log this is the genesis of, or null. */
function conversationOf(services) {
  const named = services.find((service) => service.id === "conversation" && service.type === "ImajinConversation");
  return typeof named?.name === "string" ? named.name : null;
}

/**
 * Verifies a whole chain: `{conversation, tokens, states: [{cid, at, keyOf, encryption, services}], indexOf}`. `did` is whose it must be;
 * `conversation` is the name that the genesis gives, if it begins a conversation's log.
 */
export async function readChain(did, tokens) {
  must(tokens.length >= 1 && tokens.length <= OPERATIONS_MAX, "length");
  const states = [];
  const ever = new Map();
  let dfos = null;
  for (const token of tokens) {
    const { header, payload, cid, binary, signature, signed } = await readToken(token);
    const before = states.at(-1);
    checkPosition(payload.type, before, payload);
    let state = { cid, at: payload.createdAt, deleted: payload.type === "delete", roles: before?.roles, services: before?.services };
    if (payload.type === "create" || payload.type === "update") {
      const { roles, here } = roleKeys(payload, ever);
      for (const [id, key] of here) ever.set(id, key);
      state = { ...state, roles, services: readServices(payload) };
    }
    const [owner, name] = before ? header.kid.split("#") : [null, header.kid];
    must(before ? owner === dfos : !header.kid.includes("#"), "kid");
    const signer = multikey((before ?? state).roles.controllerKeys.get(name) ?? "", 0xed);
    must(signer !== null && (await verifyStrictly(signer, signature, signed)), "signature");
    if (!before) {
      must(didOf(signer) === did, "another DID's");
      dfos = `did:dfos:${await dfosId(binary)}`;
    }
    states.push(state);
  }
  return {
    conversation: conversationOf(states[0].services),
    tokens,
    states: states.map((state) => ({
      cid: state.cid,
      at: state.at,
      services: state.services,
      encryption: state.deleted ? [] : keysAmong(state.services),
      keyOf: (id) => (state.deleted ? null : multikey(state.roles.authKeys.get(id) ?? "", 0xed)),
      controllerOf: (id) => (state.deleted ? null : multikey(state.roles.controllerKeys.get(id) ?? "", 0xed)),
    })),
    indexOf: (cid) => states.findIndex((state) => state.cid === cid),
  };
}
