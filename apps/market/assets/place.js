// Places: rounding, distances, and the question to the browser where it is.
//
// Always: a place leaves a page rounded to hundredths of a degree, or not at all.

import { texts } from "../js/texts.js";

const t = await texts("market");
const EARTH_KM = 6371;
const ASK_MS = 20_000;
const OLD_MS = 600_000;

/** Degrees in whole hundredths, which is about a kilometre. */
export const rounded = (degrees) => Math.round(degrees * 100);

const radians = (hundredths) => (hundredths * Math.PI) / 18_000;

/** The way between two places (`{lat, lon}` in hundredths of a degree) along the surface, in kilometres. */
export function distance(from, to) {
  const half = (a, b) => Math.sin((radians(b) - radians(a)) / 2) ** 2;
  const chord = half(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * half(from.lon, to.lon);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** The direction in which the way to another place begins, in radians from north to the east. */
export function bearing(from, to) {
  const [south, north, east] = [radians(from.lat), radians(to.lat), radians(to.lon - from.lon)];
  return Math.atan2(Math.sin(east) * Math.cos(north), Math.cos(south) * Math.sin(north) - Math.sin(south) * Math.cos(north) * Math.cos(east));
}

/** Where the browser is, in degrees, if its owner lets it say so. */
export function whereabouts() {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Error(t("js-place-refused")));
    if (!navigator.geolocation) return refuse();
    const take = ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude });
    return navigator.geolocation.getCurrentPosition(take, refuse, { timeout: ASK_MS, maximumAge: OLD_MS });
  });
}
