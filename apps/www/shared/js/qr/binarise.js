// From pixels to a plane of levels: how much lighter each pixel is than its surroundings. A level's sign is what is
// called dark or light, and where it passes through zero between two pixels is an edge, finer than a pixel.

/** Levels are in sixteenths of a grey step. */
export const STEP = 16;

/** Grey values (ITU-R BT.601) of RGBA pixels. */
export function grey(rgba, width, height) {
  const out = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < out.length; i += 1, at += 4) out[i] = (rgba[at] * 77 + rgba[at + 1] * 150 + rgba[at + 2] * 29) >> 8;
  return { width, height, values: out };
}

/** A picture of half the width and height: each pixel is the mean of four, which takes noise away. */
export function halved({ width, height, values }) {
  const [w, h] = [width >> 1, height >> 1];
  const out = new Uint8Array(w * h);
  for (let y = 0; y < h; y += 1) {
    let at = 2 * y * width;
    for (let x = 0; x < w; x += 1, at += 2) {
      out[y * w + x] = (values[at] + values[at + 1] + values[at + width] + values[at + width + 1] + 2) >> 2;
    }
  }
  return { width: w, height: h, values: out };
}

/** The plane of a grey picture: each pixel's difference from the mean of the square around it, `reach` pixels to each side. */
export function plane({ width, height, values }, reach) {
  const level = new Int16Array(width * height);
  const columns = new Uint32Array(width);
  // For each column, by what a sum over a square's columns is divided.
  const shares = Float64Array.from(columns, (_, x) => STEP / (Math.min(x + reach, width - 1) - Math.max(x - reach, 0) + 1));
  const add = (y, sign) => {
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) columns[x] += sign * values[at];
  };
  for (let y = 0; y < Math.min(reach, height); y += 1) add(y, 1);
  for (let y = 0; y < height; y += 1) {
    if (y + reach < height) add(y + reach, 1);
    if (y - reach > 0) add(y - reach - 1, -1);
    const share = 1 / (Math.min(y + reach, height - 1) - Math.max(y - reach, 0) + 1);
    let sum = 0;
    for (let x = 0; x < Math.min(reach, width); x += 1) sum += columns[x];
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) {
      if (x + reach < width) sum += columns[x + reach];
      if (x - reach > 0) sum -= columns[x - reach - 1];
      level[at] = values[at] * STEP - sum * share * shares[x];
    }
  }
  return { width, height, level, reach };
}

/** The level between pixels; zero, neither dark nor light, outside of the picture. A pixel's centre has whole coordinates. */
export function levelAt({ width, height, level }, x, y) {
  if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) return 0;
  const [left, top] = [x | 0, y | 0];
  const [dx, dy] = [x - left, y - top];
  const at = top * width + left;
  const above = level[at] + (level[at + 1] - level[at]) * dx;
  const below = level[at + width] + (level[at + width + 1] - level[at + width]) * dx;
  return above + (below - above) * dy;
}
