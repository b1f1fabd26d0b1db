// A real Chromium imports a bookmark file, as for a person who comes from another browser.

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect } from "../lib/check.mjs";
import { PROGRAM } from "../lib/chromium.mjs";

/** The only place where Debian's Chromium looks for the defaults of a new profile: another file is mounted over it. */
const PREFERENCES = "/etc/chromium/master_preferences";
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-first-run"];
/** Number of tries, and milliseconds between them: the import continues after the browser has started. */
const TRIES = 40;
const PAUSE = 250;

export default async function bookmarks(t, world) {
  await t.unless(world.lacks("Chromium’s own pages"), "Chromium reads the bookmark file that somebody takes away", async () => {
    const saved = join(world.folder, "links.html");
    await writeFile(saved, await (await world.ada.request.get("/links/api/export.html")).text());
    const read = await judge(world, saved);
    expect(read.some(({ folder, url }) => folder.includes("Bread") && url.startsWith("https://")), `Chromium reads ${JSON.stringify(read)}`);
  });
}

/**
 * Returns the bookmarks that Chromium imports from a file (an absolute path), in its order: `{ folder, title, url, seconds }` each, where `folder` is
 * the titles of the folders around it, the outermost first.
 */
async function judge(world, file) {
  const folder = await mkdtemp(join(world.folder, "bookmarks-"));
  const preferences = join(folder, "preferences.json");
  const program = join(folder, "chromium");
  await writeFile(preferences, JSON.stringify({ distribution: { import_bookmarks_from_file: file, skip_first_run_ui: true } }));
  const mounted = `mount --bind "$0" ${PREFERENCES} && exec "$@"`;
  await writeFile(program, `#!/bin/sh\nexec unshare --map-root-user --mount sh -c '${mounted}' '${preferences}' '${PROGRAM}' "$@"\n`);
  await chmod(program, 0o755);
  // The import is part of a browser's first run, which Playwright skips.
  const options = { executablePath: program, args: ARGS, ignoreDefaultArgs: ["--no-first-run"] };
  const context = await chromium.launchPersistentContext(join(folder, "profile"), options);
  try {
    const page = await context.newPage();
    await page.goto("chrome://bookmarks");
    let before = -1;
    for (let n = 0; n < TRIES; n += 1) {
      const found = await page.evaluate(() => chrome.bookmarks.getTree());
      const read = found[0].children.flatMap((root) => flat(root, []));
      // The import is complete when nothing more is added.
      if (read.length > 0 && read.length === before) return read;
      before = read.length;
      await page.waitForTimeout(PAUSE);
    }
    return [];
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function flat(node, folder) {
  return node.children.flatMap((child) =>
    child.url === undefined ? flat(child, [...folder, child.title]) : [{ folder, title: child.title, url: child.url, seconds: Math.floor(child.dateAdded / 1000) }],
  );
}
