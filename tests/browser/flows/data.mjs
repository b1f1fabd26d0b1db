// Ada looks at her record, exports it, and has the copy verified.

import { copyFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";

export default async function data(t, world) {
  const page = world.ada;
  await t.check("the record is a picture, a table and a list", async () => {
    await page.goto("/data");
    await page.waitForLoadState("networkidle");
    expect((await page.locator("svg.picture.narrow a").count()) > 0, "no dots");
    await page.getByText("Show as table").click();
    expect((await page.locator("main table tbody tr").count()) > 0, "no table");
    let text = await page.textContent("main");
    for (const words of ["You changed your profile", "Signed by you"]) expect(text.includes(words), `lacks “${words}”`);
    while (!text.includes("You began")) {
      await page.getByRole("link", { name: "Older" }).click();
      await page.waitForLoadState("networkidle");
      text = await page.textContent("main");
    }
    await page.goto("/data");
    await page.waitForLoadState("networkidle");
    await page.getByText("Show as table").click();
    await page.locator(".entry summary").first().click();
    await accessible(page);
    await fits(page);
    await page.getByText("Show as table").click();
    await page.locator(".entry summary").first().click();
    await screens(world, page, "data");
  });

  await t.check("a dot leads to its entry", async () => {
    await page.locator("svg.picture.narrow a").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/#entry-\d+$/);
    await page.locator(".entry:target").waitFor();
  });

  await t.check("a copy is made, signed by its owner, and saved", async () => {
    await page.goto("/data/copy");
    await accessible(page);
    await fits(page);
    await screens(world, page, "copy");
    await page.click("#make-copy");
    await page.locator("#finished").waitFor({ state: "visible", timeout: 60_000 });
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
    await download.saveAs(world.bundle);
    expect((await stat(world.bundle)).size > 10_000, "the copy is too small");
    const text = await readFile(world.bundle, "latin1");
    expect(/"kind":"owner"/.test(text), "the copy is not signed by its owner");
    await accessible(page);
  });

  await t.check("the box says that the copy is whole", async () => {
    const visitor = await world.person();
    await visitor.goto("/verify");
    await visitor.setInputFiles("#file", world.bundle);
    await visitor.getByRole("heading", { name: "This copy is whole and genuine" }).waitFor({ timeout: 30_000 });
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "verify");
  });

  await t.check("and that a changed one is not", async () => {
    const changed = join(world.folder, "changed.tar");
    await copyFile(world.bundle, changed);
    const bytes = await readFile(changed);
    bytes[bytes.indexOf("SQLite format 3") + 9_000] ^= 1;
    await writeFile(changed, bytes);
    const visitor = await world.person();
    await visitor.goto("/verify");
    await visitor.setInputFiles("#file", changed);
    await visitor.getByRole("heading", { name: /was changed or is missing/ }).waitFor({ timeout: 30_000 });
  });
}
