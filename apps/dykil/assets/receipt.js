// The receipt of this device's answer to a poll without names: `{ receipt, isDone }`, where `isDone` says that the answer was acknowledged.
//
// Always: a counted answer's receipt is kept until another answer of this device is counted.

/** Returns the receipt to send: that of an answer whose response was lost, or a new one. */
export const receiptToSend = (before, draw) => (before && !before.isDone ? before.receipt : draw());

/**
 * Returns what to keep after the box refused an answer, or null where the next attempt draws a new receipt. `before` was kept until then,
 * `receipt` was sent.
 */
export function keptAfterRefusal({ status, problem }, before, receipt) {
  const isFor = (slug) => Boolean(problem.type?.endsWith(`:${slug}`));
  // The answer whose response was lost was counted; this one differs from it.
  if (isFor("receipt")) return { receipt, isDone: true };
  // The outcome is unknown.
  if (status >= 500) return { receipt, isDone: false };
  if (before?.isDone) return before;
  return isFor("voted") ? null : { receipt, isDone: false };
}
