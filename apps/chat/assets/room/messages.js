// Rules 11 to 15: what is said, by whom, under which epoch, and whether it was changed.

import { delegateOf, timeMs } from "./entry.js";
import { boxed, erasedBodies, isAuthors, messageBody, messageFact } from "./ops.js";
import { Stop, need } from "./rules.js";
import { open } from "./seal.js";

const KEYLESS_MS = 300 * 1000;
const ID = /^msg_[0-9a-f]{24}$/;

export async function message(room, row, signed) {
  const { seq, at, author, ref: id, fact: said } = row.header;
  const fact = room.well(row, () => messageFact(said));
  need(ID.test(id ?? ""), seq, "malformed");
  const body = row.body && room.well(row, () => messageBody(row.body.value));
  need(!room.byId.has(id), seq, "twice");
  room.checkSeen(row, fact.seen);
  room.checkSigned(row, signed);
  const isBoxed = (!body || body.sealed) && fact.epoch > 0;
  need(isBoxed || !room.sealed, seq, "readable");
  need(room.kind === "event" || room.members.has(author), seq, "stranger");
  checkEpoch(room, seq, fact);
  checkKeyless(room, row, fact.keyless);
  if (room.epoch) room.epoch.messages += 1;
  const via = row.cause && delegateOf(row.cause);
  const result = { seq, at, id, from: author, signed, via, re: fact.re, quiet: fact.quiet, ...(await read(room, row, fact, body)) };
  keep(room, result, !body);
}

/** `{state, said}` of a message. */
async function read(room, row, fact, body) {
  if (!body) return { state: "unseen", said: null };
  if (body.newer) return { state: "newer", said: null };
  if (body.said) return { state: "plain", said: body.said };
  const secret = room.secrets.get(fact.epoch);
  if (!secret) return { state: "locked", said: null };
  const { author: sender, ref: id } = row.header;
  const place = { name: room.known.name, log: room.log, epoch: fact.epoch, sender, id, re: fact.re };
  const text = await open(secret, place, body.sealed);
  const what = text && boxed(text);
  if (!what) return { state: "void", said: null };
  return what.newer ? { state: "newer", said: null } : { state: "opened", said: what.said };
}

/** Rule 14, and the message's place among the others. */
function keep(room, result, missing) {
  let code = null;
  if (result.state === "void") code = "bad-box";
  else if (result.said && isAuthors(result.said) && !isBy(room, result)) code = "not-author";
  if (code) {
    Object.assign(result, { state: "void", said: null });
    room.voids.push({ seq: result.seq, code });
  }
  if (missing && (room.kind === "event" || room.members.has(room.known.me))) room.missing.add(result);
  room.byId.set(result.id, result);
  room.messages.push(result);
}

/** Whether what a message is about is by its own author. What was not asked for can't be told, and is believed. */
function isBy(room, result) {
  const about = room.byId.get(result.re);
  return about ? about.from === result.from : room.window > 0;
}

/** Rule 11: under the newest epoch, with no turn since, by somebody who knows the same turns. */
function checkEpoch(room, seq, fact) {
  if (!room.epoch) {
    need(fact.epoch === 0, seq, "old-epoch");
    need(fact.turns <= room.turns, seq, "other-turns");
    return;
  }
  // The epoch itself is the first of the turns since.
  need(fact.epoch === room.epoch.number && room.sinceEpoch.length === 1, seq, "old-epoch");
  need(fact.turns === room.turns, seq, "other-turns");
}

/** Rule 13: nothing is readable for the lack of a key that its owner had. */
export function checkKeyless(room, row, keyless) {
  const iat = row.cause?.proof?.iat;
  const then = (iat === undefined ? timeMs(row.header.at) : iat * 1000) - KEYLESS_MS;
  const stateOf = (did) => room.people.get(did)?.states.findLast((one) => timeMs(one.at) <= then);
  need(!keyless.some((did) => stateOf(did)?.encryption.length), row.header.seq, "keyless");
}

/** A leader hides a message. */
export function hidden(room, row, signed) {
  const { seq, author, ref } = row.header;
  room.checkSigned(row, signed);
  need(ref !== null, seq, "malformed");
  need(room.leads(author), seq, "hidden-by");
  end(room, room.byId.get(ref), "hidden");
}

/** An author deletes a message, or all of theirs. */
export function erased(room, row, intent, signed) {
  const { seq, author } = row.header;
  room.checkSigned(row, signed);
  if (row.body) room.well(row, () => erasedBodies(row.body.value));
  if (intent.op === "chat.forget") {
    for (const one of room.messages) if (one.from === author) end(room, one, "deleted");
    return;
  }
  need(intent.ref !== null, seq, "malformed");
  const one = room.byId.get(intent.ref);
  if (one && one.from !== author) room.voids.push({ seq, code: "not-author" });
  else end(room, one, "deleted");
}

function end(room, one, state) {
  if (!one) return;
  // A deleted message stays deleted.
  if (one.state !== "deleted") one.state = state;
  one.said = null;
  room.missing.delete(one);
}

/** Rule 15: every body that is not there was deleted or hidden, or was never for this reader. */
export function checkBodies(room) {
  const [first] = room.missing;
  if (first) throw new Stop(first.seq, "missing-body");
}
