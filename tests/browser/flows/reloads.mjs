// Nora's unsaved text is in the form after a reload, and is gone once she has saved, discarded it, or signed out.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, unfold } from "../lib/steps.mjs";

const NOTICE = "This is what you wrote before. It isn’t saved yet.";
const kept = (page) => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("form ")));

async function open(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
}

/** Reloads a page and expects these values of its fields. */
async function reloaded(page, values) {
  await page.reload();
  await page.getByText(NOTICE).waitFor();
  for (const [field, value] of Object.entries(values)) {
    const now = await page.locator(field).inputValue();
    expect(now === value, `${field} says “${now}” instead of “${value}”`);
  }
  await accessible(page);
}

/** Opens a page again, and checks that its fields are empty. */
async function isFresh(page, path) {
  await open(page, path);
  expect((await page.getByText(NOTICE).count()) === 0, `${path} still has what was begun`);
  expect((await kept(page)).length === 0, (await kept(page)).join());
}

export default async function reloads(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-reloads-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  try {
    const page = await world.person(box.local);
    await createIdentity(world, page, "Nora", { claim: box.code });

    await t.check("an event, with its kinds of tickets and its shares, survives a reload; saved, it is gone from the form", async () => {
      await open(page, "/events/new");
      await page.fill("#title", "Reading night");
      await page.fill("#starts", "2099-12-31T20:00");
      await page.selectOption("#locationType", "hybrid");
      await page.fill("#virtualUrl", "https://stream.example/reading");
      await unfold(page);
      await page.locator("#types [data-name]").fill("Chair");
      await page.locator("#types [data-price]").fill("0");
      await page.click("#add-type");
      await page.locator("#types [data-name]").nth(1).fill("Sofa");
      await page.locator("#types [data-price]").nth(1).fill("7.50");
      await page.click("#add-type");
      await page.locator("#types .type-row").nth(2).getByRole("button").click();
      await page.fill("#description", "Bring a book.");
      await reloaded(page, { "#title": "Reading night", "#starts": "2099-12-31T20:00", "#virtualUrl": "https://stream.example/reading", "#description": "Bring a book." });
      const rows = await page.locator("#types .type-row [data-name]").evaluateAll((inputs) => inputs.map(({ value }) => value));
      expect(rows.join() === "Chair,Sofa", rows.join());
      expect((await page.locator("#types [data-price]").nth(1).inputValue()) === "7.50", "the price is lost");
      expect((await page.isVisible("#description")) && (await page.isVisible("#virtualUrl")), "what was written is folded away");
      await page.click("#save");
      await page.waitForURL(/\/events\/evt_/);
      await isFresh(page, "/events/new");
      expect((await page.inputValue("#title")) === "", "the next event begins with the title of the last");
    });

    await t.check("a profile with its links survives a reload; saved, it is gone", async () => {
      await open(page, "/profile/edit");
      await page.fill("#handle", "nora");
      await page.fill("#bio", "I read aloud.");
      await page.click("#add-link");
      await page.locator("#links [data-title]").fill("My books");
      await page.locator("#links [data-url]").fill("https://nora.example/");
      await page.check("#incognito");
      await reloaded(page, { "#handle": "nora", "#bio": "I read aloud.", "#links [data-title]": "My books", "#links [data-url]": "https://nora.example/" });
      expect(await page.isChecked("#incognito"), "the choice is lost");
      await page.uncheck("#incognito");
      await page.click("#save");
      await page.getByText("Saved and signed by you").waitFor();
      await isFresh(page, "/profile/edit");
      expect((await page.inputValue("#bio")) === "I read aloud." && (await page.locator("#links .link-row").count()) === 1, "it was not saved");
    });

    await t.check("payment details survive a reload, and are let go by a press", async () => {
      await open(page, "/pay/details");
      await page.fill("#details-note", "In an envelope.");
      await reloaded(page, { "#details-note": "In an envelope." });
      await page.getByRole("button", { name: "Start again" }).click();
      await page.waitForFunction(() => document.querySelector("#details-note").value === "");
      await isFresh(page, "/pay/details");
    });

    await t.check("a new group survives a reload; made, it is gone", async () => {
      await open(page, "/connections/groups");
      await page.locator("main summary").first().click();
      await page.fill("#name", "The readers");
      await page.fill("#about", "Every Thursday.");
      await reloaded(page, { "#name": "The readers", "#about": "Every Thursday." });
      expect(await page.isVisible("#about"), "the form is folded away");
      await page.click("#make");
      await page.waitForURL(/\/connections\/groups\/did/);
      await isFresh(page, "/connections/groups");
    });

    await t.check("the box's name survives a reload; saved, it is gone", async () => {
      await open(page, "/settings/box");
      await page.fill("#name", "Nora’s box");
      await reloaded(page, { "#name": "Nora’s box" });
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      await isFresh(page, "/settings/box");
    });

    await t.check("nothing secret is kept, and signing out forgets what was begun", async () => {
      await open(page, "/profile/edit");
      await page.fill("#bio", "Not for the next one here.");
      expect((await kept(page)).length === 1, "nothing is kept");
      const session = JSON.stringify(await page.evaluate(() => ({ ...sessionStorage })));
      expect(!/passphrase|secret/i.test(session), session);
      await open(page, "/more");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL((url) => url.pathname === "/");
      expect((await page.evaluate(() => sessionStorage.length)) === 0, "something is left in the tab");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
