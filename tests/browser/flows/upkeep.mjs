// Ada checks her box's health, makes a backup, and looks at its network status. The node needs a configured place for backups.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";

export default async function upkeep(t, world) {
  const page = world.ada;

  await t.check("a page shows the state of the box, alarms first", async () => {
    await page.goto("/");
    await page.locator("#owner").getByRole("link", { name: "Status" }).click();
    await page.getByRole("heading", { name: "Status", level: 1 }).waitFor();
    const text = await page.locator("main").textContent();
    for (const words of ["Backups", "No backup yet", "Room on the card", "runs version"]) expect(text.includes(words), `lacks “${words}”: ${text}`);
    const tags = await page.locator("ul.cards > li .tag").allTextContents();
    const [bad, good] = [tags.lastIndexOf("needs you"), tags.indexOf("fine")];
    expect(good >= 0 && bad < good, `not in order: ${tags}`);
    await accessible(page);
    await fits(page);
  });

  await t.check("a backup is begun there by the keyboard, and told when it is done", async () => {
    await page.getByRole("button", { name: "Make a backup now" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("The last backup was made").waitFor({ timeout: 60_000 });
    expect(/encrypted to you/.test(await page.locator("main").textContent()), "it does not say for whom it is");
    await accessible(page);
    await fits(page);
    await screens(world, page, "health");
  });

  await t.check("where backups go has a page of its own, where the place is tried", async () => {
    await page.goto("/health");
    await page.getByRole("link", { name: "Set up backups" }).click();
    await page.getByRole("heading", { name: "Backups", level: 1 }).waitFor();
    await accessible(page);
    await fits(page);
    await page.getByRole("button", { name: "Test this place" }).click();
    await page.getByText("It works:").waitFor();
  });

  await t.check("restarting and erasing take typed words, and the copy is offered first", async () => {
    await page.goto("/health");
    await page.getByRole("link", { name: "Restart, shut down or reset this box" }).click();
    await page.getByRole("heading", { name: "Factory reset" }).waitFor();
    await accessible(page);
    await fits(page);
    await page.getByRole("button", { name: "Erase everything" }).click();
    expect(new URL(page.url()).pathname === "/power", `it went to ${page.url()}`);
    await page.getByLabel("Type “erase everything”").fill("yes");
    await page.getByRole("button", { name: "Erase everything" }).click();
    await page.getByText("Make your copy first").waitFor();
    await page.getByLabel("I have a copy, or I want none").check();
    await page.getByRole("button", { name: "Erase everything" }).click();
    await page.getByText("Nothing was done").waitFor();
    await accessible(page);
  });

  await t.check("the page of how it is leads to the lock of the box", async () => {
    await page.goto("/health");
    await page.getByRole("link", { name: "Lock this box with a passphrase" }).click();
    await page.waitForURL((url) => url.pathname === "/lock");
    await page.getByRole("heading", { name: "The lock of your box", level: 1 }).waitFor();
    await accessible(page);
  });

  await t.check("the box in its network is told in plain words", async () => {
    await page.goto("/network");
    await page.getByRole("heading", { name: "Boxes nearby" }).waitFor();
    await accessible(page);
    await fits(page);
  });

  await t.check("nobody else sees how the box is", async () => {
    const guest = await world.person();
    await guest.goto("/health");
    expect(new URL(guest.url()).pathname !== "/health", `a guest stays at ${guest.url()}`);
    const text = await guest.locator("main").textContent();
    expect(!text.includes("Backups"), `a guest reads ${text}`);
    await guest.close();
  });
}
