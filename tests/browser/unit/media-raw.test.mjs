// What is found in a camera's raw picture.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { rawPicture } from "../lib/tiff.mjs";

const { inRaw } = await asset("media/raw.js");

const jpeg = (bytes, exif = false) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 16]), Buffer.from(exif ? "Exif" : "None"), Buffer.alloc(bytes, 1)]);

test("the JPEG of a raw picture is found whole, with how it is turned, in both byte orders", async () => {
  for (const little of [true, false]) {
    const bytes = jpeg(9000);
    const { orientation, pictures } = await inRaw(new Blob([rawPicture(bytes, { orientation: 6, little })]));
    assert.equal(orientation, 6);
    assert.deepEqual(pictures.map(({ isUpright }) => isUpright), [false]);
    assert.deepEqual(Buffer.from(await pictures[0].picture.arrayBuffer()), bytes);
  }
  const { pictures } = await inRaw(new Blob([rawPicture(jpeg(9000, true))]));
  assert.ok(pictures[0].isUpright);
});

test("a file that ends early, runs in circles or is none gives what it can, and no error", async () => {
  const whole = rawPicture(jpeg(9000));
  for (const length of [0, 3, 8, 20, 100, 230]) {
    const { pictures } = await inRaw(new Blob([whole.subarray(0, length)]));
    assert.deepEqual(pictures, [], `${length} bytes`);
  }
  const circle = Buffer.from(whole);
  circle.writeUInt32LE(8, 200 + 2 + 3 * 12);
  assert.equal((await inRaw(new Blob([circle]))).pictures.length, 1);
  const many = Buffer.from(whole);
  many.writeUInt16LE(60_000, 8);
  assert.deepEqual((await inRaw(new Blob([many]))).pictures, []);
  assert.deepEqual((await inRaw(new Blob(["no TIFF at all"]))).pictures, []);
});

test("a picture for the camera's own screen is too small to be shown", async () => {
  assert.deepEqual((await inRaw(new Blob([rawPicture(jpeg(500))]))).pictures, []);
});
