// The previews found in a camera's raw picture.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";
import { canonPicture, rawPicture } from "../lib/tiff.mjs";

const { inRaw } = await asset("js/raw.js");

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

/** Builds the segments of a JPEG before its pixels, with its size in the frame segment, and room for pixels. */
const sized = (width, height, { frame = 0xc0, name = "None", bytes = 100 } = {}) => {
  const size = Buffer.from([0xff, frame, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 16]), Buffer.from(name), Buffer.alloc(10), size, Buffer.alloc(bytes, 1)]);
};

test("in a raw picture that is no TIFF JPEGs are looked for, and the one with the most points comes first", async () => {
  const [small, large] = [sized(160, 120, { bytes: 5000 }), sized(1620, 1080)];
  const lossless = sized(6000, 4000, { frame: 0xc3 });
  const { orientation, pictures } = await inRaw(new Blob([canonPicture([small, lossless, large], { orientation: 8 })]));
  assert.equal(orientation, 8);
  assert.deepEqual(pictures.map(({ isUpright }) => isUpright), [false, false]);
  for (const [n, jpeg] of [large, small].entries()) {
    const bytes = Buffer.from(await pictures[n].picture.slice(0, jpeg.length).arrayBuffer());
    assert.deepEqual(bytes, jpeg, "from where it begins");
  }
});

test("makers with numbers of their own say how it is turned as a TIFF does", async () => {
  const jpeg = sized(1600, 1200, { bytes: 9000 });
  for (const [mark, little] of [["IIRO", true], ["IIRS", true], ["MMOR", false], ["IIU\0", true]]) {
    const bytes = rawPicture(jpeg, { orientation: 3, little });
    bytes.write(mark, 0, "latin1");
    const { orientation, pictures } = await inRaw(new Blob([bytes]));
    assert.deepEqual([mark, orientation, pictures.length], [mark, 3, 1]);
  }
  const fuji = Buffer.concat([Buffer.from("FUJIFILMCCD-RAW 0201FF"), Buffer.alloc(138), sized(1920, 1280, { name: "Exif" })]);
  const { orientation, pictures } = await inRaw(new Blob([fuji]));
  assert.deepEqual([orientation, pictures.length, pictures[0].isUpright], [1, 1, true]);
});

test("a JPEG is found where two pieces of the file meet, and a file that ends in one is no error", async () => {
  const jpeg = sized(1620, 1080);
  for (const before of [1, 2, 3]) {
    const bytes = Buffer.concat([Buffer.alloc((4 << 20) - before), jpeg]);
    assert.equal((await inRaw(new Blob([bytes]))).pictures.length, 1, `${before} bytes before`);
  }
  for (let length = 3; length < 29; length += 1) assert.deepEqual((await inRaw(new Blob([jpeg.subarray(0, length)]))).pictures, []);
});

test("a file made of beginnings is looked at in few places, and gives few pictures", async () => {
  for (const beginning of [Buffer.from([0xff, 0xd8, 0xff]), sized(160, 120, { bytes: 0 })]) {
    const whole = new Blob([Buffer.concat(Array.from({ length: 100_000 }, () => beginning))]);
    let reads = 0;
    const slice = (...place) => {
      reads += 1;
      return whole.slice(...place);
    };
    const { pictures } = await inRaw({ size: whole.size, slice });
    assert.ok(pictures.length <= 16, `${pictures.length} pictures`);
    assert.ok(reads < 1000, `${reads} reads`);
  }
});

test("a HEIC has its JPEG, turned as its property says", async () => {
  for (const [quarters, turn] of [[0, 1], [1, 8], [2, 3], [3, 6]]) {
    const heic = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x09irot"), Buffer.from([quarters]), sized(512, 384)]);
    const { orientation, pictures } = await inRaw(new Blob([heic]));
    assert.deepEqual([orientation, pictures.length], [turn, 1]);
  }
});
