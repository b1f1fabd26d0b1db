// A jar: shows the shares of the chosen amount, gives the tip, and lets its giver add words once it is paid.
//
// Always: this browser keeps a visitor's words until they are sent, for seven days: the payment may arrive after the page was closed.

import { get, post } from "../js/api.js";
import { amount as shownAmount, minor, written } from "../js/money/amount.js";
import { order } from "../js/money/fair.js";
import { submit } from "../js/proof.js";
import { signedInDid } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, fieldError, leave, quiet, say, sayError, shape, working } from "../js/ui.js";
import { visitor } from "../js/money/visitor.js";

const t = await texts("coffee");
const KEPT_MS = 7 * 86_400_000;
const COLOURS = 6;
const form = byId("tip");
const { owner, jar, currency, price } = form?.dataset ?? {};
const PENDING = `tip ${owner} ${jar}`;
const money = (units) => shownAmount(units, currency);

// The chosen amount

const chosen = () => form.querySelector("[name=amount]:checked").value;

/** The amount in minor units; null where what is written is none, with the reason next to the field. */
function amount() {
  const other = byId("other");
  fieldError(other);
  if (chosen() !== "other") return Number(chosen());
  const units = minor(other.value, currency);
  if (units === null) fieldError(other, t("js-no-amount"));
  else if (units < Number(price)) fieldError(other, t("js-too-small", { amount: money(Number(price)) }));
  else return units;
  return null;
}

let newest = 0;
/** The shares that are shown. */
let follows = document.querySelector("[data-follows]")?.dataset.follows;
/** Draws who would get what, and says nothing of an amount that is still being written. An answer that comes after a later choice is left out. */
async function look() {
  const own = chosen() === "other";
  byId("other-field").hidden = !own;
  const units = own ? minor(byId("other").value, currency) : Number(chosen());
  if (units === null || (own && units < Number(price))) return;
  newest += 1;
  const turn = newest;
  const quote = await post("/coffee/api/quote", { owner, jar, amount: units });
  if (quote.currency !== currency) return leave();
  if (turn !== newest) return;
  follows = quote.sign.fact.follows;
  byId("split").replaceChildren(...split(quote));
}

/** The parts of an amount: side by side, and in words. */
function split({ recipients, amount: whole }) {
  let from = 0;
  const parts = recipients.map(({ amount: part }, n) => {
    const width = Math.floor((part * 1000) / whole);
    from += width;
    return shape("rect", { class: `share-${n % COLOURS}`, x: from - width, width, height: 24 });
  });
  const bar = shape("svg", { class: "split", viewBox: "0 0 1000 24", preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts);
  const swatch = (n) => shape("svg", { class: "swatch", viewBox: "0 0 10 10", "aria-hidden": "true" }, shape("rect", { class: `share-${n % COLOURS}`, width: 10, height: 10 }));
  const rows = recipients.map(({ name, amount: part, gone }, n) => el("li", {}, swatch(n), ` ${gone ? t("js-gone") : (name ?? t("js-somebody"))} `, el("strong", {}, money(part))));
  return [el("p", { class: "soft" }, t("js-split", { amount: money(whole) })), bar, el("ul", { class: "rows" }, ...rows)];
}

// Giving

async function give(event) {
  event.preventDefault();
  quiet();
  const units = amount();
  if (units === null) return byId("other").focus();
  await working(byId("give"), t("js-giving"), async () => {
    const me = await visitor();
    const ask = { owner, jar, amount: units, rail: byId("rail").value, shown: byId("shown").checked, follows, currency };
    const done = await order(me, "coffee.tip", "/coffee/api/pay", ask, look);
    keep({ payment: done.payment, at: Date.now() });
    if (done.url) return leave(done.url);
    show(done.paid, units, done);
  });
}

const kept = () => {
  const pending = JSON.parse(localStorage.getItem(PENDING) ?? "null");
  return pending && Date.now() - pending.at < KEPT_MS ? pending : null;
};
const keep = (pending) => (pending ? localStorage.setItem(PENDING, JSON.stringify(pending)) : localStorage.removeItem(PENDING));

/** Shows what became of a tip, and what its giver can do now. */
function show(paid, units, { memo, paymentPage } = {}) {
  form.hidden = true;
  byId("after").hidden = false;
  byId("after-title").hidden = !paid;
  const how = paymentPage ? [" ", el("strong", { class: "mono" }, memo), " ", el("a", { class: "button main", href: paymentPage }, t("js-how-to-pay"))] : [];
  byId("after-how").replaceChildren(paid ? t("js-given", { amount: money(units) }) : t("js-promised"), ...how);
  for (const thanks of document.querySelectorAll(".thanks")) thanks.hidden = !paid;
  byId("words").dataset.paid = paid ? "yes" : "";
  byId("monthly").hidden = !paid;
  byId("monthly").dataset.amount = units;
  (paid ? byId("after-title") : byId("text")).focus();
}

async function saySomething(event) {
  event.preventDefault();
  const [text, name] = [byId("text").value.trim(), byId("name").value.trim()];
  fieldError(byId("text"), text ? null : t("js-say-empty"));
  if (!text) return;
  keep({ ...kept(), text, name });
  if (!byId("words").dataset.paid) return say("good", t("js-say-later"));
  await working(byId("say"), t("js-signing"), async () => {
    await send(await visitor(), kept());
    byId("words").hidden = true;
    say("good", t("js-said"));
  });
}

async function send(me, { payment, text, name }) {
  const body = { text, ...(name ? { name } : {}) };
  await submit(me, { service: "coffee", op: "coffee.say", ref: payment, fact: { dids: [owner] }, body });
  keep(null);
}

async function remind() {
  await working(byId("remind"), t("js-signing"), async () => {
    const day = Number(byId("day").value);
    const fact = { seller: owner, day, amount: Number(byId("monthly").dataset.amount), currency };
    await submit(await visitor(), { service: "coffee", op: "coffee.remind", ref: jar, fact });
    say("good", t("js-reminded", { day }));
  });
}

/** Whether a tip of this browser has been paid since: then says so, and sends the words that wait. */
async function resume() {
  const pending = kept();
  if (!pending?.payment || !signedInDid()) return;
  const { tips } = await get("/coffee/api/given");
  const tip = tips.find(({ payment }) => payment === pending.payment);
  if (!tip) return;
  show(true, tip.amount);
  say("good", t("js-came", { amount: money(tip.amount) }));
  if (tip.said) return keep(null);
  if (!pending.text) return;
  byId("text").value = pending.text;
  byId("name").value = pending.name ?? "";
  await send(await visitor(), pending);
  byId("words").hidden = true;
  say("good", t("js-said"));
}

/** An amount in the address: where a reminder leads. */
function choose(units) {
  if (!units) return;
  const choice = form.querySelector(`[name=amount][value="${CSS.escape(units)}"]`) ?? byId("other-choice");
  choice.checked = true;
  if (choice.id === "other-choice") byId("other").value = written(Number(units), currency);
}

if (form) {
  choose(new URLSearchParams(location.search).get("amount"));
  form.addEventListener("input", () => look().catch(sayError));
  form.addEventListener("submit", (event) => give(event).catch(sayError));
  byId("words").addEventListener("submit", (event) => saySomething(event).catch(sayError));
  byId("remind").addEventListener("click", () => remind().catch(sayError));
  if (chosen() !== form.querySelector("[name=amount]").value) look().catch(sayError);
  resume().catch(sayError);
}
