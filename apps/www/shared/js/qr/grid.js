// The positions of a symbol's modules in the picture: a perspective that is given by three finder patterns and two weights
// (how much nearer or farther the upper right and the lower left are than the upper left), and bows, since paper is seldom
// flat.

import { levelAt } from "./binarise.js";
import { alignmentPatterns, sizeOf } from "./layout.js";

// A finder pattern's centre, in modules from the symbol's edges (6.3.3).
const CENTRE = 3.5;

export class Grid {
  // The last projected pixel. There are millions, so the object is reused.
  #x = 0;
  #y = 0;

  /**
   * `corner`, `right` and `below` are the centres of the finder patterns ({ x, y }). The bows tell by how many modules rows and
   * columns are out of place in the middle: `rowBow` is a row's own bend, `rowLean` grows from the first row to the middle one.
   */
  constructor(parts) {
    Object.assign(this, { rowBow: 0, columnBow: 0, rowLean: 0, columnLean: 0 }, parts);
    this.span = sizeOf(parts.version) - 2 * CENTRE;
  }

  /** The same grid but for some parts. */
  with(changes) {
    return new Grid({ ...this, ...changes });
  }

  /** The level of the pixel at a place that is given in modules from the symbol's upper left. */
  level(plane, u, v) {
    this.#project(u, v);
    return levelAt(plane, this.#x, this.#y);
  }

  /** That pixel. */
  at(u, v) {
    this.#project(u, v);
    return { x: this.#x, y: this.#y };
  }

  #project(u, v) {
    let [s, t] = [(u - CENTRE) / this.span, (v - CENTRE) / this.span];
    const [bowS, bowT] = [(4 * s * (1 - s)) / this.span, (4 * t * (1 - t)) / this.span];
    s += this.columnBow * bowT + this.columnLean * bowS;
    t += this.rowBow * bowS + this.rowLean * bowT;
    const [a, b, c] = [1 - s - t, s * this.weightRight, t * this.weightBelow];
    const whole = a + b + c;
    const { corner, right, below } = this;
    this.#x = (a * corner.x + b * right.x + c * below.x) / whole;
    this.#y = (a * corner.y + b * right.y + c * below.y) / whole;
  }

  /** The same finder patterns with weights that lead (u, u) to a point, or null where none do. */
  through(u, point) {
    const s = (u - CENTRE) / this.span;
    const rest = 1 - 2 * s;
    const from = ({ x, y }) => [x - point.x, y - point.y];
    const [[ax, ay], [bx, by], [cx, cy]] = [from(this.corner), from(this.right), from(this.below)];
    const area = bx * cy - by * cx;
    const weightRight = (rest * (ay * cx - ax * cy)) / area / s;
    const weightBelow = (rest * (ax * by - ay * bx)) / area / s;
    if (!(weightRight > 0.2 && weightBelow > 0.2 && weightRight < 5 && weightBelow < 5)) return null;
    return this.with({ weightRight, weightBelow });
  }

  /** About how many pixels a module is wide. */
  get module() {
    return Math.hypot(this.right.x - this.corner.x, this.right.y - this.corner.y) / this.span;
  }
}

// Modules by which a row's middle may be out of place, and what each costs in value: a flat symbol is likelier.
const BOW_COST = 0.05;
const BOWS = [0, -0.7, 0.7, -1.4, 1.4, -2.1, 2.1];

/**
 * The grid with the bows under which the timing patterns (6.3.5) fit best, and how well they do: 1 where every module has its
 * colour, about 0 at random.
 */
export function timed(plane, sign, grid) {
  const [row, column] = [bowOf(plane, sign, grid, "rowBow"), bowOf(plane, sign, grid, "columnBow")];
  return { grid: grid.with({ rowBow: row.bow, columnBow: column.bow }), value: (row.value + column.value) / 2 };
}

function bowOf(plane, sign, grid, name) {
  const size = sizeOf(grid.version);
  let best = { bow: 0, value: -1 };
  for (const bow of BOWS) {
    const bent = bow ? grid.with({ [name]: bow }) : grid;
    let [sum, whole] = [0, 0];
    for (let i = 8; i < size - 8; i += 1) {
      const level = sign * (name === "rowBow" ? bent.level(plane, i + 0.5, 6.5) : bent.level(plane, 6.5, i + 0.5));
      sum += i % 2 ? -level : level;
      whole += Math.abs(level);
    }
    const value = whole ? sum / whole - BOW_COST * Math.abs(bow) : 0;
    if (value > best.value) best = { bow, value };
  }
  return best;
}

/** The modules of a square pattern around a centre: [u, v, 1 for dark or -1 for light], rings outwards from `rings[0]`. */
function square(u, v, rings) {
  const out = [];
  const reach = rings.length - 1;
  for (let y = -reach; y <= reach; y += 1) for (let x = -reach; x <= reach; x += 1) out.push([u + x + 0.5, v + y + 0.5, rings[Math.max(Math.abs(x), Math.abs(y))]]);
  return out;
}

const FINDER = [1, 1, -1, 1, -1];
const ALIGNMENT = [1, -1, 1];
const patterns = new Map();

/** The modules of the finder patterns, as [u, v, colour]. */
export function finderModules(version) {
  const size = sizeOf(version);
  const all = [[3, 3], [size - 4, 3], [3, size - 4]].flatMap(([u, v]) => square(u, v, FINDER));
  return all.filter(([u, v]) => u > 0 && v > 0 && u < size && v < size);
}

/** All modules that have the same colour in every symbol of a version. */
export function fixedModules(version) {
  if (patterns.has(version)) return patterns.get(version);
  const out = finderModules(version);
  for (let i = 8; i < sizeOf(version) - 8; i += 1) out.push([i + 0.5, 6.5, i % 2 ? -1 : 1], [6.5, i + 0.5, i % 2 ? -1 : 1]);
  for (const [u, v] of alignmentPatterns(version)) out.push(...square(u, v, ALIGNMENT));
  patterns.set(version, out);
  return out;
}

// Off its centre, a module is sooner missed: successive ones are looked at here in turn.
const CORNERS = [[-0.25, -0.25], [0.25, 0.25], [0.25, -0.25], [-0.25, 0.25]];

/** How well modules lie under a grid, for comparing grids: the mean of levels up to `limit`, positive where colours agree. */
export function fit(plane, sign, grid, modules, limit) {
  let sum = 0;
  for (let i = 0; i < modules.length; i += 1) {
    const [[u, v, colour], [du, dv]] = [modules[i], CORNERS[i & 3]];
    sum += Math.min(Math.max(sign * colour * grid.level(plane, u + du, v + dv), -limit), limit);
  }
  return sum / modules.length;
}

/** How clear modules are under a grid: the mean level, whichever colour they have. */
export const clearness = (plane, grid, modules) => modules.reduce((sum, [u, v]) => sum + Math.abs(grid.level(plane, u, v)), 0) / modules.length;

/** How many of these modules, moved by (du, dv), have their colour under a grid, the clear ones counting more: from -1 to 1. */
export function agreement(plane, sign, grid, modules, du = 0, dv = 0) {
  let [sum, whole] = [0, 0];
  for (const [u, v, colour] of modules) {
    const level = sign * grid.level(plane, u + du, v + dv);
    sum += colour * level;
    whole += Math.abs(level);
  }
  return whole ? sum / whole : 0;
}

// The penalty on a pattern's agreement for each module of distance from its expected place.
const AWAY_COST = 0.02;

/** Where, in modules from its expected place, a pattern agrees best: { du, dv, value }. */
export function best(plane, sign, grid, modules, reach, step) {
  let found = { du: 0, dv: 0, value: agreement(plane, sign, grid, modules) };
  for (let dv = -reach; dv <= reach; dv += step) {
    for (let du = -reach; du <= reach; du += step) {
      const value = agreement(plane, sign, grid, modules, du, dv) - AWAY_COST * Math.hypot(du, dv);
      if (value > found.value) found = { du, dv, value };
    }
  }
  return found;
}

/** The modules of the alignment pattern with that centre. */
export const alignmentAt = (u, v) => square(u, v, ALIGNMENT);
