// The message field: stores drafts, shows the message that a reply or an edit refers to, and completes mentions.
//
// Always: the text stays in its field until it is kept in this browser.

import { texts } from "../js/texts.js";
import { byId, el } from "../js/ui.js";

const t = await texts("chat");

const KEEP_MS = 300;
const QUOTED = 120;
const MENTION = /(?:^|\s)@([^\s@]{0,40})$/u;
const MENTIONED_MAX = 5;

export class Compose {
  #form = byId("compose");
  #text = byId("text");
  #subject = byId("subject");
  #list = byId("mentions");
  #act;
  #people;
  /** Who is offered for the mention that is being written. */
  #found = [];
  #about = null;
  #isSending = false;
  #before = "";
  #timer = null;

  /**
   * `act` has `keep(text)`, `send(text, about)`, `typing()`, `editLast()`; `people()` answers who can be mentioned, `{name, written}`. `about` is null,
   * `{kind: "reply", message}` or `{kind: "edit", message}`.
   */
  constructor(act, people) {
    this.#act = act;
    this.#people = people;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("blur", () => this.#keep());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    addEventListener("pagehide", () => this.#keep());
  }

  /** Shows the field, or why there is none. */
  show(why = null) {
    const isNew = this.#form.hidden && why === null;
    this.#form.hidden = why !== null;
    // A hidden field has no height.
    if (isNew) this.#grow();
    const place = byId("no-compose");
    place.hidden = why === null;
    place.replaceChildren(...[why ?? []].flat());
  }

  /** What was begun here before. A text that is being written stays. */
  restore(text) {
    if (!this.#text.value) this.#set(text);
  }

  /** Adds a line to what was begun, if there is one to add. */
  append(line) {
    if (line) this.#set([this.#text.value, line].filter(Boolean).join("\n"));
  }

  focus() {
    this.#text.focus();
  }

  reply(message, who) {
    this.#stopEditing();
    this.#begin({ kind: "reply", message }, t("js-replying", { who }), message.text);
  }

  edit(message) {
    if (this.#about?.kind !== "edit") this.#before = this.#text.value;
    this.#begin({ kind: "edit", message }, t("js-editing"), null);
    this.#set(message.text);
  }

  #begin(about, title, quoted) {
    this.#about = about;
    const cancel = el("button", { type: "button", class: "link", onclick: () => this.#cancel() }, t("js-cancel"));
    this.#subject.replaceChildren(el("p", {}, el("strong", {}, title), quoted ? el("span", { class: "soft", dir: "auto" }, quoted.slice(0, QUOTED)) : null), cancel);
    this.#subject.hidden = false;
    this.#text.focus();
  }

  #cancel() {
    this.#stopEditing();
    this.#about = null;
    this.#subject.hidden = true;
    this.#text.focus();
  }

  #stopEditing() {
    if (this.#about?.kind === "edit") this.#set(this.#before);
  }

  #set(text) {
    this.#text.value = text;
    this.#grow();
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }

  #changed() {
    delete this.#text.dataset.kept;
    this.#grow();
    this.#suggest();
    if (this.#text.value) this.#act.typing();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), KEEP_MS);
  }

  /** What is edited is no draft of a new message. */
  async #keep() {
    clearTimeout(this.#timer);
    const text = this.#about?.kind === "edit" ? this.#before : this.#text.value;
    await this.#act.keep(text);
    if (text === this.#text.value) this.#text.dataset.kept = "yes";
  }

  #key(event) {
    if (event.isComposing) return;
    if (!this.#list.hidden && this.#choose(event)) return;
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (event.key === "Enter" && !event.shiftKey && !isTouch) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.#about) this.#cancel();
    else if (event.key === "ArrowUp" && !this.#text.value && !this.#about) {
      event.preventDefault();
      this.#act.editLast();
    }
  }

  async #send() {
    const text = this.#text.value.trim();
    // Pressed twice, it is said once.
    if (!text || this.#isSending) return;
    const about = this.#about;
    this.#isSending = true;
    try {
      if (!(await this.#act.send(text, about))) return;
    } finally {
      this.#isSending = false;
    }
    this.#about = null;
    this.#subject.hidden = true;
    this.#set(about?.kind === "edit" ? this.#before : "");
    this.#list.hidden = true;
    this.#keep();
  }

  /** Who can be mentioned by what was begun after an @. */
  #suggest() {
    const { value, selectionEnd } = this.#text;
    const begun = MENTION.exec(value.slice(0, selectionEnd))?.[1]?.toLowerCase();
    const fits = ({ name, written }) => [name, written].some((text) => text.toLowerCase().startsWith(begun));
    this.#found = begun === undefined ? [] : this.#people().filter(fits).slice(0, MENTIONED_MAX);
    const option = ({ name }, place) => el("li", { id: `mention-${place}`, role: "option", dir: "auto", "aria-selected": String(place === 0), onclick: () => this.#mention(place) }, name);
    this.#list.replaceChildren(...this.#found.map(option));
    this.#list.hidden = !this.#found.length;
    if (this.#found.length) this.#text.setAttribute("aria-activedescendant", "mention-0");
    else this.#text.removeAttribute("aria-activedescendant");
  }

  #choose(event) {
    const all = [...this.#list.children];
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") this.#list.hidden = true;
    else if (event.key === "Enter" || event.key === "Tab") this.#mention(at);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = (at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length;
      all.forEach((one, place) => one.setAttribute("aria-selected", String(place === next)));
      this.#text.setAttribute("aria-activedescendant", all[next].id);
    } else return false;
    event.preventDefault();
    return true;
  }

  #mention(place) {
    const { value, selectionEnd } = this.#text;
    const start = value.slice(0, selectionEnd).lastIndexOf("@");
    this.#text.setRangeText(`@${this.#found[place].written} `, start, selectionEnd, "end");
    this.#list.hidden = true;
    this.#text.focus();
    this.#changed();
  }
}
