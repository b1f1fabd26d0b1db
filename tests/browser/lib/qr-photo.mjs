// Renders a QR code like a camera's picture: perspective, rotation, bent paper, blur, noise, uneven light, low contrast, compression in blocks of
// eight. Everything depends on one seed. These are drawings, not photographs.

import { Random } from "./random.mjs";

/** Draws the settings of a picture from ranges; those for `hard` are wider. */
export function conditions(seed, hard) {
  const random = new Random(seed);
  const range = (moderate, harder) => random.between(...(hard ? harder : moderate));
  return {
    seed,
    turn: random.between(0, 2 * Math.PI),
    // The tilt of the code in degrees, and its direction.
    lean: range([0, 30], [15, 45]),
    leanTo: random.between(0, 2 * Math.PI),
    // The paper's curvature, as a share of the code's width.
    bend: range([0, 0.01], [0, 0.025]),
    // Pixels per module in the middle.
    module: range([3, 9], [2.2, 5]),
    // The lens's blur (a deviation) and the motion of the hand, in modules, and its direction.
    blur: range([0.1, 0.25], [0.15, 0.35]),
    motion: range([0, 0.3], [0, 0.6]),
    motionTo: random.between(0, Math.PI),
    noise: range([2, 8], [5, 12]),
    // Grey values of ink and paper, and how much darker one side is.
    ink: range([10, 60], [20, 80]),
    paper: range([170, 240], [140, 210]),
    shade: range([0, 0.35], [0.2, 0.6]),
    shadeTo: random.between(0, 2 * Math.PI),
    // The edge of a shadow across the picture, and its depth.
    shadow: hard && random.next() < 0.5 ? random.between(0.5, 0.8) : 1,
    shadowTo: random.between(0, 2 * Math.PI),
    quality: range([50, 90], [30, 70]),
    inverse: random.next() < 0.1,
    mirrored: random.next() < 0.1,
    quiet: hard ? random.pick([2, 3, 4]) : 4,
  };
}

/** Returns the RGBA pixels of modules under conditions. */
export function photograph(rows, width, height, given) {
  const random = new Random(given.seed + 1_000_003);
  const size = rows.length;
  // The whole code is in the picture, at any rotation.
  const extent = Math.min(given.module * size, Math.min(width, height) * 0.6);
  const module = extent / size;
  const project = projection(width, height, extent, given, random);
  const scene = clutter(random);
  let values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (const [dx, dy] of [[-0.25, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]]) {
        const [u, v] = project(x + dx, y + dy);
        sum += ink(rows, u * size, v * size, given) ?? scene(x / width, y / height);
      }
      values[y * width + x] = sum / 4;
    }
  }
  light(values, width, height, given);
  values = smear(values, width, height, { blur: Math.max(given.blur * module, 0.4), motion: given.motion * module, motionTo: given.motionTo });
  for (let i = 0; i < values.length; i += 1) values[i] = Math.min(Math.max(values[i] + given.noise * random.normal(), 0), 255);
  compress(values, width, height, given.quality);
  const pixels = new Uint8ClampedArray(width * height * 4);
  // A slight tint, since no white balance is exact.
  values.forEach((value, i) => pixels.set([value * 1.02, value, value * 0.97, 255], i * 4));
  return pixels;
}

/** Returns the projection from a pixel to the code's own coordinates, 0 to 1. */
function projection(width, height, extent, { turn, lean, leanTo, bend }, random) {
  const tilt = (lean * Math.PI) / 180;
  // A pinhole camera, three widths of the code away.
  const distance = 3;
  const middle = [width / 2 + random.between(-0.03, 0.03) * width, height / 2 + random.between(-0.03, 0.03) * height];
  const [c, s] = [Math.cos(leanTo), Math.sin(leanTo)];
  const [ct, st] = [Math.cos(turn - leanTo), Math.sin(turn - leanTo)];
  return (x, y) => {
    const [px, py] = [(x - middle[0]) / extent, (y - middle[1]) / extent];
    // Along the direction of the tilt, and across it.
    const [along, side] = [px * c + py * s, py * c - px * s];
    const depth = (Math.cos(tilt) * distance) / (Math.cos(tilt) - (along / distance) * Math.sin(tilt));
    const a = (along * depth) / distance / Math.cos(tilt);
    const b = (side * depth) / distance;
    const [u, v] = [a * ct + b * st + 0.5, b * ct - a * st + 0.5];
    return [u + bend * Math.sin(Math.PI * v), v + bend * Math.sin(Math.PI * u) * 0.5];
  };
}

function ink(rows, u, v, { ink: dark, paper, quiet, inverse, mirrored }) {
  const size = rows.length;
  if (u < -quiet || v < -quiet || u >= size + quiet || v >= size + quiet) return null;
  const column = Math.floor(mirrored ? size - u : u);
  const isDark = rows[Math.floor(v)]?.[column] ?? false;
  return isDark !== inverse ? dark : paper;
}

/** The surroundings of the paper: a table with stripes and spots. */
function clutter(random) {
  const [a, b, c] = [random.between(5, 40), random.between(5, 40), random.between(60, 160)];
  const phase = random.between(0, 6);
  return (x, y) => c + 35 * Math.sin(a * x + phase) * Math.cos(b * y) + (Math.sin(91 * x) * Math.sin(77 * y) > 0.8 ? 60 : 0);
}

function light(values, width, height, { shade, shadeTo, shadow, shadowTo }) {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [u, v] = [x / width - 0.5, y / height - 0.5];
      const even = 1 - shade * (0.5 + u * Math.cos(shadeTo) + v * Math.sin(shadeTo));
      const lit = 1 / (1 + Math.exp(-40 * (u * Math.cos(shadowTo) + v * Math.sin(shadowTo))));
      values[y * width + x] *= Math.max(even, 0.1) * (shadow + (1 - shadow) * lit);
    }
  }
}

function smear(values, width, height, { blur, motion, motionTo }) {
  const reach = Math.ceil(2.5 * blur);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * blur * blur)));
  const whole = kernel.reduce((sum, one) => sum + one, 0);
  const clamp = (x, limit) => Math.min(Math.max(x, 0), limit - 1);
  const pass = (from, place) => {
    const out = new Float32Array(from.length);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        let sum = 0;
        for (let i = -reach; i <= reach; i += 1) sum += kernel[i + reach] * from[place(x, y, i)];
        out[y * width + x] = sum / whole;
      }
    }
    return out;
  };
  const soft = pass(pass(values, (x, y, i) => y * width + clamp(x + i, width)), (x, y, i) => clamp(y + i, height) * width + x);
  const steps = Math.ceil(motion);
  if (steps === 0) return soft;
  const out = new Float32Array(soft.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let i = 0; i <= steps; i += 1) {
        const at = (i / steps - 0.5) * motion;
        out[y * width + x] += soft[clamp(Math.round(y + at * Math.sin(motionTo)), height) * width + clamp(Math.round(x + at * Math.cos(motionTo)), width)] / (steps + 1);
      }
    }
  }
  return out;
}

const COSINES = Array.from({ length: 8 }, (_, k) => Array.from({ length: 8 }, (_, n) => Math.cos(((2 * n + 1) * k * Math.PI) / 16) * (k ? 0.5 : Math.SQRT1_2 / 2)));

/** Simulates JPEG losses: blocks of 8 × 8 with coarsely quantized cosines, coarser at higher frequencies. */
function compress(values, width, height, quality) {
  const scale = quality < 50 ? 50 / quality : 2 - quality / 50;
  const block = new Float64Array(64);
  const middle = new Float64Array(64);
  const turn = (inverse) => {
    for (const [from, to, line, step] of [[block, middle, 8, 1], [middle, block, 1, 8]]) {
      for (let i = 0; i < 8; i += 1) {
        for (let k = 0; k < 8; k += 1) {
          let sum = 0;
          for (let n = 0; n < 8; n += 1) sum += from[i * line + n * step] * (inverse ? COSINES[n][k] : COSINES[k][n]);
          to[i * line + k * step] = sum;
        }
      }
    }
  };
  for (let top = 0; top + 8 <= height; top += 8) {
    for (let left = 0; left + 8 <= width; left += 8) {
      for (let i = 0; i < 64; i += 1) block[i] = values[(top + (i >> 3)) * width + left + (i & 7)] - 128;
      turn(false);
      for (let i = 0; i < 64; i += 1) {
        const step = Math.max(1, (10 + 6 * ((i >> 3) + (i & 7))) * scale);
        block[i] = Math.round(block[i] / step) * step;
      }
      turn(true);
      for (let i = 0; i < 64; i += 1) values[(top + (i >> 3)) * width + left + (i & 7)] = Math.min(Math.max(block[i] + 128, 0), 255);
    }
  }
}
