// A box for the tests of the chat pages' modules, as plain functions: it stores people's logs and one conversation, accepts signed commands, and
// answers the pages' requests. `lie` changes an answer, `fail` creates one.

import { asset } from "./assets.mjs";

const { ApiError, NoAnswer } = await asset("js/api.js");
const { fromBase64url, toBase64url } = await asset("js/base.js");
const { encode, decode } = await asset("js/cbor.js");
const { cborCid, cidText, parseCid, rawCid, sha256 } = await asset("js/cid.js");
const { createToken, updateToken, keysInForce } = await asset("js/dfos.js");
const { didOf, importKeys, newSeeds } = await asset("js/key.js");
const { encryptionEntry, keysAmong } = await asset("js/keys/encryption.js");
const { groupName } = await asset("chat/room/turns.js");
const { salted, sign } = await asset("js/proof.js");
const { utf8, toHex } = await asset("js/base.js");

/** Operations that count as turns. */
const TURNS = ["chat.opened", "chat.admitted", "chat.epoch.made", "chat.out", "chat.role"];
const DERIVED = {
  "chat.open": "chat.opened",
  "chat.admit": "chat.admitted",
  "chat.epoch": "chat.epoch.made",
  "chat.send": "chat.message",
  "connections.group.remove": "chat.out",
};
const BEGIN = Date.parse("2026-11-01T00:00:00.000Z");

const link = (text) => parseCid(text);
const problem = (status, reason, more = {}) => new ApiError(status, { reason, ...more });

function fromDagJson(value) {
  if (Array.isArray(value)) return value.map(fromDagJson);
  if (value === null || typeof value !== "object") return value;
  if (typeof value["/"] === "string") return link(value["/"]);
  if (value["/"]) return Uint8Array.from(atob(value["/"].bytes), (char) => char.charCodeAt(0));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromDagJson(item)]));
}

/** A log: entries `{header, cause, body}` (bytes) with their CIDs. */
class Log {
  rows = [];
  after = {};

  constructor(did) {
    this.did = did;
  }

  get head() {
    const last = this.rows.at(-1);
    return last ? { seq: this.rows.length - 1, cid: last.cid } : null;
  }

  async enter(map, body, cause = null) {
    const { head } = this;
    const whole = { v: 1, did: this.did, seq: this.rows.length, ...(head && { prev: link(head.cid) }), ...map };
    if (body) whole.body = link(cidText(await cborCid(body)));
    const header = encode(whole);
    const row = { map: whole, cid: cidText(await cborCid(whole)), header, cause, body: body ? encode(body) : null };
    this.rows.push(row);
    return { did: this.did, seq: this.rows.length - 1, cid: row.cid };
  }
}

export class Box {
  logs = new Map();
  chains = new Map();
  /** The first operation of each conversation's log. */
  geneses = new Map();
  node = didOf(new Uint8Array(32).fill(5));
  now = BEGIN;
  requests = [];
  /** Called with each request: throws instead of an answer, or returns another answer. */
  fail = () => undefined;
  lie = (path, answer) => answer;
  /** Returns a refusal of a command, in addition to the conflicts that the box finds. */
  refuses = () => null;
  /** Whether the box checks for conflicts. Filling it with a long history needs no checks. */
  looks = true;
  #last = Promise.resolve();

  /** Creates a person with a chain, an encryption key and a log. */
  async person({ services = null, seeds = newSeeds() } = {}) {
    const keys = await importKeys(seeds);
    const did = didOf(keys.publicKey);
    const own = services ?? [encryptionEntry(keys.keyId, keys.encryptionKey)];
    const { token } = await createToken(keys, BEGIN, own);
    this.chains.set(did, [token]);
    this.logs.set(did, new Log(did));
    const me = { did, keyId: keys.keyId, sign: keys.sign, agree: keys.agree };
    const body = salted({ token, home: this.node, scope: "actor", encryption_key: keys.encryptionKey });
    await this.#genesis(me, body);
    return { ...me, keys, secrets: [{ key: keys.agree, publicKey: keys.encryptionKey }] };
  }

  /** Replaces a person's encryption key. */
  async changeKey(person) {
    const next = await importKeys(newSeeds());
    const chain = this.chains.get(person.did);
    const entry = encryptionEntry(person.keyId, next.encryptionKey);
    const { token } = await updateToken({ key: person.sign, keyId: person.keyId }, chain, keysInForce(chain), this.#tick(), [entry]);
    await this.command(person, { op: "auth.identity.update", body: { token } });
    this.chains.set(person.did, [...chain, token]);
    const secret = { key: next.agree, publicKey: next.encryptionKey };
    return { ...person, agree: next.agree, secrets: [secret], older: person.secrets };
  }

  #tick() {
    this.now += 1000;
    return this.now;
  }

  async #genesis(signer, body) {
    const cid = cidText(await cborCid(JSON.parse(new TextDecoder().decode(fromBase64url(body.token.split(".")[1])))));
    const place = { node: this.node, seen: null, after: null, chain: cid };
    const command = { service: "auth", op: "auth.identity.create", ref: null, fact: null, to: [], body };
    const { jws } = await sign(signer, command, place);
    await this.#intent(jws, body);
  }

  /** Enters a signed command into its author's log. */
  async #intent(jws, body) {
    const [head, payload, signature] = jws.split(".").map(fromBase64url);
    const said = JSON.parse(new TextDecoder().decode(payload));
    const { kid } = JSON.parse(new TextDecoder().decode(head));
    const log = this.logs.get(said.did);
    const proof = { kid, aud: said.aud, iat: said.iat, sig: signature };
    if (said.to.length) proof.to = said.to;
    if (said.seen) proof.seen = { seq: said.seen.seq, cid: link(said.seen.cid) };
    if (said.after) proof.after = link(said.after);
    if (said.chain) proof.chain = link(said.chain);
    const map = { at: new Date(this.#tick()).toISOString(), service: said.service, op: said.op, author: said.did, will: "signed", proof };
    if (said.ref) map.ref = said.ref;
    if (said.fact) map.fact = said.fact;
    log.after[kid] = cidText(await rawCid(payload));
    const entry = await log.enter(map, body);
    return { entry, said, row: log.rows[entry.seq] };
  }

  /** Creates a conversation for these people, opened by the first of them. */
  async converse(people, { kind = "dm", sealed = 1, of = null } = {}) {
    const keys = await importKeys(newSeeds());
    const log = didOf(keys.publicKey);
    const dids = people.map(({ did }) => did);
    const hash = toHex((await sha256(utf8([...dids].sort().join(":")))).subarray(0, 8));
    this.group = didOf(new Uint8Array(32).fill(6));
    const names = { dm: `did:imajin:dm:${hash}`, group: await groupName(this.group), event: "did:imajin:event:evt_1" };
    const name = names[kind];
    const service = { id: "conversation", type: "ImajinConversation", name };
    const { token } = await createToken(keys, BEGIN, [service]);
    this.logs.set(log, new Log(log));
    this.geneses.set(log, token);
    await this.#genesis({ did: log, keyId: keys.keyId, sign: keys.sign }, salted({ token, home: this.node, scope: "actor" }));
    this.conversation = { name, log };
    const roles = (n) => (kind === "dm" ? "member" : n === 0 ? "owner" : "member");
    const members = dids.map((did, n) => ({ did, role: roles(n) }));
    const fact = { log, kind, sealed, ...(kind === "dm" ? {} : { of: of ?? this.group }) };
    await this.command(people[0], { op: "chat.open", ref: name, fact, to: [log], body: { members } });
    return this.conversation;
  }

  /** Signs and accepts a person's command. */
  async command(person, { op, ref = null, fact = null, to = [], body = null }) {
    const command = { service: op.split(".")[0], op, ref, fact, to, body: salted(body) };
    const { jws } = await sign(person, command, this.placeOf(person));
    return this.#take(jws, command.body);
  }

  placeOf = ({ did, keyId }) => {
    const log = this.logs.get(did);
    const chain = this.chains.get(did).at(-1).split(".")[0];
    const { cid } = JSON.parse(new TextDecoder().decode(fromBase64url(chain)));
    return { node: this.node, seen: log.head, after: log.after[`${did}#${keyId}`] ?? null, chain: cid };
  };

  #taken = new Map();

  /** Creates a person without a key, whose session it is: the box writes their log on its own authority. */
  soft() {
    const did = didOf(crypto.getRandomValues(new Uint8Array(32)));
    this.logs.set(did, new Log(did));
    this.session = did;
    return { did, keyId: null, sign: null, secrets: [] };
  }

  /** Enters a command for the person with the session. */
  async #custodial(path, words) {
    const url = new URL(path, "https://box.example");
    const [ref, fact] = [url.searchParams.get("ref"), JSON.parse(url.searchParams.get("fact"))];
    const log = this.logs.get(this.conversation.log);
    if (log.rows.some(({ map }) => map.ref === ref)) throw problem(409, "exists");
    const at = new Date(this.#tick()).toISOString();
    const shared = { at, service: "chat", author: this.session, ref, fact };
    const body = salted(words);
    const own = await this.logs.get(this.session).enter({ ...shared, op: "chat.send", will: "custodial", via: link(cidText(await rawCid(utf8(path)))) }, body);
    const row = this.logs.get(this.session).rows.at(-1);
    const entry = await log.enter({ ...shared, op: "chat.message", will: "derived", cause: link(row.cid) }, body, row.header);
    return { ...own, entries: [own, entry] };
  }

  async #take(jws, body) {
    if (this.#taken.has(jws)) return this.#taken.get(jws);
    const said = JSON.parse(new TextDecoder().decode(fromBase64url(jws.split(".")[1])));
    const here = this.logs.get(said.did);
    const after = here.after[JSON.parse(new TextDecoder().decode(fromBase64url(jws.split(".")[0]))).kid] ?? null;
    if (said.after !== after) throw problem(409, "place-of-log", { after });
    const room = this.looks && this.conversation && this.logs.get(this.conversation.log);
    const isThere = room && said.op === "chat.send" && room.rows.some(({ map }) => map.ref === said.ref);
    const refused = isThere ? problem(409, "exists") : (this.refuses(said) ?? (room && this.#outdated(room, said, body)));
    if (refused) throw refused;
    const { entry, row } = await this.#intent(jws, body);
    const entries = [entry];
    const op = DERIVED[said.op];
    const log = op && this.logs.get(this.conversation.log);
    if (log) {
      const map = { at: row.map.at, service: "chat", op, author: said.did, will: "derived", cause: link(row.cid) };
      if (said.ref) map.ref = said.ref;
      if (said.fact) map.fact = said.fact;
      if (op === "chat.out") Object.assign(map, { ref: said.fact.dids[0], fact: { role: "member" } });
      entries.push(await log.enter(map, body, row.header));
    }
    if (said.op === "chat.delete") entries.push(await this.#erase(said, row));
    const answer = { did: entry.did, seq: entry.seq, cid: entry.cid, entries };
    this.#taken.set(jws, answer);
    return answer;
  }

  /** Returns the conflict of a message or an epoch with newer entries, as the node finds it; or null. */
  #outdated({ rows }, said, body) {
    if (!["chat.send", "chat.epoch"].includes(said.op)) return null;
    if (!this.members().includes(said.did)) return problem(403, "stranger");
    const last = rows.findLastIndex(({ map }) => map.author === said.did);
    if (said.fact.seq < last || rows[said.fact.seq]?.cid !== said.fact.seen) return problem(409, "place");
    const turns = rows.filter(({ map }) => TURNS.includes(map.op));
    const epoch = turns.filter(({ map }) => map.op === "chat.epoch.made").at(-1);
    const now = { epoch: epoch?.map.fact.epoch ?? 0, turns: turns.length };
    const conflict = (because) => problem(409, "epoch", { ...now, because });
    const theirs = (value) => this.members().map((did) => [did, value(did)].join());
    const newest = theirs((did) => this.#keysOf(did));
    const has = (made) => (made?.members ?? []).map(({ did, wraps }) => [did, wraps.map(([key]) => toHex(key)).sort().join(" ")].join()).sort();
    const isFor = (made) => has(made).join("|") === [...newest].sort().join("|");
    const made = epoch && decode(epoch.body);
    if (said.op === "chat.epoch") {
      if (said.fact.epoch !== now.epoch + 1 || said.fact.turns !== now.turns || !isFor(body)) return conflict("newer");
      return epoch && turns.at(-1) === epoch && isFor(made) ? problem(409, "not-needed") : null;
    }
    if (said.fact.epoch !== now.epoch) return conflict("newer");
    if (said.fact.epoch === 0) return null;
    return turns.at(-1) !== epoch || !isFor(made) ? conflict("turn") : null;
  }

  #keysOf(did) {
    const { services } = JSON.parse(new TextDecoder().decode(fromBase64url(this.chains.get(did).at(-1).split(".")[1])));
    return keysAmong(services).join(" ");
  }

  /** Returns the members. */
  members() {
    const all = new Set();
    for (const { map, body } of this.logs.get(this.conversation.log).rows) {
      if (map.op === "chat.opened") for (const { did } of decode(body).members) all.add(did);
      if (map.op === "chat.admitted") for (const did of map.fact.dids) all.add(did);
      if (map.op === "chat.out") all.delete(map.ref);
    }
    return [...all];
  }

  async #erase(said, row) {
    const log = this.logs.get(said.fact.log);
    const gone = log.rows.find(({ map }) => map.ref === said.ref && map.op === "chat.message");
    gone.body = null;
    const map = { at: row.map.at, service: "auth", op: "auth.body.erased", author: said.did, will: "derived", cause: link(row.cid) };
    return log.enter(map, salted({ bodies: [gone.map.body] }), row.header);
  }

  /** Answers a page's GET. */
  get = async (path) => this.request("GET", path);

  request = async (method, path, { json = null, headers = {} } = {}) => {
    this.requests.push(`${method} ${path.split("?")[0]}`);
    await this.fail(method, path);
    const body = json && fromDagJson(json);
    const act = () => (method === "GET" ? this.#read(path) : headers["MJN-Proof"] ? this.#take(headers["MJN-Proof"], body) : this.#custodial(path, body));
    const answer = await this.#inTurn(act);
    // The answer may get lost after the entry.
    await this.lost?.(method, path);
    return this.lie(path, structuredClone(answer));
  };

  /** Runs actions one after the other: a node enters a command in all of its logs at once, without reads in between. */
  #inTurn(act) {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }

  #read(path) {
    const url = new URL(path, "https://box.example");
    const [after, before, limit] = ["after", "before", "limit"].map((name) => (url.searchParams.has(name) ? Number(url.searchParams.get(name)) : null));
    const parts = url.pathname.split("/").map(decodeURIComponent);
    const text = (bytes) => bytes && toBase64url(bytes);
    const rowsOf = (rows) => rows.map(({ header, cause, body }) => ({ header: text(header), cause: text(cause), body: text(body) }));
    if (parts[1] === "auth" && parts[3] === "identity") {
      const log = this.chains.get(parts[4]);
      if (!log) throw problem(404, "none");
      return { log };
    }
    if (parts[1] === "auth" && parts[3] === "log") {
      const rows = this.logs.get(parts[4]).rows.filter((_, seq) => after === null || seq > after);
      return { entries: rowsOf(rows.slice(0, limit)), hasMore: rows.length > limit };
    }
    if (parts[5] === "genesis") {
      const token = this.geneses.get(parts[4]);
      if (!token) throw problem(404, "none");
      return { token };
    }
    const { rows } = this.logs.get(this.conversation.log);
    if (parts[5] === "reads") return { reads: (this.reads ?? []).map((header) => ({ header: text(header) })) };
    if (parts[5] === "turns") {
      return { rows: rowsOf(rows.filter(({ map }) => map.seq === 0 || TURNS.includes(map.op))), hasMore: false };
    }
    if (parts[5] === "log") {
      const { head } = this.logs.get(this.conversation.log);
      const from = Math.max(0, before - limit);
      if (before !== null) return { rows: rowsOf(rows.slice(from, before)), hasMore: from > 0, head };
      const more = rows.slice(after === null ? 0 : after + 1);
      return { rows: rowsOf(more.slice(0, limit)), hasMore: more.length > limit, head };
    }
    return { did: this.conversation.name, log: this.conversation.log };
  }

  /** Signs a person's read mark. */
  async readMark(person, { seq, cid }) {
    await this.command(person, { op: "chat.read", ref: this.conversation.log, fact: { seq, seen: cid } });
    this.reads = [...(this.reads ?? []), this.logs.get(person.did).rows.at(-1).header];
  }
}

/** Returns tables in memory, in the store's format. */
export function memory() {
  const all = new Map();
  const table = (name) => all.get(name) ?? all.set(name, new Map()).get(name);
  return {
    table,
    get: async (name, id) => structuredClone(table(name).get(id)),
    all: async (name) => [...table(name).values()].map((value) => structuredClone(value)),
    add: async (name, value) => {
      if (table(name).has(value.id)) throw new Error("there is one");
      table(name).set(value.id, structuredClone(value));
    },
    put: async (name, value) => void table(name).set(value.id, structuredClone(value)),
    remove: async (name, id) => void table(name).delete(id),
  };
}

export { ApiError, NoAnswer, problem };
