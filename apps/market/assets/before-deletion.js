// On the page "Delete my data": orders that are still to be paid or handed over.

import { get } from "../js/api.js";
import { amount } from "../js/money/amount.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError } from "../js/ui.js";

const t = await texts("market");
const PAGE = 100;
const ROLES = ["buyer", "hand", "seller"];
const list = el("ul", { class: "rows", id: "orders-list" });
const section = el("section", { class: "card", id: "market" }, el("h2", {}, t("js-open-orders")), el("p", {}, t("js-open-orders-why")), list);
section.hidden = true;
byId("first").append(section);

async function open(role) {
  const all = [];
  for (let more = true, offset = 0; more; offset += PAGE) {
    const { orders, hasMore } = await get(`/market/api/orders?role=${role}&limit=${PAGE}&offset=${offset}`);
    all.push(...orders.filter((order) => order.open));
    more = hasMore;
  }
  return all;
}

async function draw() {
  const orders = (await Promise.all(ROLES.map(open))).flat();
  const rows = orders.map(({ payment, title, amount: price, currency }) => {
    const href = `/market/orders/${payment}`;
    return el("li", {}, el("a", { href }, title ?? t("js-listing-gone")), ` ${amount(price, currency)}`);
  });
  list.replaceChildren(...rows);
  section.hidden = rows.length === 0;
}

draw().catch(sayError);
