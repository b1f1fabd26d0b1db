// A button that leads to another page, or loads the same one again, stays at work until the page is gone: a second tap does nothing.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const APPS = new URL("../../../apps/", import.meta.url);
/** Where `working` and `leave` are made. */
const OWN = "www/shared/js/ui.js";
/** A download, after which the page is still there. */
const STAYS = ["media/assets/select.js"];

const isScript = (name) => name.endsWith(".js") && /(^|\/)(assets|shared)\//.test(name) && name !== OWN;
const scripts = readdirSync(APPS, { recursive: true }).filter((name) => isScript(name.replaceAll("\\", "/")));

test("scripts with buttons at work leave the page by `leave` alone", () => {
  const busy = scripts.map((name) => [name, readFileSync(new URL(name, APPS), "utf8")]).filter(([, text]) => /import \{[^}]*\bworking\b[^}]*\} from/.test(text));
  assert.ok(busy.length > 40, `${busy.length} scripts`);
  assert.deepEqual(busy.filter(([, text]) => /\blocation\.(reload|assign)\(/.test(text)).map(([name]) => name), STAYS);
});
