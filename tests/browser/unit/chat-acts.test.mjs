// Actions in conversations other than writing, against a box that is a plain function.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Box, memory } from "../lib/chat-box.mjs";

const { ReadMarks, actsIn, codeOf, digits, forgetAll, openNew, pin, readCode } = await asset("chat/acts.js");
const { boxOf } = await asset("chat/box.js");
const { groupName } = await asset("chat/room/turns.js");
const { openStore } = await asset("chat/store.js");
const { openConversation } = await asset("chat/sync.js");
const { withEdits } = await asset("chat/view.js");
const { Outbox } = await asset("chat/outbox.js");

async function page(box, me, tables = memory()) {
  const store = await openStore(me.did, tables);
  const conversation = await openConversation({ me, name: box.conversation.name, store, box: boxOf(box.get) });
  const outbox = new Outbox({ me, store, conversationOf: async () => conversation, net: { request: box.request, placeOf: box.placeOf } });
  const enter = (who, draft) => box.command(who, draft);
  const send = async (message, re = null) => {
    const id = await outbox.send(box.conversation.name, message, re);
    await outbox.settled();
    return id;
  };
  const say = (text) => send({ type: "text", text });
  return { me, tables, conversation, send, say, enter, acts: actsIn(box.conversation.log, me, enter) };
}

async function two() {
  const box = new Box();
  const people = [await box.person(), await box.person()];
  await box.converse(people);
  return { box, alice: await page(box, people[0]), bob: await page(box, people[1]) };
}

test("a conversation is opened sealed where both have a key, and says for whose lack of one it is not", async () => {
  const box = new Box();
  const relay = { id: "imajin-relay", type: "DfosRelay", endpoint: "https://box.example" };
  const [alice, bob, carol] = [await box.person(), await box.person(), await box.person({ services: [relay] })];
  const { name, log } = await box.converse([alice, bob]);
  const opened = [];
  const open = (other, answer) =>
    openNew({
      me: alice,
      members: [alice, other].map(({ did }) => ({ did, role: "member" })),
      about: { with: other.did },
      box: boxOf(box.get),
      ask: async () => answer,
      enter: async (_, draft) => opened.push(draft),
    });
  assert.equal(await open(bob, { did: name, log }), name);
  assert.deepEqual([opened[0].ref, opened[0].fact, opened[0].to], [name, { log, kind: "dm", sealed: 1 }, [log, bob.did]]);
  await assert.rejects(open(carol, { did: name, log }), /js-stop-other-log/);
  assert.equal(opened.length, 1);
  const members = [{ did: alice.did, role: "owner" }, { did: carol.did, role: "member" }];
  const make = (about, answer, some = members) =>
    openNew({ me: alice, members: some, about, box: boxOf(box.get), ask: async () => ({ did: answer, log }), enter: async (_, draft) => opened.push(draft) });
  await make({ group: box.group }, await groupName(box.group));
  assert.deepEqual(opened[1].fact, { log, kind: "group", sealed: 0, of: box.group, keyless: [carol.did] });
  await assert.rejects(make({ group: box.group }, await groupName(log)), /js-stop-other-log/);
  await make({ event: "did:imajin:event:evt_1" }, "did:imajin:event:evt_1", members.slice(0, 1));
  assert.deepEqual([opened[2].fact, opened[2].to], [{ log, kind: "event", sealed: 0 }, [log]]);
});

test("both see the same digits, and a comparison stays valid while the keys follow from it", async () => {
  const { box, alice, bob } = await two();
  await alice.say("hello");
  await bob.conversation.refresh();
  const [a, b] = [alice.me.did, bob.me.did];
  const [mine, theirs] = [await digits(alice.conversation.report, a, b), await digits(bob.conversation.report, b, a)];
  assert.deepEqual(mine, theirs);
  assert.equal(mine.length, 12);
  await pin(alice.conversation.report, alice.me, b, "digits", alice.enter);
  await box.changeKey(bob.me);
  await alice.conversation.refresh({ fresh: [b] });
  const { view } = alice.conversation;
  assert.deepEqual(view.members.map(({ compared }) => compared), [false, true]);
  const phone = await page(box, alice.me);
  assert.equal(phone.conversation.view.problem, null);
  await pin(alice.conversation.report, alice.me, b, "code", alice.enter);
  const isTheirs = (path) => path.includes(encodeURIComponent(b)) && path.endsWith("/chain");
  box.lie = (path, answer) => (isTheirs(path) ? { log: answer.log.slice(0, 1) } : answer);
  const { problem } = (await page(box, alice.me)).conversation.view;
  assert.deepEqual([problem.code, problem.who], ["other-chain", b], "a new phone knows what was compared");
});

test("a scanned code shows the same history, another one, or nothing yet", async () => {
  const { alice, bob } = await two();
  await alice.say("one");
  await bob.conversation.refresh();
  const [a, b] = [alice.me.did, bob.me.did];
  const read = (text) => readCode(text, bob.conversation.report, a, (seq) => bob.conversation.cidAt(seq));
  const code = codeOf(alice.conversation.report, a);
  assert.equal(read(code), "same");
  await alice.say("two");
  assert.equal(read(codeOf(alice.conversation.report, a)), "unknown", "their page is ahead");
  const other = { ...JSON.parse(code), seq: 2 };
  assert.equal(read(JSON.stringify(other)), "other");
  assert.equal(read(JSON.stringify({ ...JSON.parse(code), chain: JSON.parse(code).seen })), "other");
  assert.deepEqual([read("{"), read(codeOf(bob.conversation.report, b))], ["unknown", "unknown"]);
});

test("reading is signed at most every two minutes, and only for something new", async () => {
  const { box, alice, bob } = await two();
  await alice.say("one");
  await bob.conversation.refresh();
  let now = 0;
  const marks = new ReadMarks({ me: bob.me, enter: async (who, draft) => box.readMark(who, { seq: draft.fact.seq, cid: draft.fact.seen }), now: () => now });
  assert.equal(bob.conversation.view.unread, 1);
  assert.deepEqual([await marks.read(bob.conversation), await marks.read(bob.conversation)], [true, false]);
  assert.equal(bob.conversation.view.unread, 0);
  await alice.say("two");
  assert.deepEqual(alice.conversation.view.messages.map(({ readBy }) => readBy.length), [1, 0]);
  await bob.conversation.refresh();
  now = 60_000;
  assert.equal(await marks.read(bob.conversation), false);
  now = 121_000;
  assert.equal(await marks.read(bob.conversation), true);
  now = 500_000;
  assert.equal(await marks.read(bob.conversation), false, "nothing is new");
});

test("a leader lets people in by fives, and an author deletes", async () => {
  const drafts = [];
  const acts = actsIn("log", { did: "me" }, async (_, draft) => drafts.push(draft));
  await acts.admit(["1", "2", "3", "4", "5", "6", "7"], "member", 4);
  assert.deepEqual(drafts.map(({ fact }) => fact.dids.length), [5, 2]);
  const { box, alice, bob } = await two();
  const id = await alice.say("not this");
  await alice.acts.remove(id);
  await bob.conversation.refresh();
  assert.deepEqual(bob.conversation.view.messages.map(({ state }) => state), ["deleted"]);
  assert.equal(bob.conversation.view.problem, null);
  assert.equal(box.logs.get(box.conversation.log).rows.at(-1).map.op, "auth.body.erased");
});

test("a message goes with what it was changed to, and what others said of it stays", async () => {
  const { alice, bob } = await two();
  const id = await alice.say("not this");
  await alice.send({ type: "edit", text: "nor this" }, id);
  await bob.send({ type: "text", text: "What?" }, id);
  await alice.conversation.refresh();
  const ids = withEdits(alice.conversation.report, alice.conversation.view.messages[0]);
  assert.deepEqual([ids.length, ids.at(-1)], [2, id]);
  for (const one of ids) await alice.acts.remove(one);
  await bob.conversation.refresh();
  const { report, view } = bob.conversation;
  assert.deepEqual(report.messages.map(({ state }) => state), ["deleted", "deleted", "opened"]);
  assert.deepEqual([view.problem, view.messages.map(({ state }) => state)], [null, ["deleted", "opened"]]);
});

test("what somebody wrote is deleted in all conversations, whichever of them they wrote nothing in", async () => {
  const forgotten = [];
  const answers = { silent: 404, closed: 410, broken: 500 };
  const enter = async (_, { ref }) => {
    if (answers[ref]) throw Object.assign(new Error(ref), { status: answers[ref] });
    forgotten.push(ref);
  };
  await forgetAll(["silent", "one", "closed", "other"], { did: "me" }, enter);
  assert.deepEqual(forgotten, ["one", "other"]);
  await assert.rejects(forgetAll(["broken", "one"], { did: "me" }, enter), /broken/);
});
