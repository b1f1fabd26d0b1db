// An event's page: looking at what an order comes to, signing it; and what its organiser decides.

import "./events.js";
import { get, post } from "../api.js";
import { agree, submit } from "../proof.js";
import { signer } from "../session.js";
import { byId, el, say, sayError, working } from "../ui.js";

let order = null;

const money = (amount, currency) => {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};

async function look(event) {
  event.preventDefault();
  const form = event.target;
  const input = form.querySelector("[name=quantity]");
  const quantity = Number(input.value);
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > Number(input.dataset.most)) {
    return sayError(new Error(`Write how many tickets you want: 1 to ${input.dataset.most}.`));
  }
  await working(form.querySelector("button"), "Looking…", async () => {
    order = { id: form.dataset.id, type: Number(form.dataset.type), quantity };
    const quote = await post(`/events/api/events/${order.id}/quote`, { type: order.type, quantity });
    byId("order-text").textContent = quote.amount === 0 ? `${quantity} free.` : `${quantity} for ${money(quote.amount, quote.currency)} in all.`;
    byId("order-split").replaceChildren(quote.amount === 0 ? "" : split(quote));
    byId("rail").closest(".field").hidden = quote.amount === 0;
    byId("order").hidden = false;
    byId("order").querySelector("h3").focus();
  });
}

/** Who gets what of this order. */
function split(quote) {
  const row = ({ did, name, amount }) => el("tr", {}, el("td", {}, el("a", { href: `/profile/${did}` }, name ?? `${did.split(":").at(-1).slice(0, 10)}…`)), el("td", { class: "number" }, money(amount, quote.currency)));
  return el("div", { class: "scroll" }, el("table", {}, el("caption", {}, "What you pay goes to"), el("tbody", {}, quote.recipients.map(row))));
}

async function buy() {
  await working(byId("agree"), "Signing and paying…", async () => {
    const me = await signer();
    const rail = byId("rail").closest(".field").hidden ? "ledger" : byId("rail").value;
    const { id, type, quantity } = order;
    const done = await agree(me, "events.buy", "POST", `/events/api/events/${id}/buy`, { type, quantity, rail });
    if (done.url) return void (location.href = done.url);
    byId("order").hidden = true;
    if (done.paid) say("good", el("p", {}, "It is yours. The event has signed it. ", el("a", { href: "/events/mine" }, "Show it")));
    else say("good", el("p", {}, "Your places are kept. Send the money by e-transfer to the organiser, and write ", el("strong", { class: "mono" }, done.memo), " into it, within 72 hours. The tickets are yours when they confirm that it arrived."));
  });
}

async function erase(button) {
  if (!confirm("Erase what you wrote of this event? Who had which ticket stays in its record, without words.")) return;
  await working(button, "Signing…", async () => {
    const { event } = byId("manage").dataset;
    await submit(await signer(), { service: "events", op: "events.erase", ref: event, to: [event] });
    location.reload();
  });
}

async function decide(event) {
  const button = event.target.closest("[data-status], [data-erase]");
  if (!button) return;
  if ("erase" in button.dataset) return erase(button);
  const { status, op = "events.status" } = button.dataset;
  if (status === "cancelled" && !confirm("Cancel the event for good? All tickets are void at once, and everybody gets their money back.")) return;
  await working(button, "Signing…", async () => {
    await agree(await signer(), op, "POST", `/events/api/events/${byId("manage").dataset.id}/status`, { status });
    location.reload();
  });
}

/** Gives up places that are kept: one's own, or anybody's at one's own event. */
async function release(event) {
  const button = event.target.closest("[data-release]");
  if (!button) return;
  await working(button, "Signing…", async () => {
    await agree(await signer(), "events.release", "DELETE", `/events/api/events/${byId("open").dataset.id}/holds`, { hold: button.dataset.release });
    location.reload();
  });
}

/** How far everybody's money is, until all of it is given back. */
async function follow(card) {
  const refunds = await get(`/events/api/events/${card.dataset.id}/refunds`);
  byId("refunds-text").textContent = `${refunds.done} of ${refunds.payments} payments are given back.`;
  byId("refunds-bar").value = refunds.done;
  if (refunds.open === 0) location.reload();
  else setTimeout(() => follow(card).catch(sayError), 2_000);
}

for (const form of document.querySelectorAll("form.buy")) form.addEventListener("submit", (event) => look(event).catch(sayError));
byId("agree").addEventListener("click", () => buy().catch(sayError));
byId("cancel").addEventListener("click", () => (byId("order").hidden = true));
byId("manage")?.addEventListener("click", (event) => decide(event).catch(sayError));
byId("open")?.addEventListener("click", (event) => release(event).catch(sayError));
if (Number(byId("refunds")?.dataset.open) > 0) follow(byId("refunds")).catch(sayError);
