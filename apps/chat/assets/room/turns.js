// Rule 7: who may change who is in.

import { utf8, toHex } from "../../js/base.js";
import { sha256 } from "../../js/cid.js";
import { isDid } from "./entry.js";
import { SEALED_MEMBERS_MAX, admitFact, leads, openBody, openFact, rank, turnFact } from "./ops.js";
import { Stop, need } from "./rules.js";

/** The name of the conversation of two people. */
export async function directName(one, other) {
  const both = [one, other].sort();
  return `did:imajin:dm:${toHex((await sha256(utf8(both.join(":")))).subarray(0, 8))}`;
}

/** The name of a group's conversation: an uuid (version 8) of the hash of its DID. */
export async function groupName(group) {
  const bytes = (await sha256(utf8(group))).slice(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return `did:imajin:group:${toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
}

export async function opened(room, row, signed) {
  const { seq, author, ref, fact: said } = row.header;
  const fact = room.well(row, () => openFact(said));
  const members = room.well(row, () => openBody(room.bodyOf(row)));
  need(ref === room.known.name && fact.kind === room.kind, seq, "other-log");
  checkLog(room, seq, author, fact);
  room.checkOwnRecord(seq, fact);
  need(room.turns === 0 && (await mayOpen(room, author, fact, members)), seq, "opened-by");
  need(signed || mayOpenUnsigned(room, author, fact, members), seq, "unsigned-turn");
  room.sealed = fact.sealed;
  room.of = fact.of;
  room.members = members;
  room.checkKeyless(row, fact.keyless);
}

/** Rule 1: one log for one name, and another only where a leader continues the one before. */
function checkLog(room, seq, author, fact) {
  const { log, leaders, sealed } = room.known;
  if (!log || log === room.log) return;
  need(fact.after === log && leaders.includes(author) && (fact.sealed || !sealed), seq, "other-log");
}

/**
 * Whether an opening may be the box's word alone. A person with a chain may open a readable conversation in a session, but a box takes
 * none without a reason: a member lacks a key, or there are too many members.
 */
function mayOpenUnsigned(room, author, fact, members) {
  const saysWhy = fact.keyless.length > 0 || members.size > SEALED_MEMBERS_MAX;
  return !fact.sealed && (room.kind === "event" || saysWhy || !room.people.has(author));
}

async function mayOpen(room, author, fact, members) {
  const { name, me } = room.known;
  const isPage = room.known.admins === "own";
  const admins = isPage ? room.own.groups[fact.of] : room.known.admins;
  if (room.kind === "event") return !fact.sealed;
  if (room.kind === "dm") {
    return members.size === 2 && members.has(author) && (await directName(...members.keys())) === name;
  }
  const ours = !admins || author === me || admins.includes(author);
  // On a page, the name must be the group's, so that a conversation of one group cannot be opened in the name of
  // another.
  const isOurs = fact.of !== null && (!isPage || name === (await groupName(fact.of)));
  return leads(members.get(author)) && ours && isOurs;
}

/** Turns need a signature, except of somebody who has no key in a conversation that the box can read. */
function checkTurn(room, row, signed) {
  const hasKey = room.people.has(row.header.author);
  need(signed || !(room.sealed || hasKey), row.header.seq, "unsigned-turn");
}

export function admitted(room, row, signed) {
  const { seq, author, fact } = row.header;
  const admit = room.well(row, () => admitFact(fact));
  checkTurn(room, row, signed);
  const least = leads(admit.role) ? 3 : 2;
  const may = room.kind === "group" && rank(room.members.get(author)) >= least && admit.role !== "owner";
  need(may && admit.turns <= room.turns, seq, "admitted-by");
  for (const did of admit.dids) if (!room.members.has(did)) room.members.set(did, admit.role);
}

const whoOf = (row) => {
  if (!isDid(row.header.ref)) throw new Stop(row.header.seq, "malformed");
  return row.header.ref;
};

export function out(room, row, intent, signed) {
  const { seq, author } = row.header;
  const who = whoOf(row);
  const bySelf = intent.op.endsWith(".leave");
  if (bySelf) need(signed || !room.sealed, seq, "unsigned-turn");
  else checkTurn(room, row, signed);
  const may = bySelf ? who === author && isOf(room, intent) : names(room, intent, who) && outranks(room, author, who);
  need(may, seq, "out-by");
  room.members.delete(who);
  if (room.offered === who) room.offered = null;
}

/** A leader over a member, the owner over an admin. Somebody who is not in can be put out of the group all the same. */
function outranks(room, author, who) {
  const [over, under] = [room.members.get(author), room.members.get(who)];
  return leads(over) && rank(over) > rank(under);
}

export function role(room, row, intent, signed) {
  const { seq, author, fact } = row.header;
  const who = whoOf(row);
  const given = room.well(row, () => turnFact(fact));
  checkTurn(room, row, signed);
  need(mayGive(room, author, who, given, intent), seq, "role-by");
  if (!room.members.has(who)) return;
  // Offered to its owner, a group stays theirs.
  if (given === "offered") room.offered = room.members.get(who) === "owner" ? null : who;
  else {
    room.members.set(who, given);
    if (room.offered === who) room.offered = null;
  }
}

function mayGive(room, author, who, given, intent) {
  const owns = room.members.get(author) === "owner";
  const verb = intent.op.split(".").at(-1);
  if (verb === "role") {
    const same = given !== "offered" && intent.fact?.role === given;
    return owns && same && who !== author && given !== "owner" && names(room, intent, who);
  }
  if (verb === "offer") return given === "offered" && owns && names(room, intent, who);
  if (given === "owner") return who === author && room.offered === author && isOf(room, intent);
  // The owner before stays as an admin, once the other owns it.
  return given === "admin" && owns && room.members.get(who) === "owner" && who !== author && isOf(room, intent);
}

/** Whether a group's operation is about this conversation's group. */
const isOf = (room, intent) => isDid(intent.ref) && intent.ref === room.of;

/** The same, and about this person alone. */
function names(room, intent, who) {
  const dids = intent.fact?.dids;
  return Array.isArray(dids) && dids.length === 1 && dids[0] === who && isOf(room, intent);
}
