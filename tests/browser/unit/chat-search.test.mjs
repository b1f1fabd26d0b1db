// The browser's storage for the list, and its search by words, without a request to the box.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Box, memory } from "../lib/chat-box.mjs";

const { boxOf } = await asset("chat/box.js");
const { openStore } = await asset("chat/store.js");
const { openConversation } = await asset("chat/sync.js");
const { Outbox } = await asset("chat/outbox.js");
const { keepPreview } = await asset("chat/preview.js");
const { find } = await asset("chat/search.js");

async function page(box, me) {
  const tables = memory();
  const store = await openStore(me.did, tables);
  const conversation = await openConversation({ me, name: box.conversation.name, store, box: boxOf(box.get) });
  const outbox = new Outbox({ me, store, conversationOf: async () => conversation, net: { request: box.request, placeOf: box.placeOf } });
  const say = async (text, more = {}, re = null) => {
    const id = await outbox.send(box.conversation.name, { type: "text", text, ...more }, re);
    await outbox.settled();
    return id;
  };
  return { store, tables, conversation, say };
}

async function all(pieces) {
  const found = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

test("words are found in what was sealed, as they were last changed, and nothing that was deleted", async () => {
  const box = new Box();
  const people = [await box.person(), await box.person()];
  await box.converse(people);
  const [alice, bob] = [await page(box, people[0]), await page(box, people[1])];
  const id = await alice.say("The old mil");
  const gone = await alice.say("A mill that burnt");
  await alice.say("👍", { type: "reaction" }, id);
  await alice.say("The old Mill", { type: "edit" }, id);
  const { log, name } = box.conversation;
  await box.command(people[0], { op: "chat.delete", ref: gone, fact: { log }, to: [log] });
  await bob.conversation.refresh();
  const found = await all(find(bob.store, "mill"));
  assert.deepEqual(found.map((one) => [one.name, one.id, one.text]), [[name, id, "The old Mill"]]);
  assert.deepEqual(await all(find(bob.store, "MÍLL  old")), found, "in any order, whatever their case and accents");
  assert.deepEqual(await all(find(bob.store, "👍")), []);
});

test("the last words are kept sealed, with their authors and how far this person read", async () => {
  const box = new Box();
  const people = [await box.person(), await box.person()];
  await box.converse(people);
  const [alice, bob] = [await page(box, people[0]), await page(box, people[1])];
  await alice.say("Hello");
  await bob.conversation.refresh();
  const { name } = box.conversation;
  await bob.store.keepPreview(name, { anchor: "msg_1" });
  const kept = await keepPreview(bob.store, bob.conversation);
  assert.deepEqual([kept.text, kept.mine, kept.anchor], ["Hello", false, "msg_1"]);
  assert.ok(kept.read < kept.seq, "it is new");
  await bob.conversation.readTo(bob.conversation.report.head.seq);
  await keepPreview(bob.store, bob.conversation, undefined, { called: "Alice", did: people[0].did, picture: null });
  await keepPreview(bob.store, bob.conversation);
  const [[of, preview]] = [...(await bob.store.previews())];
  assert.deepEqual([of, preview.read], [name, preview.seq]);
  assert.deepEqual([preview.called, preview.did, preview.room, preview.sealed, preview.unread], ["Alice", people[0].did, "dm", true, 0], "the list can be drawn of it");
  assert.ok(Date.parse(preview.at) > 0);
  const [table] = await bob.tables.all("previews");
  assert.ok(table.sealed instanceof Uint8Array && !new TextDecoder().decode(table.sealed).includes("Hello"));
  await bob.store.keepDraft(name, "Not yet");
  assert.deepEqual([...(await bob.store.drafts())], [[name, "Not yet"]]);
});
