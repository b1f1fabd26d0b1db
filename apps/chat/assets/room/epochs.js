// Rules 8 to 10: epochs, for exactly those who are in and exactly their keys.

import { equal, toHex } from "../../js/base.js";
import { timeMs } from "./entry.js";
import { epochBody, epochFact } from "./ops.js";
import { need } from "./rules.js";
import { SUITE, checkOf, openWrap } from "./seal.js";

const EPOCH_MESSAGES_MAX = 1000;
const EPOCH_MS_MAX = 30 * 24 * 3600 * 1000;
const UNCALLED_MS = 3600 * 1000;
const LATE_MS = 60 * 1000;

const sameTurns = (one, other) => one.length === other.length && one.every((turn, n) => turn.seq === other[n].seq && turn.cid === other[n].cid);
const sameKeys = (one, other) => one.length === other.length && one.every((key, n) => key === other[n]);

export async function epochMade(room, row, signed) {
  const { seq, author, at, fact: said } = row.header;
  const fact = room.well(row, () => epochFact(said));
  const body = room.well(row, () => epochBody(room.bodyOf(row)));
  need(signed, seq, "unsigned");
  room.checkSeen(row, fact.seen);
  const next = (room.epoch?.number ?? 0) + 1;
  need(fact.epoch === next, seq, "epoch-number");
  need(room.members.has(author) && room.kind !== "event", seq, "epoch-maker");
  need(fact.turns === room.turns && sameTurns(body.turns, room.sinceEpoch), seq, "epoch-turns");
  const exactly = body.members.size === room.members.size && [...body.members.keys()].every((did) => room.members.has(did));
  need(exactly, seq, "epoch-members");
  for (const did of [...body.members.keys()].sort()) checkKeys(room, seq, did, body.members.get(did));
  room.cover(next, body.members.get(room.known.me)?.wraps ?? []);
  const keys = new Map([...body.members].map(([did, one]) => [did, [...one.wraps.keys()].sort()]));
  checkCalled(room, row, keys);
  const problem = await takeSecret(room, row, next, body);
  room.epoch = { number: next, maker: author, seq, at: timeMs(at), keys, messages: 0, problem };
  room.sealed = true;
  room.sinceEpoch = [];
}

function checkKeys(room, seq, did, { chain, wraps }) {
  const person = room.people.get(did);
  const index = person ? person.indexOf(chain) : -1;
  need(index >= 0, seq, "kept-back");
  need(room.useChain(did, index), seq, "epoch-old-state");
  const theirs = person.states[index].encryption;
  need(wraps.size > 0 && sameKeys([...wraps.keys()].sort(), theirs), seq, "epoch-keys");
}

/** An epoch that nothing calls for may come once an hour and member. Else nobody's message is ever under the newest. */
function checkCalled(room, row, keys) {
  const { seq, author } = row.header;
  const at = timeMs(row.header.at);
  const before = room.epoch;
  if (!before) return;
  const others = keys.size !== before.keys.size || [...keys].some(([did, theirs]) => !before.keys.has(did) || !sameKeys(theirs, before.keys.get(did)));
  // The epoch before is the first of the turns since. Before the window messages were not asked for, nor counted.
  if (before.seq < room.window || room.sinceEpoch.length > 1 || before.messages >= EPOCH_MESSAGES_MAX || at - before.at >= EPOCH_MS_MAX || others) return;
  const last = room.uncalled.get(author);
  room.uncalled.set(author, at);
  need(last === undefined || at - last >= UNCALLED_MS, seq, "epoch-flood");
}

/** Opens this reader's copy of the secret. Answers what is wrong with it, which only they can tell. */
async function takeSecret(room, row, epoch, body) {
  if (body.suite !== SUITE) {
    room.newer = true;
    return null;
  }
  const { me, secrets } = room.known;
  const fits = async (secret) => secret !== null && equal(await checkOf(secret, room.log, epoch), body.check);
  const ours = body.members.get(me)?.wraps;
  const own = ours && secrets.find((secret) => ours.has(toHex(secret.publicKey)));
  let found = null;
  if (own) {
    const what = { log: room.log, epoch, maker: row.header.author, member: me, key: own.publicKey, check: body.check };
    const secret = await openWrap(what, own, ours.get(toHex(own.publicKey)));
    if (!(await fits(secret))) return "no-secret";
    found = secret;
  } else {
    // Its key is another: an earlier keyring may have it.
    for (const secret of room.ring.get(epoch) ?? []) if (!found && (await fits(secret))) found = secret;
  }
  if (found) {
    need(![...room.secrets.values()].some((known) => equal(known, found)), row.header.seq, "epoch-old-secret");
    room.secrets.set(epoch, found);
  }
  return null;
}

/** Rules 9 and 10: why this reader's page makes a new epoch, or null. */
export function renewal(room) {
  const { epoch, known, people, members } = room;
  if (!epoch || !members.has(known.me)) return null;
  if (epoch.problem) return { seq: epoch.seq, code: epoch.problem, who: epoch.maker };
  const states = people.get(known.me)?.states;
  if (!states) return null;
  const newest = states.at(-1).encryption;
  if (sameKeys(epoch.keys.get(known.me) ?? [], newest)) return null;
  const other = states.findLastIndex((state) => !sameKeys(state.encryption, newest));
  const late = epoch.at - timeMs(states[other + 1].at) > LATE_MS;
  return { seq: epoch.seq, code: late ? "old-keys-late" : "old-keys", who: epoch.maker };
}
