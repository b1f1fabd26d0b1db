// Everything that can be wrong with a conversation: its rule, and what follows. The codes are those of docs/conversations.md;
// the sentences are the pages' own.

const STOP = {
  1: ["gap", "other-log", "not-for-here"],
  2: ["malformed", "signature", "not-the-intent", "other-body", "twice", "own-forged"],
  3: ["other-chain", "kept-back", "genesis-kept-back"],
  4: ["fork"],
  5: ["reader-fork"],
  6: ["changed", "rolled-back", "not-entered", "own-gap"],
  7: ["opened-by", "admitted-by", "out-by", "role-by", "unsigned-turn"],
  8: ["epoch-number", "epoch-maker", "epoch-turns", "epoch-members", "epoch-keys", "epoch-old-state", "epoch-old-secret", "epoch-flood"],
  11: ["stranger", "old-epoch", "other-turns"],
  12: ["readable", "unsigned"],
  13: ["keyless"],
  15: ["missing-body", "hidden-by"],
};
const VOID = { 14: ["bad-box", "not-author"] };
const NEW_EPOCH = { 9: ["old-keys", "old-keys-late"], 10: ["no-secret"] };

/** Each problem: `{rule, verdict}`. */
export const PROBLEMS = Object.fromEntries(
  Object.entries({ stop: STOP, void: VOID, "new-epoch": NEW_EPOCH }).flatMap(([verdict, rules]) =>
    Object.entries(rules).flatMap(([rule, codes]) => codes.map((code) => [code, { rule: Number(rule), verdict }])),
  ),
);

/** What ends the reading of a conversation: an honest box cannot show it. */
export class Stop extends Error {
  constructor(seq, code, who = null) {
    super(code);
    if (!(code in PROBLEMS)) throw new RangeError(`no problem ${code}`);
    this.finding = { seq, code, who };
  }
}

/** Stops unless the rule holds. `who` is whose word it is that does not fit, where it is in no row. */
export function need(holds, seq, code, who = null) {
  if (!holds) throw new Stop(seq, code, who);
}
