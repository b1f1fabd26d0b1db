// Raw pictures in cameras' formats. A TIFF: raw pixels that the code under test ignores, and a JPEG in a separate directory. A CR3: boxes, one of
// which has a TIFF with the picture's orientation, and JPEGs in several places.

const SHORT = 3;
const LONG = 4;

/** Returns a directory of `[tag, type, value]`, with the offset of the next one. */
function directory(entries, next, little) {
  const bytes = new DataView(new ArrayBuffer(2 + entries.length * 12 + 4));
  bytes.setUint16(0, entries.length, little);
  entries.forEach(([tag, type, value], n) => {
    bytes.setUint16(2 + n * 12, tag, little);
    bytes.setUint16(4 + n * 12, type, little);
    bytes.setUint32(6 + n * 12, 1, little);
    if (type === SHORT) bytes.setUint16(10 + n * 12, value, little);
    else bytes.setUint32(10 + n * 12, value, little);
  });
  bytes.setUint32(2 + entries.length * 12, next, little);
  return Buffer.from(bytes.buffer);
}

/** Returns a raw picture with this JPEG in it, turned by `orientation`. */
export function rawPicture(jpeg, { orientation = 1, little = true } = {}) {
  const raw = Buffer.alloc(20_000, 7);
  const [main, inner, data] = [8, 200, 400];
  const head = Buffer.alloc(8);
  head.write(little ? "II" : "MM");
  if (little) head.writeUInt16LE(42, 2);
  else head.writeUInt16BE(42, 2);
  if (little) head.writeUInt32LE(main, 4);
  else head.writeUInt32BE(main, 4);
  const all = Buffer.alloc(data + raw.length + jpeg.length);
  head.copy(all);
  const ofMain = [
    [0x0103, SHORT, 1],
    [0x0111, LONG, data],
    [0x0112, SHORT, orientation],
    [0x0117, LONG, raw.length],
    [0x014a, LONG, inner],
  ];
  directory(ofMain, 0, little).copy(all, main);
  const ofInner = [
    [0x0103, SHORT, 6],
    [0x0201, LONG, data + raw.length],
    [0x0202, LONG, jpeg.length],
  ];
  directory(ofInner, 0, little).copy(all, inner);
  raw.copy(all, data);
  jpeg.copy(all, data + raw.length);
  return all;
}

/** Returns a CR3 with these JPEGs in it, turned by `orientation`. */
export function canonPicture(jpegs, { orientation = 1 } = {}) {
  const begin = Buffer.from("\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "latin1");
  const turn = Buffer.concat([Buffer.from("CMT1II*\0\x08\0\0\0", "latin1"), directory([[0x0112, SHORT, orientation]], 0, true)]);
  const pixels = Buffer.alloc(20_000, 0xff);
  return Buffer.concat([begin, turn, ...jpegs.flatMap((jpeg) => [pixels, jpeg]), pixels]);
}
