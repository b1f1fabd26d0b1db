// From a picture to a symbol's modules: the grid is fitted to the patterns that every symbol has, bent where the paper is,
// and each module's level is read under it.

import { alignmentAt, best, clearness, fit, fixedModules } from "./grid.js";
import { alignmentCentres, sizeOf } from "./layout.js";

// A weaker resemblance is taken for none.
const ALIGNMENT_MIN = 0.4;

/** The grid, led through the lower right alignment pattern (6.3.6) where there is one that can be seen. */
function aligned(plane, sign, grid) {
  const centre = alignmentCentres(grid.version).at(-1);
  if (centre === undefined) return grid;
  const modules = alignmentAt(centre, centre);
  // The farther from the finder patterns, the less exact is what they tell.
  const reach = 2.5 + grid.version / 8;
  const { du, dv, value } = best(plane, sign, grid, modules, reach, 0.5);
  if (value < ALIGNMENT_MIN) return grid;
  return grid.through(centre + 0.5, grid.at(centre + 0.5 + du, centre + 0.5 + dv)) ?? grid;
}

// A module is clear enough at this share of how clear they are on average: where the light is better, nothing is gained.
const CLEAR_SHARE = 0.7;
const POINTS = [["corner", "x"], ["corner", "y"], ["right", "x"], ["right", "y"], ["below", "x"], ["below", "y"]];
const WEIGHTS = [["weightRight"], ["weightBelow"]];
const BOWS = [["rowBow"], ["columnBow"], ["rowLean"], ["columnLean"]];

const moved = (grid, [name, axis], by) => grid.with({ [name]: axis ? { ...grid[name], [axis]: grid[name][axis] + by } : grid[name] + by });

/** The grid, moved in small steps to where all fixed patterns fit best. */
function settled(plane, sign, grid) {
  const modules = fixedModules(grid.version);
  // For each group of parameters, the step that moves the grid by one module.
  const units = [[POINTS, grid.module], [WEIGHTS, 1 / grid.span], [BOWS, 1]];
  const limit = CLEAR_SHARE * clearness(plane, grid, modules);
  let value = fit(plane, sign, grid, modules, limit);
  for (let step = 0.5; step > 0.05; step /= 2) {
    for (const [keys, unit] of units) {
      for (const key of keys) {
        for (const by of [-step * unit, step * unit]) {
          const other = moved(grid, key, by);
          const reached = fit(plane, sign, other, modules, limit);
          if (reached > value) {
            [grid, value] = [other, reached];
            break;
          }
        }
      }
    }
  }
  return grid;
}

/** How far the paper is bent at each alignment pattern of a large symbol, in modules; a function of the place. */
function bends(plane, sign, grid) {
  const centres = alignmentCentres(grid.version);
  if (centres.length < 3) return () => [0, 0];
  const last = centres.length - 1;
  const nodes = centres.map((v, j) => centres.map((u, i) => {
    const isFinder = (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
    const { du, dv } = isFinder ? { du: 0, dv: 0 } : best(plane, sign, grid, alignmentAt(u, v), 1, 0.25);
    return [du, dv];
  }));
  const between = (at) => {
    const gap = Math.min(Math.max(centres.findIndex((centre) => centre + 0.5 > at), 1), last) - 1;
    const part = (at - 0.5 - centres[gap]) / (centres[gap + 1] - centres[gap]);
    return [gap, Math.min(Math.max(part, 0), 1)];
  };
  return (u, v) => {
    const [[i, s], [j, t]] = [between(u), between(v)];
    return [0, 1].map((axis) => {
      const above = nodes[j][i][axis] * (1 - s) + nodes[j][i + 1][axis] * s;
      const below = nodes[j + 1][i][axis] * (1 - s) + nodes[j + 1][i + 1][axis] * s;
      return above * (1 - t) + below * t;
    });
  };
}

// Sampling points of a module, from its centre: more points if a module has more pixels.
const ONE = [[0, 0]];
const FIVE = [[0, 0], [-0.2, -0.2], [0.2, -0.2], [-0.2, 0.2], [0.2, 0.2]];

/** The levels of a symbol's modules, row by row, negative where they are dark. */
export function sample(plane, sign, rough) {
  const grid = settled(plane, sign, aligned(plane, sign, rough));
  const bend = bends(plane, sign, grid);
  const size = sizeOf(grid.version);
  const places = grid.module < 2.5 ? ONE : FIVE;
  const out = new Float32Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [du, dv] = bend(column + 0.5, row + 0.5);
      let sum = 0;
      for (const [right, down] of places) sum += grid.level(plane, column + 0.5 + du + right, row + 0.5 + dv + down);
      out[row * size + column] = -sign * sum;
    }
  }
  return out;
}

// The share of a module's light that spills to its neighbours in a blurred picture.
const SPILL = 0.15;
// Modules to each side that decide what is dark in a place.
const AROUND = 4;

/** The same modules with blur taken back, each compared with those around it: for what could not be read at first. */
export function sharpened(light, size) {
  const at = (x, y) => light[Math.min(Math.max(y, 0), size - 1) * size + Math.min(Math.max(x, 0), size - 1)];
  const out = new Float32Array(light.length);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      let [sum, count] = [0, 0];
      for (let j = Math.max(y - AROUND, 0); j <= Math.min(y + AROUND, size - 1); j += 1) {
        for (let i = Math.max(x - AROUND, 0); i <= Math.min(x + AROUND, size - 1); i += 1, count += 1) sum += light[j * size + i];
      }
      const spilt = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      out[y * size + x] = at(x, y) - SPILL * spilt - (1 - 4 * SPILL) * (sum / count);
    }
  }
  return out;
}
