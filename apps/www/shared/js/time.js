// Times as people read them: in a zone, in the language of the page. No other script formats one.
//
// Always: what the server wrote stands where the browser doesn't know the zone.

import { locale } from "./texts.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As the server writes it, so that nothing moves. */
const DATE_TIME = { dateStyle: "long", timeStyle: "short" };

/** The time zone of this browser. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A time on the reader's clock, or on that of a zone. `style`: as `Intl.DateTimeFormat` takes it. */
export function told(at, style = DATE_TIME, zone = undefined) {
  return new Intl.DateTimeFormat(locale, { ...style, timeZone: zone }).format(new Date(at));
}

/**
 * A time of something that has a zone of its own, whose name is told where the reader's clock shows something else. In a zone that this browser doesn't
 * know, which may be newer than the browser, it is told on the reader's clock, with the name of that one.
 */
export function toldIn(at, zone, style = DATE_TIME) {
  if (!isZone(zone)) return `${told(at, style)} (${ownZone().replaceAll("_", " ")})`;
  const said = told(at, style, zone);
  const time = Date.parse(new Date(at).toISOString());
  // Clocks that are put back show an hour twice.
  const isTwice = wall(time - HOUR_MS, zone) === wall(time, zone) || wall(time + HOUR_MS, zone) === wall(time, zone);
  const clock = isTwice ? `${said} ${offsetName(time, zone)}` : said;
  return wall(time, zone) === wall(time) ? clock : `${clock} (${zone.replaceAll("_", " ")})`;
}

function offsetName(at, zone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName").value.replace("GMT", "UTC");
}

/** What a clock on the wall of a zone shows, as `datetime-local` has it. */
export function wall(at, zone = undefined) {
  return new Date(at).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).replace(" ", "T");
}

/**
 * When a clock on the wall of a zone shows this, in milliseconds: the first time, if it does twice; null if it never does. The time `before`
 * stays as it is where the clock shows this then: nobody changed it.
 */
export function instant(shown, zone = undefined, before = undefined) {
  if (before !== undefined && wall(before, zone) === shown) return new Date(before).getTime();
  const utc = Date.parse(`${shown}:00Z`);
  const offset = (at) => Date.parse(`${wall(at, zone)}:00Z`) - at;
  const times = [utc - DAY_MS, utc + DAY_MS].map((at) => utc - offset(at)).filter((at) => wall(at, zone) === shown);
  return times.length ? Math.min(...times) : null;
}

/** Whether this browser knows a zone. */
export function isZone(name) {
  try {
    return Boolean(name) && Boolean(told(0, DATE_TIME, name));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the server drew; nothing where there is no page, as in tests. */
const drawn = (selector) => globalThis.document?.querySelectorAll(selector) ?? [];

for (const time of drawn("time[data-zone]")) {
  if (!isZone(time.dataset.zone)) continue;
  time.textContent = toldIn(time.dateTime, time.dataset.zone);
  if (wall(time.dateTime) !== wall(time.dateTime, time.dataset.zone)) time.title = `${told(time.dateTime)} (${ownZone().replaceAll("_", " ")})`;
}
for (const time of drawn("time[data-at]")) time.textContent = told(time.dateTime);
for (const time of drawn("time[data-day]")) time.textContent = told(time.dateTime, { dateStyle: "long" });
