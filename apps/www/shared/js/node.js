// The box at this address: which one it is, remembered at first use, and what a key of this browser signs for it.
//
// Always: only a challenge of that box, for the host that this page came from, the lists of the reader's own copy, and
// commands for that box are signed.

import { get } from "./api.js";
import { nodes } from "./store.js";
import { texts } from "./texts.js";

const t = await texts("shared");

/** Another box answers than before. `accept` remembers it from now on. */
export class AnotherBox extends Error {
  constructor(known, found) {
    super(t("js-node-another", { known, found }));
    this.found = found;
  }
}

/** The host that this page came from, as challenges name it. */
export const ownHost = () => location.host.replace(/\.(?=:|$)/, "");

/** The DID of the box at this address, as it was when this browser first asked. */
export async function knownNode() {
  const known = await nodes.get(ownHost());
  if (known) return known.did;
  const { did } = await get("/auth/api/node");
  await nodes.put({ host: ownHost(), did });
  return did;
}

/** Stops where the box says that it is another one than this browser knows. */
export async function checkNode(said) {
  const known = await knownNode();
  if (said !== known) throw new AnotherBox(known, said);
}

/** Asks the box who it is, and stops where it is another one. */
export async function meetNode() {
  await checkNode((await get("/auth/api/node")).did);
}

export function acceptNode(did) {
  return nodes.put({ host: ownHost(), did });
}

/** Why a text must not be signed as a challenge of `node` at `host`, or null. */
export function refusal(text, node, host) {
  const start = `imajin:auth:1:${node}:${host}:`;
  if (typeof text === "string" && text.startsWith(start) && /^[0-9a-f]{64}$/.test(text.slice(start.length))) return null;
  return t("js-node-no-signin");
}

/** The challenge, if it may be signed here. */
export async function checkChallenge(text) {
  const problem = refusal(text, await knownNode(), ownHost());
  if (problem) throw new Error(problem);
  return text;
}

/** Everything that the two lists of a copy have, as they are signed. */
const LISTS = {
  files: ["v", "did", "head", "counts", "files", "split", "exported_at", "node", "signer"],
  sections: ["v", "did", "exported_at", "node", "sections", "signer"],
};

/** The text, if it is a list of your own copy and nothing besides: a box gets a signature over nothing else here. */
export function ownList(text, did, kid) {
  let list = null;
  try {
    list = JSON.parse(text);
  } catch {
    // The error is reported below.
  }
  const isList = Object.entries(LISTS).some(([name, members]) => typeof list?.[name] === "object" && Object.keys(list).every((member) => members.includes(member)));
  if (!isList || list.did !== did || list.signer?.kid !== kid) throw new Error(t("js-node-no-list"));
  return text;
}
