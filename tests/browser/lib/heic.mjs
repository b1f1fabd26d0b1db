// HEIC files as phones write them: an HEVC picture, and the JPEG that some phones add.

const box = (name, ...parts) => {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(name, 4, "latin1");
  return Buffer.concat([head, content]);
};
const numbers = (bytes, ...all) => Buffer.concat(all.map((one) => (bytes === 2 ? Buffer.from([one >> 8, one & 255]) : Buffer.from([one >>> 24, (one >> 16) & 255, (one >> 8) & 255, one & 255]))));

/** Returns a HEIC file with or without this JPEG in it, rotated counterclockwise by this many quarters. */
export function heicPicture(jpeg = null, { quarters = 0 } = {}) {
  const items = [["hvc1", Buffer.alloc(5000, 7)], ...(jpeg ? [["jpeg", jpeg]] : [])];
  const info = items.map(([kind], n) => box("infe", Buffer.from([2, 0, 0, 0]), numbers(2, n + 1, 0), Buffer.from(`${kind}\0`, "latin1")));
  const ftyp = box("ftyp", Buffer.from("heic\0\0\0\0mif1heic", "latin1"));
  const meta = (begin) => {
    let at = begin;
    const places = items.map(([, bytes], n) => {
      const place = Buffer.concat([numbers(2, n + 1, 0, 0, 1), numbers(4, at, bytes.length)]);
      at += bytes.length;
      return place;
    });
    const iloc = box("iloc", Buffer.from([1, 0, 0, 0, 0x44, 0]), numbers(2, items.length), ...places);
    const iinf = box("iinf", numbers(4, 0), numbers(2, items.length), ...info);
    const sizes = box("ispe", numbers(4, 0, 4000, 3000));
    return box("meta", numbers(4, 0), iloc, iinf, box("iprp", box("ipco", sizes, box("irot", Buffer.from([quarters])))));
  };
  const begin = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(begin), box("mdat", ...items.map(([, bytes]) => bytes))]);
}
