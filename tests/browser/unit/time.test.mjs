// Times as people read and type them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, isZone, told, toldIn, wall } from "../../../apps/www/shared/js/time.js";

const YORK = "America/New_York";
const ZURICH = "Europe/Zurich";
const utc = (text) => Date.parse(`${text}:00Z`);

test("a time is what clocks in its zone show, and the zone has its name", () => {
  const night = "2027-01-01T01:30:00.000Z";
  assert.match(toldIn(night, YORK), /^31 December 2026\W.*20:30 \(America\/New York\)$/);
  assert.equal(told(night, { dateStyle: "long" }, YORK), "31 December 2026");
  // The reader's own clock shows the same.
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  assert.doesNotMatch(toldIn(night, own), /\(/);
});

test("an hour that clocks show twice says which it is", () => {
  assert.match(toldIn("2026-10-25T00:30:00.000Z", ZURICH), /02:30 UTC\+2 /);
  assert.match(toldIn("2026-10-25T01:30:00.000Z", ZURICH), /02:30 UTC\+1 /);
  assert.doesNotMatch(toldIn("2026-10-25T02:30:00.000Z", ZURICH), /UTC/);
});

test("what somebody types is a time on the wall of the zone, there and back", () => {
  for (const [shown, zone, at] of [
    ["2026-07-01T20:00", ZURICH, "2026-07-01T18:00"],
    ["2026-12-31T20:30", YORK, "2027-01-01T01:30"],
    ["2026-07-01T00:15", "Asia/Kathmandu", "2026-06-30T18:30"],
    // Clocks show this hour twice: the first one is meant.
    ["2026-10-25T02:30", ZURICH, "2026-10-25T00:30"],
    ["2026-11-01T01:30", YORK, "2026-11-01T05:30"],
    ["2026-03-29T03:00", ZURICH, "2026-03-29T01:00"],
  ]) {
    assert.equal(instant(shown, zone), utc(at), shown);
    assert.equal(wall(utc(at), zone), shown);
  }
  // Clocks show this hour twice, and a time in its second half stays as it was.
  const second = "2026-10-25T01:30:00.000Z";
  assert.equal(wall(second, ZURICH), "2026-10-25T02:30");
  assert.equal(instant("2026-10-25T02:30", ZURICH, second), utc("2026-10-25T01:30"));
  assert.equal(instant("2026-10-25T02:31", ZURICH, second), utc("2026-10-25T00:31"));
  // Clocks skip this hour.
  assert.equal(instant("2026-03-29T02:30", ZURICH), null);
  assert.equal(instant("2026-03-08T02:30", YORK), null);
});

test("a zone is one that the browser knows", () => {
  assert.ok(isZone(ZURICH) && isZone("UTC"));
  assert.ok(!isZone("Europe/Atlantis") && !isZone(""));
});

test("in a zone that the browser doesn't know, a time is told on the reader's clock, which is named", () => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = "2027-01-01T01:30:00.000Z";
  assert.equal(toldIn(at, "Europe/Atlantis"), `${told(at)} (${own.replaceAll("_", " ")})`);
});
