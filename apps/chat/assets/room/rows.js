// Rows as they are shown, decoded with limits, and what their first one says. Every malformed byte is a stop.

import { readChain } from "./chain.js";
import { proofVerifies, readBody, readHeader } from "./entry.js";
import { Stop, need } from "./rules.js";

const ROWS_MAX = 200_000;

/** What a promise answers, or a stop where it throws. */
export function orStop(promise, seq, code) {
  return promise.catch(() => {
    throw new Stop(seq, code);
  });
}

/** All rows, decoded; `before` is the place of the last good one. */
export async function readRows(shown, before) {
  need(shown.length <= ROWS_MAX, null, "malformed");
  const rows = [];
  for (const bytes of shown) rows.push(await readRow(bytes, rows.at(-1)?.header.seq ?? before));
  return rows;
}

async function readRow({ header, cause, body }, before) {
  const read = async () => ({
    header: await readHeader(header),
    cause: cause && (await readHeader(cause)),
    body: body && (await readBody(body)),
  });
  return orStop(read(), before, "malformed");
}

/** The name in a genesis that the conversation's own key signed. */
export async function genesisName({ header, body }) {
  const { proof, did, author } = header;
  const chain = await readChain(did, [body.value.token]);
  const [state] = chain.states;
  const fits = header.op === "auth.identity.create" && header.body === body.cid && author === did && proof.kidDid === did && proof.chain === state.cid;
  const key = state.controllerOf(proof.keyId);
  if (!fits || !key || !(await proofVerifies(header, key))) return null;
  return chain.conversation;
}

/** Facts have integers, texts and lists of those. */
export function sameFact(one, other) {
  if (!one || !other) return one === other;
  const names = Object.keys(one);
  const same = (a, b) => (Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((item, n) => item === b[n]) : a === b);
  return names.length === Object.keys(other).length && names.every((name) => name in other && same(one[name], other[name]));
}
