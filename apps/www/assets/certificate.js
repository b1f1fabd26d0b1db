// Looks for the safest way in: tries to load an image by each of the box's addresses, which only this browser can tell. An address that it
// trusts already comes first, since a key may be there. Who was on the way somewhere goes on there automatically.

import { byId } from "../js/ui.js";

const PATIENCE_MS = 3000;
const AGAIN_MS = 3000;
const way = byId("way");

/** Whether this browser reaches an address and, over TLS, trusts it. */
function reaches(origin) {
  return new Promise((found) => {
    const image = new Image();
    image.onload = () => found(true);
    image.onerror = () => found(false);
    setTimeout(() => found(false), PATIENCE_MS);
    image.src = `${origin}/assets/icon.svg?${Date.now()}`;
  });
}

/** The first of these addresses that it trusts, in their order. */
async function trusted({ own, known, number }) {
  const all = [own, known, number].filter(Boolean);
  const found = await Promise.all(all.map(reaches));
  return all.find((_, at) => found[at]);
}

/** The path that was wanted, with what stands after # (a claim code), which never reached the box. */
function onward(origin, link) {
  const { pathname, search } = new URL(link.href, location.href);
  return `${origin}${pathname}${search}${location.hash === "#install" ? "" : location.hash}`;
}

function show(id) {
  for (const name of ["looking", "known", "unknown"]) byId(name).hidden = name !== id;
}

function goOn(origin) {
  const on = byId("on");
  on.href = onward(origin, byId("secure"));
  show("known");
  if (way.dataset.next) location.replace(on.href);
}

/** After the certificate was installed, this page notices. */
async function wait() {
  const origin = await trusted(way.dataset);
  if (origin) goOn(origin);
  else setTimeout(wait, AGAIN_MS);
}

async function look() {
  const { own, number, plain } = way.dataset;
  show("looking");
  const [origin, isFound] = await Promise.all([trusted(way.dataset), plain ? reaches(plain) : true]);
  if (origin) return goOn(origin);
  // A number only where this device does not find the name: numbers change, and a key would be lost with it.
  const to = isFound || !number ? own : number;
  byId("secure").href = onward(to, byId("secure"));
  byId("host").textContent = new URL(to).host;
  show("unknown");
  setTimeout(wait, AGAIN_MS);
}

/** Only what this browser needs. */
function forThisBrowser() {
  const agent = navigator.userAgent;
  const mine = /Firefox|FxiOS/.test(agent) ? "firefox" : /Chrome|Chromium|CriOS|Edg/.test(agent) ? "chromium" : "safari";
  for (const text of document.querySelectorAll("[data-browser]")) text.hidden = text.dataset.browser !== mine;
}

if (way) {
  forThisBrowser();
  look();
}
