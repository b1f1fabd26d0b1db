// A conversation in this browser: loads it, has the rules judge it, keeps what was verified, and continues with what comes. Draws
// nothing and sends nothing.
//
// Always: what the reader's own log says is asked for before the rows, and read marks too, so that an honest box is never found to
// be behind. Nothing is kept of a conversation that stopped: what was verified before stays what is known. Without the box what was kept
// is judged again and shown; nothing is kept of that either, and the box's first answer is judged as at any opening.

import { toBase64url } from "../js/base.js";
import { boxOf, linkText, peek } from "./box.js";
import { Chains, everHad } from "./chains.js";
import { conversationLog } from "./room/conversation-logs.js";
import { kindOf } from "./room/ops.js";
import { begin } from "./room/verify.js";
import { viewOf } from "./view.js";

const FIRST_ROWS = 50;
/** What ends a message; it may be one that was not looked at again. */
const ENDS = ["auth.body.erased", "chat.hidden"];
/** More rows than these are not caught up with: the newest are loaded instead, and the rest on scrolling. */
const CATCH_UP_MAX = 400;

/** A conversation by its name. `me` is `{did, secrets, older?}`, where keys are `{key, publicKey}`; `store` what `openStore` answered. */
export async function openConversation({ me, name, store, box = boxOf() }) {
  const conversation = new Conversation(me, name, store, box);
  await conversation.open();
  return conversation;
}

/** Whether a row makes its conversation a sealed one. */
const seals = ({ op, header }) => op === "chat.epoch.made" || (op === "chat.opened" && peek(header).fact?.sealed === 1);

class Conversation {
  /** `{seq, cid}` of entries that the box said it made of what was sent here. */
  sent = [];
  rows = [];
  /** The place from which on all rows are here; before it there are turns only. */
  from = 0;
  /** Rows right before these that were kept, and are judged once somebody scrolls up to them. */
  #spare = [];
  reads = [];
  #reading = null;
  /** Whether this is what was kept, since the box did not answer. */
  isAlone = false;
  /** The read marks that were judged, as texts. */
  #judged = new Set();
  /** How many keyrings of my log the rows were judged with. */
  #rings = 0;
  #last = Promise.resolve();

  constructor(me, name, store, box) {
    Object.assign(this, { me, name, store, box, kind: kindOf(name), chains: new Chains(store, box) });
  }

  get report() {
    return this.#reading.report;
  }

  get view() {
    const view = viewOf(this.report, { me: this.me.did, name: this.name, kind: this.kind, read: this.kept?.read });
    return { ...view, hasOlder: this.from > 0 };
  }

  /** One after the other: nothing is judged on what another call is about to change. */
  #next(act) {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }

  open() {
    return this.#next(async () => {
      try {
        await this.#load();
      } catch (error) {
        if (error.status !== 0 || !(await this.#showKept())) throw error;
      }
    });
  }

  async #load() {
    this.kept = await this.store.conversation(this.name);
    this.sent = this.kept?.sent ?? [];
    const { log } = await this.box.about(this.name);
    const kept = await this.store.own();
    const own = await this.#own(kept);
    this.reads = await this.box.reads(this.name);
    this.rows = (this.kept?.log === log ? await this.#caughtUp() : null) ?? (await this.#newest());
    await this.#judge(kept, own);
    this.isAlone = false;
  }

  /** What was kept, as the same rules judge it; whether there is anything to show. */
  async #showKept() {
    if (!this.kept?.rows.length) return false;
    this.reads = [];
    this.rows = this.#windowOf(this.kept.rows);
    await this.#judgeKept();
    this.isAlone = !this.report.stop;
    return this.isAlone;
  }

  /** Nobody was asked: of what was sent, and of the own log, nothing can be missing yet. */
  async #judgeKept() {
    const chains = new Chains(this.store, { chain: async (did) => (await this.store.chain(did)) ?? [] }, this.chains.all);
    await chains.fetch(this.rows, [], [this.me.did]);
    const shown = { rows: this.rows, chains: Object.fromEntries(chains.all), reads: [], own: null };
    this.#reading = await begin(shown, { ...(await this.#whatIsKnown(null)), sent: [] });
  }

  /** Fetches what came since the last time. `fresh` are DIDs whose chains are asked for in any case. */
  refresh({ fresh = [] } = {}) {
    return this.#next(async () => {
      if (this.report.stop) return this.report;
      if (this.isAlone) {
        await this.#load();
        return this.report;
      }
      const own = await this.#own(this.report.own);
      this.reads = await this.box.reads(this.name);
      const rows = await this.box.after(this.name, this.report.head.seq);
      const marks = [...this.reads, ...own.map(({ header }) => header)];
      const logs = this.report.sealed ? [] : this.#logsNamed(this.report.own, own);
      // An operation of my chain that came into my log is to be found in the chain when the log is read.
      const isMine = own.some(({ header }) => String(peek(header).op).startsWith("auth.identity."));
      const chains = await this.chains.fetch(rows, marks, isMine ? [...fresh, this.me.did] : fresh, logs);
      this.rows.push(...rows);
      await this.#reading.more({ rows, reads: this.#newReads(), own, chains });
      if (this.#couldOpenMore()) await this.#judge(this.report.own.kept(), []);
      else await this.#keep();
      return this.report;
    });
  }

  /** Whether a keyring came after messages were judged for which there was no secret. */
  #couldOpenMore() {
    const { stop, own, messages } = this.report;
    return !stop && own.rings.length > this.#rings && messages.some(({ state }) => state === "locked");
  }

  /** Rows before those that are here. */
  older() {
    return this.#next(async () => {
      if (this.report.stop || this.from === 0) return;
      const before = [this.rows, this.from, this.#spare];
      const own = this.isAlone ? [] : await this.#own(this.report.own);
      const rows = this.#spare.length ? this.#spare.slice(-FIRST_ROWS) : await this.box.before(this.name, this.from, FIRST_ROWS);
      const from = rows[0]?.seq ?? 0;
      this.rows = [...this.rows.filter(({ seq }) => seq < from), ...rows, ...this.rows.filter(({ seq }) => seq >= this.from)];
      this.#spare = this.#spare.slice(0, -FIRST_ROWS);
      this.from = from;
      try {
        if (this.isAlone) await this.#judgeKept();
        else await this.#judge(this.report.own.kept(), own);
      } catch (error) {
        [this.rows, this.from, this.#spare] = before;
        throw error;
      }
    });
  }

  /** Notes the entry that the box said it made of something that was sent. */
  note({ seq, cid }) {
    // In its turn: rows that are on their way already need not have it.
    return this.#next(() => {
      this.sent.push({ seq, cid });
      return this.kept && this.store.keepConversation({ ...this.kept, sent: this.sent });
    });
  }

  /** The CID of the verified entry at a place; null where it is not here. */
  cidAt(seq) {
    return this.#reading.cidAt(seq);
  }

  /** Remembers how far this person read here. */
  readTo(seq) {
    return this.#next(async () => {
      if (!this.kept || seq <= (this.kept.read ?? -1)) return;
      this.kept.read = seq;
      await this.store.keepConversation(this.kept);
    });
  }

  /** Everything that the verdict was made from, without keys or secrets: for "Save evidence". */
  evidence() {
    const text = (part) => part && toBase64url(part);
    const { log, pin } = this.kept ?? {};
    return {
      v: 1,
      name: this.name,
      reader: this.me.did,
      known: { log, pin, sent: this.sent },
      finding: this.report.stop,
      rows: this.rows.map(({ header, cause, body }) => ({ header: text(header), cause: text(cause), body: text(body) })),
      reads: this.reads.map(text),
      chains: Object.fromEntries(this.chains.all),
    };
  }

  /** The entries of my own log that follow on what is known of it. */
  #own(known) {
    return this.box.own(this.me.did, known?.head?.seq);
  }

  /** The other logs that my own record names and not of which conversation: the rules ask, before anybody writes in the clear. */
  #logsNamed(kept, own) {
    if (this.kind === "event") return [];
    const named = new Set(own.map(({ header }) => conversationLog({ fact: null, ...peek(header) })).filter(Boolean));
    for (const [log, { name }] of Object.entries(kept?.logs ?? {})) if (name === null) named.add(log);
    named.delete(peek(this.rows[0]?.header).did);
    return [...named];
  }

  #newReads() {
    const fresh = this.reads.filter((mark) => !this.#judged.has(toBase64url(mark)));
    for (const mark of fresh) this.#judged.add(toBase64url(mark));
    return fresh;
  }

  /** The rows that were kept and all that followed; null where that is too much. */
  async #caughtUp() {
    const { rows } = this.kept;
    const more = rows.length ? await this.box.after(this.name, rows.at(-1).seq, CATCH_UP_MAX) : null;
    if (!more) return null;
    return this.#windowOf(rows, more);
  }

  /** The rows that are shown first: of those that were kept some wait until somebody scrolls up. */
  #windowOf(rows, more = []) {
    const newest = Math.min([...rows, ...more].at(-FIRST_ROWS)?.seq ?? 0, more[0]?.seq ?? Infinity);
    this.from = Math.max(this.kept.window, newest);
    this.#spare = rows.filter(({ seq }) => seq >= this.kept.window && seq < this.from);
    return [...rows.filter(({ seq, turn }) => seq >= this.from || turn || seq === 0), ...more];
  }

  async #newest() {
    const rows = await this.box.newest(this.name, FIRST_ROWS);
    this.from = rows[0]?.seq ?? 0;
    if (this.from === 0) return rows;
    // With entry 0. Turns that came meanwhile are among the rows that follow.
    const turns = await this.box.turns(this.name);
    return [...turns.filter(({ seq }) => seq < this.from), ...rows];
  }

  /** Judges all rows that are here. `own` is what follows in the own log on what was `kept` of it. */
  async #judge(kept, own) {
    const logs = this.rows.some(seals) ? [] : this.#logsNamed(kept, own);
    await this.chains.fetch(this.rows, this.reads, [this.me.did], logs);
    this.#judged.clear();
    const shown = { rows: this.rows, chains: Object.fromEntries(this.chains.all), reads: this.#newReads(), own };
    this.#reading = await begin(shown, await this.#whatIsKnown(kept));
    this.#rings = this.report.own.rings.length;
    await this.#keep();
  }

  async #whatIsKnown(own) {
    const { me, name } = this;
    const { log = null, sealed = false, leaders = [], pin = null, secrets = [] } = this.kept ?? {};
    const isSame = peek(this.rows[0]?.header).did === log;
    if (!isSame) this.sent = [];
    return {
      me: me.did,
      name,
      secrets: this.#secrets(),
      log,
      sealed,
      leaders,
      admins: "own",
      chains: await this.chains.known(),
      pin: isSame ? pin : null,
      sent: this.sent,
      from: this.from,
      own,
      kept: isSame ? secrets : [],
    };
  }

  /** My keys. Older ones open what was written to them, and the box need not have shown each in my chain. */
  #secrets() {
    const chain = this.chains.all.get(this.me.did) ?? [];
    return [...this.me.secrets, ...(this.me.older ?? []).filter(({ publicKey }) => everHad(chain, publicKey))];
  }

  /** The ids of messages that were deleted or hidden, as the rows that are here say. */
  ended() {
    const known = this.report.messages.filter(({ state }) => state === "deleted" || state === "hidden").map(({ id }) => id);
    const ends = this.rows.filter(({ op }) => ENDS.includes(op)).map(({ cause }) => peek(cause).ref);
    return [...new Set([...known, ...ends])].filter(Boolean);
  }

  /** What was deleted or hidden is not kept here either. */
  #dropErased() {
    const gone = new Set(this.report.messages.filter(({ state }) => state === "deleted" || state === "hidden").map(({ seq }) => seq));
    for (const row of this.rows) if (gone.has(row.seq)) row.body = null;
    const ends = this.#spare.length ? this.rows.filter(({ op }) => ENDS.includes(op)).map(({ header, body }) => ({ ...peek(header), ...peek(body) })) : [];
    if (!ends.length) return;
    for (const row of this.#spare) {
      const { author, ref, body } = peek(row.header);
      const isBy = (end) => (end.op === "chat.hidden" ? end.ref === ref : end.author === author && (end.bodies ?? []).map(linkText).includes(linkText(body)));
      if (ends.some(isBy)) row.body = null;
    }
  }

  async #keep() {
    const { report } = this;
    if (report.stop) return;
    this.#dropErased();
    const before = this.kept?.log === report.log ? this.kept : null;
    const secrets = new Map([...(before?.secrets ?? []), ...report.secrets]);
    const members = [...report.members];
    this.kept = {
      name: this.name,
      log: report.log,
      sealed: report.sealed,
      leaders: members.filter(([, role]) => role === "admin" || role === "owner").map(([did]) => did),
      pin: report.head,
      sent: [],
      window: this.#spare[0]?.seq ?? this.from,
      rows: this.#spare.length ? together(this.rows, this.#spare) : this.rows,
      secrets: [...secrets],
      covered: [...report.covered].map(([epoch, keys]) => [epoch, [...keys]]),
      read: before?.read ?? -1,
    };
    const isNew = before?.pin.cid !== report.head.cid || before.window !== this.from || before.secrets.length !== secrets.size;
    if (isNew) await this.store.keepConversation(this.kept);
    await this.chains.keep();
    const own = report.own.kept();
    if ((own.head?.seq ?? -1) > ((await this.store.own())?.head?.seq ?? -1)) await this.store.keepOwn(own);
  }
}

/** Rows in their order, each once. */
function together(...lists) {
  const rows = new Map(lists.flat().map((row) => [row.seq, row]));
  return [...rows.values()].sort((one, other) => one.seq - other.seq);
}
