// A listing that can be bought or rented: shows who gets what of the chosen number of pieces and time, and orders them.

import { post } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { order, redrawOffer, shownOffer } from "../js/money/fair.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, leave, sayError, working } from "../js/ui.js";
import { between, rentPrice } from "./rent.js";

const t = await texts("market");
const form = byId("buy");
const { owner, listing, rent } = form?.dataset ?? {};
const TIMES = ["from", "to"];
const FIELDS = ["quantity", ...TIMES];

const pieces = () => Number(byId("quantity")?.value ?? 1);
/** The chosen time of what is lent; null while there is none. */
const time = () => (rent ? between(rent, ...TIMES.map((id) => byId(id)?.value)) : {});
/** What the chosen time costs, before the box says so. */
function rentTotal(chosen) {
  const { price, deposit } = byId("period").dataset;
  return rentPrice(rent, chosen, Number(price), pieces()) + Number(deposit);
}

/** The title of the shares, with what the buyer agrees to; null where the listing is free. */
const shares = () => form.querySelector("[data-follows]");

let newest = 0;
/** Draws who would get what of the chosen number of pieces and time. An answer that comes after a later choice is left out. */
async function look() {
  const chosen = time();
  if (!shares() || !chosen) return;
  newest += 1;
  const turn = newest;
  if (rent) byId("total").textContent = amount(rentTotal(chosen), shares().dataset.currency);
  const quote = await post("/market/api/quote", { owner, listing, quantity: pieces(), ...chosen });
  if (turn !== newest) return;
  const { amount: price, currency, recipients, sign } = quote;
  Object.assign(shares().dataset, { follows: sign.fact.follows, price, currency });
  byId("total").textContent = amount(price, currency);
  const rows = recipients.map(({ name, amount: part, gone }) => el("li", {}, `${gone ? t("js-gone") : (name ?? t("js-somebody"))} `, el("strong", {}, amount(part, currency))));
  byId("parts").replaceChildren(...rows);
}

async function redraw() {
  const times = TIMES.map((id) => byId(id)?.value);
  await redrawOffer();
  if (rent) TIMES.forEach((id, place) => byId(id) && (byId(id).value = times[place]));
  await look();
}

async function buy() {
  const chosen = time();
  if (rent) fieldError(byId("to"), chosen ? null : t("js-no-time"));
  if (!chosen) return;
  await working(byId("pay"), t("js-signing"), async () => {
    const returns = Number(byId("returns").dataset.returns);
    const orders = `${location.origin}/market/orders`;
    const ask = { owner, listing, quantity: pieces(), ...chosen, returns, rail: byId("rail").value, successUrl: orders, cancelUrl: orders, ...shownOffer(shares()) };
    const { payment, url } = await order(await actor(), "market.order", "/market/api/pay", ask, redraw);
    await leave(url ?? `${orders}/${payment}`);
  });
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  buy().catch(sayError);
});
form?.addEventListener("change", ({ target }) => FIELDS.includes(target.id) && look().catch(sayError));
// A browser that reloads the page keeps what was chosen.
if (form && (rent || pieces() > 1)) look().catch(sayError);
