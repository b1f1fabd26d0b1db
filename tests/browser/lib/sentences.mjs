// The sentences of the catalogues, to find those of another language on a page.

import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Shorter ones are in both languages, or a name. */
const WORDS_MIN = 3;

/** The plain messages of one file, by their ids: those in one line, without variables and tags. */
async function messages(path) {
  const lines = (await readFile(path, "utf8")).split("\n");
  const found = lines.map((line) => /^([a-z][\w-]*) = ([^{}<>]+)$/.exec(line)).filter(Boolean);
  return new Map(found.map(([, id, text]) => [id, text.trim()]));
}

/** The plain messages of an app in a language, by their ids. */
export const plainMessages = (app, lang) => messages(`${ROOT}apps/${app}/locales/${lang}.ftl`);

/** All English sentences that German has other words for. */
export async function onlyEnglish() {
  const sentences = new Set();
  for (const place of ["apps", "kernel"]) {
    for (const part of await readdir(`${ROOT}${place}`)) {
      const folder = `${ROOT}${place}/${part}/locales/`;
      const [en, de] = await Promise.all(["en", "de"].map((lang) => messages(`${folder}${lang}.ftl`).catch(() => new Map())));
      for (const [id, text] of en) if (de.has(id) && de.get(id) !== text && text.split(" ").length >= WORDS_MIN) sentences.add(text);
    }
  }
  return [...sentences];
}
