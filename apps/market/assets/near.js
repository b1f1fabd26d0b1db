// Near me: the list that everybody gets, narrowed and sorted in this page.
//
// Always: no request of this page has a place or a word of its reader, and none depends on them: the rows have no pictures.

import { get } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";
import { dots } from "./dots.js";
import { distance, whereabouts } from "./place.js";

const t = await texts("market");
const PAGE = 50;
/** The meanings of a row's last number: something sold, a wish, something lent by the hour, day or week. */
const SORTS = ["listing", "wanted", "hour", "day", "week"];
const LENT = { hour: "js-price-hour", day: "js-price-day", week: "js-price-week" };
const CLOSE_KM = 2;
/** The distance of what has no place. */
const FAR_KM = 100_000;
const category = byId("category");
const labels = Object.fromEntries([...category.options].map(({ value, text }) => [value, text]));
let listings = [];
let shown = PAGE;
/** Where the reader is; null until they press the button. */
let here = null;
/** The place of the dot that the reader pressed. */
let spot = null;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

async function load() {
  const { owners, rows } = await get("/market/api/near");
  const open = rows.map(([owner, id, lat, lon, price, currency, category, title, sort]) => ({ owner: owners[owner], id, lat, lon, price, currency, category, title, sort: SORTS[sort] }));
  // The list for everybody lacks listings that are for connections.
  const gated = signedInDid() ? (await get("/market/api/listings?seller_tier=trust_gated&limit=100")).listings : [];
  const unsold = gated.filter(({ status }) => status !== "sold");
  const ofConnections = unsold.map(({ seller, offer, kind, rent, lat = null, lon = null, ...rest }) => ({ ...rest, ...offer, owner: seller, lat, lon, price: offer?.price ?? null, sort: rent ?? kind }));
  listings = [...ofConnections, ...open];
  for (const listing of listings) Object.assign(listing, { km: FAR_KM, words: folded(`${listing.title} ${labels[listing.category]}`) });
}

function price({ price, currency, sort }) {
  if (sort === "wanted") return t("js-wanted");
  if (price === null) return t("js-on-request");
  if (price === 0) return t("js-free");
  const sum = amount(price, currency);
  return LENT[sort] ? t(LENT[sort], { price: sum }) : sum;
}

function way({ km }) {
  if (km === FAR_KM) return null;
  return km < CLOSE_KM ? t("js-close") : t("js-distance", { km: Math.round(km) });
}

function row(listing) {
  const { owner, id, title, category } = listing;
  const link = el("a", { href: `/market/${encodeURIComponent(owner)}/${id}` }, el("strong", {}, title));
  const about = [labels[category], way(listing)].filter(Boolean).join(" · ");
  return el("li", {}, el("p", {}, link), el("p", { class: "soft" }, el("span", { class: "tag" }, price(listing)), " ", about));
}

/** The listings that have the reader's words and category, the nearest first. */
function fitting() {
  const words = folded(byId("words").value).split(/\s+/).filter(Boolean);
  const those = listings.filter((listing) => (!category.value || listing.category === category.value) && words.every((word) => listing.words.includes(word)));
  return here ? those.sort((one, other) => one.km - other.km) : those;
}

function draw() {
  const all = fitting();
  const drawing = here && dots(here, all, spot, choose);
  byId("near-dots").replaceChildren(...(drawing ? [drawing] : []));
  const those = spot ? all.filter(({ lat, lon }) => lat === spot.lat && lon === spot.lon) : all;
  const rows = byId("near-rows");
  rows.replaceChildren(...those.slice(0, shown).map(row));
  rows.hidden = those.length === 0;
  byId("near-more").hidden = those.length <= shown;
  const order = spot ? "js-at-dot" : here ? "js-by-distance" : "js-by-time";
  byId("near-state").textContent = [t("js-count", { count: those.length }), those.length ? t(order) : null].filter(Boolean).join(" ");
}

function choose(other) {
  spot = other;
  shown = PAGE;
  draw();
}

async function sortFromHere(button) {
  await working(button, t("js-asking-place"), async () => {
    const { lat, lon } = await whereabouts();
    here = { lat: lat * 100, lon: lon * 100 };
    for (const listing of listings) if (listing.lat !== null) listing.km = distance(here, listing);
    choose(null);
  });
}

async function start() {
  await load();
  if (!listings.length) return;
  byId("filter").hidden = false;
  draw();
}

byId("filter").addEventListener("input", () => choose(null));
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("use-place").addEventListener("click", ({ currentTarget }) => sortFromHere(currentTarget).catch(sayError));
byId("near-more").addEventListener("click", () => {
  shown += PAGE;
  draw();
});
start().catch(sayError);
