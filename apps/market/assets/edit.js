// Editing your own listings and wishes: their words, their place, their contact, and the price of what you sell.

import { get } from "../js/api.js";
import { editor } from "../js/items/editor.js";
import { amount, isCurrency, minor, written } from "../js/money/amount.js";
import { publishAlone } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";
import { rounded, whereabouts } from "./place.js";

const t = await texts("market");
const QUANTITY_MAX = 1_000_000;
const WAYS = ["phone", "email", "whatsapp"];
const KINDS = ["listing", "wanted"];
const TERMS = ["price", "currency", "quantity", "returns", "deposit"];
/** The terms of the listing in the form, as they were signed. */
let signed = null;

// The place

function drawPlace() {
  const isChosen = byId("lat").value !== "";
  byId("place-state").textContent = t(isChosen ? "js-place" : "js-no-place");
  byId("drop-place").hidden = !isChosen;
}

function setPlace(lat, lon) {
  byId("lat").value = lat;
  byId("lon").value = lon;
  // The draft keeps it, too.
  byId("lat").dispatchEvent(new Event("input", { bubbles: true }));
  drawPlace();
}

async function usePlace(button) {
  await working(button, t("js-asking-place"), async () => {
    const { lat, lon } = await whereabouts();
    setPlace(rounded(lat), rounded(lon));
  });
}

// The form

const hundredths = (text) => (text === "" ? null : Number(text));
const isQuantity = (text) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= QUANTITY_MAX;

function wrongDeposit({ deposit, rent }, code) {
  if (!deposit) return null;
  if (!rent) return ["deposit", t("js-deposit-lent")];
  return minor(deposit, code) ? null : ["deposit", t("js-no-amount")];
}

function wrongOffer(values) {
  const { price, currency, quantity } = values;
  if (!price) return signed ? ["price", t("js-price-stays")] : null;
  const code = currency.toUpperCase();
  if (!isCurrency(code)) return ["currency", t("js-no-currency")];
  if (minor(price, code) === null) return ["price", t("js-no-amount")];
  return quantity && !isQuantity(quantity) ? ["quantity", t("js-quantity")] : wrongDeposit(values, code);
}

function wrong(values, kind) {
  if (!values.category) return ["category", t("js-no-category")];
  const offer = kind === "listing" ? wrongOffer(values) : null;
  if (offer) return offer;
  return values.email && !/^\S+@\S+\.\S+$/.test(values.email) ? ["email", t("js-email")] : null;
}

/** The parts of the body that aren't a field each. */
function words(values) {
  const ways = Object.fromEntries(WAYS.filter((name) => values[name]).map((name) => [name, values[name]]));
  return { lat: hundredths(values.lat), lon: hundredths(values.lon), contact: Object.keys(ways).length ? ways : null };
}

/** Signs the terms, unless they are as before. The seller alone earns the price. */
async function offer({ price, currency, quantity, returns, deposit }, { id, kind, offer: before }) {
  if (kind !== "listing" || !price) return;
  const me = await signer();
  const code = currency.toUpperCase();
  const { fair = null } = before ?? {};
  const terms = { price: minor(price, code), currency: code, quantity: quantity ? Number(quantity) : -1, returns: Number(returns), ...(deposit && { deposit: minor(deposit, code) }) };
  if (fair && TERMS.every((name) => before[name] === terms[name])) return;
  const fact = { ...terms, fair: fair || (await publishAlone(me, id, "listing")) };
  await submit(me, { service: "market", op: "market.offer", ref: id, fact });
}

function values({ offer: terms, contact = {}, currency: usual = "CHF" }) {
  const currency = terms?.currency ?? usual;
  const quantity = terms?.quantity ?? 1;
  return {
    ...Object.fromEntries(WAYS.map((name) => [name, contact[name] ?? ""])),
    currency,
    price: terms ? written(terms.price, currency) : "",
    quantity: quantity < 0 ? "" : String(quantity),
    returns: String(terms?.returns ?? 0),
    deposit: terms?.deposit ? written(terms.deposit, currency) : "",
  };
}

function tools({ id, title }) {
  const href = `/market/${encodeURIComponent(market.did)}/${id}`;
  return [[el("a", { class: "button", href, "aria-label": `${t("js-see")}: ${title}` }, t("js-see"))], null];
}

const whole = ({ id }) => get(`/market/api/listings/${encodeURIComponent(market.did)}/${id}`);

const shared = { body: ["title", "note", "area", "slug"], facts: ["category", "for"], isShown: true, words };
const market = editor("market", {
  kinds: { listing: { ...shared, facts: ["category", "rent", "for"], title: t("js-a-listing") }, wanted: { ...shared, title: t("js-a-wish") } },
  lists: [
    { id: "listings", kind: "listing" },
    { id: "wishes", kind: "wanted" },
  ],
  wrong,
  tools,
  hints: ({ offer: terms }) => [terms && amount(terms.price, terms.currency)],
  whole,
  values,
  opened: ({ offer: terms = null }) => {
    signed = terms;
    drawPlace();
  },
  saved: offer,
  shares: { kinds: KINDS, isDraft: ({ on }) => !on },
  says: { nothing: t("js-nothing"), slugTaken: t("js-slug-taken") },
});

/** The form of something new, with the place, the contact and the currency of what was added last. */
async function add(kind) {
  const [last] = [...market.items()].sort((one, other) => other.put - one.put);
  const { area, lat, lon, contact, offer } = last ? await whole(last) : {};
  market.create(kind, { area, lat, lon, contact, currency: offer?.currency, on: false });
}

/** Opens what the address names (`#listing`), unless a draft is open. */
async function start() {
  await market.start();
  const kind = location.hash.slice(1);
  if (!KINDS.includes(kind) || !byId("editor").hidden) return;
  history.replaceState(null, "", location.pathname);
  await add(kind);
}

for (const kind of KINDS) byId(`add-${kind}`).addEventListener("click", () => add(kind).catch(sayError));
byId("use-place").addEventListener("click", ({ currentTarget }) => usePlace(currentTarget).catch(sayError));
byId("drop-place").addEventListener("click", () => setPlace("", ""));
start().catch(sayError);
