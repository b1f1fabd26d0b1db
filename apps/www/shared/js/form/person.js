// A field in which the reader chooses a person by name (the server draws it: `Chooser`): suggests the reader's contacts and people whom the
// box finds, accepts a username, an ID or a link as well, and shows the chosen person below the field.
//
// Always: `chosen` returns only a person whom the page shows, so the reader has seen every person for whom they sign.

import { ApiError, get } from "../api.js";
import { texts } from "../texts.js";
import { byId, el, fieldError, shortId } from "../ui.js";
import { exactly, isHandle, isWhole, meant, suggested, together } from "./whom.js";

const t = await texts("shared");

const WAIT_MS = 200;
const SHOWN_MAX = 8;
const list = byId("known-people");
const known = [...(list?.options ?? [])].map(({ text, dataset: { did, handle, picture } }) => ({ did, handle: handle ?? null, name: text || null, picture }));
const fields = new WeakMap();
let number = 0;

function person({ did, handle, name, displayName, avatar }) {
  const picture = avatar && list?.dataset.faces?.replace("{did}", did).replace("{cid}", avatar);
  return { did, handle: handle ?? null, name: displayName ?? name ?? null, picture };
}

/** Somebody by their ID or their username; null where nobody here goes by it. */
async function lookUp(id) {
  try {
    return person(await get(`/auth/api/lookup/${encodeURIComponent(id)}`));
  } catch (error) {
    if (error instanceof ApiError && [400, 404].includes(error.status)) return null;
    throw error;
  }
}

async function search(words) {
  const { results } = await get(`/auth/api/search?limit=${SHOWN_MAX}&q=${encodeURIComponent(words.slice(0, 100))}`);
  return results.map(person);
}

const named = ({ did, name, handle }) => name ?? (handle ? `@${handle}` : shortId(did));
const textOf = ({ did, handle }) => (handle ? `@${handle}` : did);

/** A face, as the server draws it: the first letter on the ground that the DID chooses, below the picture if there is one. */
function face(one) {
  const letter = [...named(one)].find((letters) => /[\p{L}\p{N}]/u.test(letters)) ?? "·";
  const sum = new TextEncoder().encode(one.did).reduce((all, byte) => all + byte, 0);
  return el("span", { class: `avatar g${sum % 8}`, "aria-hidden": "true" }, letter.toUpperCase(), one.picture ? el("img", { src: one.picture, alt: "", decoding: "async" }) : null);
}

/** Somebody with what tells them apart from others of the same name. */
function shown(one) {
  const more = [one.name && one.handle ? `@${one.handle}` : null, one.name || one.handle ? shortId(one.did) : null].filter(Boolean).join(" · ");
  return [face(one), el("span", { class: "grow" }, el("strong", { dir: "auto" }, named(one)), more ? el("span", { class: "soft" }, ` ${more}`) : null)];
}

class PersonField {
  #input;
  #list;
  #below;
  #options = [];
  #active = -1;
  #asked = 0;
  #timer = null;
  /** Who is shown; and why nobody is. */
  person = null;
  why = null;

  constructor(input) {
    this.#input = input;
    input.id ||= `person-${(number += 1)}`;
    input.removeAttribute("list");
    this.#list = el("ul", { id: `${input.id}-people`, class: "suggestions", role: "listbox", "aria-label": t("js-person-list"), hidden: true });
    this.#below = el("p", { class: "chosen", role: "status" });
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.#list.id]]) input.setAttribute(name, value);
    input.after(this.#list, this.#below);
    input.addEventListener("input", () => this.#changed());
    input.addEventListener("change", () => this.#left());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#offer([]));
    // The field keeps the focus while a person is chosen by touch.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    if (input.dataset.did) this.#drawn(input.dataset.did);
    else if (input.value) this.#look(true);
  }

  /** Somebody who was chosen before: who it is comes at once, and what they are called with the answer. */
  async #drawn(did) {
    const asked = ++this.#asked;
    this.#show(exactly(known, { did })[0] ?? { did, handle: null, name: null });
    const found = await lookUp(did).catch(() => null);
    if (!found || asked !== this.#asked) return;
    this.#show(found);
    if (this.#input.value === did) this.#input.value = textOf(found);
  }

  choose(did) {
    this.#input.value = did;
    this.#drawn(did);
  }

  clear() {
    this.#asked += 1;
    this.#input.value = "";
    this.#show(null);
  }

  complaint() {
    return this.why ?? (this.#input.value.trim() ? t("js-person-looking") : t("js-person-none"));
  }

  #changed() {
    this.#asked += 1;
    clearTimeout(this.#timer);
    fieldError(this.#input);
    this.#show(null);
    this.#offer(this.#input.value.trim() ? this.#mine() : []);
    this.#timer = setTimeout(() => this.#look(false), WAIT_MS);
  }

  /** Of those whom one is connected with: whom the text may mean; everybody where there is none. */
  #mine() {
    const meaning = meant(this.#input.value, location.host);
    return meaning ? suggested(known, meaning) : known;
  }

  /** The field was left: what is in it is what is meant. */
  #left() {
    clearTimeout(this.#timer);
    if (!this.#input.value.trim()) this.clear();
    else if (this.person) this.#input.value = textOf(this.person);
    else this.#look(true);
  }

  /** Looks whom the text means. As long as somebody writes, only those are asked for by name who are found by their public names. */
  async #look(isWritten) {
    const asked = ++this.#asked;
    const meaning = meant(this.#input.value, location.host);
    if (!meaning) return;
    let found;
    try {
      found = await this.#find(meaning, isWritten);
    } catch (error) {
      found = { why: error.message };
    }
    if (asked !== this.#asked) return;
    const { one, others = [], why } = found;
    if (one) {
      this.#show(one);
      if (isWritten) this.#input.value = textOf(one);
    } else if (isWritten) this.#show(null, why);
    if (!isWritten && document.activeElement === this.#input) this.#offer(others.filter(({ did }) => did !== one?.did));
  }

  async #find(meaning, isWritten) {
    if (meaning.elsewhere) return { why: t("js-person-elsewhere", { host: meaning.elsewhere }) };
    if (meaning.did) {
      const [one] = exactly(known, meaning);
      if (one || (!isWritten && !isWhole(meaning.did))) return { one };
      // The person may have an ID and no name here.
      const found = (await lookUp(meaning.did)) ?? (isWhole(meaning.did) ? person(meaning) : null);
      return found ? { one: found } : { why: t("js-person-nobody") };
    }
    const words = meaning.handle ?? meaning.words;
    const people = together(known, words.length > 1 ? await search(words) : []);
    const others = suggested(people, meaning);
    const all = exactly(people, meaning);
    if (all.length > 1) return { others, why: t("js-person-several") };
    const one = all[0] ?? (isWritten && isHandle(words.toLowerCase()) ? await lookUp(words.toLowerCase()) : null);
    return { one, others, why: one ? null : t("js-person-nobody") };
  }

  #show(one, why = null) {
    this.person = one;
    this.why = why;
    this.#below.replaceChildren(...(one ? shown(one) : why ? [why] : []));
    if (one) fieldError(this.#input);
  }

  /** Suggests people; nobody closes the list. */
  #offer(people) {
    const at = this.#options[this.#active]?.did;
    this.#options = people.slice(0, SHOWN_MAX);
    this.#list.replaceChildren(...this.#options.map((one, at) => el("li", { id: `${this.#list.id}-${at}`, role: "option", "aria-selected": "false", onclick: () => this.#take(one) }, shown(one))));
    this.#list.hidden = this.#options.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#move(this.#options.findIndex(({ did }) => did === at));
  }

  #move(at) {
    this.#active = at;
    for (const [n, row] of [...this.#list.children].entries()) row.setAttribute("aria-selected", String(n === at));
    if (at < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", this.#list.children[at].id);
  }

  #take(one) {
    this.#asked += 1;
    clearTimeout(this.#timer);
    this.#input.value = textOf(one);
    this.#offer([]);
    this.#show(one);
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #key(event) {
    if (event.isComposing) return;
    const many = this.#options.length;
    if (event.key === "ArrowDown" && !many) this.#offer(this.#mine());
    else if (event.key === "ArrowDown") this.#move((this.#active + 1) % many);
    else if (event.key === "ArrowUp" && many) this.#move(this.#active < 0 ? many - 1 : this.#active - 1);
    else if (event.key === "Escape" && many) this.#offer([]);
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#options[this.#active]);
    else if (event.key === "Enter" && !this.person && this.#input.value.trim()) this.#left();
    else return;
    event.preventDefault();
  }
}

/** Turns a field, which must be inside a `.field`, into one in which people are chosen. Doing it twice changes nothing. */
export function personField(input) {
  if (!fields.has(input)) fields.set(input, new PersonField(input));
}

/** The DID of the person whom the field shows, or null. */
export const chosen = (input) => fields.get(input).person?.did ?? null;

/** Why there is none, for people. */
export const complaint = (input) => fields.get(input).complaint();

/** Chooses somebody who was chosen before. */
export const choose = (input, did) => fields.get(input).choose(did);

/** Empties the field. */
export const clear = (input) => fields.get(input).clear();

/** What somebody is called. */
export async function nameOf(did) {
  const one = exactly(known, { did })[0] ?? (await lookUp(did).catch(() => null));
  return named(one ?? person({ did }));
}

for (const input of document.querySelectorAll("input[data-person]")) personField(input);
