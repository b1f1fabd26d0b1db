// Mentions in a text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { firstMention, mentionedIn } = await asset("chat/mentions.js");

const PEOPLE = new Map([["Bea", "bea"], ["bea_b", "bea"], ["Bea Miller", "miller"], ["Zoë", "zoe"]]);

test("an @ and a name mention somebody, the longer name before the shorter, each person once", () => {
  assert.deepEqual(mentionedIn("@Bea Miller and (@Zoë), @bea_b: and @Bea", PEOPLE), ["miller", "zoe", "bea"]);
  const found = firstMention("Hi @Bea!", [...PEOPLE.keys()]);
  assert.deepEqual(found, { at: 3, end: 7, name: "Bea" });
});

test("parts of words and of addresses mention nobody", () => {
  for (const text of ["bob@Bea", "@Beatrice", "@bea_bee", "@", "@ Bea", "Bea"]) assert.deepEqual(mentionedIn(text, PEOPLE), [], text);
});
