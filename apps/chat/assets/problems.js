// The page's message IDs for the problems of the rules. Knows neither rows nor elements.

/** Stops: the red bar. Their messages take `known` ("yes" or "no") and `who`. */
const STOPS = {
  gap: "js-stop-gap",
  "other-log": "js-stop-other-log",
  "not-for-here": "js-stop-not-for-here",
  malformed: "js-stop-malformed",
  signature: "js-stop-signature",
  "not-the-intent": "js-stop-not-the-intent",
  "other-body": "js-stop-other-body",
  twice: "js-stop-twice",
  "own-forged": "js-stop-own-forged",
  "other-chain": "js-stop-other-chain",
  "kept-back": "js-stop-kept-back",
  "genesis-kept-back": "js-stop-genesis-kept-back",
  fork: "js-stop-fork",
  "reader-fork": "js-stop-reader-fork",
  changed: "js-stop-changed",
  "rolled-back": "js-stop-rolled-back",
  "not-entered": "js-stop-not-entered",
  "own-gap": "js-stop-own-gap",
  "opened-by": "js-stop-opened-by",
  "admitted-by": "js-stop-admitted-by",
  "out-by": "js-stop-out-by",
  "role-by": "js-stop-role-by",
  "unsigned-turn": "js-stop-unsigned-turn",
  "epoch-number": "js-stop-epoch-number",
  "epoch-maker": "js-stop-epoch-maker",
  "epoch-turns": "js-stop-epoch-turns",
  "epoch-members": "js-stop-epoch-members",
  "epoch-keys": "js-stop-epoch-keys",
  "epoch-old-state": "js-stop-epoch-old-state",
  "epoch-old-secret": "js-stop-epoch-old-secret",
  "epoch-flood": "js-stop-epoch-flood",
  stranger: "js-stop-stranger",
  "old-epoch": "js-stop-old-epoch",
  "other-turns": "js-stop-other-turns",
  readable: "js-stop-readable",
  unsigned: "js-stop-unsigned",
  keyless: "js-stop-keyless",
  "missing-body": "js-stop-missing-body",
  "hidden-by": "js-stop-hidden-by",
};

/** Calls for a new epoch of which somebody should hear. */
const RENEWALS = { "old-keys-late": "js-renew-late", "no-secret": "js-renew-no-secret" };

/** Why there is nothing to read where a message was. */
const STATES = {
  deleted: "js-said-deleted",
  hidden: "js-said-hidden",
  void: "js-said-void",
  locked: "js-said-locked",
  unseen: "js-said-unseen",
  newer: "js-said-newer",
};

/** What to say of a stop, and what to do: `{code, seq, who, message, advice}`. */
export const stopOf = ({ code, seq, who }) => ({ code, seq, who, message: STOPS[code], advice: "js-stop-advice" });

/** What to say of a new epoch that is wanted, or null where nobody needs to hear of it. */
export const renewalOf = ({ code, seq, who }) => (RENEWALS[code] ? { code, seq, who, message: RENEWALS[code] } : null);

/** What to say in the place of a message in this state; null where there is something to read. */
export const stateOf = (state) => STATES[state] ?? null;

/** The arguments of such a message, where `nameOf` answers what somebody is called, or null. */
export function naming({ who }, nameOf) {
  const name = who ? nameOf(who) : null;
  return { known: name ? "yes" : "no", who: name ?? "" };
}
