// The tickets stored on a door's device: lookup by number, and whether a ticket admits its holder.

/** Number of trailing characters of a ticket's number shown on tickets and guest lists. */
const SHORT_DIGITS = 6;

/** Returns the short number of a ticket, as its holder sees it. */
export const shortNumber = (ticket) => ticket.slice(-SHORT_DIGITS).toUpperCase();

/** Finds tickets by their full number or its end. Tickets that were passed on are returned only if no others match. */
export function ticketsOf(tickets, text) {
  const number = text.replace(/\s/g, "").toLowerCase();
  const whole = tickets.filter(({ ticket }) => ticket === number);
  if (whole.length || number.length < SHORT_DIGITS) return whole;
  const ending = tickets.filter(({ ticket }) => ticket.endsWith(number));
  const current = ending.filter(({ status }) => status !== "passed");
  return current.length ? current : ending;
}

/** Returns the name of the guest on a ticket: of the holder's companion, or of the holder. */
export const guestName = ({ companion, name }) => companion ?? name;

/** Returns a text without accents and upper case. */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Returns the tickets with a text in a name or at the end of their number, by name. Tickets that were passed on have no guest. */
export function findGuests(tickets, text) {
  const words = fold(text.trim());
  const number = words.replace(/\s/g, "");
  const isMeant = ({ ticket, name, companion }) => fold(`${companion ?? ""} ${name ?? ""}`).includes(words) || ticket.endsWith(number);
  const byName = (one, other) => !guestName(one) - !guestName(other) || (guestName(one) ?? "").localeCompare(guestName(other) ?? "");
  return tickets.filter((one) => one.status !== "passed" && isMeant(one)).sort(byName);
}

/** Returns a guest's status: `{ message }`, and after entry the time `at` and the number of the `door`. */
export function standingOf({ ticket, status, usedAt, door }, scans) {
  const isVoid = status === "void";
  if (scans.some((one) => one.ticket === ticket)) return { message: isVoid ? "js-guest-unsent-void" : "js-guest-unsent" };
  if (usedAt === null) return { message: isVoid ? "js-guest-void" : "js-guest-expected" };
  if (isVoid) return { message: door ? "js-guest-came-door-void" : "js-guest-came-void", at: usedAt, door };
  return { message: door ? "js-guest-came-door" : "js-guest-came", at: usedAt, door };
}

/**
 * Returns why a ticket doesn't admit its holder: `{ why }`, which is `passed`, `void`, `used` or `here` (let in at this door, not sent yet), with
 * the time `at` and the number of the `door`. Null if the ticket admits its holder. `scans` are the unsent check-ins.
 */
export function refusalOf({ ticket, seat, issue }, tickets, scans) {
  const known = tickets.find((one) => one.ticket === ticket);
  // An issue that was let in here without a network isn't among the tickets yet.
  const newest = Math.max(0, ...[...tickets, ...scans].filter((one) => one.seat === seat).map((one) => one.issue));
  if (issue < newest || known?.status === "passed") return { why: "passed" };
  if (known?.status === "void") return { why: "void" };
  if (known?.status === "used") return { why: "used", at: known.usedAt, door: known.door };
  const scan = scans.find((one) => one.ticket === ticket);
  return scan ? { why: "here", at: scan.at } : null;
}

/** Moves check-ins of a clock that runs ahead to this time of the box, which refuses times that are still to come. */
export function settleTimes(scans, now) {
  for (const scan of scans) scan.at = Math.min(scan.at, now);
}
