// One conversation: opens it, draws verified and waiting messages, sends new ones, and follows updates.

import { request } from "../js/api.js";
import { countAgain } from "../js/shell.js";
import { texts } from "../js/texts.js";
import { byId, el, quiet, say, sayError } from "../js/ui.js";
import { ReadMarks, actsIn } from "./acts.js";
import { attachmentMessage, offerFiles } from "./attach.js";
import { Compose } from "./compose.js";
import { answersOf, does, seal, spoken } from "./deeds.js";
import { fileElement } from "./documents.js";
import { begin, storeHere } from "./here.js";
import { dropFiles } from "./kept-files.js";
import { writeKeyrings } from "./keyring.js";
import { mentionedIn } from "./mentions.js";
import { Messages, inWords } from "./messages.js";
import { People } from "./people.js";
import { photoElement } from "./photos.js";
import { keepPreview } from "./preview.js";
import { Place } from "./place.js";
import { takeBegun } from "./sending.js";
import { Socket } from "./socket.js";
import { drawAlarm, drawAsks, drawSeal } from "./top.js";
import { keyless } from "./view.js";
import { offerVoice, voiceElement, voiceMessage } from "./voice.js";

const t = await texts("chat");

/** Marks of reading are seldom: what could not be said is said then. */
const READ_AGAIN_MS = 125_000;
/** How far back a link to a message is followed. */
const ASKED_PAGES = 6;
const QUIET = ["edit", "reaction", "reaction.end"];
/** A screen with room for the list next to the conversation: the breakpoint of chat.css. */
const ROOMY = matchMedia("(min-width: 64rem)");

class Talk {
  root = byId("talk");
  name = this.root.dataset.name;
  people = new People(byId("people"));
  messages = new Messages(byId("messages"), this.people, (what, one) => does(this, what, one));
  compose = new Compose(
    {
      keep: (text) => this.store?.keepDraft(this.name, text).catch((error) => sayError(spoken(error))),
      send: (text, about) => this.send(text, about),
      typing: () => this.socket.type(this.name),
      editLast: () => this.editLast(),
    },
    () => this.people.suggested(),
  );
  socket = new Socket({ token: async () => (await request("POST", "/chat/api/ws-token")).token });
  place = new Place(byId("scroll"), { older: () => this.older(), settled: (anchor) => this.leave(anchor), bottom: () => this.sayRead() });
  files = new Map();
  /** What `begin` of here.js returned, once the conversation is open. */
  here = new Promise((resolve) => (this.tellOpen = resolve));
  conversation = null;
  fresh = null;
  isFirst = true;
  isFollowing = false;

  async begin() {
    this.store = await storeHere();
    this.showList().catch((error) => console.info(error.message));
    const draft = await this.store.draft(this.name);
    const { link, text } = takeBegun();
    this.compose.restore(draft || text);
    this.compose.append(link);
    this.left = (await this.store.preview(this.name))?.anchor ?? null;
    await this.open();
  }

  async open() {
    const here = await begin(this.store);
    Object.assign(this, here);
    if (here.problem) {
      drawAlarm(here.problem, this.people, null);
      this.compose.show(t("js-held-stopped"));
      this.root.dataset.verdict = here.problem.code;
      return;
    }
    this.conversation = await here.conversationOf(this.name);
    this.acts = actsIn(this.conversation.report.log, this.me);
    this.marks = new ReadMarks({ me: this.me });
    this.outbox.listen((name) => name === this.name && this.draw());
    // Opened again after it failed, it hears everything once, and has one button for files.
    if (!this.isFollowing) {
      this.isFollowing = true;
      this.follow();
      offerFiles((file, text) => this.sendFile(attachmentMessage, file, text));
      offerVoice((recorded) => this.sendFile(voiceMessage, recorded));
    }
    this.draw();
    if (this.conversation.isAlone) this.drawConnection(false);
    await this.outbox.begin();
    await this.after();
    this.tellOpen(here);
  }

  /** Shows the list of conversations next to this one, where there is room for both. */
  async showList() {
    if (!ROOMY.matches || this.hasList) return;
    this.hasList = true;
    this.list = await import("./list.js");
    this.list.beginBeside(this);
  }

  /** Hears of what comes. */
  follow() {
    const { socket, name, conversation } = this;
    const look = () => this.refresh().catch((error) => this.lost(error));
    socket.on("news", look);
    socket.on("resync", look);
    socket.on("conversation", ({ did }) => did === name && look());
    socket.on("read", look);
    socket.on("keyring", look);
    socket.on("presence", ({ did, online }) => did === this.root.dataset.with && this.drawHere(online));
    socket.on("notification", countAgain);
    socket.on("typing", ({ who }) => this.drawTyping(who));
    socket.on("state", ({ connected }) => {
      this.drawConnection(connected);
      if (connected) look();
      if (connected) this.outbox.flush();
    });
    socket.on("ended", () => location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`));
    // Where the first thing to be seen is wrong, nothing was verified.
    socket.subscribe(name, conversation.report.head?.seq);
    socket.open();
    socket.on("error", ({ status }) => status === 404 && this.compose.show(t("js-out")));
    addEventListener("online", () => {
      socket.wake();
      this.drawConnection(socket.isConnected);
      this.outbox.flush();
      look();
    });
    addEventListener("offline", () => this.drawConnection(false));
    document.addEventListener("visibilitychange", () => document.hidden || this.sayRead());
    setInterval(() => this.sayRead(), READ_AGAIN_MS);
  }

  async refresh() {
    const before = new Set(this.conversation.report.messages.map(({ id }) => id));
    await this.conversation.refresh();
    const { head } = this.conversation.report;
    if (head) this.socket.reached(this.name, head.seq);
    this.draw();
    this.announce(before);
    await this.after();
  }

  /** What follows from what came: names, the words for the list, a mark of reading, secrets for other devices. */
  async after() {
    const { view, report } = this.conversation;
    if (view.problem) return;
    const dids = [...new Set([...view.messages.flatMap(({ from, via }) => (via ? [from, via] : [from])), ...report.members.keys()])];
    if (await this.people.meet(this.name, dids).catch(() => false)) this.draw();
    await this.keepWords();
    if (!this.conversation.isAlone) await dropFiles(this.me.did, this.conversation.ended());
    this.sayRead();
    if (view.needs.keyring) await this.keepForDevices();
  }

  /** Keeps what the list shows of it, and shows it there. */
  async keepWords() {
    const { called, of, with: other, picture } = this.root.dataset;
    const preview = await keepPreview(this.store, this.conversation, (did) => this.people.nameOf(did), { called, did: other ?? of ?? null, picture: picture ?? null });
    this.list?.drawKeptWords(preview);
  }

  /** Secrets that a key of this person can't open yet go into a keyring, once a page at most. */
  async keepForDevices() {
    if (this.isKeeping) return;
    this.isKeeping = true;
    const mine = this.conversation.report.people.get(this.me.did)?.states.at(-1).encryption ?? [];
    await writeKeyrings({ me: this.me, store: this.store, keys: mine }).catch((error) => console.info(error.message));
  }

  announce(before) {
    if (document.hidden) return;
    const fresh = this.conversation.view.messages.filter(({ id, mine, text }) => !mine && text !== null && !before.has(id));
    for (const one of fresh) byId("heard").append(el("p", {}, t("js-they-said", { who: [this.people.called(one.from), this.people.agentOf(one)].filter(Boolean).join(", "), text: inWords(one) })));
    while (byId("heard").children.length > 10) byId("heard").firstChild.remove();
  }

  /** What was entered, then what waits. */
  items(view) {
    const here = new Set(view.messages.map(({ id }) => id));
    const waits = this.outbox.waiting(this.name).filter(({ id, message }) => !here.has(id) && !QUIET.includes(message.type));
    const shown = ({ id, message, re, written, state, why, detail }) => ({ id, from: this.me.did, mine: true, at: new Date(written).toISOString(), seq: null, text: message.text ?? "", kind: message.type, json: message, re, sending: state, why, detail });
    const all = [...view.messages, ...waits.map(shown)];
    return all.map((one) => (one.json?.media ? { ...one, drawn: this.fileOf(one) } : one));
  }

  draw() {
    const { view, report } = this.conversation;
    const { people } = this;
    drawSeal(view, view.sealed || view.kind === "event" ? [] : keyless(report), people, { seal: () => seal(this) });
    drawAlarm(view.problem, people, () => this.conversation.evidence());
    if (this.conversation.rows.some(({ op }) => op === "chat.accepted")) delete this.root.dataset.request;
    const { request: asked, with: other } = this.root.dataset;
    const joined = people.all().filter(({ did, theirs }) => theirs && !report.members.has(did));
    const hasWritten = view.messages.some(({ mine }) => mine);
    drawAsks(view, { request: asked === "asked" && !hasWritten ? null : asked, other, joined }, people, answersOf(this));
    const items = this.items(view);
    if (this.isFirst && !view.problem) this.fresh = view.messages.find(({ seq, mine }) => seq > (this.conversation.kept?.read ?? -1) && !mine)?.id ?? null;
    this.place.keep(() => this.messages.draw(items, { kind: view.kind, fresh: this.fresh }));
    byId("older").hidden = !view.hasOlder;
    const start = byId("start");
    start.hidden = view.hasOlder || Boolean(view.problem);
    start.textContent = t(items.length ? "js-start" : "js-start-none");
    this.drawCompose(view);
    this.sayHeld();
    const named = this.isFirst ? location.hash.slice(1) : "";
    if (named) this.showAsked(named).catch((error) => sayError(spoken(error)));
    if (this.isFirst) this.place.begin([this.left, this.fresh].map((id) => id && this.messages.element(id)).find(Boolean));
    this.isFirst = false;
    // The verdict and the head tell which part of the log this page has verified.
    Object.assign(this.root.dataset, { verdict: view.problem?.code ?? "fits", head: report.head?.seq ?? "" });
  }

  drawCompose(view) {
    const isIn = view.kind === "event" || view.members.some(({ did }) => did === this.me.did);
    let why = null;
    if (view.problem) why = t("js-held-stopped");
    else if (!isIn) why = t("js-out");
    else if (view.sealed && !this.me.secrets.length) why = [t("js-no-key-here"), " ", el("a", { href: "/restore" }, t("js-no-key-go"))];
    else if (this.root.dataset.request === "open") why = [];
    this.compose.show(why);
    if (Array.isArray(why) && !why.length) byId("no-compose").hidden = true;
  }

  drawTyping(who) {
    const others = who.filter((did) => did !== this.me.did);
    byId("typing").textContent = others.length > 1 ? t("js-typing-many") : others.length ? t("js-typing", { who: this.people.called(others[0]) }) : "";
  }

  drawHere(online) {
    byId("here")?.remove();
    if (online) byId("about").before(el("span", { id: "here", class: "tag good" }, t("js-here")));
  }

  drawConnection(connected) {
    this.root.toggleAttribute("data-offline", !connected);
    if (connected) {
      if (byId("message").querySelector(".offline")) quiet();
    } else if (!byId("message").querySelector(".offline")) byId("message").replaceChildren(el("p", { class: "notice offline", role: "status" }, t("js-offline")));
  }

  /** An edit or a reaction that can't be sent is said and taken back: it has no place of its own. The words of an edit go to the field. */
  sayHeld() {
    for (const { id, message, state, why } of this.outbox.waiting(this.name)) {
      if (state !== "held" || !QUIET.includes(message.type)) continue;
      this.outbox.remove(id);
      if (message.type === "edit") this.compose.append(message.text);
      say("bad", t(why));
    }
  }

  async send(text, about) {
    try {
      if (!this.outbox) throw new Error(t("js-offline"));
      if (about?.kind === "edit") await this.outbox.send(this.name, { type: "edit", text }, about.message.id);
      else await this.outbox.send(this.name, { type: "text", text }, about?.message.id ?? null, this.mentionsOf(text));
      this.socket.stopTyping(this.name);
      this.fresh = null;
      this.draw();
      this.place.toEnd();
      return true;
    } catch (error) {
      sayError(spoken(error));
      return false;
    }
  }

  /** Whom a text mentions, where many read. */
  mentionsOf(text) {
    const { kind } = this.conversation.view;
    return kind === "dm" ? [] : mentionedIn(text, this.people.mentionable()).filter((did) => did !== this.me.did);
  }

  /** What a message brings besides words: made once, whatever else of it changes. */
  fileOf(one) {
    if (!this.files.has(one.id)) this.files.set(one.id, photoElement(one) ?? voiceElement(one) ?? fileElement(one));
    return this.files.get(one.id);
  }

  async sendFile(make, file, text = "") {
    const message = await make(this.me, this.conversation.view, file);
    await this.outbox.send(this.name, text ? { ...message, text } : message);
    this.draw();
    this.place.toEnd();
  }

  editLast() {
    const last = this.conversation?.view.messages.findLast(({ mine, kind, text }) => mine && kind === "text" && text !== null);
    if (last) this.compose.edit(last);
  }

  async older() {
    if (this.isLoading || !this.conversation?.view.hasOlder) return;
    this.isLoading = true;
    try {
      await this.conversation.older();
      this.draw();
      await this.after();
    } catch (error) {
      sayError(spoken(error));
    } finally {
      this.isLoading = false;
    }
  }

  /** The message that a link names, which may be among older ones. */
  async showAsked(id) {
    for (let n = 0; n < ASKED_PAGES && !this.messages.element(id) && this.conversation.view.hasOlder; n += 1) await this.older();
    this.place.show(this.messages.element(id));
  }

  /** Where somebody left off, so that they come back there. */
  async leave(anchor) {
    const before = this.store && (await this.store.preview(this.name));
    if (before && before.anchor !== anchor) await this.store.keepPreview(this.name, { ...before, anchor });
  }

  async sayRead() {
    const { conversation } = this;
    if (!conversation || document.hidden || !this.place.isAtEnd || !conversation.view.unread) return;
    if (this.root.dataset.request === "open") return;
    try {
      await this.marks.read(conversation);
    } catch (error) {
      // The next read mark covers this one.
      console.info(error.message);
    }
    await this.keepWords();
  }

  lost(error) {
    if (error.status === 0) this.drawConnection(false);
    else sayError(spoken(error));
  }

  async about(did = null) {
    const { openAbout } = await import("./about.js");
    openAbout(this, did);
  }
}

const talk = new Talk();
byId("about").addEventListener("click", () => talk.conversation && talk.about());
ROOMY.addEventListener("change", () => talk.store && talk.showList().catch((error) => console.info(error.message)));
// A message of this conversation that was found in the list.
addEventListener("hashchange", () => talk.conversation && location.hash && talk.showAsked(location.hash.slice(1)).catch((error) => sayError(spoken(error))));

async function start() {
  try {
    await talk.begin();
  } catch (error) {
    const again = el("button", { type: "button", onclick: () => (quiet(), start()) }, t("js-again"));
    const why = spoken(error).message;
    byId("message").replaceChildren(el("div", { class: "notice bad", role: "alert" }, el("p", {}, t("js-not-opened", { why })), again));
    if (!error.status && error.status !== 0) console.error(error);
  }
}

start();
