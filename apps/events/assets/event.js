// An event's page: quoting and signing orders, and the organiser's actions.

import { ApiError, NoAnswer, get, post } from "../js/api.js";
import { sure } from "../js/form/sure.js";
import { share } from "../js/items/share.js";
import { amount } from "../js/money/amount.js";
import { order as sign } from "../js/money/fair.js";
import { agree, submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, leave, say, sayError, working } from "../js/ui.js";
import { namesIn } from "./companions.js";

const t = await texts("events");

let order = null;

async function look(event) {
  event.preventDefault();
  const form = event.target;
  const input = form.querySelector("[name=quantity]");
  const [quantity, most] = [Number(input.value), Number(input.dataset.most)];
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > most) return sayError(new Error(most === 1 ? t("js-one-only") : t("js-how-many", { most })));
  if ("asks" in form.dataset) return ask(form, quantity);
  await working(form.querySelector("button"), t("js-looking"), async () => {
    askForCompanions(most);
    await showOrder({ id: form.dataset.id, type: Number(form.dataset.type), quantity });
    byId("order").querySelector("h3").focus();
  });
}

/** Asks for companions where an order may have several tickets. */
function askForCompanions(most) {
  byId("companions").value = "";
  byId("companions").closest(".field").hidden = most === 1;
}

/** Requests and shows the current quote: the buyer agrees to exactly what is shown. */
async function showOrder({ id, type, quantity }) {
  const quote = await post(`/events/api/events/${id}/quote`, { type, quantity });
  order = { id, type, quantity, follows: quote.sign.fact.follows, price: quote.amount, currency: quote.currency };
  if (quote.amount === 0) sayFree();
  else byId("order-text").textContent = t("js-order", { count: quantity, amount: amount(quote.amount, quote.currency) });
  byId("party").hidden = quote.amount !== 0;
  byId("agree").textContent = byId("agree").dataset[quote.amount === 0 ? "free" : "paid"];
  byId("order-split").replaceChildren(quote.amount === 0 ? "" : split(quote));
  byId("rail").closest(".field").hidden = quote.amount === 0;
  byId("order").hidden = false;
}

/**
 * Returns the guests of an order of free tickets: their number, the companions' names, and the buyer's name if others see none. A buyer who has
 * a ticket already is no guest of another order.
 */
function party() {
  const companions = namesIn(byId("companions"));
  const name = byId("guest-name")?.value.trim();
  const own = "more" in byId("party").dataset ? 0 : 1;
  return { quantity: Math.max(1, own + companions.length), companions, ...(name && { name }) };
}

/** Shows the number of free tickets. */
function sayFree() {
  byId("order-text").textContent = t("js-order-free", { count: party().quantity });
}

/** Requests free places from the organiser, or waits for them. */
async function ask(form, quantity) {
  await working(form.querySelector("button"), t("js-asking"), async () => {
    const places = { type: Number(form.dataset.type), quantity, wait: "waits" in form.dataset };
    await agree(await actor(), "events.hold", "POST", `/events/api/events/${form.dataset.id}/holds`, places);
    await leave();
  });
}

/** Draws the income shares of this order. */
function split(quote) {
  const who = ({ did, name, gone }) => (gone ? t("js-gone") : el("a", { href: `/profile/${did}` }, name ?? t("js-somebody")));
  const row = (one) => el("tr", {}, el("td", {}, who(one)), el("td", { class: "number" }, amount(one.amount, quote.currency)));
  return el("div", { class: "scroll" }, el("table", {}, el("caption", {}, t("js-split")), el("tbody", {}, quote.recipients.map(row))));
}

async function buy() {
  await working(byId("agree"), t("js-paying"), async () => {
    const me = await actor();
    const { id, ...what } = order;
    const how = order.price === 0 ? { rail: "ledger", ...party() } : { rail: byId("rail").value };
    const done = await sign(me, "events.buy", `/events/api/events/${id}/buy`, { ...what, ...how }, () => showOrder(order)).catch(wasEntered);
    if (!done) return;
    if (done.url) return leave(done.url);
    byId("order").hidden = true;
    if (done.paid) say("good", el("p", {}, t("js-bought"), " ", el("a", { href: "/events/mine" }, t("js-show-it"))));
    else kept(done);
  });
}

/** Handles the error that an order was already entered, because its first response was lost. */
function wasEntered(error) {
  if (!(error instanceof ApiError && error.problem.type?.endsWith(":entered"))) throw error;
  byId("order").hidden = true;
  say("good", el("p", {}, error.message, " ", el("a", { href: "/events/mine" }, t("js-show-it"))));
}

/** Shows how to pay for reserved places. */
function kept({ memo, paymentPage }) {
  const how = paymentPage ? el("p", {}, el("a", { class: "button main", href: paymentPage }, t("js-how-to-pay"))) : null;
  say("good", ...[t("js-kept"), el("p", {}, el("strong", { class: "mono" }, memo)), t("js-kept-then"), how].filter((part) => part));
}

async function erase(button) {
  if (!(await sure(t("js-erase-sure"), button))) return;
  await working(button, t("js-signing"), async () => {
    const { event } = byId("manage").dataset;
    await submit(await actor(), { service: "events", op: "events.erase", ref: event, to: [event] });
    await leave();
  });
}

async function decide(event) {
  const button = event.target.closest("[data-status], [data-erase]");
  if (!button) return;
  if ("erase" in button.dataset) return erase(button);
  const { status, op = "events.status" } = button.dataset;
  const isFree = "free" in byId("manage").dataset;
  if (status === "cancelled" && !(await sure(isFree ? t("js-cancel-sure-free") : t("js-cancel-sure"), button))) return;
  await working(button, t("js-signing"), async () => {
    await agree(await actor(), op, "POST", `/events/api/events/${byId("manage").dataset.id}/status`, { status });
    await leave();
  });
}

/** Handles the buttons for open places: releases holds and requests, approves requests, takes approved places. */
async function answer(event) {
  const button = event.target.closest("[data-release], [data-approve], [data-take]");
  if (!button) return;
  const path = `/events/api/events/${event.currentTarget.dataset.id}`;
  const { release, approve, take, type, quantity } = button.dataset;
  await working(button, t("js-signing"), async () => {
    const me = await actor();
    if (approve) await agree(me, "events.approve", "POST", `${path}/approvals`, { hold: approve });
    else if (take) await agree(me, "events.buy", "POST", `${path}/buy`, { type: Number(type), quantity: Number(quantity), rail: "ledger", hold: take, price: 0 });
    else await agree(me, "events.release", "DELETE", `${path}/holds`, { hold: release });
    await leave();
  });
}

/** Polls and shows the progress of refunds until all are done; without a network it continues once there is one. */
async function follow(card) {
  const refunds = await get(`/events/api/events/${card.dataset.id}/refunds`).catch((error) => {
    if (!(error instanceof NoAnswer)) throw error;
    return null;
  });
  if (refunds) {
    const refunded = refunds.done - refunds.byHand;
    byId("refunds-text").textContent = t("js-refunds-done", { done: refunded, count: refunds.payments });
    byId("refunds-bar").value = refunded;
  }
  if (refunds?.open === 0) leave();
  else setTimeout(() => follow(card).catch(sayError), 2_000);
}

/** Offers the sheet that shares the event, and opens it after the form that published the event. */
function offerShare() {
  const button = byId("share");
  if (!button) return;
  const open = () => share(button.dataset.title, location.pathname).catch(sayError);
  button.hidden = false;
  button.addEventListener("click", open);
  if (location.hash !== "#share") return;
  history.replaceState(null, "", location.pathname);
  open();
}

offerShare();
for (const form of document.querySelectorAll("form.buy")) form.addEventListener("submit", (event) => look(event).catch(sayError));
byId("companions").addEventListener("input", sayFree);
byId("agree").addEventListener("click", () => buy().catch(sayError));
byId("cancel").addEventListener("click", () => (byId("order").hidden = true));
byId("manage")?.addEventListener("click", (event) => decide(event).catch(sayError));
for (const places of document.querySelectorAll("[data-places]")) places.addEventListener("click", (event) => answer(event).catch(sayError));
if (Number(byId("refunds")?.dataset.open) > 0) follow(byId("refunds")).catch(sayError);
