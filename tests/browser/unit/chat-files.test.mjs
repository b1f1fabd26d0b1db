// Files of any kind in conversations: their names, which senders choose, and what stands for them in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { fileNameOf, nameOf } = await asset("chat/file-names.js");
const { letHave, takeBack } = await asset("chat/files.js");
const { inWords } = await asset("chat/messages.js");
const { previewOf } = await asset("chat/preview.js");

const message = (kind, media, text = "") => ({ id: "msg_1", kind, text, json: { media } });

test("a name is one line, leads into no folder, and doesn't hide its ending", () => {
  assert.equal(nameOf("Report 2027.pdf"), "Report 2027.pdf");
  assert.equal(nameOf("../../etc/passwd"), "....etcpasswd");
  assert.equal(nameOf("photo\u202egpj.exe\n"), "photogpj.exe");
  for (const none of ["", " ", "..", "\u0000"]) assert.equal(nameOf(none), "file");
  const long = nameOf(`${"ä".repeat(50_000)}.pdf`);
  assert.ok(long.endsWith("ä.pdf") && new TextEncoder().encode(long).length <= 200, long);
});

test("a file is told from a photo, a voice note and words", () => {
  assert.equal(fileNameOf(message("media", { mime: "application/pdf", name: "a.pdf" })), "a.pdf");
  assert.equal(fileNameOf(message("media", { mime: "image/svg+xml" })), "file");
  assert.equal(fileNameOf(message("media", { mime: "image/jpeg", name: "photo.jpg" })), null);
  assert.equal(fileNameOf(message("voice", { mime: "audio/webm", name: "voice" })), null);
  assert.equal(fileNameOf({ kind: "text", text: "a.pdf", json: {} }), null);
  assert.equal(fileNameOf({ kind: null, text: null, json: null }), null);
});

test("in words a file is its name", () => {
  assert.equal(inWords(message("media", { mime: "application/pdf", name: "a.pdf" })), "a.pdf");
  assert.equal(inWords(message("media", { mime: "image/jpeg" })), "js-photo");
  assert.equal(inWords({ kind: null, text: null, json: null }), null);
  const messages = [{ ...message("media", { mime: "application/pdf", name: "a.pdf" }), mine: true, at: "2027-01-15T08:00:00.000Z" }];
  const preview = previewOf({ view: { messages, kind: "dm", sealed: true, unread: 0 }, report: { head: { seq: 3 } }, kept: null });
  assert.deepEqual([preview.kind, preview.text], ["media", "a.pdf"]);
});

test("a file that is here already is for a conversation, too, unless it is shared with others", async () => {
  const refused = Object.assign(new Error("You have this file here already."), { problem: { reason: "exists" } });
  const entered = [];
  const sent = (seen, error = refused) => letHave({ did: "me" }, { id: "ast_1", log: "log" }, error, { look: async () => seen, enter: async (_, draft) => entered.push(draft) });
  await sent({ access: "conversation", to: "log" });
  await sent({ access: "public" });
  assert.deepEqual(entered, [], "it was sent here before, or everybody sees it");
  await sent({ access: "private" });
  assert.deepEqual(entered.map(({ op, fact }) => [op, fact]), [["media.access", { assets: ["ast_1"], access: "conversation", to: "log" }]]);
  for (const seen of [{ access: "conversation", to: "other" }, { access: "trust-graph" }]) await assert.rejects(sent(seen), refused);
  const full = Object.assign(new Error("full"), { problem: { reason: "room" } });
  await assert.rejects(sent({ access: "private" }, full), full);
});

test("the file of a deleted message is no longer for the conversation", async () => {
  const cid = "bafkreia";
  const taken = async (seen, media) => {
    const entered = [];
    const look = async () => seen ?? Promise.reject(Object.assign(new Error("none"), { status: 404 }));
    await takeBack({ did: "did:imajin:me" }, "log", media, { look, enter: async (_, { op, fact }) => entered.push([op, fact.access]) });
    return entered.flat();
  };
  const here = { state: "kept", access: "conversation", to: "log" };
  assert.deepEqual(await taken(here, { cid, key: "secret" }), ["media.remove", undefined], "nothing opens it any more");
  assert.deepEqual(await taken(here, { cid }), ["media.access", "private"], "it may be from its owner's library");
  for (const seen of [null, { ...here, state: "trash" }, { ...here, to: "other" }, { state: "kept", access: "public" }]) assert.deepEqual(await taken(seen, { cid }), []);
});
