// The commands for writing into a conversation: a message, sealed or readable, and an epoch. Uses the verification
// report, and not the network.

import { fromHex, utf8 } from "../js/base.js";
import { parseCid } from "../js/cid.js";
import { salted } from "../js/proof.js";
import * as seal from "./room/seal.js";
import { keyless } from "./view.js";

export const TEXT_BYTES_MAX = 16 * 1024;
const KEYLESS_NAMED = 4;
const MENTIONS_MAX = 3;
const SECRET_BYTES = 32;
/** What changes a message, and tells nobody that there is something new. */
const QUIET = ["edit", "reaction", "reaction.end"];

const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** It can't be sent as it is: `message` is the id of the message that says why. */
export class Held extends Error {
  constructor(message, problem = null) {
    super(message);
    this.problem = problem;
  }
}

/** An id for a message. */
export const newId = () => `msg_${Array.from(random(12), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

const complete = (command) => ({ service: "chat", ref: null, fact: null, body: null, to: [], ...command });

/** What the newest verified entry is, as facts name it. */
const seen = ({ head }) => ({ seq: head.seq, seen: head.cid });

/**
 * A message as a command. `message` is what a box has besides `v`: `{type, text?, media?, …}`, with whole numbers only; `re` is the
 * id of what it answers or changes; `mentions` are DIDs. Of a sealed message the box is not told whom it mentions.
 */
export async function messageCommand(report, { me, name, kind, id, message, re = null, mentions = [] }) {
  const { log, epoch, turns } = report;
  if (utf8(message.text ?? "").length > TEXT_BYTES_MAX) throw new Held("js-held-long");
  const fact = { log, epoch, turns, ...seen(report) };
  if (re) fact.re = re;
  if (QUIET.includes(message.type)) fact.quiet = 1;
  if (message.media?.cid) fact.media = [message.media.cid];
  const named = report.sealed ? [] : mentions.slice(0, MENTIONS_MAX);
  if (named.length) fact.mentions = named;
  const lack = report.sealed || kind === "event" ? [] : keyless(report);
  // Both fit into a fact.
  if (lack.length) fact.keyless = lack.sort().slice(0, KEYLESS_NAMED - named.length);
  const body = report.sealed ? await sealed(report, { me, name, id, message, re }) : salted(message);
  return complete({ op: "chat.send", ref: id, fact, body, to: [log] });
}

async function sealed({ log, epoch, secrets }, { me, name, id, message, re }) {
  const secret = secrets.get(epoch);
  if (!secret) throw new Held("js-held-no-secret");
  const text = utf8(JSON.stringify({ v: 1, ...message }));
  if (text.length > seal.BOX_BYTES_MAX - 20) throw new Held("js-held-long");
  return salted(await seal.seal(secret, { name, log, epoch, sender: me, id, re }, text));
}

/** The next epoch as a command: a new secret for exactly those who are in, and exactly the keys of each person's chain. */
export async function epochCommand(report, me) {
  const { log, turns } = report;
  if (keyless(report).length) throw new Held("js-held-keyless");
  const epoch = report.epoch + 1;
  const secret = random(SECRET_BYTES);
  const check = await seal.checkOf(secret, log, epoch);
  const wrapFor = (member) => async (hex) => {
    const key = fromHex(hex);
    return [key, await seal.wrap({ log, epoch, maker: me, member, key, check }, secret)];
  };
  const memberOf = async (did) => {
    const newest = report.people.get(did).states.at(-1);
    return { did, chain: parseCid(newest.cid), wraps: await Promise.all(newest.encryption.map(wrapFor(did))) };
  };
  const members = await Promise.all([...report.members.keys()].sort().map(memberOf));
  const body = salted({ suite: seal.SUITE, check, turns: report.since.map(({ seq, cid }) => [seq, parseCid(cid)]), members });
  return complete({ op: "chat.epoch", ref: log, fact: { epoch, turns, ...seen(report) }, body, to: [log] });
}
