// Draws the messages of a conversation: by days, with their authors, what they answer, what others say of them, and how far they came.
// Each message is one element, which is drawn again only when something of it changed.

import { texts } from "../js/texts.js";
import { told } from "../js/time.js";
import { el } from "../js/ui.js";
import { fileNameOf } from "./file-names.js";
import { firstMention } from "./mentions.js";
import { stateOf } from "./problems.js";

const t = await texts("chat");

/** Messages of one person within this time are one group. */
const TOGETHER_MS = 5 * 60_000;
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'’”]/g;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,12}$/u;
const QUOTED = 120;
/** How far a swipe goes that answers, in pixels. */
const SWIPE = 60;
const FILES = { media: "js-photo", voice: "js-voice" };
/** Why something waits is shown as it is written; these are the short marks. */
const MARKS = { waiting: "js-waiting", sending: "js-sending", held: "js-not-sent", sent: "js-sent" };

const dayOf = (at) => new Date(at).setHours(0, 0, 0, 0);

function dayName(at) {
  const days = Math.round((dayOf(Date.now()) - dayOf(at)) / 86_400_000);
  if (days === 0) return t("js-today");
  if (days === 1) return t("js-yesterday");
  const year = new Date(at).getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return told(at, { weekday: "long", day: "numeric", month: "long", year });
}

/** What a message says, in words: of a file its name, or what it is. */
export const inWords = (one) => one.text || (fileNameOf(one) ?? (FILES[one.kind] ? t(FILES[one.kind]) : one.text));

/** Whether one can answer a message: the box has it, and it can be read here. */
export const canAnswer = ({ text, sending }) => text !== null && !sending;

/** Text with its links, and with the names of people who are mentioned. */
export function written(text, names = []) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(...mentioned(text.slice(from, found.index), names));
    parts.push(el("a", { href: found[0], rel: "noopener noreferrer nofollow", target: "_blank" }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, ...mentioned(text.slice(from), names)];
}

function mentioned(text, names) {
  const found = firstMention(text, names);
  if (!found) return text ? [text] : [];
  const { at, end } = found;
  return [text.slice(0, at), el("strong", { class: "mention" }, text.slice(at, end)), ...mentioned(text.slice(end), names)];
}

export class Messages {
  #list;
  #people;
  #act;
  #drawn = new Map();
  #days = new Map();
  #fresh = el("li", { class: "fresh" }, el("span", {}, t("js-fresh")));

  /** `act(what, message, element)` is called for `menu`, `react` (with `{...message, emoji}`) and `quoted`. */
  constructor(list, people, act) {
    this.#list = list;
    this.#people = people;
    this.#act = act;
  }

  /** Draws all. `items` are messages as `viewOf` has them, and those that wait; `fresh` is the id of the first that was not read. */
  draw(items, { kind, fresh = null }) {
    const byId = new Map(items.map((one) => [one.id, one]));
    const wanted = [];
    let before = null;
    for (const one of items) {
      const isNewDay = !before || dayOf(before.at) !== dayOf(one.at);
      if (isNewDay) wanted.push(this.#day(one.at));
      if (one.id === fresh) wanted.push(this.#fresh);
      const isFirst = isNewDay || one.id === fresh || before.from !== one.from || before.via !== one.via || Date.parse(one.at) - Date.parse(before.at) > TOGETHER_MS;
      wanted.push(this.#message(one, { isFirst, kind, about: one.re ? (byId.get(one.re) ?? "gone") : null }));
      before = one;
    }
    this.#place(wanted);
  }

  element(id) {
    return this.#drawn.get(id)?.element ?? null;
  }

  /** Puts the elements in their order, and leaves those alone that are in place already. */
  #place(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.#list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((element, place) => {
      if (this.#list.children[place] !== element) this.#list.insertBefore(element, this.#list.children[place] ?? null);
    });
  }

  #day(at) {
    const name = dayName(at);
    const key = dayOf(at);
    const kept = this.#days.get(key);
    if (kept?.name === name) return kept.element;
    const element = el("li", { class: "day" }, el("h2", {}, name));
    this.#days.set(key, { name, element });
    return element;
  }

  #message(one, { isFirst, kind, about }) {
    const quoted = about && { from: about.from, text: about.text?.slice(0, QUOTED) ?? null };
    const key = JSON.stringify([one, isFirst, kind, quoted, this.#people.nameOf(one.from), this.#people.agentOf(one), dayOf(Date.now())]);
    const kept = this.#drawn.get(one.id);
    if (kept?.key === key) return kept.element;
    const element = this.#made(one, { isFirst, kind, about });
    if (kept) {
      // The focus stays where it was.
      const had = kept.element.contains(document.activeElement);
      kept.element.replaceWith(element);
      if (had) (element.querySelector(".more-of") ?? element).focus();
    }
    this.#drawn.set(one.id, { key, element });
    return element;
  }

  #made(one, { isFirst, kind, about }) {
    const name = this.#people.called(one.from);
    const isGone = one.text === null;
    const more = el("button", { type: "button", class: "more-of", "aria-label": t("js-more"), "aria-haspopup": "dialog", onclick: () => this.#act("menu", one, element) }, el("span", { "aria-hidden": "true" }, "⋯"));
    const who = isFirst && (one.via || !one.mine) ? this.#who(one, one.mine ? t("js-you") : name, kind) : el("span", { class: "unsaid" }, one.mine ? t("js-you") : name);
    const bubble = el("div", { class: "bubble" }, who, about ? this.#quote(one, about) : null, this.#body(one, isGone), this.#foot(one));
    const element = el("li", { id: one.id, class: `msg${one.mine ? " mine" : ""}${isFirst ? " first" : ""}${isGone ? " gone" : ""}`, "data-seq": one.seq ?? "", "data-state": one.sending ?? "entered" }, isFirst && !one.mine && kind !== "dm" ? this.#people.face(one.from) : null, el("div", { class: "side-by-side" }, bubble, more), this.#reactions(one));
    this.#listen(element, bubble, one);
    return element;
  }

  #who(one, name, kind) {
    const sort = this.#people.kindOf(one.from);
    if (kind === "dm" && !sort && one.signed !== false) return el("span", { class: "unsaid" }, name);
    const page = this.#people.get(one.from)?.href;
    return el("p", { class: "who" }, page ? el("a", { href: page, dir: "auto" }, name) : el("span", { dir: "auto" }, name), sort ? [" ", el("span", { class: "tag" }, sort)] : null, one.via ? [" ", el("span", { class: "tag", dir: "auto" }, this.#people.agentOf(one))] : null, one.signed === false ? [" ", el("span", { class: "tag" }, t("js-unsigned"))] : null);
  }

  #quote(one, about) {
    const words = about === "gone" ? t("js-not-here") : (inWords(about)?.slice(0, QUOTED) ?? t(about.message ?? "js-not-here"));
    const who = about === "gone" ? null : el("span", { class: "who" }, about.mine ? t("js-you") : this.#people.called(about.from));
    return el("button", { type: "button", class: "quote", onclick: () => this.#act("quoted", one) }, who, el("span", { dir: "auto" }, words));
  }

  #body(one, isGone) {
    if (isGone) return el("p", { class: "text state" }, t(one.message ?? stateOf("void")));
    if (one.drawn) return [one.drawn, one.text ? this.#words(one) : null];
    if (one.json?.media) return el("p", { class: "text state" }, t("js-said-newer"));
    return this.#words(one);
  }

  #words(one) {
    const names = [...this.#people.mentionable().keys()];
    return el("p", { class: `text${ONLY_EMOJI.test(one.text) ? " large" : ""}`, dir: "auto" }, written(one.text, names));
  }

  #foot(one) {
    const at = new Date(one.at);
    const clock = told(at, { hour: "2-digit", minute: "2-digit" });
    const parts = [one.edited ? el("span", {}, t("js-edited")) : null, el("time", { datetime: at.toISOString(), title: told(at) }, clock), one.mine ? this.#mark(one) : null];
    return [el("p", { class: "foot" }, parts), one.why ? el("p", { class: "why" }, t(one.why), one.detail ? ` (${one.detail})` : null) : null];
  }

  #mark({ sending, readBy = [] }) {
    if (sending) return el("span", { class: `mark ${sending}` }, t(MARKS[sending]));
    if (!readBy.length) return el("span", { class: "mark" }, t("js-sent"));
    return el("span", { class: "mark read" }, readBy.length === 1 ? t("js-read") : t("js-read-by", { count: readBy.length }));
  }

  #reactions(one) {
    if (!one.reactions?.length) return null;
    const chip = ({ text, from, own }) => {
      const who = from.map((did) => this.#people.called(did)).join(", ");
      return el("li", {}, el("button", { type: "button", "aria-pressed": String(own.length > 0), "aria-label": t("js-reacted", { text, who }), title: who, onclick: () => this.#act("react", { ...one, emoji: text }) }, text, from.length > 1 ? el("span", {}, String(from.length)) : null));
    };
    return el("ul", { class: "reactions" }, one.reactions.map(chip));
  }

  /** A swipe to the side answers; a long press opens the menu, as its button does. */
  #listen(element, bubble, one) {
    if (canAnswer(one)) this.#swipe(element, bubble, one);
    bubble.addEventListener("contextmenu", (event) => {
      if (event.target.closest("a")) return;
      event.preventDefault();
      this.#act("menu", one, element);
    });
  }

  #swipe(element, bubble, one) {
    let from = null;
    const sign = () => (getComputedStyle(element).direction === "rtl" ? -1 : 1);
    const isFar = (event) => (event.clientX - from.x) * sign() > SWIPE;
    bubble.addEventListener("pointerdown", (event) => {
      // Videos have a slider.
      if (event.pointerType === "touch" && !event.target.closest("video")) from = { x: event.clientX, y: event.clientY };
    });
    bubble.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [(event.clientX - from.x) * sign(), Math.abs(event.clientY - from.y)];
      if (y > 30) from = null;
      bubble.style.translate = from && x > 0 ? `${Math.min(x, 80) * sign()}px` : "";
      bubble.classList.toggle("answers", Boolean(from) && isFar(event));
    });
    const end = (event) => {
      bubble.style.translate = "";
      bubble.classList.remove("answers");
      const isSwipe = from && isFar(event);
      from = null;
      if (isSwipe && event.type === "pointerup") this.#act("reply", one);
    };
    bubble.addEventListener("pointerup", end);
    bubble.addEventListener("pointercancel", end);
  }
}
