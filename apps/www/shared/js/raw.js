// The JPEGs in a camera's raw picture, which no browser decodes, and in a HEIC, which only some do. Most are TIFFs
// (DNG, CR2, NEF, ARW), whose directories say where the JPEGs are. In the others (CR3, RAF, ORF, RW2) each maker has a
// different structure for that, or none: they are searched for.

/** Directories that are read, and entries of one. A file that has more is none of a camera's. */
const [DIRECTORIES_MAX, ENTRIES_MAX] = [16, 512];
/** A picture for the camera's own screen is smaller. */
const BYTES_MIN = 4096;
/** Where Exif says how a JPEG is turned, if it does. */
const EXIF_WITHIN = 64;
/** Bytes that are looked through at a time, and in all: raw pictures are smaller. */
const [PIECE, SCANNED_MAX] = [4 << 20, 256 << 20];
/** Pictures of one file that are kept, places that are looked at for them, since a sensor’s values may look like a beginning, and parts of one
 * before its pixels. */
const [PICTURES_MAX, PLACES_MAX, PARTS_MAX] = [16, 256, 64];
/** No JPEG in a raw picture has more bytes. What comes after its end does no harm. */
const PICTURE_BYTES_MAX = 32 << 20;
/** Where a CR3 says how it is turned: in a TIFF behind this name, near its beginning. A HEIC has quarters against the clock behind its own. */
const [TURN_NAME, QUARTERS_NAME, TURN_WITHIN] = ["CMT1", "irot", 64 << 10];
/** Those quarters, as Exif has them. */
const QUARTERS = [1, 8, 3, 6];

const TAG = { compression: 0x0103, strips: 0x0111, orientation: 0x0112, stripBytes: 0x0117, inner: 0x014a, jpeg: 0x0201, jpegBytes: 0x0202 };
const TYPE = { short: 3, long: 4, directory: 13 };
const JPEG_COMPRESSIONS = [6, 7];
/** Numbers of TIFFs; after that of all others, Olympus’ two and Panasonic’s. */
const TIFF = 42;
const NUMBERS = [TIFF, 0x4f52, 0x5352, 0x0055];
/** What a JPEG begins with; the parts with its size, of those that browsers decode; the parts before which that must have come. */
const JPEG = [0xff, 0xd8, 0xff];
const FRAMES = [0xc0, 0xc1, 0xc2];
const ENDS = [0xc3, 0xda, 0xd9];

/** How a picture is turned upright, by its orientation in Exif: the matrix for a canvas of the upright size. */
const TURNS = {
  2: (w) => [-1, 0, 0, 1, w, 0],
  3: (w, h) => [-1, 0, 0, -1, w, h],
  4: (w, h) => [1, 0, 0, -1, 0, h],
  5: () => [0, 1, 1, 0, 0, 0],
  6: (w) => [0, 1, -1, 0, w, 0],
  7: (w, h) => [0, -1, -1, 0, w, h],
  8: (w, h) => [0, -1, 1, 0, 0, h],
};

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

/** How many points the JPEG has that begins at `from`; 0 if none does, or one without losses, which browsers don't decode. */
async function pointsAt(file, from) {
  let at = from + 2;
  for (let part = 0; part < PARTS_MAX; part += 1) {
    const view = await viewOf(file, at, 9);
    if (view.byteLength < 9 || view.getUint8(0) !== 0xff) return 0;
    const marker = view.getUint8(1);
    if (FRAMES.includes(marker)) return view.getUint16(5) * view.getUint16(7);
    if (ENDS.includes(marker)) return 0;
    at += 2 + view.getUint16(2);
  }
  return 0;
}

/** The JPEGs in a file, wherever they are, the largest first. */
async function lookedFor(file) {
  const found = [];
  const end = Math.min(file.size, SCANNED_MAX);
  let left = PLACES_MAX;
  for (let begin = 0; begin < end && left > 0; begin += PIECE) {
    // The next piece’s first bytes may be the end of what a JPEG begins with.
    const bytes = new Uint8Array(await file.slice(begin, begin + PIECE + JPEG.length - 1).arrayBuffer());
    for (let at = bytes.indexOf(JPEG[0]); at >= 0 && at < PIECE && left > 0; at = bytes.indexOf(JPEG[0], at + 1)) {
      if (!JPEG.every((byte, place) => bytes[at + place] === byte)) continue;
      left -= 1;
      const points = await pointsAt(file, begin + at);
      if (points) found.push({ points, from: begin + at, length: PICTURE_BYTES_MAX });
    }
  }
  return found.sort((one, other) => other.points - one.points).slice(0, PICTURES_MAX);
}

/** What the directories of a TIFF say: how its pictures are turned, and where its JPEGs are, the largest first. */
async function inDirectories(file) {
  const head = await viewOf(file, 0, 8);
  const little = head.byteLength === 8 && head.getUint16(0) === 0x4949;
  const number = head.byteLength === 8 ? head.getUint16(2, little) : 0;
  const waiting = NUMBERS.includes(number) ? [head.getUint32(4, little)] : [];
  const seen = new Set();
  const places = [];
  let orientation = null;
  try {
    while (waiting.length && seen.size < DIRECTORIES_MAX) {
      const at = waiting.shift();
      if (!at || seen.has(at)) continue;
      const isMain = seen.size === 0;
      seen.add(at);
      const { found, next } = await directory(file, at, little);
      if (isMain) orientation = found.get(TAG.orientation)?.[0] ?? null;
      const place = placeOf(found);
      if (place) places.push(place);
      waiting.push(next, ...(found.get(TAG.inner) ?? []));
    }
  } catch (error) {
    // The file ends too early: pictures that were found before may be whole.
    console.info(error);
  }
  places.sort((one, other) => other.length - one.length);
  return { isTiff: number === TIFF, orientation, places };
}

/** How the pictures of a file that is no TIFF are turned, if a TIFF or a property in it says so. */
async function turnWithin(file) {
  const begin = new TextDecoder("latin1").decode(await file.slice(0, TURN_WITHIN).arrayBuffer());
  const quarters = begin.indexOf(QUARTERS_NAME);
  if (quarters >= 0) return QUARTERS[begin.charCodeAt(quarters + QUARTERS_NAME.length) & 3];
  const at = begin.indexOf(TURN_NAME);
  return at < 0 ? null : (await inDirectories(file.slice(at + TURN_NAME.length))).orientation;
}

/**
 * What a raw picture or a HEIC holds: how its pictures are turned, as in Exif, and its JPEGs, the largest first: `{picture, isUpright}`. One that is upright
 * says itself how it is turned. Some can't be shown: a raw picture may be a JPEG without losses.
 */
export async function inRaw(file) {
  const { isTiff, orientation, places } = await inDirectories(file);
  const pictures = [];
  for (const { from, length } of isTiff ? places : await lookedFor(file)) {
    const begin = new Uint8Array(await file.slice(from, from + EXIF_WITHIN).arrayBuffer());
    if (begin[0] !== JPEG[0] || begin[1] !== JPEG[1]) continue;
    pictures.push({ picture: file.slice(from, from + length, "image/jpeg"), isUpright: String.fromCharCode(...begin).includes("Exif") });
  }
  return { orientation: orientation ?? (isTiff ? null : await turnWithin(file)) ?? 1, pictures };
}

/** A picture upright, on a canvas: `across` and `down` are its sides as it is stored, in points of the canvas. */
export function turned(picture, orientation, across = picture.width, down = picture.height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = orientation >= 5 ? [down, across] : [across, down];
  const context = canvas.getContext("2d");
  const turn = TURNS[orientation];
  if (turn) context.setTransform(...turn(canvas.width, canvas.height));
  context.drawImage(picture, 0, 0, across, down);
  return canvas;
}
