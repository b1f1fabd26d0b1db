// A small QR encoder (ISO/IEC 18004): alphanumeric and byte mode, error correction M, versions
// 1 to 20, to a matrix of booleans and to SVG. Nothing but text in and modules out.

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
// For level M and versions 1…20: error words a block, then [blocks, data words] once or twice.
const BLOCKS = [
  [10, [1, 16]], [16, [1, 28]], [26, [1, 44]], [18, [2, 32]], [24, [2, 43]], [16, [4, 27]], [18, [4, 31]],
  [22, [2, 38], [2, 39]], [22, [3, 36], [2, 37]], [26, [4, 43], [1, 44]], [30, [1, 50], [4, 51]],
  [22, [6, 36], [2, 37]], [22, [8, 37], [1, 38]], [24, [4, 40], [5, 41]], [24, [5, 41], [5, 42]],
  [28, [7, 45], [3, 46]], [28, [10, 46], [1, 47]], [26, [9, 43], [4, 44]], [26, [3, 44], [11, 45]],
  [26, [3, 41], [13, 42]],
];

/** The matrix of a text: rows of booleans, true is dark. */
export function matrix(text) {
  const mode = [...text].every((char) => ALPHANUMERIC.includes(char)) ? alphanumeric(text) : bytes(text);
  const version = BLOCKS.findIndex((_, i) => mode.bits(i + 1) <= capacity(i + 1) * 8) + 1;
  if (version === 0) throw new RangeError("too long");
  const words = interleave(version, dataWords(mode, version));
  const base = frame(version);
  place(base, words);
  let best = null;
  for (let mask = 0; mask < 8; mask += 1) {
    const candidate = masked(base, mask);
    const score = penalty(candidate);
    if (!best || score < best.score) best = { score, candidate };
  }
  return best.candidate;
}

/** The QR code as an SVG element, four modules of quiet zone around it, with a label for those who do not see it. */
export function svg(text, label) {
  const rows = matrix(text);
  const size = rows.length + 8;
  let path = "";
  rows.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x + 4} ${y + 4}h1v1h-1z` : "")));
  const make = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const root = make("svg", { viewBox: `0 0 ${size} ${size}`, class: "qr", role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  root.append(make("rect", { width: size, height: size, fill: "#fff" }), make("path", { d: path, fill: "#000" }));
  return root;
}

function capacity(version) {
  return BLOCKS[version - 1].slice(1).reduce((sum, [count, words]) => sum + count * words, 0);
}

function alphanumeric(text) {
  return {
    bits: (version) => 4 + (version < 10 ? 9 : 11) + Math.floor(text.length / 2) * 11 + (text.length % 2) * 6,
    write: (push, version) => {
      push(2, 4);
      push(text.length, version < 10 ? 9 : 11);
      for (let i = 0; i < text.length; i += 2) {
        const first = ALPHANUMERIC.indexOf(text[i]);
        if (i + 1 < text.length) push(first * 45 + ALPHANUMERIC.indexOf(text[i + 1]), 11);
        else push(first, 6);
      }
    },
  };
}

function bytes(text) {
  const data = new TextEncoder().encode(text);
  return {
    bits: (version) => 4 + (version < 10 ? 8 : 16) + data.length * 8,
    write: (push, version) => {
      push(4, 4);
      push(data.length, version < 10 ? 8 : 16);
      data.forEach((byte) => push(byte, 8));
    },
  };
}

function dataWords(mode, version) {
  const bits = [];
  const push = (value, length) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >>> i) & 1);
  };
  mode.write(push, version);
  const total = capacity(version) * 8;
  push(0, Math.min(4, total - bits.length));
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < total; pad ^= 0xec ^ 0x11) push(pad, 8);
  return Array.from({ length: total / 8 }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2));
}

// Arithmetic of GF(256) with the polynomial 0x11d.
const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1, x = (x << 1) ^ (x & 128 ? 0x11d : 0)) {
  EXP[i] = EXP[i + 255] = x;
  LOG[x] = i;
}

function generator(degree) {
  let poly = [1];
  for (let i = 0; i < degree; i += 1) {
    const next = [...poly, 0];
    poly.forEach((term, j) => (next[j + 1] ^= term && EXP[LOG[term] + i]));
    poly = next;
  }
  return poly;
}

function errorWords(data, degree) {
  const poly = generator(degree);
  const rest = [...data, ...new Array(degree).fill(0)];
  for (let i = 0; i < data.length; i += 1) {
    const factor = rest[i];
    if (factor) poly.forEach((term, j) => (rest[i + j] ^= EXP[LOG[term] + LOG[factor]]));
  }
  return rest.slice(data.length);
}

function interleave(version, words) {
  const [degree, ...groups] = BLOCKS[version - 1];
  const blocks = [];
  let at = 0;
  for (const [count, length] of groups) {
    for (let i = 0; i < count; i += 1, at += length) blocks.push(words.slice(at, at + length));
  }
  const errors = blocks.map((block) => errorWords(block, degree));
  const out = [];
  const longest = Math.max(...blocks.map((block) => block.length));
  for (let i = 0; i < longest; i += 1) blocks.forEach((block) => i < block.length && out.push(block[i]));
  for (let i = 0; i < degree; i += 1) errors.forEach((error) => out.push(error[i]));
  return out;
}

// The fixed patterns. A cell is null while it is free for data.
function frame(version) {
  const size = version * 4 + 17;
  const cells = Array.from({ length: size }, () => new Array(size).fill(null));
  for (const [y, x] of [[0, 0], [0, size - 7], [size - 7, 0]]) finder(cells, y, x);
  const centres = alignment(version);
  for (const y of centres) for (const x of centres) if (cells[y][x] === null) square(cells, y, x);
  for (let i = 8; i < size - 8; i += 1) {
    cells[6][i] ??= i % 2 === 0;
    cells[i][6] ??= i % 2 === 0;
  }
  cells[size - 8][8] = true;
  format(cells, 0);
  if (version >= 7) versionInfo(cells, version);
  return cells;
}

function finder(cells, top, left) {
  for (let y = -1; y <= 7; y += 1) {
    for (let x = -1; x <= 7; x += 1) {
      if (cells[top + y]?.[left + x] === undefined) continue;
      const ring = Math.max(Math.abs(y - 3), Math.abs(x - 3));
      cells[top + y][left + x] = ring !== 2 && ring !== 4;
    }
  }
}

function square(cells, cy, cx) {
  for (let y = -2; y <= 2; y += 1) {
    for (let x = -2; x <= 2; x += 1) cells[cy + y][cx + x] = Math.max(Math.abs(y), Math.abs(x)) !== 1;
  }
}

function alignment(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = version * 4 + 10;
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => last - (count - 2 - i) * step)];
}

function bch(value, shift, poly) {
  let rest = value << shift;
  for (let i = 31 - Math.clz32(rest); i >= shift; i = 31 - Math.clz32(rest)) rest ^= poly << (i - shift);
  return (value << shift) | rest;
}

function format(cells, mask) {
  // Level M has the bits 00.
  const bits = bch(mask, 10, 0x537) ^ 0x5412;
  const size = cells.length;
  for (let i = 0; i < 15; i += 1) {
    const dark = ((bits >> i) & 1) === 1;
    if (i < 6) cells[i][8] = dark;
    else if (i < 8) cells[i + 1][8] = dark;
    else if (i === 8) cells[8][7] = dark;
    else cells[8][14 - i] = dark;
    if (i < 8) cells[8][size - 1 - i] = dark;
    else cells[size - 15 + i][8] = dark;
  }
}

function versionInfo(cells, version) {
  const bits = bch(version, 12, 0x1f25);
  for (let i = 0; i < 18; i += 1) {
    const dark = ((bits >> i) & 1) === 1;
    const [a, b] = [Math.floor(i / 3), cells.length - 11 + (i % 3)];
    cells[a][b] = dark;
    cells[b][a] = dark;
  }
}

// Data go up and down in columns of two, from the right; a number marks them as data for the mask.
function place(cells, words) {
  const size = cells.length;
  let bit = 0;
  let up = true;
  for (let right = size - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i += 1) {
      const y = up ? size - 1 - i : i;
      for (const x of [right, right - 1]) {
        if (cells[y][x] !== null) continue;
        cells[y][x] = (words[bit >> 3] >> (7 - (bit & 7))) & 1;
        bit += 1;
      }
    }
  }
}

const MASKS = [
  (y, x) => (y + x) % 2,
  (y) => y % 2,
  (_, x) => x % 3,
  (y, x) => (y + x) % 3,
  (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2,
  (y, x) => ((y * x) % 2) + ((y * x) % 3),
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2,
];

function masked(cells, mask) {
  const out = cells.map((row, y) =>
    row.map((cell, x) => (typeof cell === "number" ? (cell === 1) !== (MASKS[mask](y, x) === 0) : cell)),
  );
  format(out, mask);
  return out;
}

function penalty(cells) {
  const columns = cells.map((_, x) => cells.map((row) => row[x]));
  const lines = [...cells, ...columns];
  let score = lines.reduce((sum, line) => sum + runs(line) + finders(line), 0);
  for (let y = 1; y < cells.length; y += 1) {
    for (let x = 1; x < cells.length; x += 1) {
      const dark = cells[y][x];
      if (dark === cells[y - 1][x] && dark === cells[y][x - 1] && dark === cells[y - 1][x - 1]) score += 3;
    }
  }
  const share = cells.flat().filter(Boolean).length / cells.length ** 2;
  return score + Math.floor(Math.abs(share * 100 - 50) / 5) * 10;
}

function runs(line) {
  let score = 0;
  let length = 1;
  for (let i = 1; i <= line.length; i += 1) {
    if (i < line.length && line[i] === line[i - 1]) {
      length += 1;
    } else {
      if (length >= 5) score += length - 2;
      length = 1;
    }
  }
  return score;
}

function finders(line) {
  const text = line.map((dark) => (dark ? "1" : "0")).join("");
  return (text.split(/(?=10111010000|00001011101)/).length - 1) * 40;
}
