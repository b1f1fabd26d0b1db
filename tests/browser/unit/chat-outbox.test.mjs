// Sending, against a box that is a plain function: lost answers, concurrent messages, and a box that refuses everything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { ApiError, Box, NoAnswer, memory, problem } from "../lib/chat-box.mjs";

const { boxOf } = await asset("chat/box.js");
const { openStore } = await asset("chat/store.js");
const { openConversation } = await asset("chat/sync.js");
const { Outbox } = await asset("chat/outbox.js");

async function browser(box, me, tables = memory()) {
  const store = await openStore(me.did, tables);
  const conversation = await openConversation({ me, name: box.conversation.name, store, box: boxOf(box.get) });
  const later = [];
  const net = { request: box.request, placeOf: async (me) => box.placeOf(me), later: (act, ms) => later.push({ act, ms }) };
  const outbox = new Outbox({ me, store, conversationOf: async () => conversation, net });
  const say = async (text, type = "text") => {
    const id = await outbox.send(box.conversation.name, { type, text });
    await outbox.settled();
    return id;
  };
  const waiting = () => outbox.waiting(box.conversation.name).map(({ message, state, why }) => [message.text, state, why]);
  return { me, tables, store, conversation, outbox, later, say, waiting };
}

async function two() {
  const box = new Box();
  const [alice, bob] = [await box.person(), await box.person()];
  await box.converse([alice, bob]);
  return { box, alice: await browser(box, alice), bob };
}

const isSend = (method, path) => method === "POST" && path.endsWith("chat.send");
const texts = ({ view }) => view.messages.map(({ text }) => text);
const sends = (box) => box.requests.filter((request) => request.endsWith("chat.send")).length;

test("after a lost answer the very same proof goes out again, also after a reload, and counts once", async () => {
  const { box, alice } = await two();
  await alice.say("first");
  box.lost = (method, path) => {
    if (isSend(method, path)) throw new NoAnswer();
  };
  await alice.say("second");
  assert.deepEqual(alice.waiting(), [["second", "waiting", "js-wait-offline"]]);
  box.lost = null;
  const again = await browser(box, alice.me, alice.tables);
  assert.deepEqual(texts(again.conversation), ["first", "second"], "it was entered");
  const rows = box.logs.get(box.conversation.log).rows.length;
  await again.outbox.begin();
  assert.deepEqual([again.waiting(), await again.store.outbox()], [[], []]);
  assert.equal(box.logs.get(box.conversation.log).rows.length, rows);
  assert.equal(again.conversation.view.problem, null);
});

test("without a network everything waits in its order, and goes out when there is one", async () => {
  const { box, alice, bob } = await two();
  await alice.say("before");
  box.fail = () => {
    throw new NoAnswer();
  };
  for (const text of ["one", "two", "three"]) await alice.say(text);
  assert.deepEqual(alice.waiting(), [
    ["one", "waiting", "js-wait-offline"],
    ["two", "waiting", null],
    ["three", "waiting", null],
  ]);
  box.fail = () => undefined;
  await alice.outbox.flush();
  assert.deepEqual(alice.waiting(), []);
  const other = await browser(box, bob);
  assert.deepEqual(texts(other.conversation), ["before", "one", "two", "three"]);
});

test("a text that was written without a network outlives the page, and is sealed in the browser's storage", async () => {
  const { box, alice } = await two();
  box.fail = () => {
    throw new NoAnswer();
  };
  await alice.say("a secret text");
  await alice.store.keepDraft(box.conversation.name, "a secret draft");
  const stored = JSON.stringify([...alice.tables.table("outbox").values(), ...alice.tables.table("drafts").values()], (_, value) =>
    value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value,
  );
  assert.ok(stored.length > 100 && !stored.includes("a secret"));
  box.fail = () => undefined;
  const again = await browser(box, alice.me, alice.tables);
  assert.equal(await again.store.draft(box.conversation.name), "a secret draft");
  await again.outbox.begin();
  assert.deepEqual(texts(again.conversation), ["a secret text"]);
});

test("of two who make an epoch at once the first wins, and the other's text goes out under it", async () => {
  const { box, alice, bob } = await two();
  const other = await browser(box, bob);
  box.refuses = (said) => {
    if (said.op !== "chat.epoch" || said.did !== alice.me.did) return null;
    return problem(409, "epoch", { epoch: 1, turns: 2, because: "newer" });
  };
  box.fail = async (method, path) => {
    if (!path.endsWith("chat.epoch")) return;
    box.fail = () => undefined;
    await other.say("I was first");
  };
  await alice.say("so was I");
  assert.deepEqual(texts(alice.conversation), ["I was first", "so was I"]);
  assert.equal(alice.conversation.report.epoch, 1);
});

test("a box that wants another epoch gets one, for the keys that are newest, and each attempt is signed again", async () => {
  const { box, alice, bob } = await two();
  await alice.say("one");
  const changed = await box.changeKey(bob);
  box.refuses = (said) => (said.op === "chat.send" && said.fact.epoch === 1 ? problem(409, "epoch", { epoch: 1, turns: 2, because: "keys" }) : null);
  await alice.say("two");
  assert.equal(alice.conversation.report.epoch, 2);
  const other = await browser(box, { ...changed, older: [] });
  assert.deepEqual(texts(other.conversation), [null, "two"]);
  assert.equal(other.conversation.view.messages[0].message, "js-said-locked");
});

test("a message that names another place is signed again, four times at most, and then waits", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  let left = 2;
  box.refuses = (said) => (said.op === "chat.send" && left-- > 0 ? problem(409, "place") : null);
  box.requests.length = 0;
  await alice.say("two");
  assert.deepEqual([texts(alice.conversation), sends(box)], [["one", "two"], 3]);
  left = Infinity;
  box.requests.length = 0;
  await alice.say("three");
  assert.deepEqual([alice.waiting(), sends(box)], [[["three", "waiting", "js-wait-busy"]], 4]);
  left = 0;
  await alice.outbox.flush();
  assert.deepEqual(alice.waiting(), []);
});

test("a command of another tab that came between is no reason to lose anything", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  box.fail = async (method, path) => {
    if (!isSend(method, path)) return;
    box.fail = () => undefined;
    await box.command(alice.me, { op: "profile.update", body: { name: "Alice" } });
  };
  await alice.say("two");
  assert.deepEqual(texts(alice.conversation), ["one", "two"]);
});

test("a full disk keeps the text here and tries again; what is too long is held, and can be taken back", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  box.refuses = (said) => (said.op === "chat.send" ? new ApiError(507, { detail: "The disk is full." }) : null);
  await alice.say("two");
  assert.deepEqual(alice.waiting(), [["two", "waiting", "js-wait-full"]]);
  assert.equal(alice.later[0].ms, 60_000);
  box.refuses = (said) => (said.op === "chat.send" ? new ApiError(413, {}) : null);
  await alice.later[0].act();
  assert.deepEqual(alice.waiting(), [["two", "held", "js-held-long"]]);
  box.refuses = () => null;
  const long = await alice.say("ü".repeat(9000));
  assert.equal(alice.waiting()[1][2], "js-held-long");
  assert.equal((await alice.outbox.remove(long)).text.length, 9000);
  const [held] = alice.outbox.waiting(box.conversation.name);
  await alice.outbox.retry(held.id);
  assert.deepEqual([texts(alice.conversation), alice.waiting(), await alice.store.outbox()], [["one", "two"], [], []]);
});

test("what the box refuses for good says why", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  const refusals = [
    [problem(403, "not-accepted"), "held", "js-held-not-accepted"],
    [problem(403, "consent", { detail: "No." }), "held", "js-held-refused"],
    [problem(402, "gas"), "held", "js-held-gas"],
    [problem(401, "none"), "waiting", "js-wait-signed-out"],
    [new ApiError(429, { retryAfter: 7 }), "waiting", "js-wait-many"],
  ];
  for (const [error, state, why] of refusals) {
    box.refuses = (said) => (said.op === "chat.send" ? error : null);
    const id = await alice.say("two");
    assert.deepEqual(alice.waiting().at(-1), ["two", state, why]);
    await alice.outbox.remove(id);
  }
  assert.equal(alice.later.at(-1).ms, 7000);
});

test("nothing is sent into a conversation that stopped", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  box.logs.get(box.conversation.log).rows[3].cause = box.logs.get(box.conversation.log).rows[2].cause;
  const again = await browser(box, alice.me);
  assert.equal(again.conversation.view.problem.code, "not-the-intent");
  box.requests.length = 0;
  await again.say("two");
  assert.deepEqual(again.waiting(), [["two", "held", "js-held-stopped"]]);
  assert.equal(sends(box), 0);
});

test("what fails in a page that is being left goes out from the next one; what the box refused stays held", async () => {
  const { box, alice } = await two();
  await alice.say("before");
  box.fail = (method, path) => {
    if (isSend(method, path)) throw new TypeError("the page is being left");
  };
  await alice.say("one");
  assert.deepEqual(alice.waiting(), [["one", "held", "js-held-refused"]]);
  box.fail = () => undefined;
  const next = await browser(box, alice.me, alice.tables);
  await next.outbox.begin();
  assert.deepEqual([next.waiting(), texts(next.conversation)], [[], ["before", "one"]]);
  box.fail = (method, path) => {
    if (isSend(method, path)) throw problem(413, "large");
  };
  await next.say("two");
  box.fail = () => undefined;
  const last = await browser(box, alice.me, alice.tables);
  await last.outbox.begin();
  assert.deepEqual(last.waiting(), [["two", "held", "js-held-long"]]);
});

test("a member without a key is named where an epoch is wanted", async () => {
  const box = new Box();
  const [alice, bob] = [await box.person(), await box.person({ services: [{ id: "imajin-relay", type: "DfosRelay", endpoint: "https://box.example" }] })];
  await box.converse([alice, bob]);
  const here = await browser(box, alice);
  await here.say("Hello?");
  assert.deepEqual(here.waiting(), [["Hello?", "held", "js-held-keyless"]]);
});

test("a person without a key writes in an event's room, once, and signed messages appear next to theirs", async () => {
  const box = new Box();
  const organiser = await box.person();
  await box.converse([organiser], { kind: "event", sealed: 0 });
  const guest = await browser(box, box.soft());
  await guest.say("Is there parking?");
  assert.deepEqual(guest.waiting(), []);
  box.lost = (method, path) => {
    if (method === "POST" && path.includes("chat.send?")) throw new NoAnswer();
  };
  await guest.say("And a cloakroom?");
  assert.equal(guest.waiting()[0][2], "js-wait-offline");
  box.lost = null;
  const again = await browser(box, guest.me, guest.tables);
  await again.outbox.begin();
  assert.deepEqual(again.waiting(), []);
  const host = await browser(box, organiser);
  await host.say("Both.");
  const { view } = host.conversation;
  assert.deepEqual(texts(host.conversation), ["Is there parking?", "And a cloakroom?", "Both."]);
  assert.deepEqual(view.messages.map(({ signed, state }) => [signed, state]), [[false, "plain"], [false, "plain"], [true, "plain"]]);
  assert.deepEqual([view.sealed, view.needs.seal, view.problem], [false, false, null]);
});

test("the box is told whom a readable message mentions, and not whom a sealed one does", async () => {
  const mentioned = async (box, me) => {
    const here = await browser(box, me);
    const { name } = box.conversation;
    await here.outbox.send(name, { type: "text", text: "@Bob" }, null, ["did:imajin:bob"]);
    await here.outbox.settled();
    assert.deepEqual(here.waiting(), []);
    return box.logs.get(box.conversation.log).rows.at(-1).map.fact.mentions;
  };
  const open = new Box();
  const organiser = await open.person();
  await open.converse([organiser], { kind: "event", sealed: 0 });
  assert.deepEqual(await mentioned(open, organiser), ["did:imajin:bob"]);
  const { box, alice } = await two();
  assert.equal(await mentioned(box, alice.me), undefined);
});

test("what is taken back on one page of a browser is not sent by another", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  box.fail = () => {
    throw new NoAnswer();
  };
  const id = await alice.say("not this");
  box.fail = () => undefined;
  const other = await browser(box, alice.me, alice.tables);
  box.fail = () => {
    throw new NoAnswer();
  };
  await other.outbox.begin();
  assert.deepEqual(other.waiting(), [["not this", "waiting", "js-wait-offline"]]);
  await alice.outbox.remove(id);
  box.fail = () => undefined;
  await other.outbox.flush();
  await other.conversation.refresh();
  assert.deepEqual([texts(other.conversation), other.waiting(), await other.store.outbox()], [["one"], [], []]);
});

test("of two pages of one browser each text is sent once", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  box.fail = () => {
    throw new NoAnswer();
  };
  await alice.say("two");
  box.fail = () => undefined;
  const other = await browser(box, alice.me, alice.tables);
  await Promise.all([alice.outbox.flush(), other.outbox.begin()]);
  await alice.outbox.flush();
  await other.outbox.flush();
  await alice.conversation.refresh();
  assert.deepEqual(texts(alice.conversation), ["one", "two"]);
  assert.deepEqual([alice.waiting(), other.waiting(), await alice.store.outbox()], [[], [], []]);
});
