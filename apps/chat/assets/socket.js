// The WebSocket of chat, as a source of events for the page: new entries, typing, presence. Events are hints only; the
// page requests the rows and has them verified.
//
// Always: the socket reconnects after every loss, with growing pauses, and requests missed entries by the place of the
// last row. After the end of a session it does not reconnect.

const PING_MS = 30_000;
const SILENCE_MS = 75_000;
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;
const TYPING_MS = 5_000;
const TYPING_AGAIN_MS = 3_000;
const SESSION_ENDED = 4401;

/** What tells of new rows in a conversation. */
const NEWS = ["new_message", "message_edited", "message_deleted", "reaction_added", "reaction_removed", "turn"];

const ADDRESS = "/chat/ws";

/** The browser's: tests give their own. */
const BROWSER = {
  open: () => new WebSocket(`${location.protocol === "http:" ? "ws" : "wss"}://${location.host}${ADDRESS}`),
  set: (act, ms) => setTimeout(act, ms),
  clear: (timer) => clearTimeout(timer),
  now: () => Date.now(),
  random: Math.random,
};

/**
 * Events: `state` {connected}; `news` {did, seq} and `resync` {did, seq}: ask for the rows; `read` {did}; `conversation` {did, seq,
 * unread}; `typing` {did, who: [did]}; `presence` {did, online}; `keyring`, `notification` and `error` as they came; `ended`: signed out.
 */
export class Socket {
  #env;
  #token;
  #listeners = new Map();
  #cursors = new Map();
  #typists = new Map();
  #ownTyping = new Map();
  #socket = null;
  #losses = 0;
  #timers = {};
  #heard = 0;
  #isDone = false;
  isConnected = false;

  /** `token` asks the box for a token, where the page's cookie does not do: `() => text`. */
  constructor({ token = null, ...env } = {}) {
    this.#env = { ...BROWSER, ...env };
    this.#token = token;
  }

  /** Calls `act` with each event of a kind. Answers how to stop it. */
  on(kind, act) {
    const all = this.#listeners.get(kind) ?? this.#listeners.set(kind, new Set()).get(kind);
    all.add(act);
    return () => all.delete(act);
  }

  #say(kind, event = {}) {
    for (const act of this.#listeners.get(kind) ?? []) act(event);
  }

  /** Connects, and stays connected until `close`. */
  open() {
    this.#isDone = false;
    if (this.#socket) return;
    this.#stop("again");
    const socket = this.#env.open();
    this.#socket = socket;
    // Events of an earlier socket are ignored.
    const ifNewest = (act) => (event) => socket === this.#socket && act(event);
    socket.onmessage = ifNewest(({ data }) => this.#take(data));
    socket.onclose = ifNewest(({ code }) => this.#lost(code));
    this.#heard = this.#env.now();
    this.#watch();
  }

  close() {
    this.#isDone = true;
    for (const timer of Object.keys(this.#timers)) this.#stop(timer);
    this.#drop();
  }

  /** The network is back: does not wait for the end of the pause. */
  wake() {
    if (this.#isDone || this.#socket) return;
    this.#losses = 0;
    this.open();
  }

  /** Hears of a conversation from now on, and of what came after `after`. */
  subscribe(did, after) {
    this.#cursors.set(did, Math.max(after ?? -1, this.#cursors.get(did) ?? -1));
    if (this.isConnected) this.#subscribe(did);
  }

  unsubscribe(did) {
    if (this.#cursors.delete(did)) this.#send({ type: "unsubscribe", did });
  }

  /** Notes the newest row that the page has of a conversation. */
  reached(did, seq) {
    if (this.#cursors.has(did)) this.#cursors.set(did, Math.max(seq, this.#cursors.get(did)));
  }

  /** Somebody types here: said at most every 3 s, and taken back when they stop. */
  type(did) {
    const { now, set } = this.#env;
    if (now() - (this.#ownTyping.get(did) ?? -Infinity) >= TYPING_AGAIN_MS) {
      this.#ownTyping.set(did, now());
      this.#send({ type: "typing", did });
    }
    this.#start(`own ${did}`, () => this.stopTyping(did), TYPING_MS, set);
  }

  stopTyping(did) {
    this.#stop(`own ${did}`);
    if (this.#ownTyping.delete(did)) this.#send({ type: "stop_typing", did });
  }

  #start(name, act, ms, set = this.#env.set) {
    this.#stop(name);
    this.#timers[name] = set(() => {
      delete this.#timers[name];
      act();
    }, ms);
  }

  #stop(name) {
    if (name in this.#timers) this.#env.clear(this.#timers[name]);
    delete this.#timers[name];
  }

  #send(message) {
    if (this.isConnected) this.#socket.send(JSON.stringify(message));
  }

  #subscribe(did) {
    const after = this.#cursors.get(did);
    this.#send(after >= 0 ? { type: "subscribe", did, after } : { type: "subscribe", did });
  }

  /** Asks for a word every 30 s; a connection that says nothing is none. */
  #watch() {
    this.#start("ping", () => {
      if (this.#env.now() - this.#heard >= SILENCE_MS) return this.#lost(0);
      this.#send({ type: "ping" });
      return this.#watch();
    }, PING_MS);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    if (this.isConnected) {
      this.isConnected = false;
      this.#say("state", { connected: false });
    }
  }

  #lost(code) {
    this.#stop("ping");
    this.#drop();
    for (const [did, who] of this.#typists) for (const from of who) this.#stopped(did, from);
    if (code === SESSION_ENDED) {
      this.close();
      this.#say("ended");
    }
    if (this.#isDone) return;
    const pause = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** this.#losses);
    this.#losses += 1;
    // Not all at once, when a box comes back.
    this.#start("again", () => this.open(), pause * (0.5 + this.#env.random() / 2));
  }

  #take(data) {
    this.#heard = this.#env.now();
    let message = null;
    try {
      message = JSON.parse(data);
    } catch {
      // Said below.
    }
    if (typeof message?.type !== "string") return this.#say("error", { error: "js-socket-unreadable" });
    return this.#hear(message);
  }

  #hear(message) {
    const { type, did, seq } = message;
    if (type === "connected") return this.#connected();
    if (type === "auth_required") return this.#prove();
    if (NEWS.includes(type)) return this.#say("news", { did, seq });
    if (type === "resync") return this.#say("resync", { did, seq });
    if (type === "message_read") return this.#say("read", { did: did ?? message.log });
    if (type === "user_typing") return this.#typing(did, message.fromDid);
    if (type === "user_stop_typing") return this.#stopped(did, message.fromDid);
    if (type === "user_presence") return this.#say("presence", { did: message.fromDid ?? did, online: message.online === true });
    if (["conversation", "keyring", "notification", "error"].includes(type)) return this.#say(type, message);
    return undefined;
  }

  #connected() {
    this.#losses = 0;
    this.isConnected = true;
    for (const did of this.#cursors.keys()) this.#subscribe(did);
    this.#say("state", { connected: true });
  }

  /** The cookie does not do here: a token, which is good once. */
  async #prove() {
    const socket = this.#socket;
    try {
      if (!this.#token) throw new RangeError("no token");
      const token = await this.#token();
      if (socket === this.#socket) socket.send(JSON.stringify({ type: "auth", token }));
    } catch {
      if (socket === this.#socket) this.#lost(0);
    }
  }

  /** Somebody types in a conversation, until they say otherwise, or for 5 s. */
  #typing(did, from) {
    const who = this.#typists.get(did) ?? new Set();
    this.#typists.set(did, who.add(from));
    this.#start(`typing ${did} ${from}`, () => this.#stopped(did, from), TYPING_MS);
    this.#say("typing", { did, who: [...who] });
  }

  #stopped(did, from) {
    this.#stop(`typing ${did} ${from}`);
    const who = this.#typists.get(did);
    if (who?.delete(from)) this.#say("typing", { did, who: [...who] });
  }
}
