// Forwarded messages: the parts that are sent again, and those that are left out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { copyOf } = await asset("chat/forward.js");

const ME = { did: "did:imajin:me" };
const TARGET = { log: "did:imajin:target", sealed: true };

/** Forwards a message. Returns its copy and what the file was given for. */
async function forwarded(one) {
  const given = [];
  const take = async (message, { cid }) => new Blob([`${message.from} ${cid}`]);
  const give = async (me, view, file, about) => {
    given.push({ me, view, text: await file.text(), about });
    return { cid: "new", key: "another", size: file.size, ...about };
  };
  return { copy: await copyOf(one, ME, TARGET, { take, give }), given };
}

test("a text is what it was changed to last, and neither an answer nor a mention", async () => {
  const one = { id: "msg_1", from: "did:imajin:ada", kind: "text", text: "At seven", re: "msg_0", json: { type: "text", text: "At six" }, edited: "2027-01-15T08:00:00.000Z" };
  assert.deepEqual((await forwarded(one)).copy, { type: "text", text: "At seven" });
});

test("a file is given to the other conversation with a new key, and loses the unknown details that its sender wrote", async () => {
  const media = { cid: "old", key: "secret", name: "a\u202efdp.exe", mime: "image/jpeg", size: 9, width: 800, height: 600.5, from: "did:imajin:ada", wave: [1, "x", 2] };
  const { copy, given } = await forwarded({ id: "msg_1", from: "did:imajin:ada", kind: "media", text: "The mill", json: { type: "media", media } });
  const about = { name: "afdp.exe", mime: "image/jpeg", width: 800, wave: [1, 2] };
  assert.deepEqual(given, [{ me: ME, view: TARGET, text: "did:imajin:ada old", about }]);
  assert.deepEqual(copy, { type: "media", text: "The mill", media: { cid: "new", key: "another", size: 18, ...about } });
  assert.ok(!JSON.stringify(copy).includes("secret") && !JSON.stringify(copy).includes("ada"), JSON.stringify(copy));
});

test("a kind that is no kind is passed on as unknown", async () => {
  const media = { cid: "old", mime: "text/html\r\nx", size: 9 };
  const { given } = await forwarded({ id: "msg_1", from: "did:imajin:ada", kind: "media", text: "", json: { media } });
  assert.deepEqual(given[0].about, { name: "file", mime: "application/octet-stream" });
});
