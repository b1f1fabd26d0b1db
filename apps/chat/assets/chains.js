// The identity chains that a conversation names: which are needed, those that are kept here, and the rest from the box. A chain is
// asked for again only where an entry names a state that is not in it. They are not verified here.

import { fromBase64url, toHex } from "../js/base.js";
import { keysAmong } from "../js/keys/encryption.js";
import { linkText, peek } from "./box.js";

const AT_ONCE = 8;

function part(token, n) {
  try {
    return JSON.parse(new TextDecoder().decode(fromBase64url(token.split(".")[n])));
  } catch {
    return {};
  }
}

/** The CIDs of the operations of a chain. */
export const cidsOf = (tokens) => tokens.map((token) => part(token, 0).cid);

/** Whether a chain ever had this encryption key (32 bytes). */
export function everHad(tokens, key) {
  const services = (token) => part(token, 1).services;
  return tokens.some((token) => Array.isArray(services(token)) && keysAmong(services(token)).includes(toHex(key)));
}

const texts = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);

/** Everybody whom rows and the headers of read marks and own entries name: `[did, the state of their chain or null]`. */
function* named(rows, reads) {
  for (const { header: bytes, cause: intent, body: words, turn } of rows) {
    const cause = peek(intent);
    if (typeof cause.author === "string" && (turn || cause.proof)) yield [cause.author, linkText(cause.proof?.chain)];
    if (!turn) continue;
    for (const did of texts(peek(bytes).fact?.dids)) yield [did, null];
    const { members } = peek(words);
    for (const one of Array.isArray(members) ? members : []) if (typeof one?.did === "string") yield [one.did, linkText(one.chain)];
  }
  for (const bytes of reads) {
    const { author, proof } = peek(bytes);
    if (typeof author === "string" && proof) yield [author, linkText(proof.chain)];
  }
}

export class Chains {
  #store;
  #box;
  #none = new Set();

  /** `all` has the tokens of each, by DID. */
  constructor(store, box, all = new Map()) {
    this.#store = store;
    this.#box = box;
    this.all = all;
  }

  /**
   * Sees to it that the chains are here of everybody named, and newly those of `fresh`; and the geneses of `logs`. Answers what changed,
   * by DID.
   */
  async fetch(rows, reads, fresh = [], logs = []) {
    const before = new Map(this.all);
    await this.#fetchGeneses(logs);
    const wanted = new Set(fresh);
    for (const [did, cid] of named(rows, reads)) {
      if (!wanted.has(did) && !(await this.#isHere(did, cid))) wanted.add(did);
    }
    const dids = [...wanted];
    for (let n = 0; n < dids.length; n += AT_ONCE) {
      await Promise.all(dids.slice(n, n + AT_ONCE).map((did) => this.#ask(did)));
    }
    return Object.fromEntries([...this.all].filter(([did, tokens]) => before.get(did) !== tokens));
  }

  async #fetchGeneses(logs) {
    const wanted = [];
    for (const log of logs) if (!(await this.#isHere(log, null))) wanted.push(log);
    for (let n = 0; n < wanted.length; n += AT_ONCE) {
      const some = wanted.slice(n, n + AT_ONCE);
      await Promise.all(some.map(async (log) => this.#take(log, await this.#box.genesis(log))));
    }
  }

  async #isHere(did, cid) {
    if (this.#none.has(did)) return cid === null;
    const tokens = this.all.get(did) ?? (await this.#store.chain(did));
    if (!tokens) return false;
    this.all.set(did, tokens);
    return cid === null || cidsOf(tokens).includes(cid);
  }

  /** A chain that is gone is given on as it is: the rules know whether it was there before. */
  async #ask(did) {
    await this.#take(did, await this.#box.chain(did));
  }

  async #take(did, tokens) {
    const before = this.all.get(did) ?? (await this.#store.chain(did));
    if (!tokens.length && !before) {
      this.#none.add(did);
      return;
    }
    this.#none.delete(did);
    if (tokens.join() !== before?.join() || !this.all.has(did)) this.all.set(did, tokens);
  }

  /** The newest state of each chain as it was kept, by DID. */
  async known() {
    const states = {};
    for (const did of this.all.keys()) {
      const tokens = await this.#store.chain(did);
      if (tokens) states[did] = cidsOf(tokens).at(-1);
    }
    return states;
  }

  /** Keeps the chains, once they are verified. */
  async keep() {
    for (const [did, tokens] of this.all) {
      const kept = await this.#store.chain(did);
      if (kept?.length !== tokens.length) await this.#store.keepChain(did, tokens);
    }
  }
}
