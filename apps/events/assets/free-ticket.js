// A free ticket for a visitor without an account: name, address, and the ticket is on the screen.

import { post } from "../js/api.js";
import { order } from "../js/money/fair.js";
import { visitor } from "../js/money/visitor.js";
import { texts } from "../js/texts.js";
import { byId, fieldError, leave, working } from "../js/ui.js";
import { namesIn } from "./companions.js";

const t = await texts("events");
const form = byId("free-ticket");
const [name, email] = [byId("free-name"), byId("free-email")];

/** Whether both fields are filled in. What is wrong is told next to the first field that isn't. */
function isComplete() {
  const hasAddress = /^\S+@\S+$/.test(email.value.trim());
  fieldError(email, hasAddress ? null : t("js-no-address"));
  fieldError(name, name.value.trim() ? null : t("js-no-name"));
  return hasAddress && name.value.trim() !== "";
}

async function take(event) {
  event.preventDefault();
  if (!isComplete()) return;
  await working(form.querySelector("button"), t("js-taking"), async () => {
    const me = await visitor();
    const companions = namesIn(byId("free-companions"));
    const ask = { type: Number(byId("free-type").value), quantity: 1 + companions.length };
    const quote = await post(`/events/api/events/${form.dataset.id}/quote`, ask);
    const seen = { follows: quote.sign.fact.follows, price: quote.amount, currency: quote.currency, rail: "ledger" };
    const guest = { name: name.value.trim(), email: email.value.trim(), companions };
    const { mailed } = await order(me, "events.buy", `/events/api/events/${form.dataset.id}/buy`, { ...ask, ...seen, ...guest }, leave);
    // The newest ticket is the first one there.
    await leave(`/events/mine?mailed=${mailed}`);
  });
}

form.addEventListener("submit", take);
