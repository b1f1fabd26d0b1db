// The start of every chat page: the signed-in person, their local store, their open conversations, and the outbox.

import { signedInDid, actor } from "../js/session.js";
import { openChat } from "./keyring.js";
import { Outbox } from "./outbox.js";
import { openStore } from "./store.js";
import { openConversation } from "./sync.js";

/** What this browser keeps of the person who is signed in. Needs no network. */
export const storeHere = () => openStore(signedInDid());

/** `{me, store, outbox, conversationOf, problem}`. */
export async function begin(store) {
  const person = await actor();
  const me = await openChat({ me: person, store });
  const open = new Map();
  const conversationOf = (name) => {
    if (!open.has(name)) {
      const opening = openConversation({ me, name, store });
      open.set(name, opening);
      opening.catch(() => open.delete(name));
    }
    return open.get(name);
  };
  return { me, store, conversationOf, outbox: new Outbox({ me, store, conversationOf }), problem: me.problem };
}
