// Commands for conversations other than messages: opening one, adding people, answering requests, deleting, comparing
// keys, read marks. `enter` signs and sends a command.

import { post } from "../js/api.js";
import { submit } from "../js/proof.js";
import { boxOf } from "./box.js";
import { readChain } from "./room/chain.js";
import { kindOf } from "./room/ops.js";
import { number } from "./room/seal.js";
import { directName, groupName } from "./room/turns.js";
import { SEALED_MEMBERS_MAX } from "./view.js";
import { Held } from "./write.js";

const READ_EVERY_MS = 120_000;
const ADMITTED_AT_ONCE = 5;
const KEYLESS_NAMED = 4;

/** What `me` (a signer) does in the conversation with this log. */
export function actsIn(log, me, enter = submit) {
  const act = (op, ref, fact, to = [log]) => enter(me, { service: "chat", op, ref, fact, to });
  return {
    /** Lets people in who joined the group: a leader's. `turns` is how many the page knows. */
    admit: async (dids, role, turns) => {
      for (let n = 0; n < dids.length; n += ADMITTED_AT_ONCE) {
        await act("chat.admit", log, { dids: dids.slice(n, n + ADMITTED_AT_ONCE), role, turns });
      }
    },
    accept: (who) => act("chat.accept", who, { log }),
    decline: (who) => act("chat.decline", who, { log }, []),
    block: (who) => act("chat.block", who, { log }, []),
    unblock: (who) => act("chat.block.end", who, { log }, []),
    remove: (id) => act("chat.delete", id, { log }),
    /** A leader's: nobody reads the message any more. */
    hide: (id) => act("chat.hide", id, { log }),
    /** Deletes all of mine here. */
    forget: () => act("chat.forget", log, null),
  };
}

/** Deletes all that `me` wrote in the conversations with these logs. Nothing of theirs in one, or one that is closed, keeps nothing elsewhere. */
export async function forgetAll(logs, me, enter = submit) {
  for (const log of logs) {
    await actsIn(log, me, enter).forget().catch((error) => {
      if (![404, 410].includes(error.status)) throw error;
    });
  }
}

/**
 * Opens a conversation of `members` (`{did, role}`, the opener among them), for `about`: `{with}` or `{group}`, a DID, or `{event}`, the
 * name of its conversation, whose one member is the organiser. It is sealed if each of them has an encryption key. Answers its name.
 */
export async function openNew({ me, members, about, box = boxOf(), ask = post, enter = submit }) {
  const meant = about.event ?? (about.group ? await groupName(about.group) : await directName(me.did, about.with));
  const { did: name, log } = await ask("/chat/api/conversations/key", about);
  // Nothing is signed for other people than those whom its opener means.
  if (name !== meant) throw new Held("js-stop-other-log");
  const keyless = [];
  for (const { did } of about.event ? [] : members) {
    const tokens = await box.chain(did);
    const keys = tokens.length ? (await readChain(did, tokens)).states.at(-1).encryption : [];
    if (!keys.length) keyless.push(did);
  }
  const isSealed = !about.event && !keyless.length && members.length <= SEALED_MEMBERS_MAX;
  const fact = { log, kind: kindOf(name), sealed: isSealed ? 1 : 0 };
  if (about.group) fact.of = about.group;
  if (keyless.length) fact.keyless = keyless.sort().slice(0, KEYLESS_NAMED);
  // Somebody with whom one is not connected hears of it in their own log.
  const to = about.with ? [log, about.with] : [log];
  await enter(me, { service: "chat", op: "chat.open", ref: name, fact, to, body: { members } });
  return name;
}

/** The newest operation of somebody's verified chain. */
const headOf = (report, did) => report.people.get(did)?.states.at(-1).cid ?? null;

/** The digits that two people compare, in twelve groups; null while one of them has no chain. */
export function digits(report, me, other) {
  const both = [me, other].map((did) => [did, headOf(report, did)]);
  return both.every(([, cid]) => cid) ? number(...both) : null;
}

/** What a code for comparing says: my DID, the head of my chain, and the newest entry that I verified here. */
export function codeOf(report, me) {
  return JSON.stringify({ v: 1, did: me, chain: headOf(report, me), log: report.log, seq: report.head.seq, seen: report.head.cid });
}

/**
 * What somebody's code shows: `same`, `other` (another chain, or another history), or `unknown`, where it is none or their page is ahead
 * of this one. `other` is whose code it is to be; `cidAt(seq)` answers the verified entry at a place, or null.
 */
export function readCode(text, report, other, cidAt) {
  let code = null;
  try {
    code = JSON.parse(text);
  } catch {
    // None.
  }
  if (code?.v !== 1 || code.did !== other) return "unknown";
  const chain = report.people.get(other)?.states.some(({ cid }) => cid === code.chain);
  if (!chain) return "other";
  if (code.log !== report.log) return "other";
  const here = cidAt(code.seq);
  if (here === null) return "unknown";
  return here === code.seen ? "same" : "other";
}

/** Notes that keys were compared, `how`: `code` or `digits`. The mark stays while these keys sign any new ones. */
export function pin(report, me, other, how, enter = submit) {
  return enter(me, { service: "chat", op: "chat.pin", ref: other, fact: { chain: headOf(report, other), how } });
}

/** Says how far somebody read: signed, and seldom, since each one is written to the card. */
export class ReadMarks {
  #said = new Map();

  constructor({ me, enter = submit, now = Date.now }) {
    Object.assign(this, { me, enter, now });
  }

  /** Signs that the newest entry of a conversation was read, unless that was said lately. Answers whether it was signed. */
  async read(conversation) {
    const { report } = conversation;
    if (report.stop) return false;
    const { seq, cid } = report.head;
    await conversation.readTo(seq);
    const last = this.#said.get(report.log);
    if (last && (last.seq === seq || this.now() - last.at < READ_EVERY_MS)) return false;
    this.#said.set(report.log, { seq, at: this.now() });
    await this.enter(this.me, { service: "chat", op: "chat.read", ref: report.log, fact: { seq, seen: cid } });
    return true;
  }
}
