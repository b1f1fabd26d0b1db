// Chat's texts: every problem of the rules has a sentence, and both languages have every message that the modules name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync, readdirSync } from "node:fs";
import { asset } from "../lib/assets.mjs";

const { naming, renewalOf, stateOf, stopOf } = await asset("chat/problems.js");
const { PROBLEMS } = await asset("chat/room/rules.js");
const { formatter } = await asset("js/texts.js");

const folder = new URL("../../../apps/chat/", import.meta.url);
const read = (path) => readFileSync(new URL(path, folder), "utf8");
const idsOf = (lang) => [...read(`locales/${lang}.ftl`).matchAll(/^(js-[a-z-]+) =/gm)].map(([, id]) => id);
const sources = readdirSync(new URL("assets/", folder)).filter((name) => name.endsWith(".js"));

test("the modules name messages that exist in both languages, and each is named", () => {
  const named = new Set(sources.flatMap((name) => [...read(`assets/${name}`).matchAll(/"(js-[a-z-]+)"/g)].map(([, id]) => id)));
  assert.ok(named.size > 50);
  for (const lang of ["en", "de"]) assert.deepEqual(idsOf(lang).sort(), [...named].sort(), lang);
});

test("each problem has its own sentence", () => {
  const messages = Object.entries(PROBLEMS).flatMap(([code, { verdict }]) => {
    const finding = { code, seq: 1, who: null };
    if (verdict === "stop") return [stopOf(finding).message];
    return verdict === "void" ? [] : [renewalOf(finding)?.message ?? []].flat();
  });
  assert.ok(messages.every((message) => typeof message === "string"));
  assert.equal(new Set(messages).size, messages.length);
  assert.equal(messages.length, Object.values(PROBLEMS).filter(({ verdict }) => verdict === "stop").length + 2);
  assert.equal(stateOf("void"), "js-said-void");
  assert.equal(stateOf("opened"), null);
});

test("a problem names somebody whose name is known", () => {
  const say = formatter({ x: [{ v: "known", of: { yes: [{ v: "who" }], no: "Somebody" }, else: "no" }, " saw it."] }, "en");
  const nameOf = (did) => ({ "did:maya": "Maya" })[did] ?? null;
  const said = [{ who: "did:maya" }, { who: "did:jo" }, { who: null }].map((finding) => say("x", naming(finding, nameOf)));
  assert.deepEqual(said, ["Maya saw it.", "Somebody saw it.", "Somebody saw it."]);
});
