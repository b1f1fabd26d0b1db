// Near me: the list that everybody gets, narrowed and sorted in this page.
//
// Always: no request of this page has a place or a word of its reader.

import { get } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";
import { distance, whereabouts } from "./place.js";

const t = await texts("market");
const PAGE = 50;
const CLOSE_KM = 2;
const FAR_KM = 100_000;
const category = byId("category");
const labels = Object.fromEntries([...category.options].map(({ value, text }) => [value, text]));
let listings = [];
let shown = PAGE;
/** Where the reader is; null until they press the button. */
let here = null;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

async function load() {
  const { owners, rows } = await get("/market/api/near");
  const open = rows.map(([owner, id, lat, lon, price, currency, category, title, wanted]) => ({ owner: owners[owner], id, lat, lon, price, currency, category, title, wanted }));
  // What connections show to each other isn't in the list for everybody.
  const gated = signedInDid() ? (await get("/market/api/listings?seller_tier=trust_gated&limit=100")).listings : [];
  const ofConnections = gated.map(({ seller, offer, kind, lat = null, lon = null, ...rest }) => ({ ...rest, ...offer, owner: seller, lat, lon, price: offer?.price ?? null, wanted: kind === "wanted" ? 1 : 0 }));
  listings = [...ofConnections, ...open];
}

function price({ price, currency, wanted }) {
  if (wanted) return t("js-wanted");
  if (price === null) return t("js-on-request");
  return price === 0 ? t("js-free") : amount(price, currency);
}

const kilometres = (listing) => (here && listing.lat !== null ? distance(here, listing) : FAR_KM);

function way(listing) {
  const km = kilometres(listing);
  if (km === FAR_KM) return null;
  return km < CLOSE_KM ? t("js-close") : t("js-distance", { km: Math.round(km) });
}

function row(listing) {
  const { owner, id, title, category } = listing;
  const link = el("a", { href: `/market/${encodeURIComponent(owner)}/${id}` }, el("strong", {}, title));
  const about = [labels[category], way(listing)].filter(Boolean).join(" · ");
  return el("li", {}, el("p", {}, link, " ", el("span", { class: "tag" }, price(listing))), el("p", { class: "soft" }, about));
}

function draw() {
  const words = folded(byId("words").value).split(/\s+/).filter(Boolean);
  const fits = ({ title, category: of }) => (!category.value || of === category.value) && words.every((word) => folded(`${title} ${labels[of]}`).includes(word));
  const those = listings.filter(fits);
  if (here) those.sort((one, other) => kilometres(one) - kilometres(other));
  const rows = byId("near-rows");
  rows.replaceChildren(...those.slice(0, shown).map(row));
  rows.hidden = those.length === 0;
  byId("near-more").hidden = those.length <= shown;
  byId("near-state").textContent = `${t("js-count", { count: those.length })} ${t(here ? "js-by-distance" : "js-by-time")}`;
}

function narrow() {
  shown = PAGE;
  draw();
}

async function sortFromHere(button) {
  await working(button, t("js-asking-place"), async () => {
    const { lat, lon } = await whereabouts();
    here = { lat: lat * 100, lon: lon * 100 };
    narrow();
  });
}

async function start() {
  await load();
  if (!listings.length) return;
  byId("filter").hidden = false;
  draw();
}

byId("filter").addEventListener("input", narrow);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("use-place").addEventListener("click", ({ currentTarget }) => sortFromHere(currentTarget).catch(sayError));
byId("near-more").addEventListener("click", () => {
  shown += PAGE;
  draw();
});
start().catch(sayError);
