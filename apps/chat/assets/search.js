// Finds words in the messages that this browser keeps and can open: in the rows that were verified when their conversations were last
// here. Asks the box for nothing.

import { decode } from "../js/cbor.js";
import { peek } from "./box.js";
import { finder } from "./finder.js";
import { boxed, messageBody, messageFact } from "./room/ops.js";
import { open } from "./room/seal.js";

const FOUND_MAX = 50;

/** The words of a row, or null. */
async function textOf(conversation, secrets, row) {
  const { ref: id, author: sender, fact, at } = peek(row.header);
  const { epoch, re } = messageFact(fact);
  const body = messageBody(decode(row.body));
  let said = body.said ?? null;
  if (body.sealed && secrets.has(epoch)) {
    const text = await open(secrets.get(epoch), { name: conversation.name, log: conversation.log, epoch, sender, id, re }, body.sealed);
    said = text && (boxed(text)?.said ?? null);
  }
  if (said?.kind === "edit") return { id: re, at, from: sender, text: said.text };
  return said && !said.kind.startsWith("reaction") ? { id, at, from: sender, text: said.text } : null;
}

/** What is found, the newest of each conversation first: `{name, id, at, from, text}`. */
export async function* find(store, words) {
  const has = finder(words);
  const newest = ({ rows }) => peek(rows.at(-1)?.header).at ?? "";
  const all = (await store.conversations()).sort((one, other) => (newest(one) < newest(other) ? 1 : -1));
  let number = 0;
  for (const conversation of all) {
    const secrets = new Map(conversation.secrets);
    const seen = new Set();
    for (const row of conversation.rows.toReversed()) {
      if (row.op !== "chat.message" || !row.body) continue;
      const found = await textOf(conversation, secrets, row).catch(() => null);
      if (!found || seen.has(found.id)) continue;
      // Only the newest text of an edited message counts.
      seen.add(found.id);
      if (!has(found.text)) continue;
      yield { name: conversation.name, ...found };
      number += 1;
      if (number >= FOUND_MAX) return;
    }
  }
}
