// A conversation in a browser, against a box that is a plain function: loading, storing, checking and drawing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Box, memory } from "../lib/chat-box.mjs";

const { boxOf } = await asset("chat/box.js");
const { openStore, ROWS_KEPT } = await asset("chat/store.js");
const { openConversation } = await asset("chat/sync.js");
const { Outbox } = await asset("chat/outbox.js");

/** Opens a person's browser. */
async function browser(box, me, tables = memory()) {
  const store = await openStore(me.did, tables);
  const open = () => openConversation({ me, name: box.conversation.name, store, box: boxOf(box.get) });
  const conversation = await open();
  const outbox = new Outbox({ me, store, conversationOf: async () => conversation, net: { request: box.request, placeOf: box.placeOf } });
  const say = async (text, more = {}, re = null) => {
    const id = await outbox.send(box.conversation.name, { type: "text", text, ...more }, re);
    await outbox.settled();
    return id;
  };
  return { me, tables, store, open, conversation, outbox, say };
}

async function two(options) {
  const box = new Box();
  const [alice, bob] = [await box.person(), await box.person()];
  await box.converse([alice, bob], options);
  return { box, alice: await browser(box, alice), bob };
}

/** Scrolls up to the first row, or to a problem. */
async function toTheTop(conversation) {
  while (conversation.view.hasOlder && !conversation.view.problem) await conversation.older();
}

const texts = ({ view }) => view.messages.map(({ text }) => text);

test("two people read each other, and the first message makes the first epoch", async () => {
  const { box, alice, bob } = await two();
  assert.equal(alice.conversation.view.needs.epoch, "first");
  await alice.say("Hello, Bob.");
  const other = await browser(box, bob);
  await other.say("Hello, Alice.");
  await alice.conversation.refresh();
  assert.deepEqual(texts(alice.conversation), ["Hello, Bob.", "Hello, Alice."]);
  assert.deepEqual(texts(other.conversation), ["Hello, Bob.", "Hello, Alice."]);
  const { view } = alice.conversation;
  assert.deepEqual([view.sealed, view.problem, view.needs], [true, null, { epoch: null, keyring: false, seal: false }]);
  assert.deepEqual(view.messages.map(({ mine }) => mine), [true, false]);
  assert.equal(alice.outbox.waiting(view.name).length, 0);
});

test("edits, reactions and deletions are in the message that they are about", async () => {
  const { box, alice, bob } = await two();
  const id = await alice.say("Helo.");
  const gone = await alice.say("Not this.");
  const other = await browser(box, bob);
  const heart = await other.say("❤", { type: "reaction" }, id);
  const again = await other.say("❤\ufe0f", { type: "reaction" }, id);
  const thumb = await other.say("👍", { type: "reaction" }, id);
  await alice.say("Hello.", { type: "edit" }, id);
  await box.command(alice.me, { op: "chat.delete", ref: gone, fact: { log: box.conversation.log }, to: [box.conversation.log] });
  await other.conversation.refresh();
  let [first, second] = other.conversation.view.messages;
  assert.equal(first.text, "Hello.");
  assert.ok(first.edited);
  assert.deepEqual(first.reactions, [{ text: "❤", from: [bob.did], own: [heart, again] }, { text: "👍", from: [bob.did], own: [thumb] }]);
  assert.deepEqual([second.state, second.text, second.message], ["deleted", null, "js-said-deleted"]);
  for (const own of [heart, again]) await other.say("", { type: "reaction.end" }, own);
  [first] = other.conversation.view.messages;
  assert.deepEqual(first.reactions, [{ text: "👍", from: [bob.did], own: [thumb] }]);
  assert.equal(other.conversation.view.messages.length, 2);
  const row = (await other.store.conversation(box.conversation.name)).rows.find(({ seq }) => seq === second.seq);
  assert.equal(row.body, null, "what was deleted is not kept");
  assert.equal((await other.open()).view.problem, null);
});

test("signed read marks say who read a message", async () => {
  const { box, alice, bob } = await two();
  await alice.say("Did you see it?");
  await alice.say("And this?");
  const [first] = alice.conversation.view.messages;
  await box.readMark(bob, { seq: first.seq, cid: box.logs.get(box.conversation.log).rows[first.seq].cid });
  await alice.conversation.refresh();
  assert.deepEqual(alice.conversation.view.messages.map(({ readBy }) => readBy), [[bob.did], []]);
});

test("a long conversation is loaded from its end, more on scrolling, and continues from the kept part", async () => {
  const { box, alice, bob } = await two();
  for (let n = 0; n < 130; n += 1) await alice.say(`${n}`);
  const other = await browser(box, bob);
  const count = () => other.conversation.view.messages.length;
  assert.equal(count(), 50);
  assert.equal(other.conversation.view.hasOlder, true);
  await other.conversation.older();
  assert.equal(count(), 100);
  await other.conversation.older();
  assert.deepEqual([count(), other.conversation.view.hasOlder, other.conversation.view.problem], [130, false, null]);
  await alice.say("new");
  box.requests.length = 0;
  const again = await other.open();
  assert.deepEqual([again.view.messages.length, again.view.hasOlder], [50, true]);
  await toTheTop(again);
  assert.equal(again.view.messages.length, 131);
  assert.equal(box.requests.filter((request) => request.endsWith("/log")).length, 1, "only what is new was asked for");
  assert.ok((await other.store.conversation(box.conversation.name)).rows.length <= ROWS_KEPT + 3);
});

test("what came while the page was closed follows on what was kept, and no row is lost", async () => {
  const { box, alice, bob } = await two();
  for (let n = 0; n < 60; n += 1) await alice.say(`${n}`);
  const other = await browser(box, bob);
  await other.conversation.older();
  for (let n = 60; n < 130; n += 1) await alice.say(`${n}`);
  const again = await other.open();
  assert.equal(again.view.messages.length, 70);
  await toTheTop(again);
  assert.deepEqual(texts(again), Array.from({ length: 130 }, (_, n) => `${n}`));
  assert.equal(again.view.problem, null);
});

/** Makes the box unreachable until the returned function is called. */
function away(box) {
  box.fail = () => {
    throw Object.assign(new Error("no answer"), { status: 0 });
  };
  return () => {
    box.fail = () => undefined;
  };
}

test("without the box what was kept is read, and its first answer is judged as at any opening", async () => {
  const { box, alice, bob } = await two();
  for (let n = 0; n < 60; n += 1) await alice.say(`${n}`);
  const other = await browser(box, bob);
  await other.conversation.older();
  const kept = JSON.stringify(await other.store.conversation(box.conversation.name));
  const comes = away(box);
  const alone = await other.open();
  assert.deepEqual([alone.isAlone, alone.view.problem, alone.view.messages.length], [true, null, 50]);
  await toTheTop(alone);
  assert.deepEqual(texts(alone), Array.from({ length: 60 }, (_, n) => `${n}`));
  await assert.rejects(alone.refresh(), { status: 0 });
  assert.equal(JSON.stringify(await other.store.conversation(box.conversation.name)), kept, "nothing of it is kept again");
  await assert.rejects(openConversation({ me: bob, name: box.conversation.name, store: await openStore(bob.did, memory()), box: boxOf(box.get) }), { status: 0 });
  comes();
  await alice.say("new");
  await alone.refresh();
  assert.deepEqual([alone.isAlone, texts(alone).at(-1), alone.view.problem], [false, "new", null]);
});

test("what was sent before the box was away must be there when it answers again", async () => {
  const { box, alice } = await two();
  await alice.say("one");
  const { head } = alice.conversation.report;
  // The box acknowledged the message, and the page was closed before it refreshed.
  const kept = await alice.store.conversation(box.conversation.name);
  await alice.store.keepConversation({ ...kept, sent: [{ seq: head.seq + 1, cid: head.cid }] });
  const comes = away(box);
  const alone = await alice.open();
  assert.deepEqual([alone.isAlone, alone.view.problem], [true, null]);
  comes();
  await alone.refresh();
  assert.equal(alone.view.problem.code, "not-entered");
});

test("what is deleted later is not kept either, where it was not looked at again", async () => {
  const { box, alice, bob } = await two();
  const first = await alice.say("not this");
  for (let n = 0; n < 60; n += 1) await alice.say(`${n}`);
  const other = await browser(box, bob);
  await other.conversation.older();
  const again = await other.open();
  const { log, name } = box.conversation;
  await box.command(alice.me, { op: "chat.delete", ref: first, fact: { log }, to: [log] });
  await again.refresh();
  const kept = (await other.store.conversation(name)).rows.find(({ seq }) => seq === 3);
  assert.equal(kept.body, null);
  await again.older();
  assert.deepEqual([again.view.messages[0].state, again.view.problem, again.view.messages.length], ["deleted", null, 61]);
});

test("what a box shows otherwise than before is a problem, and what was known stays", async () => {
  const { box, alice, bob } = await two();
  await alice.say("one");
  const other = await browser(box, bob);
  await alice.say("two");
  await other.conversation.refresh();
  box.lie = (path, answer) => (path.includes("/log?after") && !path.includes("auth") ? { ...answer, rows: [] } : answer);
  await alice.say("three");
  assert.equal(alice.conversation.view.problem.code, "not-entered", "what was sent is not where the box said");
  assert.equal(alice.conversation.view.problem.message, "js-stop-not-entered");
  box.lie = (path, answer) => answer;
  const log = box.logs.get(box.conversation.log);
  const [kept] = log.rows.splice(3, 1);
  assert.ok(kept);
  const stopped = await openConversation({ me: bob, name: box.conversation.name, store: await openStore(bob.did, memory()), box: boxOf(box.get) });
  assert.equal(stopped.view.problem.code, "gap");
  const evidence = stopped.evidence();
  assert.equal(evidence.finding.code, "gap");
  assert.ok(evidence.rows.length > 2 && !JSON.stringify(evidence).includes("secret"));
});

test("a group's conversation has the name that the group gives it", async () => {
  const box = new Box();
  const people = [await box.person(), await box.person()];
  await box.converse(people, { kind: "group" });
  const here = await browser(box, people[1]);
  assert.deepEqual([here.conversation.view.problem, here.conversation.view.kind], [null, "group"]);
  const other = new Box();
  const ghosts = [await other.person(), await other.person()];
  await other.converse(ghosts, { kind: "group", of: ghosts[0].did });
  assert.equal((await browser(other, ghosts[1])).conversation.view.problem.code, "opened-by");
});

test("a fork names whose word does not fit", async () => {
  const { box, alice, bob } = await two();
  await alice.say("one");
  const other = await browser(box, bob);
  await alice.say("two");
  await box.readMark(bob, { seq: 3, cid: box.logs.get(box.conversation.log).rows[2].cid });
  await alice.conversation.refresh();
  assert.deepEqual(alice.conversation.view.problem, { code: "reader-fork", seq: 3, who: bob.did, message: "js-stop-reader-fork", advice: "js-stop-advice" });
  assert.equal(other.conversation.view.problem, null);
});

test("after a change of keys the page wants a new epoch, and old messages stay readable", async () => {
  const { box, alice, bob } = await two();
  await alice.say("under the old key");
  const before = await browser(box, bob);
  const changed = await box.changeKey(bob);
  const other = await browser(box, changed, before.tables);
  assert.equal(other.conversation.view.needs.epoch, "old-keys");
  assert.equal(other.conversation.view.needs.keyring, true);
  assert.deepEqual(texts(other.conversation), ["under the old key"]);
  await other.say("under the new one");
  assert.equal(other.conversation.report.epoch, 2);
  await alice.conversation.refresh();
  assert.deepEqual([texts(alice.conversation), alice.conversation.view.problem], [["under the old key", "under the new one"], null]);
});

test("a new phone is not led from a sealed conversation to a readable one of the same name", async () => {
  const { box, alice, bob } = await two();
  const { log } = box.conversation;
  const other = await browser(box, bob);
  await other.say("sealed");
  // The box opens another conversation for the same two people, and shows that one.
  await box.converse([alice.me, bob], { sealed: 0 });
  const phone = await browser(box, bob);
  assert.equal(phone.conversation.view.problem.code, "other-log");
  box.geneses.delete(log);
  assert.equal((await browser(box, bob)).conversation.view.problem.code, "genesis-kept-back");
});

test("a record that is cut before the entry that brought this phone's key stops the page, and so does an empty one", async () => {
  const { box, bob } = await two();
  const old = await browser(box, bob);
  await old.say("from the old phone");
  const phone = await box.changeKey(bob);
  await old.conversation.refresh();
  assert.equal((await browser(box, phone, old.tables)).conversation.view.problem, null, "a page that was open read the entry");
  assert.equal((await browser(box, phone)).conversation.view.problem, null);
  for (const most of [1, 0]) {
    box.lie = (path, answer) => (path.startsWith("/auth/api/log/") ? { entries: answer.entries.slice(0, most), hasMore: false } : answer);
    assert.equal((await browser(box, phone)).conversation.view.problem.code, "own-gap", `${most} entries`);
  }
});

test("the geneses of what somebody wrote elsewhere are asked for once, and for a readable conversation alone", async () => {
  const { box, bob } = await two();
  const carol = await box.person();
  await (await browser(box, bob)).say("sealed");
  await box.converse([bob, carol], { sealed: 0 });
  const phone = await browser(box, bob);
  const asked = () => box.requests.filter((request) => request.endsWith("/genesis")).length;
  assert.deepEqual([phone.conversation.view.problem, asked()], [null, 1]);
  await phone.say("readable");
  await phone.conversation.refresh();
  assert.deepEqual([(await phone.open()).view.problem, asked()], [null, 1]);
  const dave = await box.person();
  await box.converse([dave, bob]);
  assert.deepEqual([(await browser(box, bob)).conversation.view.problem, asked()], [null, 1]);
});

test("a readable conversation in which everybody has a key could be sealed", async () => {
  const { alice } = await two({ sealed: 0 });
  await alice.say("readable");
  assert.deepEqual(alice.conversation.view.needs, { epoch: null, keyring: false, seal: true });
  await alice.outbox.makeEpoch(alice.conversation);
  assert.equal(alice.conversation.view.sealed, true);
  await alice.say("sealed");
  assert.deepEqual(alice.conversation.report.messages.map(({ state }) => state), ["plain", "opened"]);
});
