// The sticks in the box, on "my data": connected sticks, making a copy on a stick, the copies on it, safe removal. The
// box writes and reads; this browser signs. A stick's card stays unchanged while the stick does, so that typed text is
// not lost when the box is asked again.

import { ApiError, get, post, request } from "../js/api.js";
import { beginExport, drawBar, followExport } from "./exports.js";
import { makeHome } from "./newhome.js";
import { drawReport } from "./report.js";
import { unlocked } from "../js/keys/lock.js";
import { signedInDid } from "../js/session.js";
import { drafts, people } from "../js/store.js";
import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { PASSPHRASE_MIN, byId, el, fieldError, say, sayError, size, tooShort, working } from "../js/ui.js";

const t = await texts("www");

const POLL_MS = 2_500;
const DRAFT = "stick";
const DOING = { export: t("js-sticks-writing"), verify: t("js-sticks-checking"), import: t("js-sticks-bringing"), photos: t("js-sticks-photos") };

const cards = new Map();

async function look() {
  const { sticks } = await get("/auth/api/usb");
  const here = new Set(sticks.map((stick) => stick.name));
  for (const [name, card] of cards) {
    if (here.has(name)) continue;
    card.place.remove();
    cards.delete(name);
  }
  for (const stick of sticks) {
    if (!cards.has(stick.name)) {
      cards.set(stick.name, new Card(stick));
      byId("sticks").append(cards.get(stick.name).place);
    }
    cards.get(stick.name).show(stick);
  }
  byId("no-sticks").hidden = sticks.length > 0;
}

/** What is to be said of a stick that is on its way out, or that can't be used. */
function notice({ state, why, reading }) {
  if (state === "leaving") return t("js-sticks-asking");
  if (state === "removable") return t(reading ? "js-sticks-pull-paused" : "js-sticks-pull");
  return t("js-sticks-trouble", { state, why });
}

/** One stick. */
class Card {
  constructor(stick) {
    this.name = stick.name;
    this.title = stick.label || stick.model || t("js-sticks-stick");
    const id = (part) => `stick-${stick.name}-${part}`;
    this.facts = el("p", { class: "soft" });
    this.notice = el("p", { hidden: true });
    this.bar = el("progress", { "aria-label": t("js-sticks-progress") });
    this.words = el("p", { class: "hint" });
    this.doing = el("div", { hidden: true }, el("p", { class: "busy", role: "status" }), this.bar, this.words);
    this.lock = el("input", { type: "checkbox", id: id("lock") });
    this.passphrase = el("input", { type: "password", id: id("passphrase"), autocomplete: "new-password", "aria-describedby": id("hint") });
    this.field = el(
      "div",
      { class: "field", hidden: true },
      el("label", { for: id("passphrase") }, t("js-sticks-passphrase")),
      el("p", { class: "hint", id: id("hint") }, t("js-sticks-passphrase-hint")),
      this.passphrase,
    );
    this.make = el("button", { type: "submit", class: "main" }, t("js-sticks-make"));
    this.eject = el("button", { type: "button" }, t("js-sticks-eject"));
    this.form = el(
      "form",
      { novalidate: true },
      el("label", { class: "check", for: id("lock") }, this.lock, el("span", {}, t("js-sticks-lock"))),
      this.field,
      el("div", { class: "actions" }, this.make, this.eject),
    );
    this.copies = el("ul", { class: "rows", hidden: true });
    this.result = el("div", { "aria-live": "polite" });
    this.place = el("section", { class: "card stick", "aria-labelledby": id("title") }, el("h3", { id: id("title") }, this.title), this.facts, this.notice, this.doing, this.form, this.copies, this.result);
    this.lock.addEventListener("change", () => (this.field.hidden = !this.lock.checked));
    this.form.addEventListener("submit", (event) => this.write(event));
    this.eject.addEventListener("click", () => working(this.eject, t("js-sticks-asking"), () => this.remove()));
  }

  /** What the box says of it now. */
  show(stick) {
    const ready = stick.state === "ready";
    const known = [stick.label && stick.model, ready && t("js-sticks-free", { free: size(stick.free), all: size(stick.bytes) }), stick.filesystem, ready && stick.readOnly && t("js-sticks-read-only")];
    this.facts.textContent = known.filter(Boolean).join(" · ");
    this.notice.hidden = ready && !stick.why;
    this.notice.textContent = notice(stick);
    this.form.hidden = !ready || this.follows;
    this.make.hidden = stick.readOnly;
    this.lock.closest("label").hidden = stick.readOnly;
    const photos = ready && stick.reading ? { what: "photos", ...stick.reading } : null;
    if (!this.follows) this.showDoing(stick.doing[0] ?? photos);
    const names = JSON.stringify(stick.copies);
    if (names === this.names) return;
    this.names = names;
    this.copies.hidden = stick.copies.length === 0;
    this.copies.replaceChildren(...stick.copies.toReversed().map((copy) => this.line(copy)));
  }

  showDoing(doing) {
    this.doing.hidden = !doing;
    if (!doing) return;
    this.doing.firstChild.textContent = DOING[doing.what];
    drawBar(this.bar, doing);
    this.words.textContent = doing.bytesTotal > 0 ? t("js-copy-bytes", { done: size(Math.min(doing.bytes, doing.bytesTotal)), all: size(doing.bytesTotal) }) : "";
  }

  line(copy) {
    const when = copy.made ? new Date(`${copy.made.replace(" ", "T")}Z`) : null;
    const what = copy.yours ? t("js-sticks-yours") : t("js-sticks-somebodys");
    const words = when ? t("js-sticks-made", { what, when: told(when, { dateStyle: "medium", timeStyle: "short" }) }) : what;
    const more = [copy.bytes !== null && size(copy.bytes), copy.locked && t("js-sticks-locked")].filter(Boolean).join(", ");
    const check = el("button", { type: "button" }, t("js-sticks-check"));
    const bring = el("button", { type: "button" }, t("js-sticks-bring"));
    check.addEventListener("click", () => this.ask(copy, (passphrase) => working(check, t("js-sticks-reading"), () => this.check(copy, passphrase))));
    bring.addEventListener("click", () => this.ask(copy, (passphrase) => working(bring, t("js-sticks-reading"), () => this.bring(copy, passphrase))));
    return el("li", {}, el("p", {}, words, more ? el("span", { class: "soft" }, ` (${more})`) : null), el("div", { class: "actions" }, check, bring));
  }

  /** A locked copy is asked its passphrase for first. */
  ask(copy, act) {
    if (!copy.locked) return act();
    const id = `stick-${this.name}-open`;
    const input = el("input", { type: "password", id, autocomplete: "off" });
    const form = el("form", { novalidate: true }, el("div", { class: "field" }, el("label", { for: id }, t("js-sticks-its-passphrase")), input), el("div", { class: "actions" }, el("button", { type: "submit" }, t("js-sticks-open"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!input.value) return fieldError(input, t("js-sticks-needs-passphrase"));
      form.remove();
      act(input.value);
    });
    this.result.replaceChildren(form);
    input.focus();
  }

  async write(event) {
    event.preventDefault();
    const passphrase = this.lock.checked ? this.passphrase.value : "";
    if (this.lock.checked && passphrase.length < PASSPHRASE_MIN) return fieldError(this.passphrase, tooShort);
    fieldError(this.passphrase);
    await working(this.make, t("js-copy-beginning"), async () => {
      const wish = { stick: this.name };
      if (passphrase) wish.encrypt = { passphrase };
      const job = await beginExport(wish);
      this.passphrase.value = "";
      await drafts.put({ name: DRAFT, stick: this.name, ...job });
      await this.follow(job.id);
    });
  }

  /** Until the copy is on the stick. The page may be closed meanwhile, once it is signed. */
  async follow(id) {
    this.follows = true;
    this.form.hidden = true;
    this.doing.hidden = false;
    this.doing.firstChild.textContent = t("js-sticks-leave-it");
    try {
      await followExport(id, (job, words) => {
        drawBar(this.bar, job);
        this.words.textContent = words;
      });
      say("good", t("js-sticks-done", { name: this.title }), t("js-sticks-done-eject"));
    } finally {
      await drafts.remove(DRAFT);
      this.follows = false;
      this.form.hidden = false;
      this.doing.hidden = true;
      look().catch(sayError);
    }
  }

  async remove() {
    await request("DELETE", `/auth/api/usb/${encodeURIComponent(this.name)}`);
    await look();
  }

  async check(copy, passphrase) {
    const wish = { copy: copy.name };
    if (passphrase) wish.passphrase = passphrase;
    const ending = new AbortController();
    const end = el("button", { type: "button" }, t("js-sticks-end-check"));
    end.addEventListener("click", () => ending.abort());
    this.result.replaceChildren(el("div", { class: "actions" }, end));
    try {
      this.result.replaceChildren(...drawReport(await post(`/auth/api/usb/${encodeURIComponent(this.name)}/verify`, wish, { signal: ending.signal })));
    } catch (error) {
      this.result.replaceChildren();
      if (!ending.signal.aborted) throw error;
    }
  }

  /** Reads it into the box and checks it; then asks what it is to become. */
  async bring(copy, passphrase) {
    const { id } = await post("/auth/api/imports", { stick: this.name, copy: copy.name });
    const path = `/auth/api/imports/${encodeURIComponent(id)}`;
    const kid = (who) => ({ kid: `${who.did}#${who.keyId}` });
    const me = copy.yours ? await people.get(signedInDid()) : null;
    const wish = { ...(passphrase ? { passphrase } : {}), ...(me ? kid(me) : {}) };
    let found = await post(`${path}/check`, wish);
    if (!found.toSign) return this.result.replaceChildren(...drawReport(found.report));
    const person = await people.get(found.toSign.did);
    // The first check did not know the copy's owner. With the id of the owner's key, the second one also returns that
    // key's last proof.
    if (person && person.did !== me?.did) found = await post(`${path}/check`, { ...wish, ...kid(person) });
    const home = el("button", { type: "button", class: "main" }, t("js-sticks-home"));
    const backup = el("button", { type: "button" }, t("js-sticks-backup"));
    const no = el("button", { type: "button" }, t("js-sticks-leave"));
    home.addEventListener("click", () => working(home, t("js-signing"), () => this.enter(async () => makeHome(path, await unlocked(person), found.toSign), t("js-sticks-is-home"))));
    backup.addEventListener("click", () => working(backup, t("js-sticks-keeping"), () => this.enter(() => post(`${path}/backup`), t("js-sticks-is-backup"))));
    no.addEventListener("click", () => working(no, t("js-bring-leaving"), () => this.enter(() => request("DELETE", path), t("js-sticks-nothing"))));
    this.result.replaceChildren(
      ...drawReport(found.report),
      el("p", {}, person ? t("js-sticks-choose") : t("js-sticks-no-key")),
      el("div", { class: "actions" }, person ? home : null, backup, no),
    );
  }

  async enter(act, words) {
    const answer = await act();
    this.result.replaceChildren();
    say("good", answer?.changed === false ? t("js-sticks-all-here") : words);
  }
}

async function start() {
  await look();
  const draft = await drafts.get(DRAFT);
  if (draft && draft.did === signedInDid()) {
    const card = cards.get(draft.stick);
    if (card) card.follow(draft.id).catch((error) => (error instanceof ApiError && error.status === 404 ? null : sayError(error)));
    else await drafts.remove(DRAFT);
  }
  let quiet = false;
  setInterval(() => {
    if (document.hidden) return;
    // A box that briefly does not answer is reported once.
    look().then(() => (quiet = false)).catch((error) => {
      if (!quiet) sayError(error);
      quiet = true;
    });
  }, POLL_MS);
}

start().catch(sayError);
