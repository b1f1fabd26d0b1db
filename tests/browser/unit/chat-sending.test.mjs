// Links and texts that another page begins a message with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { takeBegun } = await asset("chat/sending.js");

/** Puts a page at an address. Returns where it is afterwards. */
function at(hash) {
  const here = { origin: "https://box.example", pathname: "/chat/one", search: "", hash };
  globalThis.location = here;
  globalThis.history = { replaceState: (_state, _title, path) => Object.assign(here, { hash: path.slice(here.pathname.length) }) };
  return here;
}

test("a link of this box is taken once", () => {
  const link = "https://box.example/dykil/did:imajin:ada/itm_1?a=%2B";
  const here = at(`#send=${encodeURIComponent(link)}`);
  assert.deepEqual(takeBegun(), { link, text: "" });
  assert.equal(here.hash, "");
  assert.deepEqual(takeBegun(), { link: "", text: "" });
});

test("a text is taken once", () => {
  const here = at(`#say=${encodeURIComponent("Come & see: 50 % off")}`);
  assert.deepEqual(takeBegun(), { link: "", text: "Come & see: 50 % off" });
  assert.equal(here.hash, "");
  assert.deepEqual(takeBegun(), { link: "", text: "" });
});

test("a link of another site stays out of messages, as does the name of a message", () => {
  for (const hash of ["", "#message-1", "#send=https%3A%2F%2Fevil.example%2F", "#send=https%3A%2F%2Fbox.example.evil.example%2F", "#send=%"]) {
    const here = at(hash);
    assert.deepEqual(takeBegun(), { link: "", text: "" });
    assert.equal(here.hash, hash);
  }
});
