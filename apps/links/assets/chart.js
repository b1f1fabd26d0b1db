// A small picture of the clicks on a link, by day: bars, and the same in words.

import { texts } from "../js/texts.js";
import { isZone, told, wall } from "../js/time.js";
import { el, shape } from "../js/ui.js";

const t = await texts("links");
const DAYS = 31;
const DAY_MS = 86_400_000;
const [BAR, GAP, HEIGHT] = [8, 2, 60];

/** Of `[{day: "2026-11-25", clicks: 3}, …]`: the last 31 days on the calendar of the box, which is in this zone. */
export function chart(days, zone) {
  const known = new Map(days.map(({ day, clicks }) => [day, clicks]));
  const today = Date.parse(wall(Date.now(), isZone(zone) ? zone : undefined).slice(0, 10));
  const last = Array.from({ length: DAYS }, (_, back) => new Date(today - (DAYS - 1 - back) * DAY_MS));
  const all = last.map((date) => ({ date, clicks: known.get(date.toISOString().slice(0, 10)) ?? 0 }));
  const most = Math.max(1, ...all.map(({ clicks }) => clicks));
  const sum = all.reduce((total, { clicks }) => total + clicks, 0);
  const said = ({ date, clicks }) => t("js-day", { day: told(date, { day: "numeric", month: "long" }, "UTC"), count: clicks });
  const bars = all.map((day, place) => {
    const height = Math.max(1, Math.round((day.clicks / most) * HEIGHT));
    return shape("rect", { x: place * (BAR + GAP), y: HEIGHT - height, width: BAR, height, rx: 1 }, shape("title", {}, said(day)));
  });
  const words = [t("js-days", { count: sum }), ...all.filter(({ clicks }) => clicks > 0).map(said)].join(" ");
  const picture = shape("svg", { class: "chart", role: "img", viewBox: `0 0 ${DAYS * (BAR + GAP)} ${HEIGHT}`, "aria-label": words }, ...bars);
  return [picture, el("p", { class: "hint" }, t("js-days", { count: sum }))];
}
