// Ada looks how her box is, has a backup made, and sees how it stands in its network. The node needs a place for backups.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";

export default async function upkeep(t, world) {
  const page = world.ada;

  await t.check("how the box is stands on one page, what needs somebody first", async () => {
    await page.goto("/");
    await page.getByRole("link", { name: "How it is" }).click();
    await page.getByRole("heading", { name: "How your box is", level: 1 }).waitFor();
    const text = await page.locator("main").textContent();
    for (const words of ["Backups", "There is none yet", "Room on the card", "Version"]) expect(text.includes(words), `lacks “${words}”: ${text}`);
    const tags = await page.locator("ul.cards > li .tag").allTextContents();
    const [bad, good] = [tags.lastIndexOf("needs you"), tags.indexOf("well")];
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

  await t.check("the page of how it is leads to the lock of the box", async () => {
    await page.goto("/health");
    await page.getByRole("link", { name: "Lock this box with a passphrase" }).click();
    await page.waitForURL("**/lock");
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
