// The operations of a conversation (docs/conversations.md), read from headers and bodies. Each reader throws a RangeError for
// another form. Whether something is allowed is the business of the rules.

import { toHex, utf8 } from "../../js/base.js";
import { Link } from "../../js/cbor.js";
import { cidText, parseCid } from "../../js/cid.js";
import { isCount, isDid, isId } from "./entry.js";
import { BOX_BYTES_MAX, WRAP_BYTES } from "./seal.js";

const MEMBERS_MAX = 1000;
export const SEALED_MEMBERS_MAX = 256;
const ADMITTED_MAX = 5;
const TURNS_MAX = 4096;
const KEYS_MAX = 8;
const TEXT_BYTES_MAX = 16 * 1024;
const RANKS = ["reader", "member", "admin", "owner"];
const KINDS = ["dm", "group", "event"];
const SAID = ["text", "media", "voice", "location", "edit", "reaction", "reaction.end"];

/** What each entry of a conversation may follow from; `same` has the ref, fact and body of its intent, `turn` is a turn. */
export const OPS = {
  "chat.opened": { intents: ["chat.open"], same: true, turn: true },
  "chat.admitted": { intents: ["chat.admit"], same: true, turn: true },
  "chat.epoch.made": { intents: ["chat.epoch"], same: true, turn: true },
  "chat.message": { intents: ["chat.send"], same: true },
  "chat.accepted": { intents: ["chat.accept"], same: true },
  "chat.hidden": { intents: ["chat.hide"], same: true },
  "chat.out": { intents: ["connections.group.leave", "connections.group.remove"], turn: true },
  "chat.role": { intents: ["connections.group.role", "connections.group.offer", "connections.group.take"], turn: true },
  "auth.body.erased": { intents: ["chat.delete", "chat.forget"] },
};

function must(holds) {
  if (!holds) throw new RangeError("another form");
}

export const rank = (role) => RANKS.indexOf(role);
export const leads = (role) => rank(role) >= 2;

/** The kind of a conversation's name. */
export function kindOf(name) {
  const kind = /^did:imajin:(dm|group|event):/.exec(name)?.[1];
  return kind ?? "dm";
}

const isName = (value) => typeof value === "string" && /^did:imajin:(dm|group|event):[A-Za-z0-9_-]+$/.test(value);
const isAny = (value) => isDid(value) || isName(value);

function dids(fact, name) {
  const list = fact[name] ?? [];
  must(Array.isArray(list) && list.every(isAny));
  return list;
}

const optional = (fact, name, is) => {
  must(!(name in fact) || is(fact[name]));
  return fact[name] ?? null;
};

/** `{seq, cid}` of a fact's `seq` and `seen`. */
export function seenOf(fact) {
  must(fact && isCount(fact.seq) && typeof fact.seen === "string");
  parseCid(fact.seen);
  return { seq: fact.seq, cid: fact.seen };
}

export function openFact(fact) {
  must(fact && KINDS.includes(fact.kind) && (fact.sealed === 0 || fact.sealed === 1));
  return {
    kind: fact.kind,
    of: optional(fact, "of", isAny),
    after: optional(fact, "after", isAny),
    sealed: fact.sealed === 1,
    keyless: dids(fact, "keyless"),
  };
}

export function admitFact(fact) {
  must(fact && RANKS.includes(fact.role) && isCount(fact.turns));
  const who = dids(fact, "dids");
  must(who.length >= 1 && who.length <= ADMITTED_MAX);
  return { dids: who, role: fact.role, turns: fact.turns };
}

export function epochFact(fact) {
  must(fact && isCount(fact.epoch) && isCount(fact.turns));
  return { epoch: fact.epoch, turns: fact.turns, seen: seenOf(fact) };
}

export function messageFact(fact) {
  return { ...epochFact(fact), re: optional(fact, "re", isId), quiet: fact.quiet === 1, keyless: dids(fact, "keyless") };
}

/** The role of a `chat.out` or `chat.role`, or `offered`. */
export function turnFact(fact) {
  must(fact && (fact.role === "offered" || RANKS.includes(fact.role)));
  return fact.role;
}

function only(body, names) {
  must(Object.keys(body).every((name) => name === "salt" || names.includes(name)));
}

function list(body, name, most) {
  must(Array.isArray(body[name]) && body[name].length <= most);
  return body[name];
}

function bytes(value, length) {
  must(value instanceof Uint8Array && value.length === length);
  return value;
}

function cid(value) {
  must(value instanceof Link);
  return cidText(value.bytes);
}

function unique(entries) {
  const map = new Map(entries);
  must(map.size === entries.length);
  return map;
}

/** Everybody's role. */
export function openBody(body) {
  only(body, ["members"]);
  const entries = list(body, "members", MEMBERS_MAX).map((item) => {
    must(isAny(item?.did) && RANKS.includes(item.role));
    return [item.did, item.role];
  });
  return unique(entries);
}

/** The wrap for each key, by the key's hexadecimal text. */
function wraps(value) {
  const entries = list(value, "wraps", KEYS_MAX).map((item) => {
    must(Array.isArray(item) && item.length === 2);
    return [toHex(bytes(item[0], 32)), bytes(item[1], WRAP_BYTES)];
  });
  return unique(entries);
}

export function epochBody(body) {
  only(body, ["suite", "check", "turns", "members"]);
  must(isCount(body.suite));
  const turns = list(body, "turns", TURNS_MAX).map((item) => {
    must(Array.isArray(item) && item.length === 2 && isCount(item[0]));
    return { seq: item[0], cid: cid(item[1]) };
  });
  const members = list(body, "members", SEALED_MEMBERS_MAX).map((item) => {
    must(isAny(item?.did));
    return [item.did, { chain: cid(item.chain), wraps: wraps(item) }];
  });
  return { suite: body.suite, check: bytes(body.check, 32), turns, members: unique(members) };
}

function sealed(body) {
  must(body.box instanceof Uint8Array && body.box.length <= BOX_BYTES_MAX);
  return { nonce: bytes(body.nonce, 32), commit: bytes(body.commit, 32), box: body.box };
}

/** A message's body: `{sealed}`, `{said}` or `{newer: true}`. */
export function messageBody(body) {
  if ("box" in body) {
    only(body, ["nonce", "commit", "box"]);
    return { sealed: sealed(body) };
  }
  const { salt: _, ...said } = body;
  must(isPlain(said));
  return saidOf(said);
}

/** Whether a value has a JSON form: neither bytes nor links. */
function isPlain(value) {
  if (value instanceof Uint8Array || value instanceof Link) return false;
  return value === null || typeof value !== "object" || Object.values(value).every(isPlain);
}

/** What a box has: `{said}`, `{newer: true}`, or null where it is no message. */
export function boxed(text) {
  try {
    const json = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text));
    must(typeof json?.v === "number");
    return json.v === 1 ? saidOf(json) : { newer: true };
  } catch {
    return null;
  }
}

function saidOf(json) {
  must(typeof json.type === "string");
  if (!SAID.includes(json.type)) return { newer: true };
  const { text = "" } = json;
  must(typeof text === "string" && utf8(text).length <= TEXT_BYTES_MAX);
  return { said: { kind: json.type, text, json } };
}

/** Whether only the author of the message that it is about may say it. */
export const isAuthors = (said) => said.kind === "edit" || said.kind === "reaction.end";

/** The CIDs of erased bodies. */
export const erasedBodies = (body) => list(body, "bodies", Infinity).map(cid);

/** A keyring: `{wraps, sealed}`. */
export function keyring(body) {
  only(body, ["wraps", "nonce", "commit", "box"]);
  return { wraps: wraps(body), sealed: sealed(body) };
}

/** What is in somebody's own log that says something here, or needs a key of theirs; and whether it needs one. */
export const OWN_OPS = {
  "chat.accept": { ownKey: false },
  "chat.open": { ownKey: false },
  "chat.read": { ownKey: false },
  "chat.send": { ownKey: false },
  ...Object.fromEntries(
    [
      ...["admit", "consent", "consent.end", "epoch", "forget", "hide", "keyring", "pin"].map((verb) => `chat.${verb}`),
      ...["create", "dissolve", "join", "offer", "remove", "role", "take"].map((verb) => `connections.group.${verb}`),
    ].map((op) => [op, { ownKey: true }]),
  ),
};
