// The owner's word that this box is the home of their record, signed for the place that a check told.

import { request } from "../js/api.js";
import { checkNode } from "../js/node.js";
import { dagJson, salted, sign } from "../js/proof.js";

/** Makes this box the home of the import at `path`. `person` has the key of its owner, `place` is the check's `toSign`. */
export async function makeHome(path, person, place) {
  await checkNode(place.node);
  const body = salted({ node: place.node, url: place.url, epoch: place.epoch });
  const command = { service: "auth", op: "auth.home", ref: null, body, fact: null, to: [] };
  const { jws } = await sign(person, command, place);
  return request("POST", `${path}/home`, { json: dagJson(body), headers: { "MJN-Proof": jws } });
}
