// A listing that can be bought: shows who gets what of the chosen number of pieces, and orders them.

import { post } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { order, redrawOffer, shownOffer } from "../js/money/fair.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, leave, sayError, working } from "../js/ui.js";

const t = await texts("market");
const form = byId("buy");
const { owner, listing } = form?.dataset ?? {};

const pieces = () => Number(byId("quantity")?.value ?? 1);
/** The title of the shares, with what the buyer agrees to; null where the listing is free. */
const shares = () => form.querySelector("[data-follows]");

let newest = 0;
/** Draws who would get what of the chosen number of pieces. An answer that comes after a later choice is left out. */
async function look() {
  if (!shares()) return;
  newest += 1;
  const turn = newest;
  const quote = await post("/market/api/quote", { owner, listing, quantity: pieces() });
  if (turn !== newest) return;
  const { amount: price, currency, recipients, sign } = quote;
  Object.assign(shares().dataset, { follows: sign.fact.follows, price, currency });
  byId("total").textContent = amount(price, currency);
  const rows = recipients.map(({ name, amount: part, gone }) => el("li", {}, `${gone ? t("js-gone") : (name ?? t("js-somebody"))} `, el("strong", {}, amount(part, currency))));
  byId("parts").replaceChildren(...rows);
}

async function redraw() {
  await redrawOffer();
  await look();
}

async function buy() {
  await working(byId("pay"), t("js-signing"), async () => {
    const returns = Number(byId("returns").dataset.returns);
    const orders = `${location.origin}/market/orders`;
    const ask = { owner, listing, quantity: pieces(), returns, rail: byId("rail").value, successUrl: orders, cancelUrl: orders, ...shownOffer(shares()) };
    const { payment, url } = await order(await actor(), "market.order", "/market/api/pay", ask, redraw);
    await leave(url ?? `${orders}/${payment}`);
  });
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  buy().catch(sayError);
});
form?.addEventListener("change", ({ target }) => target.id === "quantity" && look().catch(sayError));
if (form && pieces() > 1) look().catch(sayError);
