// Client-side verification of a conversation: a function of the rows and identity chains that a box returns, and of the
// reader's previous state. The twin of `apps/chat/room`; `tests/vectors/chat.json` holds both, and the independent
// verifier, to the same answers. Knows nothing of pages or of the network. The rules are those of
// docs/conversations.md.

import { toHex } from "../../js/base.js";
import { readChain } from "./chain.js";
import { checkGeneses, checkOwnRecord } from "./conversation-logs.js";
import { isSignedOneself, proofPayload, readHeader, signatureOf } from "./entry.js";
import { epochMade, renewal } from "./epochs.js";
import { checkBodies, checkKeyless, erased, hidden, message } from "./messages.js";
import { OPS, kindOf, leads } from "./ops.js";
import { OwnLog, markOf } from "./own.js";
import { genesisName, orStop, readRows, sameFact } from "./rows.js";
import { Stop, need } from "./rules.js";
import { openRing } from "./seal.js";
import { admitted, opened, out, role } from "./turns.js";

/**
 * Checks what a box shows. `shown` is `{rows: [{header, cause, body}], chains: {did: [token]}, reads: [header],
 * own: [{header, body}]}`, all bytes; `reads` are asked for before the rows, and `own` is null if nobody asked for it. `known` is `{me, name, secrets: [{key,
 * publicKey}], log, sealed, leaders, admins, chains: {did: cid}, pin: {seq, cid}, sent: [{seq, cid}], partial}`, with `own`,
 * what `OwnLog.kept` said of the part of the own log that was read before, and `kept`, secrets of epochs that were opened
 * before (`[epoch, secret]`); `admins` may be `"own"`: those whom the own log names, and
 * then a group's conversation has the name that its DID gives it. `from` is the
 * place from which on all rows were asked for, in the place of `partial`.
 * Answers `{stop, voids, renew, head, sealed, epoch, turns, members, messages, newer}`, where findings are `{seq, code}`, and
 * for those who write on: `log`, `of`, the turns `since` the epoch before, `secrets` by epoch, the reader's keys for which each is
 * there (`covered`), `people`, `own`, and `reads`: how far others read.
 */
export async function verify(shown, known) {
  return (await begin(shown, known)).report;
}

/** Verifies so that more can follow: `{report, cidAt, more}`. `more` takes what follows, as `shown`, and answers the new report. */
export async function begin(shown, known) {
  const room = new Room(known);
  await room.judge(() => room.read(shown));
  return {
    get report() {
      return room.report();
    },
    /** The CID of the entry at a place, or null. */
    cidAt: (seq) => room.cids.get(seq) ?? null,
    async more(next) {
      await room.judge(() => room.readOn({ rows: [], chains: {}, reads: [], own: null, ...next }));
      return room.report();
    },
  };
}

/** The state of a conversation after some of its entries. */
class Room {
  log = null;
  of = null;
  offered = null;
  sealed = false;
  newer = false;
  /** The first entry after which there is no gap. */
  window = 0;
  turns = 0;
  /** The turns from the newest epoch on. */
  sinceEpoch = [];
  epoch = null;
  head = null;
  people = new Map();
  cids = new Map();
  members = new Map();
  uncalled = new Map();
  secrets = new Map();
  ring = new Map();
  /** The newest operation of each chain that an intent of its owner named, and that any entry named. */
  signedUnder = new Map();
  used = new Map();
  lastBy = new Map();
  entered = new Set();
  texts = new Map();
  messages = [];
  byId = new Map();
  missing = new Set();
  /** How many of the own log's keyrings were tried. */
  ringsRead = 0;
  reads = new Map();
  voids = [];
  stop = null;
  /** The reader's keys that each epoch's secret can be opened with: by a wrap, or by a keyring. */
  covered = new Map();
  /** The author of the row that is judged. */
  author = null;

  constructor(known) {
    this.known = known;
    this.kind = kindOf(known.name);
    this.own = new OwnLog(known.me, known.own);
    for (const [epoch, secret] of known.kept ?? []) this.takeKept(epoch, secret);
  }

  /** The first stop is the last word. */
  async judge(read) {
    if (this.stop) return;
    try {
      await read();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const { seq, code, who } = error.finding;
      this.stop = { seq, code, who: who ?? this.author };
    }
    this.author = null;
  }

  async read(shown) {
    await this.readPeople(shown.chains);
    const rows = await readRows(shown.rows, null);
    this.checkOwnChain();
    await this.begin(rows);
    await this.takeOwn(shown.own);
    await this.take(rows.slice(1), shown.reads);
  }

  async readOn(shown) {
    await this.readPeople(shown.chains);
    const rows = await readRows(shown.rows, this.head.seq);
    await this.takeOwn(shown.own);
    await this.take(rows, shown.reads);
  }

  async take(rows, reads) {
    for (const row of rows) await this.enter(row);
    this.author = null;
    for (const bytes of reads) await this.checkRead(await orStop(readHeader(bytes), null, "malformed"));
    this.checkKnown();
    checkBodies(this);
  }

  /** Rule 3: the chains verify, and continue what was known. */
  async readPeople(chains) {
    for (const [did, tokens] of Object.entries(chains)) {
      const person = await orStop(readChain(did, tokens), null, "other-chain");
      const before = this.people.get(did)?.states ?? [];
      need(before.every(({ cid }, n) => person.states[n]?.cid === cid), null, "other-chain");
      this.people.set(did, person);
    }
    for (const [did, cid] of Object.entries(this.known.chains)) {
      const person = this.people.get(did);
      need(!person || person.indexOf(cid) >= 0, null, "other-chain");
    }
  }

  /** Rule 3: a reader who has keys is shown their own chain, with all of them. Else rules 9 and 13 would say nothing. */
  checkOwnChain() {
    const { me, secrets, chains } = this.known;
    if (!secrets.length && !(me in chains)) return;
    const states = this.people.get(me)?.states ?? [];
    const had = (secret) => states.some((state) => state.encryption.includes(toHex(secret.publicKey)));
    need(states.length && secrets.every(had), null, "kept-back");
  }

  /** Entry 0 names the conversation. Everything after it is without gaps, unless only a part was asked for. */
  async begin(rows) {
    const first = rows[0];
    need(first?.header.seq === 0, 0, "gap");
    const name = await genesisName(first).catch(() => null);
    need(name !== null, 0, "signature");
    need(name === this.known.name, 0, "other-log");
    this.log = first.header.did;
    this.enterCid(first.header);
    let n = rows.length - 1;
    while (n > 0 && rows[n - 1].header.seq + 1 === rows[n].header.seq) n -= 1;
    this.window = rows[n].header.seq;
    const { partial, from = partial ? Infinity : 0 } = this.known;
    need(this.window <= from, this.window, "gap");
  }

  enterCid({ seq, cid }) {
    this.cids.set(seq, cid);
    this.head = { seq, cid };
  }

  async enter(row) {
    const { header } = row;
    this.author = header.author;
    const { seq, cid } = header;
    this.checkPlace(row);
    const op = OPS[header.op];
    this.newer ||= !op && header.op.startsWith("chat.");
    if (seq < this.window) need(op?.turn, seq, "gap");
    if (row.body) need(header.body === row.body.cid, seq, "other-body");
    if (op) {
      const intent = await this.checkIntent(row, op);
      if (intent) {
        await this.act(row, row.cause, intent.signed);
        this.lastBy.set(header.author, seq);
      }
    }
    this.enterCid(header);
    if (op?.turn) {
      this.turns += 1;
      this.sinceEpoch.push({ seq, cid });
    }
  }

  /** Rule 1: the next entry of this log. */
  checkPlace({ header: { did, seq, prev } }) {
    need(did === this.log, seq, "other-log");
    need(seq > this.head.seq, seq, "gap");
    // The first row of the window, too, follows a row that was not asked for.
    const apart = this.window > 0 && seq <= this.window;
    need(apart || (seq === this.head.seq + 1 && prev === this.head.cid), seq, "gap");
  }

  /** Rule 2: the intent, and whether its author signed it. Null for an erasure that is not chat's. */
  async checkIntent(row, op) {
    const { header, cause } = row;
    const { seq } = header;
    if (!cause || !op.intents.includes(cause.op)) {
      need(header.op === "auth.body.erased", seq, "not-the-intent");
      return null;
    }
    let fits = header.cause === cause.cid && header.author === cause.author && cause.did === cause.author;
    if (op.same) fits &&= header.ref === cause.ref && header.body === cause.body && sameFact(header.fact, cause.fact);
    need(fits, seq, "not-the-intent");
    const index = await this.checkSignature(seq, cause);
    const signed = index !== null;
    if (signed) {
      const under = this.signedUnder.get(cause.author) ?? 0;
      this.signedUnder.set(cause.author, Math.max(under, index));
      this.useChain(cause.author, index);
      need(index >= under, seq, "other-chain");
    }
    need(this.isForHere(header.op, cause, signed), seq, "not-for-here");
    const about = header.op === "auth.body.erased" ? header.body : header.ref;
    const entry = `${cause.cid} ${header.op} ${about}`;
    need(!this.entered.has(entry), seq, "twice");
    this.entered.add(entry);
    if (cause.proof) {
      // A box may put what was signed once into a second header.
      const text = `${cause.proof.kid} ${proofPayload(cause)}`;
      const first = this.texts.get(text) ?? cause.cid;
      this.texts.set(text, first);
      need(first === cause.cid, seq, "twice");
    }
    return { signed };
  }

  /**
   * The operation of its author's chain under which an intent is signed. Null for an unsigned one, which is the box's word,
   * and so is one that a delegate signed.
   */
  async checkSignature(seq, intent) {
    if (!isSignedOneself(intent)) return null;
    const { index, verifies } = await signatureOf(intent, this.people.get(intent.author));
    need(index >= 0, seq, "kept-back");
    need(verifies, seq, "signature");
    return index;
  }

  /** Whether an operation of somebody's chain is not older than one that an entry named before. */
  useChain(did, index) {
    const used = this.used.get(did) ?? 0;
    this.used.set(did, Math.max(used, index));
    return index >= used;
  }

  /** Whether an intent names this log, and a signed one lets it have consequences here. */
  isForHere(op, intent, signed) {
    let named = intent.fact?.log === this.log;
    if (["chat.admitted", "chat.epoch.made"].includes(op) || intent.op === "chat.forget") named = intent.ref === this.log;
    // A group's own operations name the group, which rule 7 looks at.
    if (["chat.out", "chat.role"].includes(op)) named = true;
    return named && (!signed || intent.proof.to.includes(this.log));
  }

  /** Rule 4: what an author had seen is what is shown here, up to their own last entry at least. */
  checkSeen({ header: { seq, author } }, seen) {
    const last = this.lastBy.get(author) ?? 0;
    need(seen.seq < seq && this.shows(seen) && last <= seen.seq, seq, "fork");
  }

  /** Whether an entry is the one shown here. One that was not asked for is believed. */
  shows({ seq, cid }) {
    return this.cids.has(seq) ? this.cids.get(seq) === cid : seq < this.window;
  }

  /** The body of a turn, which is never withheld. */
  bodyOf(row) {
    if (!row.body) throw new Stop(row.header.seq, "missing-body");
    return row.body.value;
  }

  /** What a reader of facts and bodies says, or a stop where it throws. */
  well(row, read) {
    try {
      return read();
    } catch (error) {
      throw error instanceof Stop ? error : new Stop(row.header.seq, "malformed");
    }
  }

  act(row, intent, signed) {
    switch (row.header.op) {
      case "chat.opened":
        return opened(this, row, signed);
      case "chat.admitted":
        return admitted(this, row, signed);
      case "chat.out":
        return out(this, row, intent, signed);
      case "chat.role":
        return role(this, row, intent, signed);
      case "chat.epoch.made":
        return epochMade(this, row, signed);
      case "chat.message":
        return message(this, row, signed);
      case "chat.hidden":
        return hidden(this, row, signed);
      case "auth.body.erased":
        return erased(this, row, intent, signed);
      default:
        return this.checkSigned(row, signed);
    }
  }

  /** Rule 12: nothing unsigned in a sealed conversation. */
  checkSigned(row, signed) {
    need(signed || !this.sealed, row.header.seq, "unsigned");
  }

  checkKeyless(row, keyless) {
    checkKeyless(this, row, keyless);
  }

  checkOwnRecord(seq, fact) {
    checkOwnRecord(this, seq, fact);
  }

  leads(did) {
    return leads(this.members.get(did));
  }

  /** Rule 5: a person who only reads is a witness, too. */
  async checkRead(header) {
    const seen = header.op === "chat.read" && header.did === header.author ? markOf(header) : null;
    need(seen?.log === this.log, null, "malformed");
    // A mark without a signature is the box's word, and no witness.
    const index = await this.checkSignature(seen.seq, header);
    need(index === null || this.shows(seen), seen.seq, "reader-fork", header.author);
    const { author, at } = header;
    this.reads.set(author, { seq: Math.max(seen.seq, this.reads.get(author)?.seq ?? 0), at });
  }

  /** The reader's own log: the newest entry of this conversation that they saw, and what keyrings hold of it. */
  async takeOwn(rows) {
    if (rows === null) return;
    const { own, known } = this;
    let read = this.ringsRead;
    await own.take(rows, this.people.get(known.me));
    this.checkReach();
    // Rule 3: chains continue from what was compared.
    for (const [did, cid] of Object.entries(own.pins)) {
      const person = this.people.get(did);
      need(!person || person.indexOf(cid) >= 0, null, "other-chain", did);
    }
    for (; read < own.rings.length; read += 1) {
      const { wraps, sealed } = own.rings[read];
      for (const secret of known.secrets) {
        const wrapped = wraps.get(toHex(secret.publicKey));
        const secrets = (wrapped && (await openRing(secret, known.me, wrapped, sealed))) ?? [];
        for (const [log, epoch, one] of secrets) {
          if (log !== this.log) continue;
          this.takeKept(epoch, one);
          this.cover(epoch, wraps);
        }
      }
    }
    this.ringsRead = read;
  }

  /**
   * Rule 6: the own log reaches at least the operations that named this device's keys. A box that cuts it before would leave nothing of
   * what the reader wrote on other devices. A key that the chain does not name yet brings nothing.
   */
  checkReach() {
    const { own, known, people } = this;
    const states = people.get(known.me)?.states ?? [];
    const isNamedBy = (some) => (secret) => some.some((state) => state.encryption.includes(toHex(secret.publicKey)));
    const reaches = isNamedBy(states.slice(0, own.entered + 1));
    need(known.secrets.filter(isNamedBy(states)).every(reaches), null, "own-gap");
  }

  cover(epoch, wraps) {
    const keys = [...wraps].map(([key]) => key);
    this.covered.set(epoch, new Set([...(this.covered.get(epoch) ?? []), ...keys]));
  }

  /** A secret that the browser has without a wrap. */
  takeKept(epoch, secret) {
    this.ring.set(epoch, [...(this.ring.get(epoch) ?? []), secret]);
  }

  /** Rule 6, and what ties the turns of a part to its newest rows. */
  checkKnown() {
    // An epoch names the turns before it; those after the newest must be among rows without a gap.
    const after = this.sinceEpoch.slice(this.epoch ? 1 : 0);
    need(!(this.sealed && after.some((turn) => turn.seq < this.window)), this.window, "gap");
    checkGeneses(this);
    const { pin, sent } = this.known;
    if (pin) need(this.shows(pin), pin.seq, "changed");
    for (const one of sent) need(this.shows(one), one.seq, "not-entered");
    const own = this.own.marks[this.log];
    if (own) need(this.shows(own), own.seq, "rolled-back");
  }

  report() {
    const { stop } = this;
    return {
      stop,
      voids: this.voids.toSorted((one, other) => one.seq - other.seq),
      renew: stop ? null : renewal(this),
      head: this.head,
      sealed: this.sealed,
      epoch: this.epoch?.number ?? 0,
      turns: this.turns,
      members: this.members,
      messages: this.messages,
      newer: this.newer,
      log: this.log,
      of: this.of,
      since: this.sinceEpoch,
      secrets: this.secrets,
      people: this.people,
      own: this.own,
      covered: this.covered,
      reads: this.reads,
    };
  }
}
