// The reader's own log (docs/conversations.md, rules 2 and 6): read once from entry 0 without gaps, kept as the little that is needed
// of it, and continued. Only what the reader signed with a key of their chain counts, since the rest is the box's word. What is
// kept is of entries that were checked; nothing here asks the box.

import { toHex, utf8 } from "../../js/base.js";
import { cidText, rawCid } from "../../js/cid.js";
import { addLog, leaveHome } from "./conversation-logs.js";
import { isSignedOneself, proofPayload, proofVerifies, readBody, readHeader, signatureOf } from "./entry.js";
import { OWN_OPS, keyring, seenOf } from "./ops.js";
import { Stop, need } from "./rules.js";

/**
 * What is known of an own log that was not read yet. `signs` says whether an entry was signed by its owner, who has a chain from
 * the first such on; `under` is the place in it of the newest operation that an entry named; `logs` are those of conversations
 * (`addLog`); `entered` is the place of the newest operation of the chain that is in the log.
 */
const NOTHING = { head: null, proofs: {}, marks: {}, rings: [], groups: {}, pins: {}, first: null, signs: false, under: 0, logs: {}, entered: -1 };

export class OwnLog {
  /** `kept` is an earlier `kept()`. */
  constructor(me, kept = null) {
    this.me = me;
    Object.assign(this, structuredClone(kept ?? NOTHING));
  }

  /**
   * Reads on: `{header, body}` of each next entry. A gap is a stop, and so is a log without any entry: it begins with the one that
   * brought the reader's chain. `person` is that chain (`readChain`), if they have one.
   */
  async take(rows, person = null) {
    for (const { header: bytes, body } of rows) {
      const header = await readHeader(bytes).catch(() => {
        throw new Stop(null, "own-gap");
      });
      const before = this.head;
      await this.follow(header);
      this.entered = Math.max(this.entered, await this.operationIn(header, body, before, person));
      if (header.op === "auth.identity.create" && body) await this.takeFirst(header, body, person);
      if (header.op === "auth.home" && isSignedOneself(header) && (await this.isByController(header, person))) leaveHome(this.logs);
      if (await this.counts(header, person)) await this.takeCounted(header, body);
    }
    need(this.head || !person, null, "own-gap");
  }

  async takeCounted(header, body) {
    const mark = markOf(header);
    if (mark && !(mark.seq < this.marks[mark.log]?.seq)) this.marks[mark.log] = { seq: mark.seq, cid: mark.cid };
    if (header.op === "chat.keyring" && body) await this.takeRing(header, body);
    this.takeGroup(header);
    await addLog(this.logs, header);
    const { op, ref, fact } = header;
    if (op === "chat.pin" && ref && typeof fact?.chain === "string") this.pins[ref] = fact.chain;
  }

  /** Rule 2: whether the reader signed an entry that says something here. What needs their key, and is not by it, was made up. */
  async counts(header, person) {
    const signed = isSignedOneself(header);
    const signedBefore = this.signs;
    this.signs ||= signed;
    const op = Object.hasOwn(OWN_OPS, header.op) ? OWN_OPS[header.op] : null;
    if (!op) return false;
    if (!signed) {
      // Before a person has a chain, their whole log depends on the box's word.
      need(!op.ownKey || (header.will === "custodial" && !signedBefore), null, "own-forged");
      return false;
    }
    need(header.author === this.me, null, "own-forged");
    const { index, verifies } = await signatureOf(header, person);
    need(index >= 0, null, "kept-back");
    need(verifies && index >= this.under, null, "own-forged");
    this.under = index;
    return true;
  }

  async follow(header) {
    const { head, proofs } = this;
    const follows = head ? header.seq === head.seq + 1 && header.prev === head.cid : header.seq === 0;
    need(follows && header.did === this.me, null, "own-gap");
    this.head = { seq: header.seq, cid: header.cid };
    if (!header.proof) return;
    need(header.proof.after === (proofs[header.proof.kid] ?? null), null, "own-gap");
    proofs[header.proof.kid] = cidText(await rawCid(utf8(proofPayload(header))));
  }

  /** The place of the operation of the reader's chain that an entry brings into their log, signed right after the entry before; or -1. */
  async operationIn(header, bytes, before, person) {
    const { op, proof } = header;
    if (!["auth.identity.create", "auth.identity.update"].includes(op) || !bytes || !isSignedOneself(header)) return -1;
    const isNext = before ? proof.seen?.seq === before.seq && proof.seen.cid === before.cid : proof.seen === null;
    const body = await readBody(bytes).catch(() => null);
    const index = isNext && person && body?.cid === header.body ? person.tokens.indexOf(body.value.token) : -1;
    return index >= 0 && (await this.isByController(header, person)) ? index : -1;
  }

  /** Whether a controller key of the reader's, in the state that the proof names, signed an entry. */
  async isByController(header, person) {
    const { proof } = header;
    const signer = proof && person?.states[person.indexOf(proof.chain)]?.controllerOf(proof.keyId);
    return Boolean(signer) && proof.kidDid === this.me && (await proofVerifies(header, signer));
  }

  /** The encryption key that the identity began with, by a controller key of its genesis. */
  async takeFirst(header, bytes, person) {
    if (!(await this.isByController(header, person))) return;
    const body = await readBody(bytes).catch(() => null);
    const key = body?.cid === header.body ? body.value.encryption_key : null;
    if (key instanceof Uint8Array && key.length === 32) this.first = toHex(key);
  }

  /** One that is no keyring says nothing. */
  async takeRing(header, bytes) {
    try {
      const body = await readBody(bytes);
      if (body.cid === header.body) this.rings.push(keyring(body.value));
    } catch {
      // No keyring.
    }
  }

  /** The groups that I own, and the admins that I made in each. */
  takeGroup({ op, ref, fact }) {
    if (!op.startsWith("connections.group.")) return;
    const verb = op.slice("connections.group.".length);
    if (verb === "create" || verb === "take") this.groups[ref] = [];
    const admins = this.groups[ref];
    const who = fact?.dids?.[0];
    if (verb === "role" && admins && who) {
      this.groups[ref] = admins.filter((did) => did !== who).concat(fact.role === "admin" ? [who] : []);
    }
    if (verb === "offer" || verb === "dissolve") delete this.groups[ref];
  }

  kept() {
    const { head, proofs, marks, rings, groups, pins, first, signs, under, logs, entered } = this;
    return { head, proofs, marks, rings, groups, pins, first, signs, under, logs, entered };
  }
}

/** What an entry of your own log says of a conversation: `{log, seq, cid}`, or null. */
export function markOf({ op, ref, fact }) {
  const log = { "chat.send": fact?.log, "chat.epoch": ref, "chat.read": ref }[op];
  try {
    return fact && log ? { log, ...seenOf(fact) } : null;
  } catch {
    return null;
  }
}
