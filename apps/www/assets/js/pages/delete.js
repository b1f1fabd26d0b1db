// Deleting everything: what goes and what stays stands on the page; a copy was offered; the owner's
// signature does it; the receipt is theirs to keep.

import { ApiError, get } from "../api.js";
import { agree, submit } from "../proof.js";
import { forgetPages, signedInDid, signer } from "../session.js";
import { people } from "../store.js";
import { byId, el, fieldError, saveFile, sayError, showOnly, working } from "../ui.js";

let plan = null;

function list(id, items) {
  byId(id).replaceChildren(...items.map((content) => el("li", {}, ...content)));
}

/** "1 key" rather than "1 keys". */
function counted({ number, what }) {
  return number === 1 ? what.replace(/ies$/, "y").replace(/s$/, "") : what;
}

function draw(newPlan) {
  plan = newPlan;
  list("goes", plan.goes.map((item) => [counted(item)]));
  byId("nothing-goes").hidden = plan.goes.length > 0;
  list("stays", plan.stays.map((item) => [el("strong", {}, counted(item)), `: ${item.why}`]));
  list("out-of-reach", plan.outOfReach.map((text) => [text]));
  byId("plan").hidden = false;
  byId("looking").hidden = true;
}

async function load() {
  draw(await get(`/auth/api/delete?did=${encodeURIComponent(signedInDid())}`));
  await drawEvents();
}

/** The events that only they can close, each with what can be done about it. */
async function drawEvents() {
  const { events } = await get("/events/api/mine?limit=1").catch((error) => {
    // A box without events has none to close.
    if (error.status === 404) return { events: [] };
    throw error;
  });
  const rows = (await Promise.all(events.map(eventRow))).filter((row) => row);
  byId("events-list").replaceChildren(...rows);
  byId("events").hidden = rows.length === 0;
}

async function eventRow(event) {
  const { open, payments } = event.status === "draft" ? { open: 0, payments: 0 } : await get(`/events/api/events/${event.id}/refunds`);
  const name = el("a", { class: "grow", href: `/events/${event.id}` }, event.title ?? "An event without words");
  const row = (text, ...buttons) => el("li", {}, el("div", { class: "row" }, name, ...buttons), el("p", { class: "soft" }, text));
  if (["published", "paused"].includes(event.status)) {
    const over = Date.parse(event.endsAt ?? event.startsAt) < Date.now();
    const cancel = button("Cancel it", () => status(event, "cancelled"), "danger");
    if (over) return row("It was on. Say that it is over; or cancel it, and everybody gets their money back.", button("It is over", () => status(event, "completed")), cancel);
    return row(payments ? `It is on, and there are ${payments} payments for it. If you cancel it, everybody gets their money back.` : "It is on. Nobody has a ticket yet.", cancel);
  }
  if (event.status === "cancelled" && open) return row(`Cancelled: ${open} of ${payments} payments are still being given back, by themselves.`);
  if (!event.title) return null;
  return row(event.status === "draft" ? "A draft. Nobody sees it." : "It is over. What you wrote of it can go.", button("Erase its words", () => erasedEvent(event)));
}

function button(label, action, kind = "") {
  return el("button", { type: "button", class: kind, onclick: ({ currentTarget }) => working(currentTarget, "Signing…", async () => {
    await action();
    await load();
  }) }, label);
}

async function status(event, wanted) {
  await agree(await signer(), "events.status", "POST", `/events/api/events/${event.id}/status`, { status: wanted });
}

async function erasedEvent(event) {
  await submit(await signer(), { service: "events", op: "events.erase", ref: event.did, to: [event.did] });
}

async function erase(event) {
  event.preventDefault();
  const sure = byId("sure");
  if (!sure.checked) return fieldError(sure, "Tick this first: it cannot be undone.");
  fieldError(sure);
  await working(byId("erase"), "Signing and erasing…", async () => {
    const me = await signer();
    const { receipt, says } = await confirm(me);
    const text = JSON.stringify({ says, receipt }, null, 2);
    byId("save-receipt").addEventListener("click", () => saveFile("imajin-receipt.json", "application/json", text));
    await people.remove(me.did);
    await forgetPages();
    showOnly(byId("gone"), [byId("before"), byId("gone")]);
  });
}

/** Signs the very numbers that were shown. If they changed in between, shows the new ones and stops. */
async function confirm(me) {
  try {
    return await submit(me, { service: "auth", op: "auth.delete", body: plan.body }, { path: "/auth/api/delete" });
  } catch (error) {
    if (error instanceof ApiError && error.problem.plan) {
      draw(error.problem.plan);
      byId("sure").checked = false;
    }
    throw error;
  }
}

byId("form-delete").addEventListener("submit", erase);
load().catch(sayError);
