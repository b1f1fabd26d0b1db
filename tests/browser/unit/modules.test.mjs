// Browsers can parse every script of the pages, and every imported name exists.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const APPS = fileURLToPath(new URL("../../../apps", import.meta.url));

/** Parses all modules in a separate process, since modules that don't run need a flag. Prints a line for each error. */
const READS = `
  import { readFileSync, readdirSync } from "node:fs";
  import { SourceTextModule } from "node:vm";
  const [apps] = process.argv.slice(1);
  // The modules by their addresses below /assets/, as the node serves them: those of www/shared/js for all apps.
  const addressOf = (name) => name.replace(/^www\\/shared\\//, "/").replace(/^([a-z]+)\\/assets\\//, "/$1/");
  const names = readdirSync(apps, { recursive: true }).filter((name) => /^(www\\/shared\\/js|[a-z]+\\/assets)\\/.*\\.js$/.test(name));
  const modules = new Map();
  const isRead = (identifier, act) => act().catch((error) => console.log(identifier + ": " + error.message));
  for (const name of names) {
    const identifier = addressOf(name);
    await isRead(identifier, async () => modules.set(identifier, new SourceTextModule(readFileSync(apps + "/" + name, "utf8"), { identifier })));
  }
  const link = (name, { identifier }) => {
    const found = modules.get(new URL(name, "http://box" + identifier).pathname);
    if (!found) throw new Error("there is no " + name);
    return found;
  };
  for (const [identifier, module] of modules) if (module.status === "unlinked") await isRead(identifier, () => module.link(link));
  console.log(names.length + " scripts");
`;

test("every script can be read, and has what it imports", () => {
  const args = ["--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", READS, APPS];
  const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).trim().split("\n");
  assert.ok(Number.parseInt(lines.pop(), 10) > 150);
  assert.deepEqual(lines, []);
});
