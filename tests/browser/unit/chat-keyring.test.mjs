// Keyrings and opening chat, against a box that is a plain function; and the store of chat's data.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Box, memory } from "../lib/chat-box.mjs";

const { boxOf } = await asset("chat/box.js");
const keyrings = await asset("chat/keyring.js");
const { previewOf } = await asset("chat/preview.js");
const { ROWS_KEPT, openStore } = await asset("chat/store.js");
const { openConversation } = await asset("chat/sync.js");
const { Outbox } = await asset("chat/outbox.js");
const { OwnLog } = await asset("chat/room/own.js");
const { readChain } = await asset("chat/room/chain.js");
const { importKeys, newSeeds } = await asset("js/key.js");
const { toHex } = await asset("js/base.js");

async function browser(box, me, tables = memory()) {
  const store = await openStore(me.did, tables);
  const open = (name = box.conversation.name) => openConversation({ me, name, store, box: boxOf(box.get) });
  const conversation = await open();
  const outbox = new Outbox({ me, store, conversationOf: async () => conversation, net: { request: box.request, placeOf: box.placeOf } });
  const say = async (text) => {
    await outbox.send(box.conversation.name, { type: "text", text });
    await outbox.settled();
  };
  return { me, tables, store, conversation, open, say, enter: (who, draft) => box.command(who, draft) };
}

async function two() {
  const box = new Box();
  const [alice, bob] = [await box.person(), await box.person()];
  await box.converse([alice, bob]);
  const here = await browser(box, alice);
  await here.say("before the change");
  return { box, alice: here, bob };
}

const texts = ({ view }) => view.messages.map(({ text }) => text);
const hexOf = ({ secrets }) => secrets.map(({ publicKey }) => toHex(publicKey));

test("a keyring for a changed key brings older messages to the new key, on a phone that has nothing else", async () => {
  const { box, alice, bob } = await two();
  const old = await browser(box, bob);
  const changed = await box.changeKey(bob);
  const keys = hexOf(changed);
  assert.equal(await keyrings.writeKeyrings({ me: bob, store: old.store, keys, enter: old.enter }), 1);
  const phone = await browser(box, { ...changed, older: [] });
  assert.deepEqual(texts(phone.conversation), ["before the change"]);
  assert.equal(phone.conversation.view.needs.keyring, false);
  await phone.say("after it");
  await alice.conversation.refresh();
  assert.deepEqual(texts(alice.conversation), ["before the change", "after it"]);
});

test("an open conversation shows older messages once a keyring for its device comes", async () => {
  const { box, bob } = await two();
  const old = await browser(box, bob);
  const changed = await box.changeKey(bob);
  const phone = await browser(box, { ...changed, older: [] });
  assert.deepEqual(texts(phone.conversation), [null]);
  assert.equal(previewOf(phone.conversation).locked, 0, "a keyring may open it");
  await keyrings.writeKeyrings({ me: bob, store: old.store, keys: hexOf(changed), enter: old.enter });
  await phone.conversation.refresh();
  assert.deepEqual(texts(phone.conversation), ["before the change"]);
  const { problem, needs } = phone.conversation.view;
  assert.deepEqual([problem, needs.keyring], [null, false]);
  const { locked, text } = previewOf(phone.conversation);
  assert.deepEqual([locked, text], [null, "before the change"]);
  assert.equal((await phone.store.conversation(box.conversation.name)).secrets.length, 1, "what it opens is kept");
});

test("only what is not there yet goes into a keyring, and a page says when it wants a keyring", async () => {
  const { box, bob } = await two();
  const old = await browser(box, bob);
  assert.equal(await keyrings.writeKeyrings({ me: bob, store: old.store, keys: hexOf(bob), enter: old.enter }), 0, "the wrap is enough");
  const changed = await box.changeKey(bob);
  const page = await browser(box, changed, old.tables);
  assert.equal(page.conversation.view.needs.keyring, true);
  const write = () => keyrings.writeKeyrings({ me: changed, store: page.store, keys: hexOf(changed), enter: page.enter });
  assert.deepEqual([await write(), await write()], [1, 0]);
  await page.conversation.refresh();
  assert.equal(page.conversation.view.needs.keyring, false);
  assert.equal((await page.open()).view.needs.keyring, false);
});

test("a keyring is for its keys alone, and each adds to those before", async () => {
  const { box, alice } = await two();
  const [one, other] = await Promise.all([importKeys(newSeeds()), importKeys(newSeeds())]);
  const key = (keys) => ({ key: keys.agree, publicKey: keys.encryptionKey });
  const { did } = alice.me;
  for (const keys of [one, other]) await keyrings.writeKeyrings({ me: alice.me, store: alice.store, keys: [toHex(keys.encryptionKey)], enter: alice.enter });
  const own = new OwnLog(did);
  await own.take(await boxOf(box.get).own(did), await readChain(did, box.chains.get(did)));
  assert.equal(own.rings.length, 2);
  const read = (rings, keys) => keyrings.readKeyrings(did, rings, keys);
  const [secret] = await read(own.rings, [key(one)]);
  assert.deepEqual(secret.slice(0, 2), [box.conversation.log, 1]);
  assert.equal((await read(own.rings, [key(one), key(other)])).length, 1);
  assert.equal((await read(own.rings.slice(1), [key(one)])).length, 0);
  assert.equal((await keyrings.readKeyrings(box.conversation.log, own.rings, [key(one)])).length, 0);
});

test("300 secrets are two keyrings", async () => {
  const store = await openStore("did:imajin:me", memory());
  const secrets = Array.from({ length: 300 }, (_, n) => [n + 1, new Uint8Array(32).fill(n)]);
  await store.keepConversation({ name: "a", log: "log", rows: [], window: 0, secrets, covered: [] });
  const entered = [];
  const { encryptionKey } = await importKeys(newSeeds());
  const count = await keyrings.writeKeyrings({ me: { did: "did:imajin:me" }, store, keys: [toHex(encryptionKey)], enter: async (_, draft) => entered.push(draft) });
  assert.deepEqual([count, entered.length], [300, 2]);
  assert.deepEqual(Object.keys(entered[0].body), ["wraps", "nonce", "commit", "box"]);
});

test("who opens chat has their key in their chain before anything is judged", async () => {
  const box = new Box();
  const alice = await box.person();
  const store = await openStore(alice.did, memory());
  const published = [];
  const publish = async (me, first) => published.push([me.did, first]);
  const ready = await keyrings.openChat({ me: alice, store, box: boxOf(box.get), publish });
  assert.deepEqual(published, [[alice.did, toHex(alice.keys.encryptionKey)]]);
  assert.deepEqual(ready.secrets[0].publicKey, alice.keys.encryptionKey);
  assert.deepEqual(ready.keys, [toHex(alice.keys.encryptionKey)]);
  assert.equal((await store.own()).head.seq, 0);
  const soft = await keyrings.openChat({ me: { did: alice.did, keyId: null, sign: null }, store, box: boxOf(box.get), publish });
  assert.deepEqual([soft.secrets, published.length], [[], 1]);
  await box.command(alice, { op: "profile.update", body: { name: "Alice" } });
  await box.command(alice, { op: "profile.update", body: { name: "Alicia" } });
  box.logs.get(alice.did).rows.splice(1, 1);
  const { problem } = await keyrings.openChat({ me: alice, store, box: boxOf(box.get), publish });
  assert.deepEqual([problem.message, published.length], ["js-stop-own-gap", 1], "nothing is signed on a record with a gap");
});

test("what a box writes into its reader's own log in their name stops the page, which keeps nothing of it", async () => {
  const { box, alice, bob } = await two();
  const fact = { chain: box.placeOf(bob).chain, how: "code" };
  const pin = (me) => box.command(me, { op: "chat.pin", ref: bob.did, fact });
  await pin(alice.me);
  await alice.conversation.refresh();
  assert.deepEqual(alice.conversation.view.problem, null);
  assert.deepEqual((await alice.store.own()).pins, { [bob.did]: fact.chain });
  const { head } = await alice.store.own();
  const other = await importKeys(newSeeds());
  await pin({ ...alice.me, sign: other.sign });
  await alice.conversation.refresh();
  assert.equal(alice.conversation.view.problem.message, "js-stop-own-forged");
  const published = [];
  const opening = { me: alice.me, store: alice.store, box: boxOf(box.get), publish: async () => published.push(1) };
  const { problem } = await keyrings.openChat(opening);
  assert.deepEqual([problem.code, published.length], ["own-forged", 0]);
  assert.deepEqual((await alice.store.own()).head, head);
});

test("a key that one changed elsewhere is no problem for a page that is open", async () => {
  const { box, alice } = await two();
  const changed = await box.changeKey(alice.me);
  await box.readMark(changed, box.logs.get(box.conversation.log).head);
  await alice.conversation.refresh();
  assert.equal(alice.conversation.view.problem, null);
  const { under } = await alice.store.own();
  assert.equal(under, 1);
});

test("what was kept of an own log before its signatures were looked at is read again", async () => {
  const tables = memory();
  const store = await openStore("did:imajin:a", tables);
  await tables.put("own", { id: "did:imajin:a", me: "did:imajin:a", kept: { head: { seq: 3, cid: "x" }, pins: {} } });
  assert.equal(await store.own(), null);
  await store.keepOwn(new OwnLog("did:imajin:a").kept());
  assert.equal((await store.own()).signs, false);
});

test("only a conversation with a new entry or without a secret is opened before secrets are handed over", async () => {
  const { box, alice } = await two();
  const { name, log } = box.conversation;
  const { seq } = box.logs.get(log).head;
  const names = (more) => keyrings.incompleteAmong([{ did: name, log, sealed: true, last: { seq }, ...more }], alice.store);
  assert.deepEqual(await names({}), []);
  assert.deepEqual(await names({ last: { seq: seq + 1 } }), [name]);
  assert.deepEqual(await names({ log: "another" }), [name]);
  assert.deepEqual(await names({ log: "another", sealed: false }), []);
  assert.deepEqual(await names({ did: "unknown" }), ["unknown"]);
  await alice.store.keepConversation({ ...(await alice.store.conversation(name)), secrets: [] });
  assert.deepEqual(await names({}), [name]);
});

test("conversations that can't be opened are named before an old key goes", async () => {
  const { box, alice } = await two();
  const open = (name) => (name === "gone" ? Promise.reject(new Error("gone")) : alice.open(name));
  assert.deepEqual(await keyrings.gatherSecrets([box.conversation.name, "gone"], open), ["gone"]);
});

test("a store keeps each person's things apart, the newest rows, and no secret that can be read", async () => {
  const tables = memory();
  const [mine, theirs] = [await openStore("did:imajin:a", tables), await openStore("did:imajin:b", tables)];
  const rows = Array.from({ length: 500 }, (_, seq) => ({ seq, turn: seq === 7, header: Uint8Array.of(1), cause: null, body: null }));
  const secret = new Uint8Array(32).fill(77);
  await mine.keepConversation({ name: "x", log: "l", rows, window: 0, secrets: [[1, secret]], covered: [] });
  const kept = await mine.conversation("x");
  assert.deepEqual(kept.rows.slice(0, 3).map(({ seq }) => seq), [0, 7, 300]);
  assert.deepEqual([kept.rows.length, kept.window, kept.secrets], [ROWS_KEPT + 2, 300, [[1, secret]]]);
  const [raw] = tables.table("conversations").values();
  assert.ok(!toHex(raw.secrets).includes(toHex(secret)));
  assert.equal(tables.table("keys").get("did:imajin:a").key.extractable, false);
  assert.equal(await theirs.conversation("x"), null);
  assert.deepEqual(await theirs.conversations(), []);
  await theirs.keepDraft("x", "theirs");
  await mine.keepDraft("x", "mine");
  await mine.forget();
  assert.deepEqual([await mine.conversation("x"), await theirs.draft("x")], [null, "theirs"]);
  const again = await openStore("did:imajin:a", tables);
  assert.equal(await again.draft("x"), "");
  await theirs.keepDraft("x", "");
  assert.equal(await theirs.draft("x"), "");
});

test("two pages that open a new store at once share one key", async () => {
  const tables = memory();
  const [one, other] = await Promise.all([openStore("did:imajin:a", tables), openStore("did:imajin:a", tables)]);
  await one.keepDraft("x", "text");
  assert.equal(await other.draft("x"), "text");
});
