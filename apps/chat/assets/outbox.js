// The outbox: messages are stored first, sent in order, and removed when the box has confirmed their place. The outbox
// also works offline, and no message is lost.
//
// Always: the very same proof goes out again after a lost answer, also after a reload, so that nothing is said twice.

import { ApiError, NoAnswer, nodeNow, request } from "../js/api.js";
import { canonical } from "../js/jcs.js";
import { dagJson, placeOf, sign } from "../js/proof.js";
import { NotKept } from "./store.js";
import { epochWanted } from "./view.js";
import { Held, epochCommand, messageCommand, newId } from "./write.js";

const TRIES = 4;
const FULL_RETRY_MS = 60_000;
const MANY_RETRY_MS = 10_000;

/** The network, and time: tests give their own. */
const NET = { request, placeOf, now: nodeNow, later: (act, ms) => setTimeout(act, ms) };

/** Whether a refusal is the one that programs know by this word: a problem's `reason`, or the end of its `type`. */
const isFor = (error, word) => [error?.problem?.reason, error?.problem?.type?.split(":").at(-1)].includes(word);

/** It can't be sent yet: `message` is the id of the message that says why; `ms` is when to try again, or null. */
class Wait extends Error {
  constructor(message, ms = null) {
    super(message);
    this.ms = ms;
  }
}

/** What an answer of the box means for what was sent; null where a new signature may help. */
function meaning(error) {
  if (error instanceof Held || error instanceof Wait) return error;
  if (error instanceof NoAnswer || [502, 503, 504].includes(error.status)) return new Wait("js-wait-offline");
  if (error instanceof NotKept) return new Wait(error.message);
  if (!(error instanceof ApiError)) return new Held("js-held-refused", { detail: error.message });
  const { status, problem } = error;
  if (isFor(error, "keyless")) return new Held("js-held-keyless", problem);
  if (status === 409) return null;
  if (status === 507) return new Wait("js-wait-full", FULL_RETRY_MS);
  if (status === 429) return new Wait("js-wait-many", (problem.retryAfter ?? 0) * 1000 || MANY_RETRY_MS);
  if (status === 401) return new Wait("js-wait-signed-out");
  if (status === 413) return new Held("js-held-long", problem);
  if (status === 402) return new Held("js-held-gas", problem);
  if (isFor(error, "not-accepted")) return new Held("js-held-not-accepted", problem);
  return new Held("js-held-refused", problem);
}

export class Outbox {
  #me;
  #store;
  #conversationOf;
  #net;
  #running = null;
  #wanted = false;
  #items = [];
  #listeners = new Set();

  /** `me` is `{did, keyId, sign}`, `conversationOf(name)` answers an open conversation. */
  constructor({ me, store, conversationOf, net = {} }) {
    this.#me = me;
    this.#store = store;
    this.#conversationOf = conversationOf;
    this.#net = { ...NET, ...net };
  }

  /** Takes up what an earlier page left, and sends it. */
  async begin() {
    const here = new Set(this.#items.map(({ id }) => id));
    const left = (await this.#store.outbox()).filter(({ id }) => !here.has(id));
    this.#items.unshift(...left.map((item) => ({ ...item, isKept: true })));
    return this.flush();
  }

  /** What waits in a conversation: `{id, message, re, written, state, why, detail}`; `state` is `waiting`, `sending`, `held` or `sent`, `why` a message's id, `detail` the box's own words. */
  waiting(name) {
    const mine = this.#items.filter((item) => item.name === name);
    return mine.map(({ id, message, re, written, state, why, detail }) => ({ id, message, re, written, state, why, detail }));
  }

  /** Calls `act` with a conversation's name after each change there. Answers how to stop it. */
  listen(act) {
    this.#listeners.add(act);
    return () => this.#listeners.delete(act);
  }

  /** Keeps a message, and begins to send it. Answers its id, once it is kept. `mentions` are DIDs. */
  async send(name, message, re = null, mentions = []) {
    const last = this.#items.at(-1);
    const written = Math.max(this.#net.now(), last?.written ?? 0);
    const place = last ? last.place + 1 : 0;
    const item = { id: newId(), name, message, re, mentions, written, place, state: "waiting", why: null, detail: null, attempt: null };
    this.#items.push(item);
    try {
      await this.#store.keepWaiting(item);
    } catch (error) {
      this.#items = this.#items.filter((one) => one !== item);
      throw error;
    }
    item.isKept = true;
    this.#say(item);
    this.flush();
    return item.id;
  }

  /** Takes back what was not sent, such as a text that is too long: answers the message. */
  async remove(id) {
    const item = this.#items.find((one) => one.id === id);
    if (!item || item.state === "sending") return null;
    await this.#store.removeWaiting(id);
    this.#items = this.#items.filter((one) => one !== item);
    this.#say(item);
    return item.message;
  }

  /** Tries again what was held. */
  async retry(id) {
    const item = this.#items.find((one) => one.id === id);
    if (item?.state === "held") await this.#set(item, "waiting");
    return this.flush();
  }

  /** Sends what waits; the page asks for it whenever the socket connects, or the browser is online again. Of two tabs one does. */
  flush() {
    this.#wanted = true;
    this.#running ??= this.#alone(async () => {
      try {
        while (this.#wanted) {
          this.#wanted = false;
          await this.#sendAll();
        }
      } finally {
        this.#running = null;
      }
    });
    return this.#running;
  }

  /** Ends when nothing is on its way any more. */
  settled() {
    return this.#running ?? Promise.resolve();
  }

  #alone(act) {
    const { locks } = globalThis.navigator ?? {};
    return locks ? locks.request(`imajin-chat-outbox ${this.#me.did}`, act) : act();
  }

  async #sendAll() {
    this.#items = this.#items.filter(({ state }) => state !== "sent");
    const late = new Set();
    const next = () => this.#items.find((item) => item.state === "waiting" && !late.has(item.name));
    for (let item = next(); item; item = next()) {
      const wait = await this.#deliver(item);
      // Later messages of the same conversation wait behind this one.
      if (wait) late.add(item.name);
      if (wait?.ms) this.#net.later(() => this.flush(), wait.ms);
    }
  }

  /** Sends one, unless another tab sent it or took it back. Answers why it has to wait, or null. */
  async #deliver(item) {
    if (item.isKept && !(await this.#store.isWaiting(item.id).catch(() => true))) {
      this.#items = this.#items.filter((one) => one !== item);
      this.#say(item);
      return null;
    }
    await this.#set(item, "sending");
    try {
      const conversation = await this.#conversationOf(item.name);
      await this.#tries(item, conversation);
      await this.#store.removeWaiting(item.id);
      await this.#set(item, "sent", null, { kept: null });
      await conversation.refresh();
      this.#items = this.#items.filter((one) => one !== item);
      this.#say(item);
      return null;
    } catch (error) {
      // The message was entered; only the refresh failed.
      if (item.state === "sent") return null;
      const why = meaning(error) ?? new Wait("js-wait-busy");
      item.detail = why.problem?.detail ?? null;
      const isHeld = why instanceof Held;
      // A page that is being left fails anywhere. Only a refusal by the box outlives the page: the next page tries the rest again.
      await this.#set(item, isHeld ? "held" : "waiting", why.message, { kept: isHeld && error instanceof ApiError ? "held" : "waiting" });
      return isHeld ? null : why;
    }
  }

  async #tries(item, conversation) {
    let force = false;
    for (let n = 1; ; n += 1) {
      // An unsigned message has no proof to repeat: the log tells whether it was entered.
      const isOld = Boolean(item.attempt?.jws);
      try {
        return await (isOld ? this.#again(item, conversation) : this.#signed(item, conversation, force));
      } catch (error) {
        // An old proof that is refused was not entered, or is too old to tell: the log says which.
        const isRefused = isOld && error instanceof ApiError && error.status >= 400 && error.status < 429;
        if ((meaning(error) && !isRefused) || n >= TRIES) {
          if (!(error instanceof NoAnswer)) item.attempt = null;
          throw error;
        }
        item.attempt = null;
        force = isFor(error, "epoch") ? conversation.report.epoch : false;
      }
    }
  }

  /** The very same proof. */
  async #again(item, conversation) {
    const { path, json, jws } = item.attempt;
    const headers = jws ? { "MJN-Proof": jws } : {};
    this.#note(await this.#net.request("POST", path, { json, headers }), conversation);
  }

  /** A new proof. `force` is the epoch that the box does not take any more, or false. */
  async #signed(item, conversation, force) {
    let report = await conversation.refresh();
    if (report.stop) throw new Held("js-held-stopped");
    if (report.messages.some(({ id }) => id === item.id)) return;
    if (conversation.kind !== "event" && !report.members.has(this.#me.did)) throw new Held("js-held-out");
    if (epochWanted(report, this.#me.did) || force === report.epoch) {
      await this.makeEpoch(conversation);
      ({ report } = conversation);
    }
    const { name, kind } = conversation;
    const command = await messageCommand(report, { me: this.#me.did, name, kind, id: item.id, message: item.message, re: item.re, mentions: item.mentions });
    item.attempt = await this.#attempt(command);
    await this.#store.keepWaiting(item);
    await this.#again(item, conversation);
  }

  /** Makes the next epoch. If somebody else's comes first, it is as good; if none is needed, the newest. */
  async makeEpoch(conversation) {
    const report = await conversation.refresh({ fresh: [...conversation.report.members.keys()] });
    if (report.stop) throw new Held("js-held-stopped");
    const { path, json, jws } = await this.#attempt(await epochCommand(report, this.#me.did));
    let refused = null;
    try {
      this.#note(await this.#net.request("POST", path, { json, headers: { "MJN-Proof": jws } }), conversation);
    } catch (error) {
      if (error.status !== 409) throw error;
      refused = error;
    }
    await conversation.refresh();
    if (conversation.report.stop) throw new Held("js-held-stopped");
    const isThere = conversation.report.epoch > report.epoch || isFor(refused, "not-needed");
    if (refused && !isThere) throw refused;
  }

  /** A command, signed at the newest place of my log; without a key of mine the box is asked to sign. */
  async #attempt(command) {
    const path = `/chat/api/commands/${command.op}`;
    if (!this.#me.sign) {
      const { salt: _, ...words } = command.body;
      const query = new URLSearchParams({ ref: command.ref, fact: canonical(command.fact) });
      return { path: `${path}?${query}`, json: dagJson(words), jws: null };
    }
    const { jws } = await sign(this.#me, command, await this.#net.placeOf(this.#me));
    return { path, json: dagJson(command.body), jws };
  }

  #note(answer, conversation) {
    const entry = answer?.entries?.find(({ did }) => did === conversation.report.log);
    if (entry) conversation.note(entry);
  }

  /** `kept` is the state that the next page finds, or null where it finds nothing. */
  async #set(item, state, why = null, { kept = "waiting" } = {}) {
    Object.assign(item, { state, why });
    if (kept) await this.#store.keepWaiting({ ...item, state: kept });
    this.#say(item);
  }

  #say({ name }) {
    for (const act of this.#listeners) act(name);
  }
}
