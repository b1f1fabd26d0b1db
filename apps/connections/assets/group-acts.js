// Groups, and invitations into them: each is a signature.

import { toHex } from "../js/base.js";
import { freshCode } from "../js/keys/code.js";
import { submit } from "../js/proof.js";

const act = (me, group, command, enter) => enter(me, { service: "connections", to: [group], ...command });

/** Creates a group at the address that the box made for it. `fact` is `{kind, visibility, parent?}`, `body` `{name, about?}`. */
export function createGroup(me, group, { fact, body }, enter = submit) {
  return act(me, group, { op: "connections.group.create", ref: group, fact, body }, enter);
}

/** Makes an invitation for `uses` people, who join in this role. Returns `{code, link}`. */
export async function inviteInto(me, group, { uses = 1, role = "member" }, enter = submit) {
  const code = freshCode();
  const ref = `inv_${toHex(crypto.getRandomValues(new Uint8Array(12)))}`;
  await act(me, group, { op: "connections.group.invite", ref, fact: { group, role, uses }, body: { code } }, enter);
  return { code, link: `${location.origin}/connections/groups/join/${code}` };
}
