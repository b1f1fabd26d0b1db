// Data that apps keep in a browser goes with the person: the scripts of the page "Devices" can remove it, and the page calls them.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { test } from "node:test";

const APPS = new URL("../../../apps/", import.meta.url);
const read = (path) => readFileSync(new URL(path, APPS), "utf8");

const manifests = readdirSync(APPS).map((app) => `${app}/src/manifest.rs`).filter((path) => existsSync(new URL(path, APPS)));
const scripts = manifests.flatMap((path) => [...read(path).matchAll(/device_secrets: Some\("\/assets\/([a-z]+)\/([a-z-]+\.js)"\)/g)].map(([, app, file]) => `${app}/assets/${file}`));

test("an app that keeps secrets in a browser hands them over, and forgets them", () => {
  assert.ok(scripts.length > 0);
  for (const script of scripts) {
    assert.match(read(script), /export (async )?function handOver\b/);
    assert.match(read(script), /export const forget = |export (async )?function forget\b/);
  }
});

test("both pages that take a person out of a browser have apps forget them", () => {
  assert.match(read("www/assets/devices.js"), /await forgetKept\(\)/);
  assert.match(read("www/assets/delete.js"), /await forgetKept\(\)/);
});
