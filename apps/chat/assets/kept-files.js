// The files of conversations that this browser keeps, as they came from the box: what was sealed stays sealed here. They are there when
// the box does not answer, and are asked for once. Without a secure context there is nowhere to keep them.
//
// Always: what is of one person is never given to another, and a file goes with its message.

/** Files of a person at most: the oldest go first. */
const KEPT_MAX = 200;

const cacheOf = (me) => globalThis.caches?.open(`chat files ${me}`);
/** A file has a place for each message that brings it. */
const folderOf = (message) => `/chat/kept/${message}/`;

/** The file that a message brought, or null where it is not here. */
export async function keptFile(me, message, cid) {
  const cache = await cacheOf(me);
  const kept = await cache?.match(folderOf(message) + cid);
  return kept ? kept.blob() : null;
}

export async function keepFile(me, message, cid, blob) {
  const cache = await cacheOf(me);
  if (!cache) return;
  await cache.put(folderOf(message) + cid, new Response(blob));
  const all = await cache.keys();
  for (const old of all.slice(0, Math.max(0, all.length - KEPT_MAX))) await cache.delete(old);
}

/** Lets go of the files of messages that were deleted or hidden. */
export async function dropFiles(me, messages) {
  if (!messages.length) return;
  const cache = await cacheOf(me);
  const gone = new Set(messages.map(folderOf));
  for (const request of (await cache?.keys()) ?? []) {
    const { pathname } = new URL(request.url);
    if (gone.has(pathname.slice(0, pathname.lastIndexOf("/") + 1))) await cache.delete(request);
  }
}

/** Lets go of everything of a person. */
export const forgetFiles = (me) => globalThis.caches?.delete(`chat files ${me}`);
