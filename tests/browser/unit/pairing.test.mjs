// Pairing a new device by a code, against a box that is a plain function.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { beginPairing, sendKeys } = await asset("www/pairing.js");
const { freshCode, lettersOf } = await asset("js/keys/code.js");

/** Starts a box. Returns what it keeps, by path. */
function box() {
  const kept = new Map();
  globalThis.fetch = async (path, { method, body }) => {
    if (method === "GET") return Response.json({ sealed: kept.get(path) ?? null });
    if (kept.has(path)) return Response.json({ detail: "used" }, { status: 409 });
    kept.set(path, JSON.parse(body).sealed);
    return new Response(null, { status: 204 });
  };
  return kept;
}

test("the keys of a new device reach the device that shows the code, and the box can't read them", async () => {
  const kept = box();
  const { code, keys } = await beginPairing();
  await sendKeys(code.toLowerCase().replaceAll("-", " "), "z6Mk.z6LS");
  assert.equal(await keys(), "z6Mk.z6LS");
  const [[path, sealed]] = [...kept];
  assert.match(path, /^\/auth\/api\/pairings\/[0-9a-f]{32}$/);
  assert.ok(!Buffer.from(sealed, "base64url").includes("z6Mk"));
  await assert.rejects(sendKeys(code, "others"), /js-device-code-used/);
});

test("keys that another code sealed are none", async () => {
  const kept = box();
  const { code, keys } = await beginPairing();
  await sendKeys(code, "mine");
  const [path] = kept.keys();
  await sendKeys(freshCode(), "others");
  kept.set(path, [...kept.values()].at(-1));
  assert.equal(await keys(), null);
});

test("a code is read as people type it", () => {
  assert.match(freshCode(), /^([0-9A-HJKMNP-TV-Z]{4}-?){3}$/);
  assert.equal(lettersOf(" 7kq2 m9xt-o4rl"), "7KQ2M9XT04R1");
  for (const text of ["", "7KQ2-M9XT", "7KQ2-M9XT-04RB-7", "UUUU-UUUU-UUUU"]) assert.equal(lettersOf(text), null, text);
});
