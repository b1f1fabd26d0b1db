// Names this box as the person's home and relay in their chain. An ordinary update, signed with their key when they are here
// and the chain does not name this box yet.

import { get, nodeNow } from "../js/api.js";
import { keysInForce, servicesInForce, updateToken } from "../js/dfos.js";
import { submit } from "../js/proof.js";
import { chainOf } from "../js/session.js";

const OURS = ["imajin-relay", "imajin-home"];

/** The entries of a box that others can reach; none where it has no such address. */
export function servicesOf(node) {
  if (!node.home || node.home !== node.url || (node.relay && node.relay !== node.url)) return null;
  const home = { id: "imajin-home", type: "ImajinHome", endpoint: node.home, node: node.did };
  return node.relay ? [{ id: "imajin-relay", type: "DfosRelay", endpoint: node.relay }, home] : [home];
}

const text = (entry) => JSON.stringify(Object.entries(entry).sort());

/** Names this box in the person's chain, if the chain does not name it yet. */
export async function tellWhere(person) {
  const ours = servicesOf(await get("/auth/api/node"));
  if (!ours) return;
  const chain = await chainOf(person.did);
  if (!chain?.length) return;
  const all = servicesInForce(chain);
  const now = all.filter((entry) => OURS.includes(entry.id));
  if (now.length === ours.length && ours.every((entry) => now.some((other) => text(other) === text(entry)))) return;
  const sets = keysInForce(chain);
  if (!sets.controllerKeys.some((key) => key.id === person.keyId)) return;
  const services = [...all.filter((entry) => !OURS.includes(entry.id)), ...ours];
  const { token } = await updateToken({ key: person.sign, keyId: person.keyId }, chain, sets, nodeNow(), services);
  await submit(person, { service: "auth", op: "auth.identity.update", body: { token } });
}
