// Serves stored courses offline: a course's pack, its pages and files, and the assets of these pages.
//
// Always: a pack has at most 200 MB. If the node answers that the person may no longer read the course, the whole pack
// is deleted.

const NAME = "learn pack ";
const BYTES_MAX = 200_000_000;
// A network that doesn't answer within this time counts as offline.
const PATIENCE_MS = 4_000;
const GONE = [402, 403, 404, 410];
/** Matches files of courses and lessons. A file that the teacher removed doesn't cause the stored course to be deleted. */
const FILE = /^\/learn\/api\/items\/[^/]+\/files\//;

/** Returns the paths that a page or script loads, including texts in the page's language (js/texts.js). */
function parts(text, base, lang) {
  const all = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ...text.matchAll(/\b(?:from|import)\s*\(?"(\.[^"]+)"/g)];
  const said = [...text.matchAll(/^(?!\s*\/\/).*\btexts\("([a-z]+)"\)/gm)].map(([, app]) => `/assets/${app}/texts.${lang}.js`);
  return [...all.map(([, path]) => new URL(path, base).pathname), ...said];
}

/** Stores a course, over what was stored of it before. Returns its size in bytes and the number of files left out. */
async function keep({ owner, course }) {
  const pack = `/learn/api/courses/${course}/pack?owner=${encodeURIComponent(owner)}`;
  const name = `${NAME}${owner}/${course}`;
  const cache = await caches.open(name);
  const seen = new Set();
  const waiting = [pack];
  let bytes = 0;
  let left = 0;
  let lang = "en";
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await fetch(path, { credentials: "same-origin" });
    if (!response.ok && FILE.test(path)) {
      // Keep the rest of the pack without pictures that can't be shown and files that were just removed.
      left += 1;
      continue;
    }
    if (path === pack && GONE.includes(response.status)) await caches.delete(name);
    if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
    await cache.put(path, response.clone());
    const blob = await response.blob();
    bytes += blob.size;
    if (bytes > BYTES_MAX) {
      await caches.delete(name);
      throw new Error("large");
    }
    if (FILE.test(path)) continue;
    const text = await blob.text();
    if (path === pack) {
      const { pages, files, leftOut } = JSON.parse(text);
      waiting.push(...pages, ...files);
      left = leftOut;
    } else if (!path.startsWith("/assets/") || path.endsWith(".js")) {
      if (!path.startsWith("/assets/")) lang = text.match(/<html[^>]* lang="([a-z]+)"/)?.[1] ?? lang;
      waiting.push(...parts(text, response.url, lang));
    }
  }
  // Files that aren't in the course any more go last: without a network on the way, the course stays as it was stored.
  const stored = new Set([...seen].map((path) => new URL(path, location.origin).href));
  for (const request of await cache.keys()) if (!stored.has(request.url)) await cache.delete(request);
  return { bytes, left };
}

/** Returns the stored response for a path and the name of its cache. */
async function kept(path) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(NAME) && (await (await caches.open(name)).match(path));
    if (found) return { name, found };
  }
  return null;
}

/** Decodes a path into the form used as the key: some clients escape the colons in DIDs. */
function plain(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));

/** Returns the range of a stored file that a media player requests. */
async function part(found, range) {
  const [, from, to] = range?.match(/^bytes=(\d+)-(\d*)$/) ?? [];
  if (from === undefined) return found;
  const blob = await found.blob();
  if (Number(from) >= blob.size) return new Response(null, { status: 416, headers: { "content-range": `bytes */${blob.size}` } });
  const last = Math.min(to ? Number(to) : blob.size, blob.size - 1);
  const headers = { "content-type": found.headers.get("content-type"), "content-range": `bytes ${from}-${last}/${blob.size}`, "accept-ranges": "bytes" };
  return new Response(blob.slice(Number(from), last + 1), { status: 206, headers });
}

async function answer(request, path) {
  const here = await kept(path);
  try {
    const response = await (here ? Promise.race([fetch(request), late()]) : fetch(request));
    if (here && !path.startsWith("/assets/") && !FILE.test(path) && GONE.includes(response.status)) await caches.delete(here.name);
    else if (here && response.status === 200 && !response.redirected) await (await caches.open(here.name)).put(path, response.clone());
    return response;
  } catch (error) {
    if (here) return part(here.found, request.headers.get("range"));
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", ({ data, ports: [port] }) => keep(data).then((kept) => port.postMessage(kept), (error) => port.postMessage({ error: error.message })));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (/^\/learn\/(?!api\/(?!courses\/[^/]+\/pack$|items\/[^/]+\/files\/[^/]+$))/.test(pathname) || pathname.startsWith("/assets/")) event.respondWith(answer(event.request, plain(pathname) + search));
});
