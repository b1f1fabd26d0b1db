// Opens the courses that somebody keeps on this device when there is no network: a course's pack, its pages, and what they are made of.
//
// Always: a pack has at most 200 MB. When the box says that the course isn't for this person any more, all of it is deleted.

const NAME = "learn pack ";
const BYTES_MAX = 200_000_000;
// A network that says nothing for so long is none.
const PATIENCE_MS = 4_000;
const GONE = [402, 403, 404, 410];

/** Where a page's or a script's text leads to; to what it says in the language of the page, too (js/texts.js). */
function parts(text, base, lang) {
  const all = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ...text.matchAll(/\b(?:from|import)\s*\(?"(\.[^"]+)"/g)];
  const said = [...text.matchAll(/^(?!\s*\/\/).*\btexts\("([a-z]+)"\)/gm)].map(([, app]) => `/assets/${app}/texts.${lang}.js`);
  return [...all.map(([, path]) => new URL(path, base).pathname), ...said];
}

/** Keeps a course, and answers how many bytes it has. */
async function keep({ owner, course }) {
  const pack = `/learn/api/courses/${course}/pack?owner=${encodeURIComponent(owner)}`;
  const name = `${NAME}${owner}/${course}`;
  await caches.delete(name);
  const cache = await caches.open(name);
  const seen = new Set();
  const waiting = [pack];
  let bytes = 0;
  let lang = "en";
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await fetch(path, { credentials: "same-origin" });
    if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
    await cache.put(path, response.clone());
    const text = await response.text();
    bytes += text.length;
    if (bytes > BYTES_MAX) {
      await caches.delete(name);
      throw new Error("large");
    }
    if (path === pack) waiting.push(...JSON.parse(text).pages);
    else if (!path.startsWith("/assets/") || path.endsWith(".js")) {
      if (!path.startsWith("/assets/")) lang = text.match(/<html[^>]* lang="([a-z]+)"/)?.[1] ?? lang;
      waiting.push(...parts(text, response.url, lang));
    }
  }
  return bytes;
}

/** What is kept of a path, and the cache that has it. */
async function kept(path) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(NAME) && (await (await caches.open(name)).match(path));
    if (found) return { name, found };
  }
  return null;
}

/** A path in the one form in which it is kept: DIDs have colons, which some write otherwise. */
function plain(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));

async function answer(request, path) {
  const here = await kept(path);
  try {
    const response = await (here ? Promise.race([fetch(request), late()]) : fetch(request));
    if (here && !path.startsWith("/assets/") && GONE.includes(response.status)) await caches.delete(here.name);
    else if (here && response.ok && !response.redirected) await (await caches.open(here.name)).put(path, response.clone());
    return response;
  } catch (error) {
    if (here) return here.found;
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", ({ data, ports: [port] }) => keep(data).then((bytes) => port.postMessage({ bytes }), (error) => port.postMessage({ error: error.message })));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (/^\/learn\/(?!api\/(?!courses\/[^/]+\/pack$))/.test(pathname) || pathname.startsWith("/assets/")) event.respondWith(answer(event.request, plain(pathname) + search));
});
