// Small helpers of the pages: elements, messages, waiting, copying, times. No keys, no requests.

import { lang, locale, texts } from "./texts.js";
import { told } from "./time.js";

const t = await texts("shared");

export const byId = (id) => document.getElementById(id);

/** Anyone who finds a copy can guess a shorter passphrase. */
export const PASSPHRASE_MIN = 8;
export const tooShort = t("js-too-short", { count: PASSPHRASE_MIN });

/** An element with attributes and children; `null` attributes and children are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** An SVG element with attributes and children. */
export function shape(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A face: the first letter on the ground that the DID chooses, below the picture if there is one, as the server draws it. */
export function face({ name, did, picture }) {
  const letter = [...(name ?? "")].find((one) => /[\p{L}\p{N}]/u.test(one)) ?? "·";
  let sum = 0;
  for (const byte of new TextEncoder().encode(did)) sum += byte;
  return el("span", { class: `avatar g${sum % 8}`, "aria-hidden": "true" }, letter.toUpperCase(), picture ? el("img", { src: picture, alt: "", loading: "lazy", decoding: "async" }) : null);
}

/** Says something in the page's message place (`#message`), and to screen readers; what went wrong also in a dialog that is open over the page. */
export function say(kind, ...content) {
  const place = byId("message");
  const notice = el("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" }, ...content.map(paragraph));
  quiet();
  place.append(notice);
  if (kind !== "bad") return;
  place.scrollIntoView({ block: "nearest" });
  sayInDialog(notice);
}

/** What is said in a dialog. */
let copied = null;

/** What is behind a dialog is neither seen nor heard. */
function sayInDialog(notice) {
  const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (!dialog) return;
  copied = notice.cloneNode(true);
  dialog.prepend(copied);
  copied.scrollIntoView({ block: "nearest" });
}

function paragraph(content) {
  return typeof content === "string" ? el("p", {}, content) : content;
}

export function quiet() {
  byId("message").replaceChildren();
  copied?.remove();
  copied = null;
}

/** Characters that turn the direction of the text around them, which no name has. Copied text carries them. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** The beginning of an address without its scheme: `example.org/…`. */
const HOST = /^(?:[\p{L}\d-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?#]|$)/u;

/** Brings what somebody typed or pasted into the form that is signed: an address with its scheme, a line without marks of direction. */
export function tidy(input) {
  if (input.localName !== "input") return;
  const text = input.value.replace(DIRECTIONS, "");
  const isBare = input.type === "url" && HOST.test(text.trim());
  const tidied = isBare ? `https://${text.trim()}` : text;
  if (tidied !== input.value) input.value = tidied;
}

/** Marks a field as wrong and says why next to it; without a message the mark goes away. */
export function fieldError(input, message = null) {
  const id = `${input.id}-error`;
  byId(id)?.remove();
  input.toggleAttribute("aria-invalid", false);
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((name) => name && name !== id);
  if (message) {
    input.setAttribute("aria-invalid", "true");
    (input.closest(".prefix, .with") ?? input).after(el("p", { id, class: "notice bad", role: "alert" }, message));
    others.push(id);
    input.focus();
    // The message goes once the field is changed, not only with the next try.
    input.addEventListener("input", () => fieldError(input), { once: true });
  }
  if (others.length) input.setAttribute("aria-describedby", others.join(" "));
  else input.removeAttribute("aria-describedby");
}

/** Shows an error as what it is: a sentence, with the way on where it has one. Anything unexpected also goes to the console. */
export function sayError(error) {
  if (!(error instanceof Error) || !error.message) {
    console.error(`${error}`, error);
    say("bad", t("js-went-wrong"));
    return;
  }
  if (error instanceof TypeError || error instanceof ReferenceError) console.error(`${error}`, error);
  const { way } = error;
  say("bad", error.message, ...(way ? [el("p", {}, el("a", { class: "button", href: way.href }, way.text))] : []));
}

/** Whether a submit button of the form is at work. */
export const isAtWork = (form) => Boolean(form?.querySelector('button[type="submit"][aria-disabled]'));

/** Runs an action of a button or form: one at a time, also of those buttons that submit the same form, with words while it takes, errors shown. */
export async function working(control, words, action) {
  // Not `disabled`: that would take the keyboard's focus away.
  if (control.getAttribute("aria-disabled") || isAtWork(control.form)) return;
  const before = [...control.childNodes];
  control.setAttribute("aria-disabled", "true");
  quiet();
  const timer = setTimeout(() => control.replaceChildren(el("span", { class: "busy", role: "status" }, words)), 150);
  try {
    await action();
  } catch (error) {
    sayError(error);
  } finally {
    clearTimeout(timer);
    control.replaceChildren(...before);
    control.removeAttribute("aria-disabled");
  }
}

/**
 * Goes to another page, or reloads this one. The promise stays pending until the page is gone, so that a button that is `working` can't be
 * pressed again meanwhile. It resolves when Back restores the page from the browser's cache.
 */
export function leave(url) {
  if (url === undefined) location.reload();
  else location.assign(url);
  return new Promise((resolve) => addEventListener("pageshow", ({ persisted }) => persisted && resolve()));
}

/** Shows one of several sections and moves the focus to its heading. */
export function showOnly(section, sections) {
  for (const other of sections) other.hidden = other !== section;
  const heading = section.querySelector("h1, h2");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
}

/** Hands out a file that this page made. */
export function saveFile(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** "3 minutes ago". */
export function ago(time, now = Date.now()) {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  const format = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return format.format(-Math.trunc(seconds / length), unit);
  }
  return t("js-just-now");
}

export function size(bytes) {
  const units = [t("js-bytes"), "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${units[unit]}`;
}

/** A DID as people are shown it in a sentence: `AbCdEf…WxYz`. */
export function shortId(did) {
  const id = did.split(":").at(-1);
  return `${id.slice(0, 6)}…${id.slice(-4)}`;
}

/** A DID that you can copy, shown short. */
export function address(did) {
  return el("span", {}, el("span", { class: "did", title: did }, shortId(did)), copyButton(did, t("js-your-id")));
}

export function copyButton(text, what, button = el("button", { type: "button", class: "copy" })) {
  button.setAttribute("aria-label", t("js-copy-what", { what }));
  button.textContent = t("js-copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = t("js-copied");
    setTimeout(() => (button.textContent = t("js-copy")), 2000);
  });
  return button;
}

/** Gives words to the server's buttons that copy, below an element. */
export function drawCopyButtons(root) {
  for (const button of root?.querySelectorAll("[data-copy]") ?? []) {
    if (navigator.clipboard) copyButton(button.dataset.copy, button.dataset.copyWhat ?? t("js-this-address"), button);
  }
}

/** What the server drew; nothing where there is no page, as in tests. */
const drawn = (selector) => globalThis.document?.querySelectorAll(selector) ?? [];

// An address gets its scheme once it is typed, before the browser judges it.
globalThis.document?.addEventListener("change", ({ target }) => target.type === "url" && tidy(target));
// Times that the server drew become relative, and local on touch; its buttons that copy get their words. Others are in `time.js`.
for (const time of drawn("time[data-ago]")) {
  time.textContent = ago(time.dateTime);
  time.title = told(time.dateTime);
}
drawCopyButtons(globalThis.document);
