// Serves a door's page offline. The worker's scope is this one page: it stores the page with its scripts and styles
// when opened online, and serves them when offline. It handles no tickets.

const PAGE = new URL(self.registration.scope).pathname;
// There is one cache per page; signing out deletes all of them.
const NAME = `door ${PAGE}`;
// A network that doesn't answer within this time counts as offline.
const PATIENCE_MS = 4_000;

/** Returns the paths that a page or script loads, including texts in the page's language (js/texts.js). */
function parts(text, base, lang) {
  const all = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ...text.matchAll(/\b(?:from|import)\s*\(?"(\.[^"]+)"/g)];
  const said = [...text.matchAll(/^(?!\s*\/\/).*\btexts\("([a-z]+)"\)/gm)].map(([, app]) => `/assets/${app}/texts.${lang}.js`);
  return [...all.map(([, path]) => new URL(path, base).pathname), ...said];
}

/** Stores the page with everything it loads. */
async function gather() {
  const cache = await caches.open(NAME);
  const seen = new Set();
  const waiting = [PAGE];
  let lang = "en";
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await fetch(path, { credentials: "same-origin" });
    if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
    await cache.put(path, response.clone());
    if (path !== PAGE && !path.endsWith(".js")) continue;
    const text = await response.text();
    if (path === PAGE) lang = text.match(/<html lang="([a-z]+)"/)?.[1] ?? lang;
    waiting.push(...parts(text, response.url, lang));
  }
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));

async function answer(request) {
  const cache = await caches.open(NAME);
  const { pathname } = new URL(request.url);
  const kept = await cache.match(pathname);
  try {
    const response = await (kept ? Promise.race([fetch(request), late()]) : fetch(request));
    if (response.ok && !response.redirected) await cache.put(pathname, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(gather().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (pathname === PAGE || pathname.startsWith("/assets/")) event.respondWith(answer(event.request));
});
