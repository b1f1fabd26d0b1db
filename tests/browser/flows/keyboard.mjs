// Joan has no mouse: she does everything with Tab, Enter and Space, and the focus is visible at every stop.

import { readFile } from "node:fs/promises";
import { expect } from "../lib/check.mjs";
import { createIdentity, PASSPHRASE, step } from "../lib/steps.mjs";

/** Tabs until the target has the focus, and checks that every stop is visible, and not below the bar. */
async function tabTo(page, selector, most = 60) {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const halo = element.querySelector?.(".halo");
      const shown = marked || (halo && getComputedStyle(halo).stroke !== "none") || element === document.body;
      // A phone's bar lies over the bottom of the page.
      const bar = document.querySelector("nav.main");
      const covered = bar && !bar.contains(element) && bar.getBoundingClientRect().width >= innerWidth && box.bottom > bar.getBoundingClientRect().top + 1;
      return { there: element.matches(wanted), shown, covered, inside: element === document.body || box.height > 0, what: element.outerHTML.slice(0, 120) };
    }, selector);
    expect(!stop.covered, `the bar covers the focus on ${stop.what}`);
    expect(stop.shown && stop.inside, `the focus cannot be seen on ${stop.what}`);
    if (stop.there) return;
  }
  throw new Error(`the keyboard never reaches ${selector}`);
}

export default async function keyboard(t, world) {
  const page = await world.person();
  const lacks = world.lacks("Tab past the last stop");
  world.joan = page;
  await t.unless(lacks, "an identity is created with the keyboard alone", async () => {
    await page.goto("/");
    await tabTo(page, "a.button.main");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/create");
    await page.waitForLoadState("networkidle");
    await tabTo(page, "#name");
    await page.keyboard.type("Joan");
    await tabTo(page, "#invite");
    await page.keyboard.type(world.invite);
    await page.keyboard.press("Enter");
    await step(page, "key");
    await tabTo(page, "#passphrase");
    await page.keyboard.type(PASSPHRASE);
    await tabTo(page, "#see");
    await page.keyboard.press("Space");
    await tabTo(page, "#make");
    await page.keyboard.press("Enter");
    await step(page, "sheet");
    await tabTo(page, "#save");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    const sheet = await readFile(await download.path(), "utf8");
    await step(page, "test");
    await tabTo(page, "#letters");
    await page.keyboard.insertText(sheet.split("\n").slice(7).join("\n"));
    await tabTo(page, "#test-passphrase");
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press("Enter");
    await page.locator("#finished").waitFor({ state: "visible", timeout: 30_000 });
  });

  await t.unless(lacks, "the profile, the record and a copy with the keyboard alone", async () => {
    await tabTo(page, "#finished a.button.main");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/profile/edit");
    await page.waitForLoadState("networkidle");
    await tabTo(page, "#bio");
    await page.keyboard.type("No mouse here.");
    await tabTo(page, "#save");
    await page.keyboard.press("Enter");
    await page.getByText("Saved and signed by you").waitFor();
    await page.goto("/data");
    await page.waitForLoadState("networkidle");
    await tabTo(page, "svg.picture a");
    await tabTo(page, "details summary");
    await page.keyboard.press("Enter");
    await page.locator("main table").waitFor({ state: "visible" });
    await page.goto("/data/copy");
    await page.waitForLoadState("networkidle");
    await tabTo(page, "#make-copy");
    await page.keyboard.press("Enter");
    await page.locator("#finished").waitFor({ state: "visible", timeout: 60_000 });
  });
  if (lacks) await createIdentity(world, page, "Joan", { invite: world.invite });
}
