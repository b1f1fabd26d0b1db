// Headers and bodies of entries, decoded with limits (docs/format.md §2), and the proof rebuilt from a header (§3). CIDs are
// texts here. Every malformed byte is a RangeError.

import { fromBase58, toBase64url, utf8 } from "../../js/base.js";
import { Link, decode, encode } from "../../js/cbor.js";
import { cidText, parseCid, sha256 } from "../../js/cid.js";
import { canonical } from "../../js/jcs.js";
import { verifyStrictly } from "./ed25519.js";

const HEADER_BYTES_MAX = 8 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
const BODY_DEPTH_MAX = 32;
const FACT_BYTES_MAX = 512;
const TO_MAX = 64;
const REQUIRED = ["v", "did", "seq", "at", "service", "op", "author", "will"];
const OPTIONAL = ["prev", "ref", "body", "fact", "proof", "via", "cause", "txn"];
const WILLS = ["signed", "custodial", "derived", "node"];
const ID = /^[A-Za-z0-9:._%+@/-]{1,160}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const OP = /^(?=.{1,64}$)([a-z][a-z0-9]{0,15})(\.[a-z0-9]+)+$/;
const KID = /^(did:imajin:[^#]+)#([A-Za-z0-9_.-]{1,64})$/;
const DAG_CBOR = 0x71;
const RAW = 0x55;

function must(holds, what) {
  if (!holds) throw new RangeError(`malformed ${what}`);
}

export const isId = (value) => typeof value === "string" && ID.test(value) && !value.startsWith("did:email:");
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

/** Whether a text is the DID of a key. */
export function isDid(value) {
  try {
    return typeof value === "string" && value.startsWith("did:imajin:") && fromBase58(value.slice(11)).length === 32;
  } catch {
    return false;
  }
}

function link(value, codec, what) {
  must(value instanceof Link, what);
  const text = cidText(value.bytes);
  must(parseCid(text).bytes[1] === codec, what);
  return text;
}

const optionalLink = (map, name, codec) => (name in map ? link(map[name], codec, name) : null);

export const timeMs = (at) => Date.parse(at);

function checkTime(at) {
  must(typeof at === "string" && TIME.test(at) && new Date(at).getTime() === timeMs(at), "at");
  must(new Date(at).toISOString() === at, "at");
}

function only(map, required, optional, what) {
  must(map !== null && typeof map === "object" && !Array.isArray(map) && !(map instanceof Uint8Array) && !(map instanceof Link), what);
  must(required.every((name) => name in map), what);
  must(Object.keys(map).every((name) => required.includes(name) || optional.includes(name)), what);
}

function checkFact(fact) {
  must(typeof fact === "object" && fact !== null && !Array.isArray(fact), "fact");
  const entries = Object.entries(fact);
  must(entries.length >= 1 && entries.length <= 16, "fact");
  const isItem = (value) => Number.isSafeInteger(value) || isId(value);
  for (const [key, value] of entries) {
    must(/^[a-z][a-z0-9_]{0,31}$/.test(key), "fact");
    must(Array.isArray(value) ? value.length <= 64 && value.every(isItem) : isItem(value), "fact");
  }
  must(encode(fact).length <= FACT_BYTES_MAX, "fact");
  if ("media" in fact) must(Array.isArray(fact.media) && fact.media.every((cid) => parseCid(String(cid)).bytes[1] === RAW), "fact");
}

function readSeen(seen) {
  only(seen, ["cid", "seq"], [], "seen");
  must(isCount(seen.seq), "seen");
  return { seq: seen.seq, cid: link(seen.cid, DAG_CBOR, "seen") };
}

function readProof(proof) {
  only(proof, ["kid", "aud", "iat", "sig"], ["to", "seen", "after", "chain", "via"], "proof");
  const kid = KID.exec(proof.kid);
  must(kid && isDid(kid[1]) && isDid(proof.aud) && isCount(proof.iat), "proof");
  must(proof.sig instanceof Uint8Array && proof.sig.length === 64, "proof");
  const to = proof.to ?? [];
  must(Array.isArray(to) && to.length <= TO_MAX && !("to" in proof && to.length === 0), "to");
  must(to.every(isDid) && new Set(to).size === to.length, "to");
  return {
    kid: proof.kid,
    kidDid: kid[1],
    keyId: kid[2],
    aud: proof.aud,
    to,
    seen: "seen" in proof ? readSeen(proof.seen) : null,
    after: optionalLink(proof, "after", RAW),
    chain: optionalLink(proof, "chain", DAG_CBOR),
    via: optionalLink(proof, "via", DAG_CBOR),
    iat: proof.iat,
    sig: proof.sig,
  };
}

/** Which fields go with which will. */
function checkWill(header, map) {
  const { will } = header;
  must((will === "signed") === "proof" in map && (will === "derived") === "cause" in map, "will");
  if (will === "custodial") must("via" in map, "via");
  if (will === "derived" || will === "node") must(!("via" in map), "via");
  must(!("via" in map && header.proof?.via), "via");
}

/** A header with its CID. */
export async function readHeader(bytes) {
  must(bytes.length <= HEADER_BYTES_MAX, "header");
  const map = decode(bytes);
  only(map, REQUIRED, OPTIONAL, "header");
  must(map.v === 1 && isCount(map.seq) && isDid(map.did) && isDid(map.author), "header");
  must(typeof map.op === "string" && OP.exec(map.op)?.[1] === map.service && WILLS.includes(map.will), "op");
  checkTime(map.at);
  if ("ref" in map) must(isId(map.ref), "ref");
  if ("fact" in map) checkFact(map.fact);
  const proof = "proof" in map ? readProof(map.proof) : null;
  const header = {
    cid: cidText(concatCid(await sha256(bytes))),
    did: map.did,
    seq: map.seq,
    prev: optionalLink(map, "prev", DAG_CBOR),
    at: map.at,
    service: map.service,
    op: map.op,
    ref: map.ref ?? null,
    body: optionalLink(map, "body", DAG_CBOR),
    fact: map.fact ?? null,
    author: map.author,
    will: map.will,
    proof,
    via: "via" in map ? link(map.via, map.will === "custodial" ? RAW : DAG_CBOR, "via") : (proof?.via ?? null),
    cause: optionalLink(map, "cause", DAG_CBOR),
  };
  optionalLink(map, "txn", DAG_CBOR);
  checkWill(header, map);
  return header;
}

function concatCid(hash) {
  const out = new Uint8Array(36);
  out.set([1, DAG_CBOR, 0x12, 0x20]);
  out.set(hash, 4);
  return out;
}

function fits(value, depth) {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array || value instanceof Link) return true;
  return depth > 0 && Object.values(value).every((item) => fits(item, depth - 1));
}

/** A body with its CID: `{cid, value}`. */
export async function readBody(bytes) {
  must(bytes.length <= BODY_BYTES_MAX, "body");
  const value = decode(bytes);
  must(value !== null && typeof value === "object" && value.salt instanceof Uint8Array && value.salt.length === 16, "body");
  must(fits(value, BODY_DEPTH_MAX), "body");
  return { cid: cidText(concatCid(await sha256(bytes))), value };
}

/** The signed text of a header's proof, canonical. */
export function proofPayload(header) {
  const { proof } = header;
  return canonical({
    v: 1,
    aud: proof.aud,
    did: header.did,
    service: header.service,
    op: header.op,
    ref: header.ref,
    body: header.body,
    fact: header.fact,
    to: proof.to,
    seen: proof.seen,
    after: proof.after,
    chain: proof.chain,
    iat: proof.iat,
    ...(proof.via ? { via: proof.via } : {}),
  });
}

/** Whether a header's proof is by this key (32 bytes). */
export function proofVerifies(header, publicKey) {
  const head = canonical({ alg: "EdDSA", kid: header.proof.kid, typ: "mjn:proof" });
  const signed = `${toBase64url(utf8(head))}.${toBase64url(utf8(proofPayload(header)))}`;
  return verifyStrictly(publicKey, header.proof.sig, utf8(signed));
}

/** Whether an entry's author signed it themselves, and no delegate of theirs. */
export const isSignedOneself = ({ proof, via }) => Boolean(proof) && !via;

/** The DID of the delegate that signed an entry for its author, or null. */
export const delegateOf = ({ proof, via }) => (proof && via ? proof.kidDid : null);

/**
 * The place of the operation that a header's proof names in its author's chain (`person`, what `readChain` answers), or -1, and
 * whether the proof is by an auth key in force there: `{index, verifies}`.
 */
export async function signatureOf(header, person) {
  const { proof, author } = header;
  const index = person && proof.chain ? person.indexOf(proof.chain) : -1;
  const key = index < 0 ? null : person.states[index].keyOf(proof.keyId);
  return { index, verifies: key !== null && proof.kidDid === author && (await proofVerifies(header, key)) };
}
