// The drawing of what is near: dots around the reader's place, north on top, without a map.

import { texts } from "../js/texts.js";
import { shape } from "../js/ui.js";
import { bearing, distance } from "./place.js";

const t = await texts("market");
/** The distances that the outer ring may stand for, in kilometres. */
const RANGES_KM = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_100];
/** The most listings that the outer ring is drawn around, and the part of a shorter list: one far away doesn't shrink the others. */
const NEAREST = 20;
const MOST = 0.7;
const RING = 140;
/** The radius that a finger hits: it is wider than a dot. */
const TOUCH = 16;

/** The number of listings at each place, the nearest place first. */
function spots(here, listings) {
  const all = new Map();
  for (const { lat, lon } of listings) {
    const key = `${lat} ${lon}`;
    const spot = all.get(key) ?? { lat, lon, km: distance(here, { lat, lon }), count: 0 };
    spot.count += 1;
    all.set(key, spot);
  }
  return [...all.values()].sort((one, other) => one.km - other.km);
}

function range(all, total) {
  const inside = Math.min(NEAREST, Math.ceil(total * MOST));
  let count = 0;
  const { km } = all.find((spot) => (count += spot.count) >= inside);
  return RANGES_KM.find((range) => range >= km);
}

function ring(part, km) {
  const radius = RING * part;
  return [shape("circle", { class: "ring", r: radius }), shape("text", { y: radius - 5 }, t("js-distance", { km: km * part }))];
}

/** The drawing of listings that have a place; null if none has one. `chosen` is the place of the dot that is pressed, `choose` takes another. */
export function dots(here, listings, chosen, choose) {
  const placed = listings.filter(({ lat }) => lat !== null);
  if (!placed.length) return null;
  const all = spots(here, placed);
  const km = range(all, placed.length);
  const dot = (spot) => {
    const [angle, radius] = [bearing(here, spot), (spot.km / km) * RING];
    const at = { cx: Math.sin(angle) * radius, cy: -Math.cos(angle) * radius };
    const isChosen = chosen?.lat === spot.lat && chosen?.lon === spot.lon;
    const group = shape("g", { class: isChosen ? "dot chosen" : "dot" }, shape("circle", { class: "touch", r: TOUCH, ...at }), shape("circle", { r: 4 + Math.min(6, 2 * Math.log2(spot.count)), ...at }));
    group.addEventListener("click", () => choose(isChosen ? null : spot));
    return group;
  };
  const drawn = all.filter((spot) => spot.km <= km).map(dot);
  const label = t("js-dots", { km });
  return shape("svg", { class: "dots", viewBox: "-150 -150 300 300", role: "img", "aria-label": label }, ...ring(1, km), ...ring(0.5, km), ...drawn, shape("circle", { class: "here", r: 5 }));
}
