// Finder patterns (ISO/IEC 18004:2015, 6.3.3 and clause 13): on every line through their centre, dark and light alternate as
// 1 : 1 : 3 : 1 : 1, whatever the angle. Light-on-dark symbols have the same with the colours exchanged.

import { STEP, levelAt } from "./binarise.js";

// A change of colour counts once the level has left zero by this much: noise in an even surface makes no edges.
const NOISE = 2 * STEP;
const MODULE_MIN = 1;
// Maximum deviation of distances between edges, in modules.
const OFF_MAX = 0.65;
// The blur of an edge because dark (or light) spreads, at most, in modules.
const SPREAD_MAX = 0.75;
const FOUND_MAX = 40;
// Two patterns in one place are one, unless the modules of one are this many times larger.
const ALIKE = 1.7;

/**
 * The size of a module in six successive edges, or 0 where they are no finder pattern's. Distances between edges of the same kind
 * are compared, since print and blur make all dark bars wider or all narrower.
 */
export function moduleOf(a, b, c, d, e, f) {
  const size = (e - a + f - b) / 12;
  const isClose = (length, modules) => Math.abs(length - modules * size) <= OFF_MAX * size;
  if (size < MODULE_MIN || Math.abs(f - a - 7 * size) > SPREAD_MAX * size) return 0;
  return isClose(c - a, 2) && isClose(e - c, 4) && isClose(d - b, 4) && isClose(f - d, 2) ? size : 0;
}

/**
 * The six edges on a line through a point, as distances along the line, from three in one direction to three in the other; null
 * if an edge is missing within `reach`. (dx, dy) has the length 1.
 */
export function edges(plane, x, y, dx, dy, sign, reach) {
  const out = [0, 0, 0, 0, 0, 0];
  const step = 1 / Math.max(Math.abs(dx), Math.abs(dy));
  for (const way of [-1, 1]) {
    let [last, flip, colour, found] = [sign * levelAt(plane, x, y), 0, 1, 0];
    if (last < 0) return null;
    for (let at = step; found < 3; at += step) {
      if (at > reach) return null;
      const here = sign * levelAt(plane, x + way * at * dx, y + way * at * dy);
      if (here < 0 !== last < 0) flip = at - step + (step * last) / (last - here);
      last = here;
      if (here * colour >= -NOISE) continue;
      out[way < 0 ? 2 - found : 3 + found] = way * flip;
      found += 1;
      colour = -colour;
    }
  }
  return out;
}

/** Where a line through a pattern has its middle and how large a module is on it, or null. */
export function across(plane, x, y, dx, dy, sign, reach) {
  const found = edges(plane, x, y, dx, dy, sign, reach);
  const size = found ? moduleOf(...found) : 0;
  return size ? { middle: found.reduce((sum, edge) => sum + edge, 0) / 6, size } : null;
}

/**
 * Finder patterns: `{ plane, x, y, size, sign, seen }`, `sign` is -1 for dark on light and 1 for light on dark; those seen most
 * come first. The planes are of one picture; each pattern has the first in which it was found.
 */
export function finders(planes) {
  const found = [];
  for (const plane of planes) scan(plane, found);
  return found.sort((a, b) => b.seen - a.seen).slice(0, FOUND_MAX);
}

function scan(plane, found) {
  const { width, height, level } = plane;
  const line = new Float64Array(width + 1);
  for (let y = 0; y < height; y += 1) {
    let [count, flip, row] = [0, 0, y * width];
    let colour = level[row] < 0 ? -1 : 1;
    for (let x = 1; x < width; x += 1) {
      const [last, here] = [level[row + x - 1], level[row + x]];
      if (here < 0 !== last < 0) flip = x - 1 + last / (last - here);
      if (here * colour >= -NOISE) continue;
      colour = -colour;
      line[count++] = flip;
      if (count < 6) continue;
      const size = moduleOf(line[count - 6], line[count - 5], line[count - 4], line[count - 3], line[count - 2], line[count - 1]);
      // The run after the sixth edge has the colour opposite to the pattern's dark modules.
      if (size) confirm(plane, found, (line[count - 4] + line[count - 3]) / 2, y, size, -colour);
    }
  }
}

/** Looks at a place along the other lines, and adds it to what was found. */
function confirm(plane, found, x, y, size, sign) {
  const isHere = (one) => Math.abs(one.x - x) < 2 * one.size && Math.abs(one.y - y) < 2 * one.size && one.size < ALIKE * size && size < ALIKE * one.size;
  const known = found.find((one) => one.sign === sign && isHere(one));
  if (known) {
    known.seen += 1;
    return;
  }
  const reach = 12 * size;
  const down = across(plane, x, y, 0, 1, sign, reach);
  if (!down) return;
  const middle = y + down.middle;
  const along = across(plane, x, middle, 1, 0, sign, reach);
  if (!along) return;
  const centre = x + along.middle;
  const half = Math.SQRT1_2;
  if (!across(plane, centre, middle, half, half, sign, reach) && !across(plane, centre, middle, half, -half, sign, reach)) return;
  const again = across(plane, centre, middle, 0, 1, sign, reach);
  found.push({ plane, x: centre, y: middle + (again?.middle ?? 0), size: (along.size + down.size) / 2, sign, seen: 1 });
}
