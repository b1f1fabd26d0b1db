// Three or four browsers and one honest box, in many orders drawn from seeds: messages, members who join and leave, changed keys, pages that are
// closed before an answer arrives. No browser may report a problem, and each reads everything that was written while its person was a member.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Box, NoAnswer, memory } from "../lib/chat-box.mjs";

const { boxOf } = await asset("chat/box.js");
const { writeKeyrings } = await asset("chat/keyring.js");
const { openStore } = await asset("chat/store.js");
const { openConversation } = await asset("chat/sync.js");
const { Outbox } = await asset("chat/outbox.js");
const { toHex } = await asset("js/base.js");

const ORDERS = Number(process.env.IMAJIN_ORDERS ?? 8);
const STEPS = 9;

/** A seeded random number generator (mulberry32). */
function draws(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) % limit;
  };
}

class Page {
  constructor(box, me, tables = memory()) {
    Object.assign(this, { box, me, tables });
  }

  async open() {
    const { box, me } = this;
    this.store = await openStore(me.did, this.tables);
    this.conversation = await openConversation({ me, name: box.conversation.name, store: this.store, box: boxOf(box.get) });
    const net = { request: box.request, placeOf: box.placeOf, later: () => {} };
    this.outbox = new Outbox({ me, store: this.store, conversationOf: async () => this.conversation, net });
    await this.outbox.begin();
    return this;
  }

  async say(text) {
    await this.outbox.send(this.box.conversation.name, { type: "text", text });
    await this.outbox.settled();
  }
}

/** One order: `log` lists the events, for debugging a failure. */
class Order {
  log = [];
  said = [];
  writing = null;

  constructor(seed) {
    this.draw = draws(seed);
  }

  async begin() {
    this.box = new Box();
    this.people = [];
    for (let n = 0; n < 4; n += 1) this.people.push(await this.box.person());
    await this.box.converse(this.people.slice(0, 3), { kind: "group" });
    this.pages = new Map();
    for (const me of this.people.slice(0, 3)) this.pages.set(me.did, await new Page(this.box, me).open());
    return this;
  }

  #pick(list) {
    return list[this.draw(list.length)];
  }

  #owner() {
    return this.pages.get(this.people[0].did);
  }

  async send(page = this.#pick([...this.pages.values()])) {
    const text = `${this.said.length}`;
    this.said.push(text);
    this.log.push(`${page.me.did.slice(-4)} says ${text}`);
    await page.say(text);
  }

  async admit() {
    const others = this.people.filter(({ did }) => !this.pages.has(did));
    if (!others.length) return;
    const who = this.#pick(others);
    this.log.push(`${who.did.slice(-4)} comes in`);
    const { log } = this.box.conversation;
    const fact = { dids: [who.did], role: "member", turns: 1 };
    await this.box.command(this.#owner().me, { op: "chat.admit", ref: log, fact, to: [log] });
    this.pages.set(who.did, await new Page(this.box, who).open());
  }

  async remove() {
    const others = [...this.pages.keys()].slice(1);
    if (others.length < 2) return;
    const who = this.#pick(others);
    this.log.push(`${who.slice(-4)} is out`);
    this.pages.delete(who);
    const { log } = this.box.conversation;
    await this.box.command(this.#owner().me, { op: "connections.group.remove", ref: this.box.group, fact: { dids: [who] }, to: [log] });
  }

  /** Creates new keys, a keyring for them, and a page that has the old ones too. */
  async change() {
    // A page that waits for an answer would block here.
    const page = this.#pick([...this.pages.values()].filter((one) => one !== this.writing));
    this.log.push(`${page.me.did.slice(-4)} has new keys`);
    await page.conversation.refresh();
    const changed = await this.box.changeKey(page.me);
    const keys = changed.secrets.map(({ publicKey }) => toHex(publicKey));
    await writeKeyrings({ me: page.me, store: page.store, keys, enter: (me, draft) => this.box.command(me, draft) });
    const me = { ...changed, older: [...changed.older, ...(page.me.older ?? [])] };
    this.people = this.people.map((one) => (one.did === me.did ? me : one));
    this.pages.set(me.did, await new Page(this.box, me, page.tables).open());
  }

  /** Closes a page before the answer to its message arrives, or before the message does. */
  async crash() {
    const page = this.#pick([...this.pages.values()]);
    const isEntered = this.draw(2) === 0;
    const lose = (method, path) => {
      if (path.endsWith("chat.send")) throw new NoAnswer();
    };
    if (isEntered) this.box.lost = lose;
    else this.box.fail = lose;
    await this.send(page);
    this.box.lost = null;
    this.box.fail = () => undefined;
    this.log.push(`${page.me.did.slice(-4)} opens the page again`);
    this.pages.set(page.me.did, await new Page(this.box, page.me, page.tables).open());
  }

  /** Runs an event while another person's message is in flight: before the request of this number. */
  async between() {
    let left = this.draw(12);
    const act = this.#pick(["send", "admit", "remove", "change"]);
    this.box.fail = async () => {
      if (left-- !== 0) return;
      this.box.fail = () => undefined;
      await this[act](...(act === "send" ? [this.#owner()] : []));
    };
    const writers = [...this.pages.values()].slice(1);
    const page = this.#pick(writers);
    this.log.push(`while ${page.me.did.slice(-4)} writes: ${act}`);
    this.writing = page;
    await this.send(page);
    this.writing = null;
    this.box.fail = () => undefined;
  }

  async play() {
    for (let n = 0; n < STEPS; n += 1) await this[this.#pick(["send", "send", "admit", "remove", "change", "crash", "between", "between"])]();
  }

  /** Checks each person's readable messages: those of the time of their membership. */
  async check() {
    const history = `\n${this.log.join("\n")}`;
    for (const [did, page] of this.pages) {
      await page.outbox.flush();
      await page.conversation.refresh();
      const { view } = page.conversation;
      assert.equal(view.problem, null, `${did.slice(-4)} ${JSON.stringify(view.problem)}${history}`);
      assert.deepEqual(page.outbox.waiting(view.name), [], history);
      const seen = new Map(view.messages.map((one) => [one.seq, one.state]));
      for (const seq of this.#mayRead(did)) assert.equal(seen.get(seq), "opened", `${did.slice(-4)} at ${seq}${history}`);
      const fresh = await new Page(this.box, page.me).open();
      assert.equal(fresh.conversation.view.problem, null, `fresh ${did.slice(-4)}${history}`);
    }
  }

  #mayRead(did) {
    const places = [];
    let isIn = false;
    for (const [seq, { map }] of this.box.logs.get(this.box.conversation.log).rows.entries()) {
      if (map.op === "chat.opened") isIn = this.people.slice(0, 3).some((one) => one.did === did);
      if (map.op === "chat.admitted" && map.fact.dids.includes(did)) isIn = true;
      if (map.op === "chat.out" && map.ref === did) isIn = false;
      if (map.op === "chat.message" && isIn) places.push(seq);
    }
    return places;
  }
}

for (let seed = 1; seed <= ORDERS; seed += 1) {
  test(`order ${seed}`, async () => {
    const order = await new Order(seed).begin();
    await order.play();
    await order.check();
  });
}
