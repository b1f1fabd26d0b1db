// The door: stores an event's tickets on this device, checks codes offline, and queues check-ins until they are signed
// and sent, automatically once there is a network. The node decides which door was first.

import { NoAnswer, get, nodeNow } from "../js/api.js";
import { concat, fromBase58, toBase58 } from "../js/base.js";
import { keysInForce } from "../js/dfos.js";
import { chosen, clear, complaint, nameOf as nameOfPerson } from "../js/form/person.js";
import { sure } from "../js/form/sure.js";
import { amount } from "../js/money/amount.js";
import { submit } from "../js/proof.js";
import { offerCamera, prepareScanning } from "../js/scan.js";
import { chainOf, signedInDid, signer } from "../js/session.js";
import { drafts } from "../js/store.js";
import { texts } from "../js/texts.js";
import { toldIn } from "../js/time.js";
import { findGuests, guestName, refusalOf, settleTimes, shortNumber, standingOf, ticketsOf } from "./door-list.js";
import { isSigned, readCode } from "./ticket.js";
import { byId, el, fieldError, quiet, say, sayError, working } from "../js/ui.js";

const t = await texts("events");
const { id, event, organiser, until, zone } = byId("door").dataset;
const isOwn = organiser === signedInDid();
// A person who checks tickets for an organiser names the organiser.
const acting = isOwn ? {} : { headers: { "x-acting-for": organiser } };
const NAME = `door-${event}`;
const BATCH = 50;
const LATER_MS = 15_000;
const DAY_MS = 86_400_000;
let state = { name: NAME, taken: null, scans: [], door: 1 };
let sending = null;

const keep = () => drafts.put(state);
const clock = (at) => toldIn(at, zone, { timeStyle: "short" });

function verdict(kind, ...content) {
  byId("verdict").replaceChildren(el("div", { class: `notice ${kind}` }, ...content.map((text) => el("p", {}, text))));
  byId("verdict").scrollIntoView({ block: "nearest" });
}

function draw() {
  const { taken, scans } = state;
  const counts = () => [t("js-taken", { count: taken.tickets.length, time: clock(taken.at) }), t("js-unsent", { count: scans.length })];
  byId("counts").textContent = taken ? counts().join(" · ") : t("js-none-taken");
  drawGuests();
}

/** Lists the guests whom the search box means: all, if it is empty. */
function drawGuests() {
  byId("guests").replaceChildren(...findGuests(state.taken?.tickets ?? [], byId("code").value).map(guest));
}

/** Returns the name of a ticket's guest, or the ticket's number. */
const nameOf = (ticket) => guestName(state.taken?.tickets.find((one) => one.ticket === ticket) ?? {}) ?? t("js-ticket-number", { number: shortNumber(ticket) });

/** Returns a guest's status as text. */
function standing(one) {
  const { message, at, door } = standingOf(one, state.scans);
  return at === undefined ? t(message) : t(message, { time: clock(at), door });
}

const typeName = (type) => state.taken.types[type - 1] ?? t("js-ticket");

/** Returns whose companion a guest is, as text; null for a ticket's holder. */
const host = ({ companion, name }) => (companion ? ` ${t("js-guest-with", { name: name ?? t("js-guest-unnamed") })}` : null);

function guest(one) {
  const text = standing(one);
  const back = one.status === "void" || !isOwn ? null : el("button", { type: "button", class: "link", onclick: (click) => refund(click.target, one).catch(sayError) }, t("js-refund"));
  const isExpected = !refusalOf(one, state.taken.tickets, state.scans);
  const into = isExpected ? el("button", { type: "button", "aria-label": `${t("js-let-in")}: ${nameOf(one.ticket)}` }, t("js-let-in")) : null;
  const row = el("li", {}, el("div", { class: "row" }, el("span", { class: "grow" }, el("strong", {}, guestName(one) ?? t("js-guest-unnamed")), host(one), el("br"), el("span", { class: "hint" }, `${typeName(one.type)} · `, el("span", { class: "mono", title: one.ticket }, shortNumber(one.ticket)))), el("span", { class: "tag" }, text), into, back));
  row.addEventListener("click", ({ target }) => back?.contains(target) || tapped(one, into).catch(sayError));
  return row;
}

/** Lets a guest in whose row was tapped, after confirmation. */
async function tapped(one, into) {
  if (!into || (await sure(t("js-let-in-sure", { name: nameOf(one.ticket) }), into))) await admit(one);
}

const already = ({ at, door }) => (door ? t("js-already-door", { time: clock(at), door }) : t("js-already", { time: clock(at) }));
const WHY = { passed: () => t("js-was-passed"), void: () => t("js-is-void"), used: already, here: ({ at }) => t("js-already-here", { time: clock(at) }) };

/** Lets a ticket's holder in, by the ticket's code if there is one, or shows why not. */
async function admit(ticket, code = null) {
  const { taken, scans } = state;
  const one = taken.tickets.find((other) => other.ticket === ticket.ticket) ?? ticket;
  const refusal = refusalOf(one, taken.tickets, scans);
  if (refusal) return verdict("bad", WHY[refusal.why](refusal));
  const { seat, issue, holder } = one;
  scans.push({ ticket: one.ticket, at: nodeNow(), ...(code && { code }), seat, issue, holder });
  await keep();
  byId("code").value = "";
  draw();
  verdict("good", t("js-welcome"), [guestName(one), typeName(one.type), shortNumber(one.ticket)].filter((part) => part).join(" · "));
}

/** Lists the tickets that match a short number, to choose one. */
function choose(meant, number) {
  const button = (one) => el("button", { type: "button", onclick: () => admit(one).catch(sayError) }, `${guestName(one) ?? t("js-guest-unnamed")} · ${typeName(one.type)} · ${standing(one)}`);
  byId("verdict").replaceChildren(el("div", { class: "notice" }, el("p", {}, t("js-choose", { number })), el("div", { class: "actions" }, ...meant.map(button))));
  byId("verdict").querySelector("button").focus();
}

/** Checks a scanned code, or a ticket's number typed by hand. */
async function check(input) {
  const { taken } = state;
  if (!taken) return verdict("bad", t("js-take-first"));
  const code = readCode(input);
  if (code && (code.ticket.event !== event || !(await isSigned(code, taken.keys)))) return verdict("bad", t("js-not-this-event"));
  if (code) return admit(code.ticket, input.trim().toUpperCase());
  const meant = ticketsOf(taken.tickets, input);
  if (!meant.length) return verdict("bad", t("js-unknown"));
  return meant.length > 1 ? choose(meant, input.trim().toUpperCase()) : admit(meant[0]);
}

/** Checks the search box. A part of a name is no ticket: it moves the focus to the first guest in the list who has it. */
async function enter() {
  const input = byId("code");
  const isName = input.value.trim() && byId("guests").childElementCount && !ticketsOf(state.taken.tickets, input.value).length;
  if (isName) return byId("guests").querySelector("button:not(.link)")?.focus();
  await check(input.value);
  input.value = "";
  drawGuests();
}

async function take() {
  state.taken = { ...(await get(`/events/api/events/${id}/door`, acting)), at: Date.now() };
  await keep();
  draw();
}

/** Signs and sends the queued check-ins. Returns the outcomes for people who should not have been let in. */
async function send() {
  const own = await signer();
  const me = isOwn ? own : { ...own, owner: organiser };
  const told = [];
  while (state.scans.length) {
    // Without a network, this device doesn't know the box's time.
    settleTimes(state.scans, nodeNow());
    const batch = state.scans.slice(0, BATCH);
    const to = [...new Set([event, ...batch.map((scan) => scan.holder)])].filter((did) => did !== organiser);
    const scans = batch.map(({ ticket, at, code }) => ({ ticket, at, ...(code && { code }) }));
    const answer = await submit(me, { service: "events", op: "events.checkin", ref: event, body: { scans, door: state.door }, to }, acting);
    told.push(...(answer.value?.results ?? []).filter((one) => one.result !== "used"));
    state.scans = state.scans.slice(batch.length);
    await keep();
  }
  await take();
  return told;
}

/** Sends the queue; concurrent calls share one run. */
const sent = () => (sending ??= send().finally(() => (sending = null)));

/** Describes the outcome for a person who should not have been let in. */
function outcome({ ticket, result, first }) {
  const told = { name: nameOf(ticket), said: t("js-told", { result }) };
  if (!first) return t("js-told-line", told);
  const time = clock(first.at);
  return first.door ? t("js-told-line-door", { ...told, time, door: first.door }) : t("js-told-line-first", { ...told, time });
}

function tell(told) {
  if (told.length) say("bad", el("p", {}, t("js-sent-but")), el("ul", {}, told.map((one) => el("li", {}, outcome(one)))));
  else say("good", t("js-sent"));
}

const sync = () => working(byId("sync"), t("js-sending"), async () => tell(await sent()));

/** Sends the queue automatically; without a network it keeps waiting silently. */
async function later() {
  if (!state.scans.length || sending) return;
  await sent().then(tell).catch((error) => {
    if (!(error instanceof NoAnswer)) sayError(error);
  });
}

/** Stores this page on the device, so that it opens offline. */
async function stay() {
  const place = byId("stays");
  if (!navigator.serviceWorker) {
    place.textContent = t("js-stays-open");
    return;
  }
  await navigator.serviceWorker.register("/assets/events/door-worker.js", { scope: location.pathname });
  await navigator.serviceWorker.ready;
  place.textContent = t("js-stays");
}

/** Takes a ticket back and refunds it. The signature names everyone who shared in the payment. */
async function refund(button, one) {
  const { className, textContent } = button;
  await working(button, t("js-signing"), async () => {
    const { guests } = await get(`/events/api/events/${id}/guests`);
    const sold = guests.find((guest) => guest.ticket === one.ticket);
    const question = sold.price > 0 ? t("js-refund-sure", { amount: amount(sold.price, sold.currency) }) : t("js-take-sure");
    if (!(await sure(question, { className, textContent }))) return;
    const me = await signer();
    const receipt = sold.payment ? JSON.stringify(await get(`/pay/api/receipts/${sold.payment}`)) : "";
    const { node } = await get(`/auth/api/head/${encodeURIComponent(me.did)}`);
    const to = new Set([event, one.holder, node, ...(receipt.match(/did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}/g) ?? [])]);
    to.delete(me.did);
    await submit(me, { service: "events", op: "events.refund", ref: one.ticket, body: {}, fact: { event, amount: sold.price, currency: sold.currency }, to: [...to] });
    await take();
    say("good", t("js-refunded"));
  });
}

/** Delegates check-ins to another person's key, until the day after the event. */
async function lend(submitted) {
  submitted.preventDefault();
  const who = byId("keeper");
  fieldError(who);
  const did = chosen(who);
  if (!did) return fieldError(who, complaint(who));
  const key = `z${toBase58(concat(Uint8Array.of(0xed, 1), fromBase58(did.split(":").at(-1))))}`;
  const chain = await chainOf(did);
  const inForce = chain?.length ? keysInForce(chain).authKeys.some((one) => one.publicKeyMultibase === key) : chain !== null;
  if (!inForce) return fieldError(who, t("js-not-here"));
  await working(byId("lend"), t("js-signing"), async () => {
    const end = Math.min(Math.max(Date.parse(until), nodeNow()) + DAY_MS, nodeNow() + 365 * DAY_MS);
    await submit(await signer(), { service: "auth", op: "auth.delegation.create", body: { key, scope: ["events.checkin"], until: new Date(end).toISOString() } });
    clear(who);
    await keepers();
    say("good", t("js-lent"));
  });
}

/** Lists the people who may check tickets, each with a button to revoke that. */
async function keepers() {
  const { delegations } = await get("/auth/api/delegations");
  const inForce = delegations.filter(({ scope, ended, until: end }) => scope.includes("events.checkin") && !ended && Date.parse(end) > nodeNow());
  const names = await Promise.all(inForce.map(({ delegate }) => nameOfPerson(delegate)));
  byId("keepers").replaceChildren(...inForce.map(({ cid, delegate }, at) => {
    const back = el("button", { type: "button", onclick: () => working(back, t("js-signing"), async () => {
      await submit(await signer(), { service: "auth", op: "auth.delegation.end", ref: cid });
      await keepers();
    }) }, t("js-take-back"));
    return el("li", {}, el("div", { class: "row" }, el("a", { class: "grow", href: `/profile/${delegate}` }, names[at]), back));
  }));
}

/** Waits until no other tab of this browser has this door: each would write over what the other let in. */
function alone() {
  const { locks } = navigator;
  if (!locks) return Promise.resolve();
  const setInert = (inert) => [...byId("message").parentElement.children].forEach((part) => (part.inert = inert && part.id !== "message"));
  return new Promise((begin) => {
    const hold = (lock) => {
      setInert(!lock);
      if (!lock) {
        say("bad", t("js-other-tab"));
        return false;
      }
      quiet();
      begin();
      return new Promise(() => {});
    };
    locks.request(NAME, { ifAvailable: true }, hold).then((had) => had === false && locks.request(NAME, hold));
  });
}

async function start() {
  await alone();
  state = { ...state, ...(await drafts.get(NAME)) };
  byId("door-number").value = state.door;
  draw();
  await take().catch((error) => {
    if (!state.taken || !(error instanceof NoAnswer)) throw error;
    say("good", t("js-offline"));
  }).catch(sayError);
  stay().catch(() => (byId("stays").textContent = t("js-stays-not")));
  byId("door-number").addEventListener("change", ({ target }) => {
    state.door = Math.min(999, Math.max(1, Math.trunc(Number(target.value)) || 1));
    target.value = state.door;
    keep().catch(sayError);
  });
  byId("form-code").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    enter().catch(sayError);
  });
  byId("code").addEventListener("input", drawGuests);
  let last = "";
  // Scanning continues after each code. The same code twice in a row is checked once.
  const accept = (text) => {
    if (text !== last && readCode(text)) check((last = text)).catch(sayError);
    return false;
  };
  await offerCamera(byId("scan"), accept, () => {});
  prepareScanning();
  byId("sync").addEventListener("click", sync);
  byId("form-lend")?.addEventListener("submit", (submitted) => lend(submitted).catch(sayError));
  byId("form-lend")?.closest("details").addEventListener("toggle", () => keepers().catch(sayError), { once: true });
  addEventListener("online", later);
  setInterval(later, LATER_MS);
  later();
  byId("reload").addEventListener("click", () => working(byId("reload"), t("js-reloading"), take));
}

start().catch(sayError);
