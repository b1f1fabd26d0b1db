// Our QR encoder against an independent decoder, over all versions that it produces.

import assert from "node:assert/strict";
import { test } from "node:test";
import jsqr from "jsqr";
import { matrix } from "../../../apps/www/shared/js/qr/draw.js";

function read(rows) {
  const scale = 4;
  const size = (rows.length + 8) * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = rows[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4];
      if (dark) pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return jsqr(pixels, size, size)?.data;
}

test("texts of every length come back", () => {
  for (let length = 1; length < 660; length += 13) {
    const text = Array.from({ length }, (_, i) => "abcdefghijklmnopqrstuvwxyz-:/#0123456789"[(i * 7 + length) % 40]).join("");
    assert.equal(read(matrix(text)), text, `${length} bytes`);
    assert.equal(read(matrix(text.toUpperCase().replaceAll("#", "/"))), text.toUpperCase().replaceAll("#", "/"));
  }
  assert.equal(read(matrix("Grüße, 世界")), "Grüße, 世界");
});

test("what is too long is refused", () => {
  assert.throws(() => matrix("x".repeat(700)), /too long/);
});
