// The JPEGs in a TIFF: cameras put them into their raw pictures (DNG, CR2, NEF, ARW), which no browser decodes.

/** Directories that are read, and entries of one. A file that has more is none of a camera's. */
const [DIRECTORIES_MAX, ENTRIES_MAX] = [16, 512];
/** A picture for the camera's own screen is smaller. */
const BYTES_MIN = 4096;
/** Where Exif says how a JPEG is turned, if it does. */
const EXIF_WITHIN = 64;

const TAG = { compression: 0x0103, strips: 0x0111, orientation: 0x0112, stripBytes: 0x0117, inner: 0x014a, jpeg: 0x0201, jpegBytes: 0x0202 };
const TYPE = { short: 3, long: 4, directory: 13 };
const JPEG_COMPRESSIONS = [6, 7];

const viewOf = async (file, from, length) => new DataView(await file.slice(from, from + length).arrayBuffer());

/** The numbers of each entry of a directory, by tag, and where the next directory is. */
async function directory(file, at, little) {
  const count = (await viewOf(file, at, 2)).getUint16(0, little);
  if (count > ENTRIES_MAX) throw new Error(`a directory of ${count} entries`);
  const entries = await viewOf(file, at + 2, count * 12 + 4);
  const found = new Map();
  for (let n = 0; n < count; n += 1) {
    const [tag, type] = [entries.getUint16(n * 12, little), entries.getUint16(n * 12 + 2, little)];
    const values = entries.getUint32(n * 12 + 4, little);
    if (!Object.values(TAG).includes(tag) || !Object.values(TYPE).includes(type) || values > DIRECTORIES_MAX) continue;
    const size = type === TYPE.short ? 2 : 4;
    const isNear = values * size <= 4;
    const [view, from] = isNear ? [entries, n * 12 + 8] : [await viewOf(file, entries.getUint32(n * 12 + 8, little), values * size), 0];
    const number = (place) => (size === 2 ? view.getUint16(from + place * 2, little) : view.getUint32(from + place * 4, little));
    found.set(tag, Array.from({ length: values }, (_, place) => number(place)));
  }
  return { found, next: entries.getUint32(count * 12, little) };
}

/** Where the JPEG of a directory is, if it has one in one piece. */
function placeOf(found) {
  const one = (tag) => (found.get(tag)?.length === 1 ? found.get(tag)[0] : null);
  const isJpeg = JPEG_COMPRESSIONS.includes(one(TAG.compression));
  const [from, length] = found.has(TAG.jpeg) ? [one(TAG.jpeg), one(TAG.jpegBytes)] : isJpeg ? [one(TAG.strips), one(TAG.stripBytes)] : [];
  return from && length >= BYTES_MIN ? { from, length } : null;
}

/**
 * What a TIFF holds: how its pictures are turned, as in Exif, and its JPEGs, the largest first: `{picture, isUpright}`. One that is upright says
 * itself how it is turned. Some can't be shown: a raw picture may be a JPEG without losses.
 */
export async function inRaw(file) {
  const head = await viewOf(file, 0, 8);
  const little = head.byteLength === 8 && head.getUint16(0) === 0x4949;
  if (head.byteLength < 8 || head.getUint16(2, little) !== 42) return { orientation: 1, pictures: [] };
  const waiting = [head.getUint32(4, little)];
  const seen = new Set();
  const places = [];
  let orientation = 1;
  try {
    while (waiting.length && seen.size < DIRECTORIES_MAX) {
      const at = waiting.shift();
      if (!at || seen.has(at)) continue;
      const isMain = seen.size === 0;
      seen.add(at);
      const { found, next } = await directory(file, at, little);
      if (isMain) orientation = found.get(TAG.orientation)?.[0] ?? 1;
      const place = placeOf(found);
      if (place) places.push(place);
      waiting.push(next, ...(found.get(TAG.inner) ?? []));
    }
  } catch (error) {
    // It ends too early: what was found before may be whole.
    console.info(error);
  }
  places.sort((one, other) => other.length - one.length);
  const pictures = [];
  for (const { from, length } of places) {
    const begin = new Uint8Array(await file.slice(from, from + EXIF_WITHIN).arrayBuffer());
    if (begin[0] !== 0xff || begin[1] !== 0xd8) continue;
    pictures.push({ picture: file.slice(from, from + length, "image/jpeg"), isUpright: String.fromCharCode(...begin).includes("Exif") });
  }
  return { orientation, pictures };
}
