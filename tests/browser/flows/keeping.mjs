// Bob's box keeps the backups of Ada's: a code, a backup, what each of them sees, and the end of it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, PASSPHRASE } from "../lib/steps.mjs";

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/;

/** Opens a page in German with the key of a sheet. */
async function inGerman(world, box, name) {
  const page = await world.person(box.local, { locale: "de-DE" });
  await page.goto("/restore");
  await page.waitForLoadState("networkidle");
  await page.setInputFiles("#sheet-file", join(world.folder, `${name}-sheet.txt`));
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#passphrase", PASSPHRASE);
  await page.click("#restore");
  await page.waitForURL((url) => url.pathname === "/data", { timeout: 30_000 });
  await page.goto("/backups");
  return page;
}

export default async function keeping(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-keeping-"));
  // Both boxes are on this machine; a place for backups is chosen on the page.
  const env = { IMAJIN_PRIVATE_ADDRESSES: "true", IMAJIN_BACKUP_TO: undefined, IMAJIN_BACKUP_EVERY_H: undefined };
  const [bobs, adas] = [
    await Box.start(join(folder, "bob"), `127.0.0.1:${await freePort()}`, env),
    await Box.start(join(folder, "ada"), `127.0.0.1:${await freePort()}`, env),
  ];
  try {
    const [bob, ada] = [await world.person(bobs.local), await world.person(adas.local)];
    await createIdentity(world, bob, "Bob", { claim: bobs.code });
    await createIdentity(world, ada, "Ada", { claim: adas.code });
    let code;

    await t.check("Bob gives his friend room, and reads address and code to her", async () => {
      await bob.goto("/backups");
      await bob.getByLabel("Your friend’s name").fill("Ada");
      const room = bob.getByLabel("Room in gigabytes");
      await room.press("ControlOrMeta+a");
      await room.pressSequentially("1");
      await bob.getByRole("button", { name: "Make a code" }).click();
      await bob.getByRole("heading", { name: "Ada" }).waitFor();
      [code] = CODE.exec(await bob.locator("#friends").textContent());
      await bob.getByText("Send a link instead").click();
      await bob.getByRole("img", { name: "QR code of the link" }).waitFor();
      await accessible(bob);
      await fits(bob);
      await screens(world, bob, "keeping-code");
    });

    await t.check("the link says what to do, also to a stranger", async () => {
      const stranger = await world.person(bobs.local);
      await stranger.goto(`/away/kept?code=${code}`);
      await stranger.getByText(code).waitFor();
      await accessible(stranger);
      await fits(stranger);
      await screens(world, stranger, "keeping-link");
    });

    await t.check("Ada mistypes address and code, each told next to its field, and chooses Bob’s box", async () => {
      await ada.goto("/backups");
      await ada.getByLabel("Where they go").selectOption("friend");
      const [address, field] = [ada.getByLabel("Address of your friend’s box"), ada.getByLabel("Code", { exact: true })];
      await address.fill("not an address");
      await field.fill(code);
      await ada.getByRole("button", { name: "Save" }).click();
      await ada.locator("#friend[aria-invalid=true]").waitFor();
      await screens(world, ada, "keeping-wrong-address");
      await address.fill(bobs.url);
      await field.fill("AAAA-AAAA-AAAA");
      await ada.getByRole("button", { name: "Save" }).click();
      await ada.locator("#code[aria-invalid=true]").waitFor();
      expect((await address.inputValue()) === bobs.url, "what she typed is gone");
      await accessible(ada);
      await fits(ada);
      await screens(world, ada, "keeping-wrong-code");
      await field.fill(code);
      await ada.getByRole("button", { name: "Test it first" }).click();
      await ada.getByText("It works:").waitFor();
      await ada.getByRole("button", { name: "Save" }).click();
      await ada.getByText("Backups go to").waitFor();
    });

    await t.check("a backup is there: each of them sees how much, and when", async () => {
      await ada.getByRole("button", { name: "Make a backup now" }).click();
      await ada.getByText(/ holds the backup of /).waitFor({ timeout: 60_000 });
      await ada.getByText("on your recovery sheet").waitFor();
      await accessible(ada);
      await fits(ada);
      await screens(world, ada, "keeping-backup");
      await bob.goto("/backups");
      await bob.getByText(/ of 1.0.GB in use/).waitFor();
      await bob.getByText("Last backup:").waitFor();
      await accessible(bob);
      await fits(bob);
      await screens(world, bob, "keeping-kept");
    });

    await t.check("the box’s health of both of them says it", async () => {
      await ada.goto("/health");
      await ada.getByText(new URL(bobs.url).host).first().waitFor();
      await bob.goto("/health");
      await bob.getByText("Backups of friends").first().waitFor();
      await accessible(bob);
      await fits(bob);
    });

    await t.check("in German, too", async () => {
      const [his, hers] = [await inGerman(world, bobs, "Bob"), await inGerman(world, adas, "Ada")];
      await his.getByText("Sicherungen für Freunde aufbewahren").waitFor();
      await hers.getByText(/^Bei .* liegt die Sicherung von/).first().waitFor();
      for (const [page, name] of [[his, "keeping-german-bob"], [hers, "keeping-german-ada"]]) {
        await accessible(page);
        await fits(page);
        await screens(world, page, name);
      }
      await his.locator("#friends").getByLabel("Name").fill("Cleo");
      await his.getByRole("button", { name: "Code erstellen" }).click();
      await his.getByRole("heading", { name: "Cleo" }).waitFor();
      await his.getByText("Der Code gilt einmal, bis").waitFor();
      expect(CODE.test(await his.locator("#friends").textContent()), "there is no code");
      await accessible(his);
      await fits(his);
    });

    await t.check("Bob stops, after he has read what that means, and Ada’s box says so", async () => {
      await bob.goto("/backups");
      const stop = bob.locator("#friends button.danger", { hasText: "Stop keeping these backups" });
      expect(await stop.isHidden(), "one press would end it");
      await bob.locator("#friends summary", { hasText: "Stop keeping these backups" }).click();
      await bob.getByText("What is here stays 30 days").waitFor();
      await screens(world, bob, "keeping-stop");
      await stop.click();
      await bob.getByText("You ended this.").waitFor();
      await accessible(bob);
      await fits(bob);
      await ada.goto("/backups");
      await ada.getByRole("button", { name: "Make a backup now" }).click();
      await ada.getByText("takes no more of your backups").waitFor({ timeout: 60_000 });
      await accessible(ada);
      await fits(ada);
      await screens(world, ada, "keeping-ended");
      await ada.waitForLoadState("networkidle");
    });
  } finally {
    await bobs.stop();
    await adas.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
