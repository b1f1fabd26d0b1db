// On the page "Delete my data": orders that are still to be paid or handed over, and the words of reviews, which sellers keep until
// they are taken back.

import { get } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { submit } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";

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

const link = ({ payment, title }) => el("a", { href: `/market/orders/${payment}` }, title ?? t("js-listing-gone"));

async function takeBack({ currentTarget }, { payment, seller }) {
  await working(currentTarget, t("js-signing"), async () => {
    await submit(await signer(), { service: "market", op: "market.unreview", ref: payment, fact: { dids: [seller] } });
    await draw();
    document.dispatchEvent(new Event("settled"));
  });
}

function reviewRow(order) {
  const onclick = (event) => takeBack(event, order);
  const words = el("span", { class: "grow" }, link(order), `: ${order.review.text}`);
  return el("li", {}, el("div", { class: "row" }, words, el("button", { type: "button", onclick }, t("js-take-back"))));
}

async function draw() {
  const orders = (await Promise.all(ROLES.map(ordersAs))).flat();
  const open = orders.filter((order) => order.open);
  const reviewed = orders.filter(({ party, review }) => party === "buyer" && review?.text);
  list.replaceChildren(...open.map((order) => el("li", {}, link(order), ` ${amount(order.amount, order.currency)}`)));
  reviews.replaceChildren(...reviewed.map(reviewRow));
  for (const [rows, part] of parts) part.hidden = rows.children.length === 0;
  section.hidden = open.length + reviewed.length === 0;
}

draw().catch(sayError);
