// The logs of conversations that the reader's own record names. A box can show no other log in their place, and no readable
// conversation in the place of a sealed one, even to a page that remembers nothing. Only entries that count (rule 2) name a log. A
// move leaves conversations at the home before, so a log holds its name only for as long as the reader stays.

import { isDid } from "./entry.js";
import { need } from "./rules.js";
import { directName } from "./turns.js";

const IN_FACT = ["chat.accept", "chat.hide", "chat.open", "chat.send"];
const IN_REF = ["chat.admit", "chat.epoch", "chat.forget", "chat.read"];

/** The log that an entry of somebody's own record names, or null. */
export function conversationLog({ op, ref, fact }) {
  const log = IN_FACT.includes(op) ? fact?.log : IN_REF.includes(op) ? ref : null;
  return isDid(log) ? log : null;
}

/**
 * Adds what an entry that counts says to `logs`: `{name, isAtHome, isOpenedSealed, isSealed}` by log, in the order of first naming. `name`
 * is the conversation's, if an opening or an acceptance says it; else the log's genesis does. `isAtHome` is whether an entry names the log
 * since the reader last moved.
 */
export async function addLog(logs, header) {
  const did = conversationLog(header);
  if (did === null) return;
  const { op, ref, fact } = header;
  const log = (logs[did] ??= { name: null, isAtHome: true, isOpenedSealed: false, isSealed: false });
  log.isAtHome = true;
  if (op === "chat.accept" && isDid(ref)) log.name ??= await directName(header.did, ref);
  if (op === "chat.open") {
    log.name ??= ref;
    log.isOpenedSealed ||= fact.sealed === 1;
  }
  log.isSealed ||= log.isOpenedSealed || op === "chat.epoch" || (op === "chat.send" && fact.epoch > 0);
}

/** Notes that the reader moved. */
export function leaveHome(logs) {
  for (const log of Object.values(logs)) log.isAtHome = false;
}

/**
 * Rules 1 and 12: the log is the one that the reader's own record names, or continues an earlier one. It is not opened readable where the
 * record says that the conversation is sealed.
 */
export function checkOwnRecord(room, seq, fact) {
  const { own, people, known } = room;
  const hasThisName = ([did, { name }]) => (name ?? people.get(did)?.conversation) === known.name;
  const logs = Object.entries(own.logs).filter(hasThisName);
  const thisLog = logs.find(([did]) => did === room.log);
  need(fact.sealed || !thisLog?.[1].isOpenedSealed, seq, "readable");
  const newest = logs.findLast(([, { isAtHome }]) => isAtHome);
  need(!newest || newest[0] === room.log || fact.after !== null, seq, "other-log");
  need(thisLog || fact.sealed || !logs.at(-1)?.[1].isSealed, seq, "other-log");
}

/**
 * Rule 3: in a readable conversation, every other log that the reader's record names says of which conversation it is. One whose genesis is
 * not shown may be the sealed log of this name.
 */
export function checkGeneses({ sealed, kind, own, people, log }) {
  if (sealed || kind === "event") return;
  const isShown = ([did, { name, isAtHome }]) => !isAtHome || name !== null || did === log || people.has(did);
  need(Object.entries(own.logs).every(isShown), null, "genesis-kept-back");
}
