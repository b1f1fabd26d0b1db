// The scripts that an app gives to pages of others, such as Home and the search, draw by the common style sheet: no other is loaded there.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const APPS = new URL("../../../apps/", import.meta.url);
/** The sources in which an app names such scripts. */
const SOURCES = ["manifest.rs", "home.rs", "search.rs"];

const read = (path) => readFileSync(new URL(path, APPS), "utf8");
const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, match]) => match);

/** The scripts that an app gives to pages of others: `chat/found-here.js`. */
function scriptsOf(app) {
  const sources = SOURCES.map((name) => `${app}/src/${name}`).filter((path) => existsSync(new URL(path, APPS)));
  const scripts = sources.flatMap((path) => matches(read(path), /"\/assets\/([a-z]+\/[a-z-]+\.js)"/g));
  return scripts.filter((script) => script.startsWith(`${app}/`));
}

/** The classes that a script and what it imports of its own app give to elements. */
function classesOf(script) {
  const [app, name] = script.split("/");
  const own = read(`${app}/assets/${name}`);
  const imported = matches(own, /from "\.\/([a-z-]+\.js)"/g).map((file) => read(`${app}/assets/${file}`));
  return [own, ...imported].flatMap((text) => matches(text, /\bclass: "([^"]+)"/g)).flatMap((names) => names.split(" "));
}

test("what an app draws on pages of others takes the common style sheet alone", () => {
  const common = new Set(matches(read("www/shared/site.css"), /\.([a-z][\w-]*)/g));
  const scripts = readdirSync(APPS).flatMap(scriptsOf);
  assert.ok(scripts.includes("chat/found-here.js") && scripts.length >= 10, scripts.join(" "));
  const faults = scripts.flatMap((script) => classesOf(script).filter((name) => !common.has(name)).map((name) => `${script}: ${name}`));
  assert.deepEqual(faults, []);
});

test("what gets the focus scrolls above the fixed bar: the scroll padding is the root’s", () => {
  const padded = matches(read("www/shared/site.css"), /^\s*([^{}\n]+?) \{[^{}]*scroll-padding-bottom:/gm);
  assert.deepEqual(padded, ["html:has(> body.in)"]);
});
