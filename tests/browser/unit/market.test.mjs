// The market: how far places are rounded, and how far apart they are; the times of rents, and their prices.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { Random } from "../lib/random.mjs";

// Where clocks are changed.
process.env.TZ = "Europe/Zurich";
const { bearing, distance, rounded } = await asset("market/place.js");
const { between, rentPrice } = await asset("market/rent.js");
const HOUR_MS = 3_600_000;
const ROUNDS = 2_000;
const place = ({ lat, lon }) => ({ lat: rounded(lat), lon: rounded(lon) });

test("a place is rounded to whole hundredths of a degree, within the limits of the box", () => {
  const random = new Random(1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = { lat: random.between(-90, 90), lon: random.between(-180, 180) };
    const { lat, lon } = place(at);
    assert.ok(Number.isInteger(lat) && Number.isInteger(lon));
    assert.ok(Math.abs(lat) <= 9_000 && Math.abs(lon) <= 18_000);
    assert.ok(Math.abs(lat / 100 - at.lat) <= 0.005 + 1e-9);
    // Less than a kilometre away.
    assert.ok(distance({ lat: at.lat * 100, lon: at.lon * 100 }, { lat, lon }) < 0.8);
    // Everything that is rounded to the same place looks the same.
    assert.deepEqual(place({ lat: lat / 100, lon: lon / 100 }), { lat, lon });
  }
});

test("distances are those of the earth, the same both ways, and never longer than around a corner", () => {
  const [bern, zurich, sydney] = [{ lat: 4_695, lon: 745 }, { lat: 4_738, lon: 854 }, { lat: -3_387, lon: 15_121 }];
  assert.ok(Math.abs(distance(bern, zurich) - 95) < 2);
  assert.ok(Math.abs(distance(zurich, sydney) - 16_570) < 60);
  assert.equal(distance(bern, bern), 0);
  assert.ok(distance({ lat: 0, lon: -18_000 }, { lat: 0, lon: 18_000 }) < 1e-6);
  assert.ok(Math.abs(distance({ lat: 9_000, lon: 0 }, { lat: -9_000, lon: 0 }) - 20_015) < 1);
  const random = new Random(2);
  const draw = () => ({ lat: random.below(18_001) - 9_000, lon: random.below(36_001) - 18_000 });
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other, third] = [draw(), draw(), draw()];
    assert.ok(Math.abs(distance(one, other) - distance(other, one)) < 1e-6);
    assert.ok(distance(one, third) <= distance(one, other) + distance(other, third) + 1e-6);
  }
});

test("a bearing is north, east, south or west, also across the end of the map", () => {
  const from = { lat: 0, lon: 17_950 };
  const at = (lat, lon) => bearing(from, { lat, lon });
  assert.ok(Math.abs(at(100, 17_950)) < 1e-9);
  assert.ok(Math.abs(at(0, -17_950) - Math.PI / 2) < 1e-9);
  assert.ok(Math.abs(Math.abs(at(-100, 17_950)) - Math.PI) < 1e-9);
  assert.ok(Math.abs(at(0, 17_850) + Math.PI / 2) < 1e-9);
});

test("a rent costs what the box computes", () => {
  const vectors = JSON.parse(readFileSync(new URL("../../vectors/rent.json", import.meta.url)));
  assert.ok(vectors.length >= 2_000);
  for (const { rent, price, quantity, amount, ...span } of vectors) assert.equal(rentPrice(rent, span, price, quantity), amount);
});

test("a rent is for whole days with the last one, or for the hours between two times", () => {
  const hours = ({ from, to }) => (to - from) / HOUR_MS;
  assert.equal(hours(between("day", "2026-06-05", "2026-06-07")), 72);
  assert.equal(hours(between("week", "2026-06-05", "2026-06-05")), 24);
  // A day of 25 hours costs as one, and one of 23 leaves the next day to others.
  assert.equal(hours(between("day", "2026-10-24", "2026-10-25")), 48);
  assert.equal(between("day", "2026-03-28", "2026-03-29").to, between("day", "2026-03-30", "2026-03-30").from);
  assert.equal(hours(between("hour", "2026-06-05T10:00", "2026-06-05T12:30")), 2.5);
  assert.equal(between("day", "2026-06-07", "2026-06-06"), null);
  assert.equal(between("hour", "2026-06-05T10:00", "2026-06-05T10:00"), null);
  assert.equal(between("day", "2026-06-07", ""), null);
  assert.equal(between("day", "2026-06-07", "2026-13-07"), null);
});
