// Hypotheses of finder patterns that belong to one symbol: distances between them are measured in modules, and the patterns
// that every symbol has must lie where this one would have them.

import { across, finders } from "./finder.js";
import { Grid, agreement, finderModules, fixedModules, timed } from "./grid.js";
import { VERSION_MAX } from "./layout.js";

// Maximum difference of the three distances between finder patterns.
const UNLIKE_MAX = 0.25;
// Minimum fit of the timing patterns, of 1.
const TIMING_MIN = 0.3;
// Minimum fit of the patterns of every symbol, of 1; chance reaches about 0.3, a symbol nearly always 0.9 (measured on
// the rendered pictures of the tests).
const AGREEMENT_MIN = 0.5;
// In perspective a right angle may look as small as this (in radians).
const ANGLE_MIN = 0.9;
// A plane is fit for modules that go so often into its reach.
const REACH_MODULES = 3.5;
// Angles (in radians) that are near enough to measure a module instead.
const TURNS = [0, 0.1, -0.1, 0.2, -0.2];

/** Symbols that three finder patterns may belong to, `{ plane, sign, patterns, grid, value }`; those that fit best come first. */
export function hypotheses(planes) {
  const patterns = finders(planes);
  const distances = new Map();
  const between = (i, j) => {
    const key = i * patterns.length + j;
    if (!distances.has(key)) distances.set(key, distance(patterns[i], patterns[j]));
    return distances.get(key);
  };
  const out = [];
  for (let i = 0; i < patterns.length; i += 1) {
    for (let j = i + 1; j < patterns.length; j += 1) {
      const ij = between(i, j);
      for (let k = j + 1; ij && k < patterns.length; k += 1) {
        const [ik, jk] = [between(i, k), between(j, k)];
        if (ik && jk) out.push(...symbols(planes, [[i, ij, ik], [j, ij, jk], [k, ik, jk]], patterns));
      }
    }
  }
  return out.sort((a, b) => b.value - a.value);
}

/** The size of a module on a line through a finder pattern, or nearly on it where blur or noise spoils it; 0 where none is seen. */
function sizeAlong({ plane, x, y, sign, size }, dx, dy) {
  for (const turn of TURNS) {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const found = across(plane, x, y, dx * c - dy * s, dx * s + dy * c, sign, 14 * size);
    if (found) return found.size;
  }
  return 0;
}

/** How many modules two finder patterns are apart, and the size of one at each; null where they are no pair. */
function distance(a, b) {
  if (a.sign !== b.sign || a.size > 3 * b.size || b.size > 3 * a.size) return null;
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const [here, there] = [sizeAlong(a, dx, dy), sizeAlong(b, dx, dy)];
  if (!here || !there) return null;
  // In perspective, a distance is the number of modules times the geometric mean of their sizes at its ends.
  const modules = length / Math.sqrt(here * there);
  return modules > 11 && modules < 200 ? { modules, sizes: new Map([[a, here], [b, there]]) } : null;
}

/** The symbols of three patterns: each of them may be the corner, and the version is known only about. */
function symbols(planes, corners, patterns) {
  const modules = [corners[0][1], corners[0][2], corners[1][2]].map((one) => one.modules);
  const mean = (modules[0] + modules[1] + modules[2]) / 3;
  if (modules.some((one) => Math.abs(one - mean) > UNLIKE_MAX * mean)) return [];
  const three = corners.map(([index]) => patterns[index]);
  const [{ sign }] = three;
  const module = Math.max(...three.map(({ size }) => size));
  const ground = planes.find(({ reach }) => reach >= REACH_MODULES * module) ?? planes.at(-1);
  const out = [];
  for (const [index, first, second] of corners) {
    const corner = patterns[index];
    let [right, below] = three.filter((one) => one !== corner);
    let [toRight, toBelow] = first.sizes.has(right) ? [first, second] : [second, first];
    // Clockwise in the picture, whose second axis points down.
    if ((right.x - corner.x) * (below.y - corner.y) < (right.y - corner.y) * (below.x - corner.x)) [right, below, toRight, toBelow] = [below, right, toBelow, toRight];
    if (angleAt(corner, right, below) < ANGLE_MIN) continue;
    const about = ((toRight.modules + toBelow.modules) / 2 + 7 - 17) / 4;
    const doubt = 1 + 0.06 * about;
    const weight = ({ sizes }, other) => Math.sqrt(sizes.get(corner) / sizes.get(other));
    const shape = { corner, right, below, weightRight: weight(toRight, right), weightBelow: weight(toBelow, below) };
    const middling = Math.min(Math.max(Math.round(about), 1), VERSION_MAX);
    if (agreement(ground, sign, new Grid({ version: middling, ...shape }), finderModules(middling)) < AGREEMENT_MIN) continue;
    for (let version = Math.max(1, Math.ceil(about - doubt)); version <= Math.min(VERSION_MAX, about + doubt); version += 1) {
      const { grid, value } = timed(ground, sign, new Grid({ version, ...shape }));
      const agreed = value < TIMING_MIN ? 0 : agreement(ground, sign, grid, fixedModules(version));
      if (agreed >= AGREEMENT_MIN) out.push({ plane: ground, sign, patterns: three, grid, value: value + agreed });
    }
  }
  return out;
}

function angleAt(corner, a, b) {
  const [ax, ay, bx, by] = [a.x - corner.x, a.y - corner.y, b.x - corner.x, b.y - corner.y];
  return Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
}
