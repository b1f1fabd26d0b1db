// The form of an event: signs the income shares, then the event itself.

import { ApiError, NoAnswer, get, post } from "../js/api.js";
import { keepForm } from "../js/form/kept.js";
import { chosen, complaint, personField } from "../js/form/person.js";
import { sure } from "../js/form/sure.js";
import { manifest } from "../js/money/fair.js";
import { minor, written } from "../js/money/amount.js";
import { agree } from "../js/proof.js";
import { signer } from "../js/session.js";
import { texts } from "../js/texts.js";
import { instant, isZone, ownZone, toldIn, wall } from "../js/time.js";
import { byId, el, fieldError, leave, say, sayError, working } from "../js/ui.js";
import { pictureOf } from "./picture.js";

const t = await texts("events");
const form = byId("form-event");
const picture = pictureOf();
const SMALL = 12;
const tags = form.dataset.tag ? [form.dataset.tag] : (JSON.parse(form.dataset.tags ?? "[]") ?? []);

/** The event's address, once known, and whether the event was created, so that saving twice creates no second event. */
let known = form.dataset.event ? { event: form.dataset.event, id: form.dataset.id } : null;
let isMade = known !== null;
/** Whether the event may have been created, because no answer came. */
let mayBeMade = false;

class Wrong extends Error {
  constructor(input, message) {
    super(message);
    this.input = input;
  }
}

function words() {
  const found = {};
  for (const input of document.querySelectorAll("[data-word]")) {
    fieldError(input);
    if (input.value.trim()) found[input.dataset.word] = input.value.trim();
  }
  const timezone = byId("timezone").value.trim();
  fieldError(byId("timezone"));
  if (!isZone(timezone)) throw new Wrong(byId("timezone"), t("js-no-zone"));
  for (const [name, id] of [["startsAt", "starts"], ["endsAt", "ends"]]) {
    fieldError(byId(id));
    if (!byId(id).value) continue;
    const at = instant(byId(id).value, timezone, byId(id).dataset.time);
    if (at === null) throw new Wrong(byId(id), t("js-no-such-time"));
    found[name] = new Date(at).toISOString();
  }
  if (!found.title) throw new Wrong(byId("title"), t("js-no-title"));
  if (!found.startsAt) throw new Wrong(byId("starts"), t("js-no-start"));
  if (found.endsAt && found.endsAt <= found.startsAt) throw new Wrong(byId("ends"), t("js-end-early"));
  const orders = byId("orders");
  fieldError(orders);
  if (!/^([1-9]|1\d|20)$/.test(orders.value.trim())) throw new Wrong(orders, t("js-orders"));
  if (orders.value.trim() !== "1") found.ordersOpenMax = Number(orders.value);
  if (byId("free-places").value) found.freePlaces = byId("free-places").value;
  if (byId("address-for").checked) found.addressFor = "holders";
  if (byId("guests-for").checked) found.guestsFor = "holders";
  if (tags.length) found.tags = tags;
  if (form.dataset.group) found.group = form.dataset.group;
  return { ...found, locationType: byId("locationType").value, timezone };
}

function types() {
  return [...document.querySelectorAll("#types .type-row")].map((row) => {
    const at = (name) => row.querySelector(`[data-${name}]`);
    for (const name of ["name", "price", "currency", "quantity", "most"]) fieldError(at(name));
    if (!at("name").value.trim()) throw new Wrong(at("name"), t("js-type-name"));
    const currency = at("currency").value.trim().toUpperCase();
    if (!/^[A-Z]{3,4}$/.test(currency)) throw new Wrong(at("currency"), t("js-type-currency"));
    const price = minor(at("price").value || "0", currency);
    if (price === null) throw new Wrong(at("price"), t("js-type-price"));
    const text = at("quantity").value.trim();
    if (text && !/^\d{1,6}$/.test(text)) throw new Wrong(at("quantity"), t("js-type-quantity"));
    const most = at("most").value.trim();
    if (!/^([1-9]\d?|100)$/.test(most)) throw new Wrong(at("most"), t("js-type-most"));
    // A row of an earlier type keeps the members that the form has no fields for.
    const more = JSON.parse(row.dataset.more ?? "{}");
    return { ...more, name: at("name").value.trim(), price, currency, maxPerOrder: Number(most), ...(text ? { quantity: Number(text) } : {}) };
  });
}

function shares() {
  const rows = [...document.querySelectorAll("#shares .share-row")];
  const parts = rows.map((row) => {
    const [who, role, share] = ["person", "role", "share"].map((name) => row.querySelector(`[data-${name}]`));
    [who, share].forEach((input) => fieldError(input));
    const id = chosen(who);
    if (!id) throw new Wrong(who, complaint(who));
    const percent = Number(share.value.replace(",", "."));
    if (!(percent > 0 && percent <= 100)) throw new Wrong(share, t("js-share"));
    const ppm = Math.round(percent * 10_000);
    return { ppm, contributor: { id, ...(role.value.trim() ? { role: role.value.trim() } : {}), weight: ppm / 1_000_000 } };
  });
  if (parts.reduce((sum, part) => sum + part.ppm, 0) !== 1_000_000) {
    throw new Wrong(rows.at(-1).querySelector("[data-share]"), t("js-shares-sum"));
  }
  return parts.map((part) => part.contributor);
}

async function save(event) {
  event.preventDefault();
  const button = event.submitter ?? byId("save");
  const isShared = button.id === "publish";
  await working(button, t("js-saving"), async () => {
    const me = await signer();
    await picture.ready;
    let asked;
    let contributors;
    try {
      asked = { ...words(), tickets: types() };
      contributors = shares();
      if (!asked.tickets.length) throw new Wrong(byId("add-type"), t("js-no-type"));
      if (!contributors.some(({ id }) => id === me.did)) throw new Wrong(byId("add-share"), t("js-no-own-share"));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      error.input.closest("details")?.setAttribute("open", "");
      error.input.id ||= `field-${Math.random().toString(36).slice(2)}`;
      return error.input.tagName === "BUTTON" ? say("bad", error.message) : fieldError(error.input, error.message);
    }
    const isPast = Date.parse(asked.startsAt) < Date.now() && byId("starts").value !== startedWith;
    const time = toldIn(asked.startsAt, asked.timezone, { dateStyle: "full", timeStyle: "short" });
    if (isPast && !(await sure(t("js-past-sure", { time }), { textContent: t("js-past-yes") }))) {
      return fieldError(byId("starts"), t("js-past"));
    }
    if (mayBeMade && !isMade) isMade = await exists(known.id);
    known ??= await post("/events/api/events/key", {});
    asked = { ...asked, event: known.event, fairManifest: await manifest(me, known.id, "event", contributors) };
    if (isMade) await agree(me, "events.update", "PUT", `/events/api/events/${known.id}`, asked);
    else await create(me, asked);
    // The event exists now, even if its picture can't be saved.
    isMade = true;
    await picture.save(me, known.event);
    if (isShared) await agree(me, "events.status", "POST", `/events/api/events/${known.id}/status`, { status: "published" });
    forget();
    await leave(`/events/${known.id}${isShared ? "#share" : ""}`);
  });
}

/**
 * Creates the event. An address that no event had yet is also given to another tab or device: where that one was first, the next attempt
 * asks for another address, and changes nothing of the other event.
 */
async function create(me, asked) {
  mayBeMade = true;
  try {
    await agree(me, "events.create", "POST", "/events/api/events", asked);
  } catch (error) {
    mayBeMade = error instanceof NoAnswer || error.status >= 500;
    if (error.problem?.reason === "exists") known = null;
    throw error;
  }
}

/** Whether an event was created although the response may have been lost. */
async function exists(id) {
  try {
    await get(`/events/api/events/${id}`);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

let number = 0;
function label(row) {
  for (const input of row.querySelectorAll("input")) {
    number += 1;
    input.id ||= `row-${number}`;
    input.previousElementSibling.htmlFor = input.id;
  }
  const who = row.querySelector("[data-person]");
  if (who) personField(who);
  row.querySelector("[data-remove]")?.addEventListener("click", () => row.remove());
  const price = row.querySelector("[data-minor]");
  if (price) price.value = written(Number(price.dataset.minor), row.querySelector("[data-currency]").value);
}

function add(kind, place) {
  const row = byId(`${kind}-template`).content.firstElementChild.cloneNode(true);
  byId(place).append(row);
  label(row);
  return row;
}

for (const row of document.querySelectorAll("#types .type-row, #shares .share-row")) label(row);
if (!document.querySelector("#types .type-row")) {
  // New events are free by default, and events planned with a tag are small.
  const first = add("type", "types");
  first.querySelector("[data-name]").value = t("js-place");
  first.querySelector("[data-price]").value = "0";
  if (form.dataset.tag) first.querySelector("[data-quantity]").value = SMALL;
}
/** Returns next Saturday at 20:00 as local wall clock time. */
function saturdayEvening() {
  const at = new Date();
  at.setDate(at.getDate() + (6 - at.getDay() || 7));
  return `${wall(at).slice(0, 10)}T20:00`;
}

const zone = byId("timezone");
zone.value ||= ownZone();
byId("zones").replaceChildren(...Intl.supportedValuesOf("timeZone").map((name) => el("option", { value: name })));
/** Shows the time zone of the form's times. */
function sayZone() {
  byId("starts-hint").textContent = t("js-in-zone", { zone: zone.value.replaceAll("_", " ") });
}

zone.addEventListener("input", sayZone);

for (const id of ["starts", "ends"]) {
  const { time } = byId(id).dataset;
  const isNewStart = id === "starts" && !isMade;
  if (!time && !isNewStart) continue;
  // In a zone that this browser doesn't know, the reader's clock shows it, until they choose another one.
  byId(id).value = isNewStart ? saturdayEvening() : wall(time, isZone(zone.value) ? zone.value : undefined);
}
/** Shows the venue field for events at a place, and the link field for online events. */
function place() {
  const kind = byId("locationType").value;
  byId("at-place").hidden = kind === "virtual";
  byId("online").hidden = kind === "physical";
}

place();
byId("locationType").addEventListener("change", place);
const startedWith = byId("starts").value;
byId("add-type").addEventListener("click", () => add("type", "types").querySelector("input").focus());
byId("add-share").addEventListener("click", () => add("share", "shares").querySelector("input").focus());
const forget = keepForm(form, { types: () => add("type", "types"), shares: () => add("share", "shares") });
// The fields now have the text that was typed before a reload.
sayZone();
form.addEventListener("submit", (event) => save(event).catch(sayError));
