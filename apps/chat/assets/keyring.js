// Keyrings: the secrets of epochs, sealed again for later keys, such as a new phone's, a changed key or another
// sheet's. Keyrings are in the person's own log, where each adds to the previous ones. Opening chat also enters the
// person's encryption key into their chain.

import { fromHex, toHex } from "../js/base.js";
import { publishEncryption } from "../js/keys/change.js";
import { publicOf } from "../js/keys/encryption.js";
import { submit } from "../js/proof.js";
import { boxOf } from "./box.js";
import { Chains } from "./chains.js";
import { stopOf } from "./problems.js";
import { readChain } from "./room/chain.js";
import { OwnLog } from "./room/own.js";
import { orStop } from "./room/rows.js";
import { Stop, need } from "./room/rules.js";
import { openRing, sealRing, wrapRing } from "./room/seal.js";

const SECRETS_MAX = 256;
const KEY_BYTES = 32;

/**
 * What somebody needs who opens chat: reads on in their own log, and puts this browser's encryption key into their chain where it is
 * missing. Answers `{did, keyId, sign, secrets, older, keys, problem}`; without a key of their own `secrets` are none, and conversations
 * that the box can read are all that they have. `keys` are all that their verified chain names (hex). A box that does not answer is no
 * problem yet.
 */
export async function openChat({ me, store, box = boxOf(), publish = publishEncryption }) {
  const ready = { did: me.did, keyId: me.keyId, sign: me.sign, secrets: [], older: me.older ?? [], keys: [], problem: null };
  if (!me.sign || !me.agree) return ready;
  const secrets = [{ key: me.agree, publicKey: await publicOf(me.agree) }];
  try {
    const { first, keys } = await readOwn(me.did, store, box);
    ready.keys = keys;
    await publish(me, first);
  } catch (error) {
    if (error instanceof Stop) return { ...ready, problem: stopOf(error.finding) };
    // Without the box, what was kept can be read; the next page asks it.
    if (error.status !== 0) throw error;
  }
  return { ...ready, secrets };
}

/** Reads on in my log. Answers the encryption key that entry 0 names, and those that my chain names (hex). */
async function readOwn(did, store, box) {
  const own = new OwnLog(did, await store.own());
  const rows = await box.own(did, own.head?.seq);
  // Asked for after the log, so that an honest box is never found to keep an operation back.
  const chain = await ownChain(did, store, box);
  await own.take(rows, chain);
  await store.keepOwn(own.kept());
  return { first: own.first, keys: chain?.states.at(-1).encryption ?? [] };
}

/** My chain, which continues the one that was kept here; null without any. */
async function ownChain(did, store, box) {
  const chains = new Chains(store, box);
  await chains.fetch([], [], [did]);
  const tokens = chains.all.get(did);
  if (!tokens) return null;
  const person = await orStop(readChain(did, tokens), null, "other-chain");
  const { [did]: known } = await chains.known();
  need(!known || person.indexOf(known) >= 0, null, "other-chain");
  return person;
}

/** All secrets that keyrings hold for these keys (`{key, publicKey}`): `[log, epoch, secret]`. `rings` are those of an `OwnLog`. */
export async function readKeyrings(did, rings, keys) {
  const found = new Map();
  for (const { wraps, sealed } of rings) {
    for (const key of keys) {
      const wrapped = wraps.get(toHex(key.publicKey));
      const secrets = (wrapped && (await openRing(key, did, wrapped, sealed))) ?? [];
      for (const one of secrets) found.set(`${one[0]} ${one[1]} ${toHex(one[2])}`, one);
    }
  }
  return [...found.values()];
}

/** A keyring for keys (hex), as a body. */
export async function keyringBody(did, secrets, keys) {
  const ring = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const wraps = await Promise.all(keys.map(async (key) => [fromHex(key), await wrapRing(ring, did, fromHex(key))]));
  return { wraps, ...(await sealRing(ring, did, secrets)) };
}

const coveredOf = ({ covered }, epoch) => covered.find(([one]) => one === epoch)?.[1] ?? [];

/** The secrets in this browser that are not there for each of these keys (hex): `[log, epoch, secret]`. */
export async function lackingFor(store, keys) {
  const lack = [];
  for (const conversation of await store.conversations()) {
    for (const [epoch, secret] of conversation.secrets) {
      const covered = coveredOf(conversation, epoch);
      if (keys.some((key) => !covered.includes(key))) lack.push([conversation.log, epoch, secret]);
    }
  }
  return lack;
}

/**
 * Enters keyrings with everything in this browser that one of `keys` (hex) can't open yet: all of somebody's keys, and before a change
 * or for a new device the one that comes. Answers how many secrets they hold. `enter` signs and sends a command.
 */
export async function writeKeyrings({ me, store, keys, enter = submit }) {
  const lack = await lackingFor(store, keys);
  for (let n = 0; n < lack.length; n += SECRETS_MAX) {
    const some = lack.slice(n, n + SECRETS_MAX);
    await enter(me, { service: "chat", op: "chat.keyring", body: await keyringBody(me.did, some, keys) });
    await cover(store, some, keys);
  }
  return lack.length;
}

/** Remembers for which keys secrets are there now. */
async function cover(store, secrets, keys) {
  for (const conversation of await store.conversations()) {
    const epochs = secrets.filter(([log]) => log === conversation.log).map(([, epoch]) => epoch);
    if (!epochs.length) continue;
    const covered = new Map(conversation.covered);
    for (const epoch of epochs) covered.set(epoch, [...new Set([...coveredOf(conversation, epoch), ...keys])]);
    await store.keepConversation({ ...conversation, covered: [...covered] });
  }
}

/** Whether a browser that kept this of a conversation has all its secrets up to the entry at `seq`. */
function isComplete(kept, { log, last }) {
  if (kept?.log !== log || !(kept.pin?.seq >= last.seq)) return false;
  const epochs = new Set(kept.secrets.map(([epoch]) => epoch));
  return kept.covered.every(([epoch]) => epochs.has(epoch));
}

/** The names of the sealed conversations, of those that the box lists, of which secrets may be missing in this browser. */
export async function incompleteAmong(listed, store) {
  const kept = new Map((await store.conversations()).map((one) => [one.name, one]));
  return listed.filter((one) => one.sealed && !isComplete(kept.get(one.did), one)).map(({ did }) => did);
}

/**
 * Opens each conversation once, so that all its secrets are in this browser before the old key goes. Answers the names of those that
 * could not be opened: their older messages would be lost to the new key. `open` is `openConversation` for a name.
 */
export async function gatherSecrets(names, open) {
  const failed = [];
  for (const name of names) {
    try {
      const { report, isAlone } = await open(name);
      if (report.stop || isAlone) failed.push(name);
    } catch {
      failed.push(name);
    }
  }
  return failed;
}
