// The door's search for tickets by number, and its check-ins.

import assert from "node:assert/strict";
import { test } from "node:test";
import { findGuests, refusalOf, settleTimes, shortNumber, standingOf, ticketsOf } from "../../../apps/events/assets/door-list.js";

const ticket = (number, more = {}) => ({ ticket: `tkt_${number}`, seat: `seat_${number}`, issue: 1, status: "valid", usedAt: null, door: null, ...more });
const GRACE = ticket("0123456789abcdef01234567");
const NELL = ticket("fedcba9876543210fedcba98");
const TWIN = ticket("000000000000000000dcba98");
const numbers = (found) => found.map((one) => one.ticket);

test("a ticket is found by its short number, as people write it, and by the whole one", () => {
  const all = [GRACE, NELL];
  assert.equal(shortNumber(GRACE.ticket), "234567");
  for (const text of ["234567", " 23 45 67 ", GRACE.ticket, GRACE.ticket.toUpperCase()]) assert.deepEqual(ticketsOf(all, text), [GRACE], text);
  assert.deepEqual(ticketsOf(all, shortNumber(NELL.ticket)), [NELL]);
  assert.deepEqual(ticketsOf(all, shortNumber(NELL.ticket).toLowerCase()), [NELL]);
});

test("fewer digits, and other numbers, mean no ticket", () => {
  for (const text of ["", "67", "34567", "999999", "tkt_0123"]) assert.deepEqual(ticketsOf([GRACE, NELL], text), [], text);
});

test("a short number of several tickets means all of them, a whole one that ticket alone", () => {
  const all = [GRACE, NELL, TWIN];
  assert.deepEqual(numbers(ticketsOf(all, "DCBA98")), numbers([NELL, TWIN]));
  assert.deepEqual(ticketsOf(all, TWIN.ticket), [TWIN]);
});

test("a ticket that was passed on is found by its short number only where no other has it", () => {
  const passed = { ...TWIN, status: "passed" };
  assert.deepEqual(ticketsOf([NELL, passed], "DCBA98"), [NELL]);
  assert.deepEqual(ticketsOf([GRACE, passed], "DCBA98"), [passed]);
});

test("the search box means guests by a part of their name or the end of their number, in the order of their names", () => {
  const all = [{ ...TWIN, name: null }, { ...NELL, name: "Zoë Nell" }, { ...GRACE, name: "Grace" }, { ...GRACE, name: "Ada", status: "passed" }];
  const names = (text) => findGuests(all, text).map(({ name }) => name);
  assert.deepEqual(names(""), ["Grace", "Zoë Nell", null]);
  assert.deepEqual(names(" ZOE n"), ["Zoë Nell"]);
  assert.deepEqual(names("DCBA98"), ["Zoë Nell", null]);
  assert.deepEqual(names("Ada"), []);
  const companion = { ...NELL, name: "Grace", companion: "Ben" };
  assert.deepEqual(findGuests([GRACE, companion], "ben"), [companion]);
  assert.deepEqual(findGuests([{ ...GRACE, name: "Grace" }, companion], "grace"), [companion, { ...GRACE, name: "Grace" }]);
});

test("a door lets in once, and nobody with a ticket that counts no longer", () => {
  const why = (one, tickets = [one], scans = []) => refusalOf(one, tickets, scans);
  assert.equal(why(GRACE), null);
  // The code of a ticket that this device doesn't have yet.
  assert.equal(why(GRACE, []), null);
  assert.deepEqual(why({ ...GRACE, status: "void" }), { why: "void" });
  assert.deepEqual(why({ ...GRACE, status: "passed" }), { why: "passed" });
  assert.deepEqual(why(GRACE, [GRACE, { ...NELL, seat: GRACE.seat, issue: 2 }]), { why: "passed" });
  assert.deepEqual(why({ ...GRACE, status: "used", usedAt: 7, door: 2 }), { why: "used", at: 7, door: 2 });
  assert.deepEqual(why(GRACE, [GRACE], [{ ticket: GRACE.ticket, at: 8 }]), { why: "here", at: 8 });
});

test("the list says who came, also once the ticket was taken back", () => {
  const standing = (more, scans = []) => standingOf({ ...GRACE, ...more }, scans);
  assert.equal(standing({}).message, "js-guest-expected");
  assert.equal(standing({ status: "void" }).message, "js-guest-void");
  assert.deepEqual(standing({ status: "used", usedAt: 7 }), { message: "js-guest-came", at: 7, door: null });
  assert.deepEqual(standing({ status: "used", usedAt: 7, door: 2 }), { message: "js-guest-came-door", at: 7, door: 2 });
  assert.deepEqual(standing({ status: "void", usedAt: 7 }), { message: "js-guest-came-void", at: 7, door: null });
  assert.deepEqual(standing({ status: "void", usedAt: 7, door: 2 }), { message: "js-guest-came-door-void", at: 7, door: 2 });
  const scans = [{ ticket: GRACE.ticket, at: 8 }];
  assert.equal(standing({}, scans).message, "js-guest-unsent");
  assert.equal(standing({ status: "void" }, scans).message, "js-guest-unsent-void");
});

test("without a network, a door refuses the old ticket of a place whose new one it let in", () => {
  // Passed on after this device took the list: the new ticket is known by its code alone.
  const passedOn = { ticket: "tkt_new", seat: GRACE.seat, issue: 2 };
  assert.equal(refusalOf(passedOn, [GRACE], []), null);
  assert.deepEqual(refusalOf(GRACE, [GRACE], [{ ...passedOn, at: 8 }]), { why: "passed" });
  // Its holder didn't pass it on again.
  assert.deepEqual(refusalOf(passedOn, [GRACE], [{ ...passedOn, at: 8 }]), { why: "here", at: 8 });
  assert.equal(refusalOf(NELL, [GRACE, NELL], [{ ...passedOn, at: 8 }]), null);
});

test("check-ins of a clock that runs ahead are sent with the box's time, and others as they are", () => {
  const scans = [{ ticket: "a", at: 5 }, { ticket: "b", at: 9 }];
  settleTimes(scans, 7);
  assert.deepEqual(scans, [{ ticket: "a", at: 5 }, { ticket: "b", at: 7 }]);
});
