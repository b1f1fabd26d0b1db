// The WebSocket of chat, with a simulated socket and clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { Socket } = await asset("chat/socket.js");

/** A simulated browser whose clock and sockets the test controls. */
function world({ token = null } = {}) {
  const timers = new Set();
  const w = { now: 0, sockets: [] };
  const env = {
    open: () => {
      const socket = { sent: [], closed: false, send: (text) => socket.sent.push(JSON.parse(text)), close: () => (socket.closed = true) };
      w.sockets.push(socket);
      return socket;
    },
    set: (act, ms) => {
      const timer = { act, at: w.now + ms };
      timers.add(timer);
      return timer;
    },
    clear: (timer) => timers.delete(timer),
    now: () => w.now,
    random: () => 1,
  };
  /** Advances the clock and runs everything that is due. */
  w.pass = (ms) => {
    const end = w.now + ms;
    for (;;) {
      const due = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      timers.delete(due);
      w.now = due.at;
      due.act();
    }
    w.now = end;
  };
  w.socket = new Socket({ token, ...env });
  w.events = [];
  for (const kind of ["state", "news", "resync", "read", "conversation", "typing", "presence", "keyring", "error", "ended"]) {
    w.socket.on(kind, (event) => w.events.push([kind, event]));
  }
  w.newest = () => w.sockets.at(-1);
  w.hear = (message) => w.newest().onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  w.take = () => w.events.splice(0);
  return w;
}

test("it subscribes once it is connected, and after a loss from the newest row on", () => {
  const w = world();
  w.socket.subscribe("a", 7);
  w.socket.subscribe("b");
  w.socket.open();
  assert.deepEqual(w.newest().sent, []);
  w.hear({ type: "connected" });
  assert.deepEqual(w.newest().sent, [{ type: "subscribe", did: "a", after: 7 }, { type: "subscribe", did: "b" }]);
  w.hear({ type: "new_message", did: "a", seq: 8, message: {} });
  w.socket.reached("a", 8);
  w.socket.unsubscribe("b");
  assert.deepEqual(w.take(), [["state", { connected: true }], ["news", { did: "a", seq: 8 }]]);
  w.newest().onclose({ code: 1013 });
  w.pass(999);
  assert.equal(w.sockets.length, 1);
  w.pass(1);
  assert.equal(w.sockets.length, 2);
  w.hear({ type: "connected" });
  assert.deepEqual(w.newest().sent, [{ type: "subscribe", did: "a", after: 8 }]);
  assert.deepEqual(w.take(), [["state", { connected: false }], ["state", { connected: true }]]);
});

test("pauses grow to a minute, end when the network is back, and begin again once it was connected", () => {
  const w = world();
  w.socket.open();
  const pauses = [];
  for (let n = 0; n < 8; n += 1) {
    const [count, from] = [w.sockets.length, w.now];
    w.newest().onclose({ code: 1006 });
    while (w.sockets.length === count) w.pass(1000);
    pauses.push((w.now - from) / 1000);
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
  w.newest().onclose({ code: 1006 });
  w.socket.wake();
  assert.equal(w.sockets.length, 10);
  w.pass(70_000);
  assert.equal(w.sockets.length, 10, "the pause is over");
  w.hear({ type: "connected" });
  w.newest().onclose({ code: 1001 });
  w.pass(1000);
  assert.equal(w.sockets.length, 11);
});

test("a connection that says nothing for 75 s is given up, an old socket's words are not heard", () => {
  const w = world();
  w.socket.open();
  w.hear({ type: "connected" });
  w.pass(60_000);
  assert.deepEqual(w.newest().sent, [{ type: "ping" }, { type: "ping" }]);
  w.hear({ type: "pong" });
  w.pass(89_000);
  assert.equal(w.sockets.length, 1);
  w.pass(2_000);
  assert.equal(w.sockets.length, 2);
  const [old] = w.sockets;
  assert.equal(old.closed, true);
  w.take();
  old.onmessage({ data: JSON.stringify({ type: "new_message", did: "a", seq: 1 }) });
  old.onclose({ code: 1006 });
  assert.deepEqual(w.take(), []);
});

test("a session's end is for good, and so is closing", () => {
  const w = world();
  w.socket.open();
  w.hear({ type: "connected" });
  w.newest().onclose({ code: 4401 });
  w.pass(120_000);
  assert.equal(w.sockets.length, 1);
  assert.deepEqual(w.take().map(([kind]) => kind), ["state", "state", "ended"]);
  const other = world();
  other.socket.open();
  other.socket.close();
  other.pass(120_000);
  other.socket.wake();
  assert.equal(other.sockets.length, 1);
});

test("where the cookie does not do, a token does", async () => {
  let tokens = 0;
  const w = world({ token: async () => `token ${(tokens += 1)}` });
  w.socket.open();
  w.hear({ type: "auth_required" });
  await new Promise(setImmediate);
  assert.deepEqual(w.newest().sent, [{ type: "auth", token: "token 1" }]);
  const without = world();
  without.socket.open();
  without.hear({ type: "auth_required" });
  without.pass(1000);
  assert.equal(without.sockets.length, 2, "tries again later");
});

test("typing lives five seconds, and a page reports its own every three", () => {
  const w = world();
  w.socket.open();
  w.hear({ type: "connected" });
  w.take();
  w.hear({ type: "user_typing", did: "a", fromDid: "maya" });
  w.pass(3000);
  w.hear({ type: "user_typing", did: "a", fromDid: "jo" });
  w.pass(2000);
  w.hear({ type: "user_stop_typing", did: "a", fromDid: "jo" });
  const said = w.take().map(([, { who }]) => who);
  assert.deepEqual(said, [["maya"], ["maya", "jo"], ["jo"], []]);
  for (const _ of [1, 2, 3, 4]) {
    w.socket.type("a");
    w.pass(1000);
  }
  assert.deepEqual(w.newest().sent.map(({ type }) => type), ["typing", "typing"]);
  w.pass(4000);
  assert.equal(w.newest().sent.at(-1).type, "stop_typing");
  w.socket.type("a");
  w.socket.stopTyping("a");
  w.socket.stopTyping("a");
  assert.deepEqual(w.newest().sent.slice(-2).map(({ type }) => type), ["typing", "stop_typing"]);
});

test("what the box says is given on, and what can't be read is an error", () => {
  const w = world();
  w.socket.open();
  w.hear({ type: "connected" });
  w.take();
  for (const message of [{ type: "turn", did: "a", seq: 3 }, { type: "resync", did: "a", seq: 9 }, { type: "message_read", log: "a" }, { type: "conversation", did: "b", seq: 1, unread: 2 }]) w.hear(message);
  w.hear({ type: "user_presence", fromDid: "maya", online: true });
  w.hear({ type: "keyring" });
  w.hear("{");
  w.hear({ type: "something new" });
  assert.deepEqual(w.take(), [
    ["news", { did: "a", seq: 3 }],
    ["resync", { did: "a", seq: 9 }],
    ["read", { did: "a" }],
    ["conversation", { type: "conversation", did: "b", seq: 1, unread: 2 }],
    ["presence", { did: "maya", online: true }],
    ["keyring", { type: "keyring" }],
    ["error", { error: "js-socket-unreadable" }],
  ]);
});
