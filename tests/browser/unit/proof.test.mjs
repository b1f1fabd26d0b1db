// The pages' commands, as the box receives them.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fromBase64url } from "../../../apps/www/shared/js/base.js";
import * as keys from "../../../apps/www/shared/js/key.js";
import { submit } from "../../../apps/www/shared/js/proof.js";

const OWNER = "did:imajin:US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx";
const place = { node: "did:imajin:node", seen: null, after: null, chain: null };

/** Returns the request with which a command is sent. */
async function sent(command) {
  const mine = await keys.importKeys({ sign: new Uint8Array(32).fill(7), agree: new Uint8Array(32).fill(9) });
  const real = globalThis.fetch;
  let proof = null;
  globalThis.fetch = async (_, { headers }) => {
    proof = headers["MJN-Proof"];
    return Response.json({ seq: 1 });
  };
  try {
    await submit({ did: "did:imajin:me", keyId: mine.keyId, sign: mine.sign }, command, { place });
  } finally {
    globalThis.fetch = real;
  }
  return JSON.parse(new TextDecoder().decode(fromBase64url(proof.split(".")[1])));
}

test("a command names the owners that its fact names", async () => {
  const answer = { service: "dykil", op: "dykil.answer", ref: "itm_1", fact: { dids: [OWNER] }, body: { answers: "{}" } };
  assert.deepEqual((await sent(answer)).to, [OWNER]);
});

test("a command names others where it says so, and else nobody", async () => {
  assert.deepEqual((await sent({ service: "chat", op: "chat.admit", ref: OWNER, fact: { dids: ["did:imajin:new"] }, to: [OWNER] })).to, [OWNER]);
  assert.deepEqual((await sent({ service: "profile", op: "profile.update", body: { bio: "" } })).to, []);
});

test("every command of the pages that has consequences for others names them", async () => {
  const { operations } = JSON.parse(await readFile(new URL("../../../docs/operations.json", import.meta.url), "utf8"));
  const reaching = new Set(operations.filter(({ derives = [] }) => derives.some(({ place: where }) => where !== "same_log")).map(({ op }) => op));
  const apps = fileURLToPath(new URL("../../../apps", import.meta.url));
  const scripts = (await readdir(apps, { recursive: true })).filter((name) => /^(www\/shared\/js|[a-z]+\/assets)\/.*\.js$/.test(name));
  const found = [];
  for (const name of scripts) {
    for (const line of (await readFile(`${apps}/${name}`, "utf8")).split("\n")) {
      const op = /\bservice: "[a-z]+", op: "([a-z.]+)"/.exec(line)?.[1];
      if (!reaching.has(op)) continue;
      found.push(op);
      assert.match(line, /\bto\b|\bdids:/, `${name}: ${op}`);
    }
  }
  assert.ok(found.includes("dykil.answer") && found.length > 12, found.join(" "));
});
