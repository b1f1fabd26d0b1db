// Ada puts copies of her data on a stick in her box, has one checked, and pulls the stick out. Mounting needs root or sudo.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { PASSPHRASE } from "../lib/steps.mjs";
import { Stick } from "../lib/stick.mjs";

export default async function sticks(t, world) {
  const folder = process.env.IMAJIN_USB_FOLDER;
  if (!folder) throw new Error("IMAJIN_USB_FOLDER must be the folder in which the node looks for sticks");
  const page = world.ada;
  const stick = new Stick(folder, "sda1");
  const card = page.locator("section.stick");
  const copies = card.locator(".rows > li");
  try {
    await t.check("a stick appears on “my data” as soon as it is plugged in", async () => {
      await page.goto("/data");
      await page.locator("#no-sticks").waitFor({ state: "visible" });
      await stick.plug();
      await card.waitFor();
      const text = await card.textContent();
      for (const words of ["ADA", "Flash Drive", "free", "vfat"]) expect(text.includes(words), `lacks “${words}”: ${text}`);
      expect(await page.locator("#no-sticks").isHidden(), "it still says that there is none");
      await accessible(page);
      await fits(page);
    });

    await t.check("a copy is written there by the keyboard, signed by its owner", async () => {
      await card.getByRole("button", { name: "Copy my data to this stick" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("Your copy is on the stick “ADA”, signed by you.").waitFor({ timeout: 60_000 });
      await copies.first().waitFor();
      const [name] = await readdir(join(stick.at, "imajin"));
      const manifest = await readFile(join(stick.at, "imajin", name, "manifest.json"), "utf8");
      expect(/"kind":"owner"/.test(manifest), "the copy is not signed by its owner");
    });

    await t.check("a locked copy continues when the page is closed, and asks for its passphrase", async () => {
      await card.getByLabel("Lock it with a passphrase").check();
      await card.getByLabel("Passphrase of this copy").fill("short");
      await card.getByRole("button", { name: "Copy my data to this stick" }).click();
      await card.getByText(/Take at least 8 letters/).waitFor();
      await card.getByLabel("Passphrase of this copy").fill(PASSPHRASE);
      await card.getByRole("button", { name: "Copy my data to this stick" }).click();
      await card.getByText("Your box is writing the copy.").waitFor();
      await page.reload();
      await page.waitForFunction(() => document.querySelectorAll("section.stick .rows > li").length === 2, undefined, { timeout: 60_000 });
      await accessible(page);
      await fits(page);
      await screens(world, page, "sticks");
    });

    await t.check("a copy is checked where it stands", async () => {
      const locked = copies.filter({ hasText: "locked" });
      await locked.getByRole("button", { name: "Check" }).click();
      await card.getByLabel("The passphrase of this copy").fill("not this one");
      await card.getByRole("button", { name: "Open it" }).click();
      await page.locator("#message .notice.bad").waitFor();
      await locked.getByRole("button", { name: "Check" }).click();
      await card.getByLabel("The passphrase of this copy").fill(PASSPHRASE);
      await card.getByRole("button", { name: "Open it" }).click();
      await card.getByRole("heading", { name: "This copy is whole and genuine" }).waitFor({ timeout: 30_000 });
      await accessible(page);
    });

    await t.check("a copy is brought to the box only when somebody says so", async () => {
      const open = copies.filter({ hasNotText: "locked" });
      await open.getByRole("button", { name: "Bring it to this box" }).click();
      await card.getByRole("button", { name: "Make this box its home" }).waitFor({ timeout: 30_000 });
      await accessible(page);
      await card.getByRole("button", { name: "Leave it" }).click();
      await page.getByText("Nothing was brought in.").waitFor();
    });

    await t.check("it is removed safely, and goes from the page when it is pulled out", async () => {
      await card.getByRole("button", { name: "Remove safely" }).click();
      await stick.asked();
      await stick.removal();
      await card.getByText("You can pull it out now.").waitFor();
      await stick.pull();
      await card.waitFor({ state: "detached" });
      await page.locator("#no-sticks").waitFor({ state: "visible" });
    });
  } finally {
    await stick.pull().catch(() => {});
  }
}
