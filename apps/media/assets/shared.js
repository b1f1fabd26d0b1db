// Files that other programs shared with the installed page. The service worker (`apps/www/assets/worker.js`) keeps them in this browser.

/** The worker's name of their cache. */
const SHARED = "shared files";

/** The files that wait, as `chosen.js` has them. `forget` removes one. */
export async function sharedFiles() {
  const cache = await caches.open(SHARED);
  const read = async (request) => {
    const kept = await cache.match(request);
    // Another tab has just added it.
    if (!kept) return [];
    const blob = await kept.blob();
    const file = new File([blob], decodeURIComponent(kept.headers.get("x-name")), { type: blob.type, lastModified: Number(kept.headers.get("x-modified")) });
    return [{ file, way: [], forget: () => cache.delete(request) }];
  };
  return (await Promise.all((await cache.keys()).map(read))).flat();
}
