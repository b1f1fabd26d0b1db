// Rents: the time between two fields, and its price as the box computes it (`src/rent.rs`).

import { instant, wall } from "../js/time.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNIT_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS };

/** The price in minor units of a time (`{from, to}` in milliseconds), by the units of time that are begun. */
export function rentPrice(unit, { from, to }, price, quantity) {
  return price * Math.ceil((to - from) / UNIT_MS[unit]) * quantity;
}

/** The time between two fields: for hours what both say, else whole days, the last one included. Null if it is none. */
export function between(unit, first, last) {
  if (!first || !last) return null;
  if (unit === "hour") return span(instant(first), instant(last));
  const [from, days] = [beginning(first), (Date.parse(last) - Date.parse(first)) / DAY_MS + 1];
  // Where clocks are put back, a day costs as one; where they are put forward, it ends before the next one begins.
  return span(from, Math.min(from + days * DAY_MS, beginning(dayAfter(last))));
}

/** When a day begins: at midnight, or an hour later where clocks skip it. */
const beginning = (day) => instant(`${day}T00:00`) ?? instant(`${day}T01:00`);
const dayAfter = (day) => wall(Date.parse(day) + DAY_MS, "UTC").slice(0, 10);
const span = (from, to) => (from !== null && to !== null && from < to ? { from, to } : null);
