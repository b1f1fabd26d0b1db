// Script for the page "Devices": seals the secrets of all conversations for other devices of the person, as keyrings in their own log. The
// box keeps the keyrings, and has no key that opens them. And forgets what this browser keeps, where it is to forget the person.

import { texts } from "../js/texts.js";
import { listConversations } from "./conversations.js";
import { spoken } from "./deeds.js";
import { begin, storeHere } from "./here.js";
import { gatherSecrets, incompleteAmong, writeKeyrings } from "./keyring.js";

const t = await texts("chat");

/** Seals for a device that is being added, by its encryption key in hex digits; without a key for all keys of the person. */
export async function handOver(key = null) {
  try {
    const store = await storeHere();
    const { me, conversationOf, problem } = await begin(store);
    if (problem) throw new Error(t(problem.message, { known: "no", who: "" }));
    const names = await incompleteAmong(await listConversations(), store);
    const failed = await gatherSecrets(names, conversationOf);
    await writeKeyrings({ me, store, keys: key ? [key] : me.keys });
    if (failed.length) throw new Error(t("js-handover-some", { count: failed.length }));
  } catch (error) {
    throw spoken(error);
  }
}

/** Removes the conversations, drafts and files of the person from this browser. */
export const forget = async () => (await storeHere()).forget();
