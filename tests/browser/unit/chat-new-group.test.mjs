// A new group of chat: what is signed, who is asked, and a second try after a failure.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { GroupMaker } = await asset("chat/new-group.js");
const { directName, groupName } = await asset("chat/room/turns.js");
const { didOf } = await asset("js/key.js");

const [me, bob, carol, group] = [1, 2, 3, 4].map((byte) => didOf(new Uint8Array(32).fill(byte)));
globalThis.location ??= { origin: "https://box.example" };

/** A maker whose box fails at the operation or the conversation that `failing` names. */
function maker(failing = {}) {
  const log = { asked: 0, entered: [], opened: [], sent: [] };
  const fail = (name) => {
    if (name && failing.at === name) throw Object.assign(new Error("no"), { problem: failing.problem });
  };
  const made = new GroupMaker({
    me: { did: me },
    outbox: { send: async (name, { text }) => log.sent.push([name, text]), settled: async () => {} },
    open: async (members, about) => {
      fail(about.with);
      log.opened.push([members.map(({ role }) => role).join(), about]);
    },
    ask: async () => {
      log.asked += 1;
      return { group };
    },
    enter: async (_, { op, ref, fact, to, body }) => {
      fail(op);
      log.entered.push({ op, ref, fact, to, body });
    },
  });
  return { made, log };
}

test("a private group is created with a conversation, and each person is asked in the conversation with them", async () => {
  const { made, log } = maker();
  assert.equal(await made.create({ name: "Bakers", dids: [bob, carol] }), await groupName(group));
  const [created, ...invites] = log.entered;
  assert.deepEqual(created, { op: "connections.group.create", ref: group, fact: { kind: "group", visibility: "private" }, to: [group], body: { name: "Bakers" } });
  assert.deepEqual(invites.map(({ fact }) => fact), [1, 2].map(() => ({ group, role: "member", uses: 1 })));
  assert.equal(new Set(invites.map(({ body }) => body.code)).size, 2, "each has their own invitation");
  assert.deepEqual(log.opened, [["owner", { group }], ["member,member", { with: bob }], ["member,member", { with: carol }]]);
  assert.deepEqual(log.sent.map(([name]) => name), [await directName(me, bob), await directName(me, carol)]);
});

test("a second try creates no second group, and asks nobody twice", async () => {
  const failing = { at: carol };
  const { made, log } = maker(failing);
  await assert.rejects(made.create({ name: "Bakers", dids: [bob, carol] }));
  Object.assign(failing, { at: "connections.group.create", problem: { reason: "exists" } });
  await made.create({ name: "Bakers", dids: [bob, carol] });
  assert.equal(log.asked, 1);
  assert.deepEqual(log.sent.map(([name]) => name), [await directName(me, bob), await directName(me, carol)]);
});

test("a group that the box refuses asks nobody", async () => {
  const { made, log } = maker({ at: "connections.group.create", problem: { reason: "full" } });
  await assert.rejects(made.create({ name: "Bakers", dids: [bob] }));
  assert.deepEqual([log.opened, log.sent], [[], []]);
});
