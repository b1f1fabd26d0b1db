// Reads QR codes in a picture (ISO/IEC 18004:2015): every version and level, at any angle, mirrored, light on dark.

import { grey, halved, plane } from "./binarise.js";
import { hypotheses } from "./hypotheses.js";
import { readVersion } from "./information.js";
import { sizeOf } from "./layout.js";
import { sample, sharpened } from "./sample.js";
import { Unsupported } from "./segments.js";
import { read } from "./symbol.js";

// Pixels to each side that a pixel is compared with: about five modules, for small, middling and large ones.
const REACHES = [10, 24, 60];
// A smaller picture is not halved.
const HALVED_MIN = 240;
const CODES_MAX = 4;
const TRIES_MAX = 8;

/** The codes in RGBA pixels: `{ text }`, or `{ refused }` with the kind of content that is not read. At most four. */
export function readPixels(rgba, width, height) {
  const whole = grey(rgba, width, height);
  // Half the size is quickly looked at, and shows most codes.
  const pictures = Math.min(width, height) < HALVED_MIN ? [whole] : [halved(whole), whole];
  for (const picture of pictures) {
    const codes = codesIn(REACHES.map((reach) => plane(picture, reach)));
    if (codes.length) return codes;
  }
  return [];
}

function codesIn(planes) {
  const codes = [];
  const used = new Set();
  let tries = 0;
  for (const { plane: ground, sign, patterns, grid } of hypotheses(planes)) {
    if (patterns.some((one) => used.has(one))) continue;
    tries += 1;
    const code = decode(ground, sign, grid);
    if (code) {
      codes.push(code);
      patterns.forEach((one) => used.add(one));
    }
    if (codes.length === CODES_MAX || tries === TRIES_MAX) break;
  }
  return codes;
}

/** The code under a grid, or null. A large symbol says its version itself; what it says is believed once. */
function decode(plane, sign, grid, believes = true) {
  const { version } = grid;
  const size = sizeOf(version);
  const light = sample(plane, sign, grid);
  try {
    const text = read(light, version) ?? read(sharpened(light, size), version);
    if (text !== null) return { text };
  } catch (error) {
    if (error instanceof Unsupported) return { refused: error.what };
    throw error;
  }
  const said = version < 7 ? null : readVersion((x, y) => (light[y * size + x] < 0 ? 1 : 0), size);
  return believes && said && said !== version ? decode(plane, sign, grid.with({ version: said }), false) : null;
}
