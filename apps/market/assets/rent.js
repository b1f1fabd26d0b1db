// Rents: the time between two fields, and its price as the box computes it (`src/rent.rs`).

import { instant } from "../js/time.js";

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
  const from = instant(`${first}T00:00`);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  return from === null ? null : span(from, from + days * DAY_MS);
}

const span = (from, to) => (from !== null && to !== null && from < to ? { from, to } : null);
