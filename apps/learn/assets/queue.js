// The queue of offline actions: stored on this device, and signed and sent once there is a network.
//
// Always: entries keep the time of the action. Entries that were refused permanently are dropped with a message; others stay in
// the queue, also where the person's session has ended meanwhile.

import { ApiError, NoAnswer } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";

const KEY = `learn queue ${signedInDid()}`;

/** Retry interval: the node may have been unreachable, and Firefox doesn't report a restored network to pages opened offline. */
const AGAIN_MS = 10_000;

/** Returns the queued drafts of operations, oldest first. */
export const waiting = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const keep = (all) => (all.length ? localStorage.setItem(KEY, JSON.stringify(all)) : localStorage.removeItem(KEY));

/** Signs and sends a draft now, or queues it when offline. Returns the receipt, or null. */
export async function send(draft) {
  try {
    if (navigator.onLine) return await submit(await actor(), draft);
  } catch (error) {
    // Without a key, or with one that stays locked, a network doesn't help.
    if (!(error instanceof NoAnswer)) throw error;
  }
  keep([...waiting(), draft]);
  return null;
}

/** Whether to retry without user action: people who declined to unlock their key are asked again only on the next page. */
let mayAsk = true;

/** Runs `act` under a lock, so that only one of two tabs sends the queue. */
const alone = (act) => (navigator.locks ? navigator.locks.request(KEY, act) : act());

/** Sends the queue. Returns the number of sent drafts; throws the refusal if one was refused. */
async function flush() {
  let sent = 0;
  let refused = null;
  for (const draft of waiting()) {
    try {
      await submit(await actor(), draft);
      sent += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) mayAsk = error instanceof NoAnswer;
      if (!(error instanceof ApiError) || error.isPassing) break;
      refused = error;
    }
    keep(waiting().slice(1));
  }
  if (refused) throw refused;
  return sent;
}

/**
 * Sends the queue now, when the network returns, and at intervals. `tell` is called with the number of sent drafts, `fail` with a refusal of
 * the node.
 */
export function keepSending(tell, fail) {
  let isSending = false;
  async function look() {
    if (isSending || !waiting().length || !navigator.onLine) return;
    isSending = true;
    try {
      const sent = await alone(flush);
      if (sent) tell(sent);
    } catch (error) {
      fail(error);
    } finally {
      isSending = false;
    }
  }
  addEventListener("online", look);
  setInterval(() => mayAsk && look(), AGAIN_MS);
  look();
}
