// The list of conversations, as a page and next to an open conversation: adds what this browser alone can read (the last words, what was
// begun), and what comes. The list itself is the server's: as a page it is there before this script.

import { countAgain } from "../js/shell.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { byId, el, face, sayError } from "../js/ui.js";
import { openStore } from "./store.js";

const t = await texts("chat");
const me = document.documentElement.dataset.did;
const PAGE = "/chat";
/** The name of the open conversation; undefined where the list is the page. */
const open = byId("talk")?.dataset.name;
/** Says what went wrong, where the page has nothing more important to say. */
const complain = open ? ({ message }) => console.info(message) : sayError;
/** Conversations that are opened here for their last words, the newest first. */
const READ_AHEAD = 12;
const DAY_MS = 86_400_000;
const FILES = { media: "js-photo", voice: "js-voice" };
/** Fewer letters find too much. */
const WORDS_MIN = 3;
const SEARCH_MS = 250;

const rows = () => [...document.querySelectorAll(".chats > li[data-name]")];
const rowOf = (name) => rows().find(({ dataset }) => dataset.name === name) ?? null;
const calledIn = (row) => row.querySelector(".called").textContent;

/** "14:03" today, "Mon" this week, else a date. */
function shortTime(at, now = Date.now()) {
  // The day on which clocks are put forward has 23 hours.
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY_MS);
  if (days < 1) return told(at, { hour: "2-digit", minute: "2-digit" });
  if (days < 7) return told(at, { weekday: "short" });
  return told(at, { day: "numeric", month: "short" });
}

function drawTimes() {
  for (const time of document.querySelectorAll(".chats time")) {
    const at = new Date(time.dateTime);
    time.textContent = shortTime(at);
    time.title = told(at);
  }
}

function drawUnread(row, count) {
  const shown = count > 99 ? "99+" : String(count);
  const parts = count ? [el("span", { class: "badge", "aria-hidden": "true" }, shown), el("span", { class: "unsaid" }, t("js-unread", { count }))] : [];
  row.querySelector(".count").replaceChildren(...parts);
}

/** Who wrote the last words, where that needs to be said: in a conversation of many, and of what an agent wrote. */
function writerOf(row, { mine, who, agent }) {
  if (typeof agent !== "string") return mine ? null : who;
  const author = mine ? t("js-you") : (who ?? (row.dataset.kind === "dm" ? calledIn(row) : null));
  const hand = t("js-by-agent", { known: agent ? "yes" : "no", agent });
  return [author, hand].filter(Boolean).join(", ");
}

function drawWords(row, preview, draft) {
  const last = row.querySelector(".last");
  if (draft) last.textContent = t("js-draft", { text: draft });
  else if (preview?.text || FILES[preview?.kind]) {
    const text = preview.text || t(FILES[preview.kind]);
    const who = writerOf(row, preview);
    last.textContent = preview.mine && !who ? t("js-you-said", { text }) : who ? t("js-they-said", { who, text }) : text;
  }
  // The box may not know the latest read mark yet.
  if (preview && preview.read >= Number(row.dataset.seq)) drawUnread(row, 0);
}

/** The kept conversations that are not among these names and can be called by one, the newest first. */
function missing(names, previews) {
  const all = [...previews].filter(([name, { called }]) => called && !names.includes(name));
  return all.sort(([, one], [, other]) => Date.parse(other.at ?? 0) - Date.parse(one.at ?? 0));
}

/** What a row says as the box drew it, or what this browser verified since, whichever is newer: `{seq, at}`. */
const newer = (drawn, { seq, at }) => (seq > drawn.seq && at ? { seq, at } : drawn);

function rowKept(name, { called, did, picture, room, sealed, seq, at }) {
  const about = el("span", { class: "about" }, el("span", { class: "called", dir: "auto" }, called), el("span", { class: "last", dir: "auto" }));
  const side = el("span", { class: "side" }, el("time", { datetime: at }), el("span", { class: "marks" }, el("span", { class: "count" })));
  const link = el("a", { href: `/chat/${name}` }, face({ name: called, did: did ?? name, picture }), about, side);
  const row = el("li", {}, link);
  Object.assign(row.dataset, { name, seq, kind: room, ...(sealed && { sealed: "yes" }) });
  return row;
}

/** The list's element, which a page without conversations does not have. */
function list() {
  if (!byId("chats")) byId("chats-place").replaceChildren(el("ul", { id: "chats", class: "rows chats" }));
  return byId("chats");
}

/** The page was kept, since the box does not answer: adds the conversations that it lacks, brings the others up to date, and puts them into their order. */
function drawKept(previews) {
  const added = missing(rows().map(({ dataset }) => dataset.name), previews);
  if (added.length) list().append(...added.map(([name, preview]) => rowKept(name, preview)));
  for (const row of rows()) {
    const preview = previews.get(row.dataset.name);
    const time = row.querySelector("time");
    if (!preview || !time || row.dataset.asks) continue;
    const { seq, at } = newer({ seq: Number(row.dataset.seq), at: time.dateTime }, preview);
    row.dataset.seq = seq;
    time.dateTime = at;
  }
  const at = (row) => Date.parse(row.querySelector("time")?.dateTime ?? 0);
  const all = [...(byId("chats")?.children ?? [])];
  byId("chats")?.append(...all.sort((one, other) => at(other) - at(one)));
}

let store = null;

/** Adds what this browser knows. `isKept` is whether the box did not draw the list just now. */
async function drawAll(isKept = Boolean(byId("offline"))) {
  drawTimes();
  const [previews, drafts] = [await store.previews(), await store.drafts()];
  if (isKept) {
    drawKept(previews);
    for (const row of rows()) {
      const preview = previews.get(row.dataset.name);
      if (preview?.seq >= Number(row.dataset.seq) && !row.dataset.asks) drawUnread(row, preview.unread ?? 0);
    }
    drawTimes();
  }
  for (const row of rows()) if (!row.dataset.asks) drawWords(row, previews.get(row.dataset.name), drafts.get(row.dataset.name));
  if (open) rowOf(open)?.querySelector("a").setAttribute("aria-current", "page");
  return previews;
}

/** The number of keyrings in this person's log, as far as this browser has read it. */
const keyringCount = async () => (await store.own())?.rings.length ?? 0;

let beginning = null;
/**
 * Opens the newest conversations of which this browser does not know everything: those with newer entries, and those with messages that
 * fewer than `rings` keyrings left locked.
 */
async function readAhead(previews, rings = null) {
  const newest = rows().slice(0, READ_AHEAD).filter(({ dataset }) => !dataset.asks && dataset.name !== open);
  const isBehind = ({ dataset }) => (previews.get(dataset.name)?.seq ?? -1) < Number(dataset.seq);
  const lockedAt = ({ dataset }) => previews.get(dataset.name)?.locked ?? Infinity;
  if (!newest.some((row) => isBehind(row) || lockedAt(row) < Infinity)) return;
  const [{ begin }, { isLocked, keepPreview }] = await Promise.all([import("./here.js"), import("./preview.js")]);
  beginning ??= begin(store);
  const { conversationOf } = await beginning;
  const count = rings ?? (await keyringCount());
  for (const row of newest.filter((one) => isBehind(one) || lockedAt(one) < count)) {
    try {
      const conversation = await conversationOf(row.dataset.name);
      if (conversation.report.head?.seq < Number(row.dataset.seq) || isLocked(conversation.view)) await conversation.refresh();
      const preview = await keepPreview(store, conversation, undefined, { called: calledIn(row) });
      if (preview) drawWords(row, preview, await store.draft(row.dataset.name));
    } catch (error) {
      // Its page says what is wrong; the list stays as it is.
      console.info(`${row.dataset.name}: ${error.message}`);
    }
  }
}

/** Asks for the list again: it lacks a conversation, or the box is back. Returns the kept previews. */
async function askAgain() {
  const fresh = await (await import("../js/api.js")).page(PAGE);
  if (!fresh) return store.previews();
  const focused = document.activeElement?.closest?.("li[data-name]")?.dataset.name;
  byId("chats-place").replaceWith(document.adoptNode(fresh.getElementById("chats-place")));
  const asking = fresh.getElementById("requests");
  byId("requests")?.remove();
  if (asking) byId("chats-place").before(document.adoptNode(asking));
  if (focused) rowOf(focused)?.querySelector("a").focus();
  filter().catch(complain);
  return drawAll();
}

let again = null;
async function heard({ did, seq, unread }) {
  const row = rowOf(did);
  if (!row || row.dataset.asks) {
    again ??= askAgain().then(readAhead).finally(() => (again = null));
    return again;
  }
  if (seq <= Number(row.dataset.seq)) return undefined;
  row.dataset.seq = seq;
  const time = row.querySelector("time");
  if (time) time.dateTime = new Date().toISOString();
  drawTimes();
  row.parentElement.prepend(row);
  // The open conversation is being read, and tells its own news.
  if (did !== open) {
    drawUnread(row, unread);
    if (unread && !row.dataset.muted) byId("heard").replaceChildren(el("p", {}, t("js-new-in", { name: calledIn(row) })));
  }
  return readAhead(await store.previews());
}

/** A keyring came, which may open messages that stayed locked. Another page of this browser may have opened them already. */
const heardKeyring = async () => readAhead(await drawAll(), Infinity);

/** What compares words is fetched when somebody looks for one. */
async function filter() {
  const words = byId("find")?.value.trim() ?? "";
  const has = words ? (await import("./finder.js")).finder(words) : () => true;
  for (const row of rows()) row.hidden = !has(calledIn(row));
  byId("find-none").hidden = !words || rows().some((row) => !row.hidden);
}

/** Looks for words in messages, too. What is typed meanwhile ends it. */
let looking = 0;
async function search() {
  const words = byId("find").value.trim().toLowerCase();
  const own = (looking += 1);
  const place = byId("found");
  if (words.length < WORDS_MIN) return place.replaceChildren();
  const [{ find }, { foundList, foundRow }] = await Promise.all([import("./search.js"), import("./found.js")]);
  const list = foundList();
  for await (const found of find(store, words)) {
    if (own !== looking) return undefined;
    const row = rowOf(found.name);
    list.append(foundRow(found, words, row && calledIn(row)));
    if (list.children.length === 1) place.replaceChildren(el("h2", {}, t("js-found")), list);
  }
  if (own === looking && !list.children.length) place.replaceChildren();
  if (list.children.length) byId("find-none").hidden = true;
  return undefined;
}

let wait = null;
byId("find")?.addEventListener("input", () => {
  filter().catch(complain);
  clearTimeout(wait);
  wait = setTimeout(() => search().catch(complain), SEARCH_MS);
});

// A page that the browser restores from its cache must learn what was read elsewhere.
addEventListener("pageshow", (event) => event.persisted && askAgain().then(readAhead).catch(complain));

/** Hears of what comes, one after the other: each reads what the one before kept. */
let last = Promise.resolve();
const inTurn = (act) => (event) => (last = last.then(() => act(event)).catch(complain));

/** Listens to a socket for what the list shows. */
function hear(socket) {
  socket.on("conversation", inTurn(heard));
  socket.on("keyring", inTurn(heardKeyring));
}

async function listen() {
  const { Socket } = await import("./socket.js");
  const token = async () => (await (await import("../js/api.js")).post("/chat/api/ws-token")).token;
  const socket = new Socket({ token });
  hear(socket);
  let isBehind = Boolean(byId("offline"));
  socket.on("state", ({ connected }) => {
    // The page was kept, or the connection was lost, and the box is back: news from before isn't sent again.
    if (connected && isBehind) last = last.then(() => askAgain().then(readAhead).then(() => byId("offline")?.remove())).catch(sayError);
    isBehind = !connected;
  });
  socket.on("notification", countAgain);
  addEventListener("online", () => socket.wake());
  socket.open();
}

/** Begins the list as a page. */
async function start() {
  drawTimes();
  // Another page sends a link.
  if (location.hash.startsWith("#send=")) import("./sending.js").then(({ askWhere }) => askWhere()).catch(sayError);
  try {
    store = await openStore(me);
    const previews = await drawAll();
    // The page listens for news once it has drawn everything.
    await listen();
    const later = globalThis.requestIdleCallback ?? setTimeout;
    later(() => (last = last.then(() => readAhead(previews)).catch((error) => console.info(error.message))));
  } catch (error) {
    sayError(error.message?.startsWith("js-") ? new Error(t(error.message)) : error);
  }
}

/**
 * Begins the list next to the open conversation, whose page gives its `store`, its `socket`, and `here`: a promise of what `begin` of
 * here.js returns, which is kept once the conversation is open.
 */
export function beginBeside(talk) {
  ({ store, here: beginning } = talk);
  let isBehind = false;
  const drawWithoutBox = () => {
    isBehind = true;
    return drawAll(true);
  };
  const draw = async () => {
    const previews = await askAgain().catch(drawWithoutBox);
    rowOf(open)?.scrollIntoView({ block: "nearest" });
    await readAhead(previews);
  };
  const drawNext = () => (last = last.then(draw).catch(complain));
  hear(talk.socket);
  talk.socket.on("state", ({ connected }) => {
    if (connected && isBehind) drawNext();
    isBehind = !connected;
  });
  drawNext();
}

/** Shows the newest words of the open conversation, as they were kept. */
export function drawKeptWords(preview) {
  const row = rowOf(open);
  if (!row || !preview) return;
  const time = row.querySelector("time");
  if (time && preview.at && preview.seq > Number(row.dataset.seq)) {
    row.dataset.seq = preview.seq;
    time.dateTime = preview.at;
    drawTimes();
    row.parentElement.prepend(row);
  }
  drawWords(row, preview);
}

if (!open) await start();
