// The queue of offline actions: stored on this device, and signed and sent once there is a network.
//
// Always: entries keep the time of the action. Refused entries are dropped with a message; unanswered ones stay in the
// queue.

import { ApiError, NoAnswer } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";

const KEY = `learn queue ${signedInDid()}`;

/** The box may be what was away; and Firefox tells a page that was opened without a network nothing of its return. */
const AGAIN_MS = 10_000;

/** All that waits: drafts of operations, the oldest first. */
export const waiting = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const keep = (all) => (all.length ? localStorage.setItem(KEY, JSON.stringify(all)) : localStorage.removeItem(KEY));

/** Signs and sends a draft now; without a network it waits. Answers the receipt, or null. */
export async function send(draft) {
  try {
    if (navigator.onLine) return await submit(await actor(), draft);
  } catch (error) {
    if (error instanceof ApiError) throw error;
  }
  keep([...waiting(), draft]);
  return null;
}

/** Whether to try again unasked: people who didn't unlock their key just now are asked again on the next page. */
let mayAsk = true;

/** Of two tabs one sends, and the other then finds nothing to send. */
const alone = (act) => (navigator.locks ? navigator.locks.request(KEY, act) : act());

/** Sends all that waits. Answers how much was sent; throws what the box refused of it. */
async function flush() {
  let sent = 0;
  let refused = null;
  for (const draft of waiting()) {
    try {
      await submit(await actor(), draft);
      sent += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) mayAsk = error instanceof NoAnswer;
      if (!(error instanceof ApiError) || error.status >= 500) break;
      refused = error;
    }
    keep(waiting().slice(1));
  }
  if (refused) throw refused;
  return sent;
}

/**
 * Sends what waits: now, once the network is back, and from time to time. `tell` is called with how much was sent, `fail` with what the box
 * refused.
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
