// Opens what was seen last when the box does not answer. The box puts VERSION before this text: it changes with the assets, so a new
// program's worker begins with empty caches, and the old ones go. Before it is SAID, too: the sentence above a kept page, by language.
//
// PUSHED has what is said of a push message of which the box says no more, by language and kind. SHARE_PAGE is the page that adds what other
// programs share with the installed app.
//
// Always: the caches hold pages of one person at a time. A page of another person, or a signed-out front page, empties them.

const ASSETS = `shell assets ${VERSION}`;
const pagesOf = (did) => `shell pages ${VERSION} ${did}`;
const FRAME = ["/offline", "/assets/site.css", "/assets/icon.svg"];
// Pages on which a browser sees that the reader is signed out.
const DOORS = ["/", "/signin"];
const PAGES_MAX = 30;
// A box that says nothing for so long isn't there, if the page was kept.
const PATIENCE_MS = 6_000;

const isOurs = (name) => name.startsWith("shell ");
const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE_MS));
const ask = (request, kept) => (kept ? Promise.race([fetch(request), late()]) : fetch(request));

async function forget(isKept) {
  for (const name of await caches.keys()) if (isOurs(name) && !isKept(name)) await caches.delete(name);
}

const forgetPagesBut = (kept) => forget((name) => name === ASSETS || name === kept);

/** Keeps a page of somebody who is signed in, and nobody else's. */
async function keep(path, response) {
  if (!response.ok || response.redirected || !(response.headers.get("content-type") ?? "").startsWith("text/html")) return;
  const text = await response.clone().text();
  const did = /^[^>]*>\s*<html[^>]* data-did="([^"]+)"/i.exec(text)?.[1];
  if (!did) {
    if (DOORS.includes(new URL(path, location.origin).pathname)) await forgetPagesBut(null);
    return;
  }
  await forgetPagesBut(pagesOf(did));
  const cache = await caches.open(pagesOf(did));
  // An entry that is put again becomes the newest.
  await cache.delete(path);
  await cache.put(path, response);
  const paths = await cache.keys();
  for (const old of paths.slice(0, Math.max(0, paths.length - PAGES_MAX))) await cache.delete(old);
}

async function keptPage(path) {
  const names = (await caches.keys()).filter((name) => name.startsWith(`shell pages ${VERSION} `));
  return names.length ? (await caches.open(names[0])).match(path) : undefined;
}

/** A kept page, with a sentence that says what it is. */
async function shown(kept) {
  const text = await kept.text();
  const lang = /^[^>]*>\s*<html[^>]* lang="([a-z]+)"/i.exec(text)?.[1];
  const date = new Date(kept.headers.get("date") ?? 0);
  const written = date.toLocaleString(lang === "en" ? "en-GB" : lang);
  const said = (SAID[lang] ?? SAID.en).replace("<time></time>", `<time datetime="${date.toISOString()}">${written}</time>`);
  const notice = `<div id="offline" class="notice" role="status"><p>${said}</p></div>`;
  const headers = new Headers(kept.headers);
  headers.delete("content-length");
  headers.delete("content-encoding");
  return new Response(text.replace(/<main[^>]*>/, (main) => main + notice), { headers });
}

async function page(event) {
  const { pathname, search } = new URL(event.request.url);
  const path = pathname + search;
  const kept = await keptPage(path);
  try {
    const response = await ask(event.request, kept);
    event.waitUntil(keep(path, response.clone()));
    return response;
  } catch {
    return kept ? shown(kept) : (await (await caches.open(ASSETS)).match("/offline")) ?? Response.error();
  }
}

async function asset(event) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(event.request);
  try {
    const response = await ask(event.request, kept);
    if (response.ok) event.waitUntil(cache.put(event.request, response.clone()));
    return response;
  } catch {
    return kept ?? Response.error();
  }
}

/** The cache of what other programs shared, until the page adds it. It is nobody's yet, so a new version keeps it; signing out empties it. */
const SHARED = "shared files";

/** Keeps what another program shares, all of it or nothing, and opens the page that adds it. */
async function share(request) {
  const cache = await caches.open(SHARED);
  const paths = [];
  try {
    for (const file of (await request.formData()).getAll("files")) {
      const path = `/shared/${crypto.randomUUID()}`;
      paths.push(path);
      await cache.put(path, new Response(file, { headers: { "x-name": encodeURIComponent(file.name), "x-modified": file.lastModified } }));
    }
  } catch (error) {
    console.info(error.message);
    for (const path of paths.splice(0)) await cache.delete(path);
  }
  return Response.redirect(`${location.origin}${SHARE_PAGE}?shared=${paths.length}`, 303);
}

const MESSAGES = "/notifications";

/** The newest notifications of this person that are looked through for a push message. */
const LOOKED_AT = 20;

/** The sentence about an entry, which names who did it; undefined where the box doesn't tell. */
async function sentence({ kind, conversation, seq }) {
  try {
    const answer = await Promise.race([fetch(`/notify/api/feed?limit=${LOOKED_AT}`, { cache: "no-store" }), late()]);
    const { notices } = await answer.json();
    return notices.find((one) => one.seq === seq && one.kind === kind && (one.conversation ?? null) === (conversation ?? null))?.text;
  } catch {
    return undefined;
  }
}

/** A push message names nobody, and this device asks the box for its sentence. A newer one of the same conversation or kind replaces it. */
async function told(data) {
  let news = {};
  try {
    news = data?.json() ?? {};
  } catch {
    // The message is from a newer box; the notification says only that there is news.
  }
  const said = PUSHED[self.navigator.language?.split("-")[0]] ?? PUSHED.en;
  // A browser may refuse the badge, and must show the message all the same.
  if (Number.isInteger(news.count)) await self.navigator.setAppBadge?.(news.count).catch((error) => console.info(error.message));
  await self.registration.showNotification((await sentence(news)) ?? said[news.kind] ?? said.message, { tag: news.conversation ?? news.kind, icon: "/assets/icon-192.png" });
}

/** Shows the notifications, in their own page: one that shows something else may hold what somebody is writing. */
async function look() {
  const pages = await self.clients.matchAll({ type: "window" });
  const open = pages.find((page) => new URL(page.url).pathname === MESSAGES);
  if (!open) return self.clients.openWindow(MESSAGES);
  await open.focus();
  return open.navigate(MESSAGES);
}

self.addEventListener("push", (event) => event.waitUntil(told(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(look());
});
self.addEventListener("install", (event) => event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll(FRAME)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) =>
  event.waitUntil(forget((name) => name.includes(` ${VERSION}`)).then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  if (method === "POST" && mode === "navigate" && pathname === SHARE_PAGE) event.respondWith(share(event.request));
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (pathname.startsWith("/assets/") || pathname === "/front/picture") event.respondWith(asset(event));
});
