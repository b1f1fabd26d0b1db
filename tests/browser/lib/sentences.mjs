// The sentences of the catalogues, for finding those of another language on a page.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "./check.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Minimum number of words: shorter parts may be in both languages, or a name. */
const WORDS_MIN = 3;
/** Separators of a message's parts: an argument, a choice, a tag, a line. */
const BETWEEN = /\{[^{}]*->|\*?\[[\w-]+\]|\{[^{}]*\}|[{}]|<[^<>]*>|\n/;
/** Single words that the program shows as its own names. */
const NAMES = ["member", "members", "guest", "guests", "owner", "organiser", "organizer", "admin", "public", "private", "everybody", "draft", "paused", "published", "cancelled", "closed", "yes", "none", "free", "You"];
/** Minimum number of sentences in the catalogues: with fewer, a check would look for too little. */
const SENTENCES_MIN = 500;
/** A machine-readable time or a command, and the technical pages that may contain them. */
const TECHNICAL = /\d{4}-\d\d-\d\dT\d\d:\d\d|\bimajin [a-z]+ --?[a-z]+/;
const FOR_READERS = /\/(docs|verify)/;

/** Returns the values of one file's messages, by their ids. */
async function messages(path) {
  const all = new Map();
  let id = null;
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    const begins = /^(-?[a-z][\w-]*) =(.*)$/.exec(line);
    if (begins) all.set((id = begins[1]), begins[2].trim());
    else if (line.startsWith("#")) id = null;
    else if (id) all.set(id, `${all.get(id)}\n${line.trim()}`);
  }
  return all;
}

const isPlain = (text) => !/[{}<>\n]/.test(text);

/** Returns the plain messages of an app in a language, by their ids: those in one line, without variables and tags. */
export async function plainMessages(app, lang) {
  const all = await messages(`${ROOT}apps/${app}/locales/${lang}.ftl`);
  return new Map([...all].map(([id, text]) => [id, text.trim()]).filter(([, text]) => text && isPlain(text)));
}

/** Returns the folders of all catalogues. */
async function catalogues() {
  const found = [];
  for (const place of ["apps", "kernel", "apps/auth", "apps/pay"]) {
    for (const { name } of await readdir(join(ROOT, place), { withFileTypes: true })) found.push(join(ROOT, place, name, "locales"));
  }
  return found;
}

/** Returns all English sentences, and parts of them between arguments, whose German translation differs. */
export async function onlyEnglish() {
  const [english, german] = [[], []];
  for (const folder of await catalogues()) {
    const [en, de] = await Promise.all(["en", "de"].map((lang) => messages(join(folder, `${lang}.ftl`)).catch(() => new Map())));
    english.push(...en.values());
    german.push(...de.values());
  }
  const partsOf = (text) => text.split(BETWEEN).map((part) => part.trim().replace(/^[\s,.:;!?)…“”]+|[\s,.:;!?(…“”]+$/g, ""));
  const known = german.join("\n");
  const parts = new Set(english.flatMap(partsOf).filter((part) => part.split(/\s+/).length >= WORDS_MIN));
  return [...parts].filter((part) => !known.includes(part));
}

/** Returns the visible and screen reader texts of a page that are in English, of these sentences and of the program's own names. */
export async function englishOn(page, english) {
  const { text, alone } = await page.evaluate(() => {
    const said = ["aria-label", "title", "placeholder", "alt"];
    const named = [...document.querySelectorAll(said.map((name) => `[${name}]`).join(","))];
    const attributes = named.flatMap((element) => said.map((name) => element.getAttribute(name)).filter(Boolean));
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("code, pre, script, template, [lang]:not(html)")) texts.push(walker.currentNode.textContent.trim());
    // The documentation is in English, and says so.
    const documentation = [...document.querySelectorAll("article[lang], ul[lang]")];
    for (const part of documentation) part.hidden = true;
    const text = [document.title, document.body.innerText, ...attributes].join("\n");
    for (const part of documentation) part.hidden = false;
    return { text, alone: [...texts, ...attributes] };
  });
  const shown = text.replaceAll("\u00a0", " ").replaceAll(/[\u2068\u2069]/g, "");
  return [...english.filter((sentence) => shown.includes(sentence)), ...NAMES.filter((name) => alone.includes(name))];
}

/** Returns a check that a page is entirely in German, except for the box's name and people's texts. */
export async function germanCheck() {
  const english = await onlyEnglish();
  expect(english.length > SENTENCES_MIN, `only ${english.length} sentences to look for`);
  return async (page) => {
    expect((await page.evaluate(() => document.documentElement.lang)) === "de", `${page.url()} is in another language`);
    const foreign = await englishOn(page, english);
    expect(foreign.length === 0, `${page.url()}: ${foreign.join(" / ")}`);
    // Times are written in words, and every action has a page instead of a command.
    const technical = TECHNICAL.exec(await page.locator("body").innerText());
    expect(!technical || FOR_READERS.test(page.url()), `${page.url()}: ${technical?.[0]}`);
  };
}
