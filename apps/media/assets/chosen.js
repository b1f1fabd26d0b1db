// Chosen or dropped files, each with its path if it was in a folder.

/** What systems leave in folders for themselves. */
const LEFT_BEHIND = /^(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*)$/i;
/** Files of a dropped folder that are told at once. */
const SOME = 100;

const isContent = ({ file, way }) => !way.length || (file.size > 0 && !LEFT_BEHIND.test(file.name));

/** The files of an input, or of one for folders. */
export function ofInput(files) {
  const all = Array.from(files, (file) => ({ file, way: (file.webkitRelativePath || "").split("/").slice(0, -1) }));
  return all.filter(isContent);
}

async function* walk(entry, way) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
    if (file) yield { file, way };
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A browser tells a hundred at once, and none at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
    if (!some.length) return;
    for (const inner of some) yield* walk(inner, [...way, entry.name]);
  }
}

/** The files of a drop, told in parts: folders are read by and by. To be called while the event is under way. */
export function ofDrop({ items, files }) {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = entries.some(({ isDirectory }) => isDirectory) ? null : ofInput(files);
  return (async function* parts() {
    if (plain) return yield plain;
    let some = [];
    for (const entry of entries) {
      for await (const one of walk(entry, [])) {
        if (isContent(one)) some.push(one);
        if (some.length < SOME) continue;
        yield some;
        some = [];
      }
    }
    if (some.length) yield some;
  })();
}
