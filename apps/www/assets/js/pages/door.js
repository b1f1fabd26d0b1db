// The door: takes an event's tickets along, checks codes without a network, keeps who was let in on this device until
// that is signed and sent, by itself once there is a network. The box decides which door was first.

import { NoAnswer, get, nodeNow } from "../api.js";
import { concat, fromBase58, toBase58 } from "../base.js";
import { keysInForce } from "../dfos.js";
import { submit } from "../proof.js";
import { offerCamera } from "../scan.js";
import { chainOf, signedInDid, signer } from "../session.js";
import { drafts } from "../store.js";
import { isSigned, readCode } from "../ticket.js";
import { byId, el, fieldError, say, sayError, working } from "../ui.js";

const { id, event, organiser, until } = byId("door").dataset;
const isOwn = organiser === signedInDid();
// Whoever keeps a door for somebody says for whom.
const acting = isOwn ? {} : { headers: { "x-acting-for": organiser } };
const NAME = `door-${event}`;
const BATCH = 50;
const LATER_MS = 15_000;
const DAY_MS = 86_400_000;
const SAID = { used: "let in", already: "was here before", passed: "handed on", void: "given back", unknown: "not known" };
let state = { name: NAME, taken: null, scans: [], door: 1 };
let sending = null;

const keep = () => drafts.put(state);
const clock = (at) => new Date(at).toLocaleTimeString(undefined, { timeStyle: "short" });

function verdict(kind, ...content) {
  byId("verdict").replaceChildren(el("div", { class: `notice ${kind}` }, ...content.map((text) => el("p", {}, text))));
}

function draw() {
  const { taken, scans } = state;
  byId("counts").textContent = taken ? `${taken.tickets.length} tickets taken along at ${clock(taken.at)} · ${scans.length} let in and not sent yet` : "No tickets taken along yet.";
  byId("guests").replaceChildren(...(taken?.tickets ?? []).filter((one) => one.status !== "passed").map(guest));
}

function guest(one) {
  const waiting = state.scans.some((scan) => scan.ticket === one.ticket);
  const text = waiting ? "let in, not sent yet" : one.status === "used" ? `came ${clock(one.usedAt)}${one.door ? `, door ${one.door}` : ""}` : one.status === "void" ? "given back" : "expected";
  const back = one.status === "void" || !isOwn ? null : el("button", { type: "button", class: "link", onclick: (click) => refund(click.target, one).catch(sayError) }, "Give the money back");
  return el("li", {}, el("div", { class: "row" }, el("span", { class: "grow" }, `${state.taken.types[one.type - 1] ?? "Ticket"} `, el("span", { class: "did", title: one.holder }, one.ticket.slice(0, 12))), el("span", { class: "tag" }, text), back));
}

/** Checks a code, or a ticket's number where there is no camera. */
async function check(input) {
  const { taken, scans } = state;
  if (!taken) return verdict("bad", "Take the tickets along first: that needs a network once.");
  const code = readCode(input);
  const number = code?.ticket.ticket ?? input.trim().toLowerCase();
  if (code && (code.ticket.event !== event || !(await isSigned(code, taken.keys)))) return verdict("bad", "Not a ticket of this event.");
  const known = taken.tickets.find((one) => one.ticket === number);
  if (!code && !known) return verdict("bad", "No such ticket is known here. Ask for the code: it proves itself.");
  const newest = taken.tickets.filter((one) => one.seat === (known ?? code.ticket).seat).reduce((high, one) => Math.max(high, one.issue), 0);
  if ((known ?? code.ticket).issue < newest || known?.status === "passed") return verdict("bad", "This ticket was handed on to somebody else.");
  if (known?.status === "void") return verdict("bad", "This ticket was given back.");
  const before = scans.find((scan) => scan.ticket === number);
  if (known?.status === "used") return verdict("bad", `Came in already, at ${clock(known.usedAt)}${known.door ? `, door ${known.door}` : ""}.`);
  if (before) return verdict("bad", `Came in already, at ${clock(before.at)}, at this door.`);
  const scan = { ticket: number, at: Date.now(), ...(code ? { code: input.trim().toUpperCase() } : {}) };
  state.scans.push({ ...scan, holder: (known ?? code.ticket).holder });
  await keep();
  draw();
  verdict("good", "Welcome.", state.taken.types[(known ?? code.ticket).type - 1] ?? "");
}

async function take() {
  state.taken = { ...(await get(`/events/api/events/${id}/door`, acting)), at: Date.now() };
  await keep();
  draw();
}

/** Signs and sends who was let in; gives those who had no right to be. */
async function send() {
  const own = await signer();
  const me = isOwn ? own : { ...own, owner: organiser };
  const told = [];
  while (state.scans.length) {
    const batch = state.scans.slice(0, BATCH);
    const to = [...new Set([event, ...batch.map((scan) => scan.holder)])].filter((did) => did !== organiser);
    const scans = batch.map(({ holder: _, ...scan }) => scan);
    const answer = await submit(me, { service: "events", op: "events.checkin", ref: event, body: { scans, door: state.door }, to }, acting);
    told.push(...(answer.value?.results ?? []).filter((one) => one.result !== "used"));
    state.scans = state.scans.slice(batch.length);
    await keep();
  }
  await take();
  return told;
}

/** Once at a time, whoever asks. */
const sent = () => (sending ??= send().finally(() => (sending = null)));

function tell(told) {
  const line = (one) => el("li", {}, `${one.ticket.slice(0, 12)}: ${SAID[one.result]}${one.first ? `, ${clock(one.first.at)}${one.first.door ? `, door ${one.first.door}` : ""}` : ""}`);
  if (told.length) say("bad", el("p", {}, "Sent. These had no right to come in here:"), el("ul", {}, told.map(line)));
  else say("good", "Sent and signed by you.");
}

const sync = () => working(byId("sync"), "Signing and sending…", async () => tell(await sent()));

/** By itself, where there is something to send; without a network it waits without a word. */
async function later() {
  if (!state.scans.length || sending) return;
  await sent().then(tell).catch((error) => {
    if (!(error instanceof NoAnswer)) sayError(error);
  });
}

/** Keeps this very page on this device, so that it opens without a network. */
async function stay() {
  const place = byId("stays");
  if (!navigator.serviceWorker) {
    place.textContent = "This browser keeps the page only while it is open: leave it open. On an address with https it opens without a network, too.";
    return;
  }
  await navigator.serviceWorker.register("/assets/js/door-worker.js", { scope: location.pathname });
  await navigator.serviceWorker.ready;
  place.textContent = "This page is kept on this device: it opens without a network, too.";
}

/** Gives a ticket's money back: everybody who had a part of it is named in the signature. */
async function refund(button, one) {
  if (!confirm("Take this ticket back and give its money back? The place is free for others then.")) return;
  await working(button, "Signing…", async () => {
    const me = await signer();
    const { guests } = await get(`/events/api/events/${id}/guests`);
    const sold = guests.find((guest) => guest.ticket === one.ticket);
    const receipt = sold.payment ? JSON.stringify(await get(`/pay/api/receipts/${sold.payment}`)) : "";
    const { node } = await get(`/auth/api/head/${encodeURIComponent(me.did)}`);
    const to = new Set([event, one.holder, node, ...(receipt.match(/did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}/g) ?? [])]);
    to.delete(me.did);
    await submit(me, { service: "events", op: "events.refund", ref: one.ticket, body: {}, fact: { event, amount: sold.price, currency: sold.currency }, to: [...to] });
    await take();
    say("good", "Given back, signed by you.");
  });
}

/** Lets somebody keep a door with their own key, until the day after the event. */
async function lend(submitted) {
  submitted.preventDefault();
  const who = byId("keeper");
  fieldError(who);
  const did = who.value.trim();
  if (!/^did:imajin:[1-9A-HJ-NP-Za-km-z]{43,44}$/.test(did)) return fieldError(who, "Write their whole address: it begins with did:imajin: and stands on their page.");
  const key = `z${toBase58(concat(Uint8Array.of(0xed, 1), fromBase58(did.split(":").at(-1))))}`;
  const chain = await chainOf(did);
  const inForce = chain?.length ? keysInForce(chain).authKeys.some((one) => one.publicKeyMultibase === key) : chain !== null;
  if (!inForce) return fieldError(who, "This box knows nobody of this address who signs with their first key.");
  await working(byId("lend"), "Signing…", async () => {
    const end = Math.min(Math.max(Date.parse(until), nodeNow()) + DAY_MS, nodeNow() + 365 * DAY_MS);
    await submit(await signer(), { service: "auth", op: "auth.delegation.create", body: { key, scope: ["events.checkin"], until: new Date(end).toISOString() } });
    who.value = "";
    await keepers();
    say("good", "They can keep a door now: on their own device, signed in, at the address of this page.");
  });
}

/** Who may keep a door, each with a way to take that back. */
async function keepers() {
  const { delegations } = await get("/auth/api/delegations");
  const inForce = delegations.filter(({ scope, ended, until: end }) => scope.includes("events.checkin") && !ended && Date.parse(end) > nodeNow());
  byId("keepers").replaceChildren(...inForce.map(({ cid, delegate }) => {
    const back = el("button", { type: "button", onclick: () => working(back, "Signing…", async () => {
      await submit(await signer(), { service: "auth", op: "auth.delegation.end", ref: cid });
      await keepers();
    }) }, "Take it back");
    return el("li", {}, el("div", { class: "row" }, el("a", { class: "grow", href: `/profile/${delegate}` }, `${delegate.split(":").at(-1).slice(0, 10)}…`), back));
  }));
}

async function start() {
  state = { ...state, ...(await drafts.get(NAME)) };
  byId("door-number").value = state.door;
  draw();
  await take().catch((error) => {
    if (!state.taken || !(error instanceof NoAnswer)) throw error;
    say("good", "No network: this door goes on with what it took along.");
  }).catch(sayError);
  stay().catch(() => (byId("stays").textContent = "This page could not be kept on this device: leave it open."));
  byId("door-number").addEventListener("change", ({ target }) => {
    state.door = Math.min(999, Math.max(1, Math.trunc(Number(target.value)) || 1));
    target.value = state.door;
    keep().catch(sayError);
  });
  byId("form-code").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    check(byId("code").value).then(() => (byId("code").value = "")).catch(sayError);
  });
  let last = "";
  // Goes on after each code; the same one again is looked at once.
  const accept = (text) => {
    if (text !== last && readCode(text)) check((last = text)).catch(sayError);
    return false;
  };
  await offerCamera(byId("scan"), accept, () => {});
  byId("sync").addEventListener("click", sync);
  byId("form-lend")?.addEventListener("submit", (submitted) => lend(submitted).catch(sayError));
  byId("form-lend")?.closest("details").addEventListener("toggle", () => keepers().catch(sayError), { once: true });
  addEventListener("online", later);
  setInterval(later, LATER_MS);
  later();
  byId("reload").addEventListener("click", () => working(byId("reload"), "Taking along…", take));
}

start().catch(sayError);
