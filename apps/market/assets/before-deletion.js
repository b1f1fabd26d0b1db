// On the page "Delete my data": orders that are still to be paid or handed over come first, and the deletion takes the words of reviews
// back from the sellers' records.

import { get } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { submit } from "../js/proof.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError } from "../js/ui.js";

const t = await texts("market");
const PAGE = 100;
const ROLES = ["buyer", "hand", "seller"];
const list = el("ul", { class: "rows", id: "orders-list" });
const reviews = el("ul", { class: "rows", id: "reviews-list" });
const parts = [
  [list, el("div", {}, el("h2", {}, t("js-open-orders")), el("p", {}, t("js-open-orders-why")), list)],
  [reviews, el("div", {}, el("h2", {}, t("js-reviews")), el("p", {}, t("js-reviews-why")), reviews)],
];
const section = el("section", { class: "card", id: "market" }, ...parts.map(([, part]) => part));
section.hidden = true;
byId("first").append(section);

async function ordersAs(role) {
  const all = [];
  for (let more = true, offset = 0; more; offset += PAGE) {
    const { orders, hasMore } = await get(`/market/api/orders?role=${role}&limit=${PAGE}&offset=${offset}`);
    all.push(...orders);
    more = hasMore;
  }
  return all;
}

/** Whether the person can end an open order themselves: others wait for their payment or their day. */
const canEnd = ({ party, state, cancellable }) => cancellable || (party === "buyer" && state !== "promised");
const way = ({ payment, title }) => ({ href: `/market/orders/${payment}`, text: title ?? t("js-listing-gone") });

function link(order) {
  const { href, text } = way(order);
  return el("a", { href }, text);
}

/** Draws the orders to end and the words to take back. Returns both. */
async function draw() {
  const orders = (await Promise.all(ROLES.map(ordersAs))).flat();
  const open = orders.filter((order) => order.open && canEnd(order));
  const reviewed = orders.filter(({ party, review }) => party === "buyer" && review?.text);
  list.replaceChildren(...open.map((order) => el("li", {}, link(order), ` ${amount(order.amount, order.currency)}`)));
  reviews.replaceChildren(...reviewed.map((order) => el("li", {}, link(order), `: ${order.review.text}`)));
  for (const [rows, part] of parts) part.hidden = rows.children.length === 0;
  section.hidden = open.length + reviewed.length === 0;
  return { open, reviewed };
}

/** Takes the words of all reviews back. Throws while an order is open. */
async function settle(me) {
  const { open, reviewed } = await draw();
  if (open.length > 0) {
    const first = way(open[0]);
    throw Object.assign(new Error(t("js-open-orders-first", { title: first.text })), { way: first });
  }
  for (const { payment, seller } of reviewed) {
    await submit(me, { service: "market", op: "market.unreview", ref: payment, fact: { dids: [seller] } });
  }
}

document.addEventListener("deleting", ({ detail }) => detail.push(settle));
draw().catch(sayError);
