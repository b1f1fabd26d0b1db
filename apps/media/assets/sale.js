// Selling and buying a work: its price, the order, and the money's way back.

import { get } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { amount as shown, isCurrency, minor, written } from "../js/money/amount.js";
import { digestOf, order, redrawOffer, shownOffer } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { actor, signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, leave, sayError, working } from "../js/ui.js";

const t = await texts("media");
const PRICE_MAX = 99_999_900;
const buying = byId("form-buy");
const selling = byId("form-sale");
const [price, currency] = [byId("sale-price"), byId("sale-currency")];

async function buy() {
  await working(byId("buy"), t("js-signing"), async () => {
    const asset = buying.dataset.id;
    const used = buying.querySelector("[name=use]:checked").value;
    const ask = { asset, use: used, rail: byId("rail").value, ...shownOffer(buying.querySelector(`[data-use="${used}"] [data-follows]`)) };
    const { url, paid, memo, paymentPage } = await order(await actor(), "media.buy", "/media/api/buy", ask, redrawOffer);
    if (url) return leave(url);
    if (paid) return leave(`/media/a/${asset}`);
    byId("buy").hidden = true;
    byId("how").replaceChildren(`${t("js-ordered")} `, el("strong", { class: "mono" }, memo), " ", el("a", { class: "button main", href: paymentPage }, t("js-how-to-pay")));
  });
}

/** Signs the price, or that the file isn't for sale any more, by the manifest that the file has now. */
async function offer(button, terms) {
  await working(button, t("js-signing"), async () => {
    const { manifest } = await get(`/media/api/assets/${selling.dataset.id}/fair`);
    await submit(await signer(), { service: "media", op: "media.offer", ref: selling.dataset.id, fact: { ...terms, fair: await digestOf(manifest) } });
    await leave();
  });
}

function termsWritten() {
  const code = currency.value.trim().toUpperCase();
  const units = isCurrency(code) ? minor(price.value, code) : null;
  const isPrice = units !== null && units >= 1 && units <= PRICE_MAX;
  fieldError(currency, isCurrency(code) ? null : t("js-sale-currency"));
  fieldError(price, isPrice || !isCurrency(code) ? null : t("js-sale-price"));
  return isPrice ? { price: units, currency: code, open: 1 } : null;
}

/** Everybody who had a part of the money is named in the signature. */
async function refund(button) {
  const { payment, buyer, amount, currency: code } = button.dataset;
  if (!(await sure(t("js-sale-refund-sure", { amount: shown(Number(amount), code) }), button))) return;
  await working(button, t("js-signing"), async () => {
    const me = await signer();
    const receipt = JSON.stringify(await get(`/pay/api/receipts/${payment}`));
    const { node } = await get(`/auth/api/head/${encodeURIComponent(me.did)}`);
    const to = new Set([buyer, node, ...(receipt.match(/did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}/g) ?? [])]);
    to.delete(me.did);
    await submit(me, { service: "media", op: "media.refund", ref: payment, body: {}, fact: { amount: Number(amount), currency: code }, to: [...to] });
    await leave();
  });
}

if (selling?.dataset.currency) {
  currency.value = selling.dataset.currency;
  price.value = written(Number(selling.dataset.price), selling.dataset.currency);
}
buying?.addEventListener("submit", (event) => {
  event.preventDefault();
  buy().catch(sayError);
});
selling?.addEventListener("submit", (event) => {
  event.preventDefault();
  const terms = termsWritten();
  if (terms) offer(byId("sale-sign"), terms).catch(sayError);
});
byId("sale-end")?.addEventListener("click", ({ currentTarget }) => {
  offer(currentTarget, { price: Number(selling.dataset.price) || 1, currency: selling.dataset.currency || "CHF", open: 0 }).catch(sayError);
});
for (const button of document.querySelectorAll("[data-payment]")) button.addEventListener("click", () => refund(button).catch(sayError));
