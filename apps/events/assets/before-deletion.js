// On the page "Delete my data": the person's events, which no one else can close after they leave.

import { get } from "../js/api.js";
import { agree, submit } from "../js/proof.js";
import { actor } from "../js/session.js";
import { texts } from "../js/texts.js";
import { byId, el, sayError, working } from "../js/ui.js";

const t = await texts("events");
const list = el("ul", { class: "rows", id: "events-list" });
const section = el("section", { class: "card", id: "events" },
  el("h2", {}, t("js-events")),
  el("p", {}, t("js-events-why")),
  list,
);
section.hidden = true;
byId("first").append(section);

/** Draws the person's events, each with the available action. */
async function drawEvents() {
  const { events } = await get("/events/api/mine?limit=1").catch((error) => {
    // A node without the events app answers 404: the person has no events.
    if (error.status === 404) return { events: [] };
    throw error;
  });
  const rows = (await Promise.all(events.map(eventRow))).filter((row) => row);
  list.replaceChildren(...rows);
  section.hidden = rows.length === 0;
}

async function eventRow(event) {
  const { open, payments, byHand } = event.status === "draft" ? { open: 0, payments: 0, byHand: 0 } : await get(`/events/api/events/${event.id}/refunds`);
  const name = el("a", { class: "grow", href: `/events/${event.id}` }, event.title ?? t("js-event-untitled"));
  const row = (text, ...buttons) => el("li", {}, el("div", { class: "row" }, name, ...buttons), el("p", { class: "soft" }, text));
  if (["published", "paused"].includes(event.status)) {
    const over = Date.parse(event.endsAt ?? event.startsAt) < Date.now();
    const cancel = button(t("js-event-cancel"), () => status(event, "cancelled"), "danger");
    const refunds = t("js-event-cancel-refunds");
    const past = payments ? `${t("js-event-over")} ${refunds}` : t("js-event-over");
    if (over) return row(past, button(t("js-event-complete"), () => status(event, "completed")), cancel);
    const paid = t("js-event-paid", { count: payments });
    return row(payments ? `${paid} ${refunds}` : paid, cancel);
  }
  if (event.status === "cancelled" && open) return row(t("js-event-refunding", { open, count: payments }));
  if (!event.title) return null;
  const erase = button(t("js-event-erase"), () => erasedEvent(event));
  if (event.status === "draft") return row(t("js-event-draft"), erase);
  return row(byHand ? `${t("js-event-by-hand", { count: byHand })} ${t("js-event-ended")}` : t("js-event-ended"), erase);
}

function button(label, action, kind = "") {
  return el("button", { type: "button", class: kind, onclick: ({ currentTarget }) => working(currentTarget, t("js-signing"), async () => {
    await action();
    await drawEvents();
    document.dispatchEvent(new Event("settled"));
  }) }, label);
}

async function status(event, wanted) {
  await agree(await actor(), "events.status", "POST", `/events/api/events/${event.id}/status`, { status: wanted });
}

async function erasedEvent(event) {
  await submit(await actor(), { service: "events", op: "events.erase", ref: event.did, to: [event.did] });
}

drawEvents().catch(sayError);
