// Ada's box dies, and a new one becomes it: from the box of Bob, who keeps her backups, with her recovery sheet, on a phone.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, didOf, PASSPHRASE } from "../lib/steps.mjs";

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/;
// The boxes are on one machine, and a place for backups is chosen on the page.
const ENV = { IMAJIN_PRIVATE_ADDRESSES: "true", IMAJIN_BACKUP_TO: undefined, IMAJIN_BACKUP_EVERY_H: undefined };

/** Gives room for a friend's backups. Returns the code. */
async function offer(page) {
  await page.goto("/backups");
  await page.getByLabel("Your friend’s name").fill("Ada");
  await page.getByRole("button", { name: "Make a code" }).click();
  await page.getByRole("heading", { name: "Ada" }).waitFor();
  return CODE.exec(await page.locator("#friends").textContent())[0];
}

/** Sends the backups of a box to a friend's, and makes one. */
async function backUpTo(page, friend, code) {
  await page.goto("/backups");
  await page.waitForLoadState("networkidle");
  await page.selectOption("#kind", "friend");
  await page.fill("#friend", friend);
  await page.fill("#code", code);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Backups go to").waitFor();
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Make a backup now" }).click();
  await page.getByText(/ holds the backup of /).waitFor({ timeout: 60_000 });
}

/** Fills in the form. */
async function fill(page, { friend, sheet, passphrase = PASSPHRASE, code }) {
  await page.fill("#friend", friend);
  await page.setInputFiles("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#passphrase", passphrase);
  await page.fill("#claim", code);
}

const press = (page) => page.getByRole("button", { name: "Bring my box back" }).click();

export default async function comeback(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-comeback-"));
  const start = async (name) => Box.start(join(folder, name), `127.0.0.1:${await freePort()}`, ENV);
  const [friend, old] = [await start("friend"), await start("old")];
  let fresh = null;
  try {
    const [bob, ada] = [await world.person(friend.local), await world.person(old.local)];
    await createIdentity(world, bob, "Bob", { claim: friend.code });
    let sheet;
    let did;

    await t.check("the recovery sheet has a line for the friend's address, on paper and in the file", async () => {
      const shot = async (step) => {
        if (step !== "sheet") return;
        await ada.getByText("A friend’s box with my backups:").waitFor();
        await screens(world, ada, "comeback-sheet");
      };
      sheet = await createIdentity(world, ada, "Ada", { claim: old.code, shot });
      expect((await readFile(sheet, "utf8")).includes("A friend’s box with my backups: ____"), "the file has no such line");
      await ada.goto("/profile/edit");
      await ada.waitForLoadState("networkidle");
      await ada.fill("#bio", "Words from the old box");
      await ada.click("#save");
      await ada.getByText("Saved and signed by you").waitFor();
      did = await didOf(ada);
    });

    await t.check("Bob's box has her backup, and her page says to write down where", async () => {
      await backUpTo(ada, friend.url, await offer(bob));
      await ada.getByText(`Write ${friend.listen} on your recovery sheet`).waitFor();
    });

    await old.kill();
    fresh = await start("fresh");
    const phone = await world.person(fresh.local);

    await t.check("a new box offers it beside claiming: on its front page, where people sign in, and in the wizard", async () => {
      for (const path of ["/signin", "/claim", "/"]) {
        await phone.goto(path);
        await phone.waitForLoadState("networkidle");
        await phone.getByRole("link", { name: "bring it back here" }).waitFor();
        await fits(phone);
      }
      await accessible(phone);
      await screens(world, phone, "comeback-front");
      await phone.getByRole("link", { name: "bring it back here" }).click();
      await phone.getByRole("heading", { name: "Bring my box back", level: 1 }).waitFor();
      await phone.waitForLoadState("networkidle");
      await accessible(phone);
      await fits(phone);
      await screens(world, phone, "comeback-form");
    });

    await t.check("each mistake is told in a sentence, and the form keeps what was typed", async () => {
      await press(phone);
      await phone.getByText("Write the address of your friend’s box.").waitFor();
      const good = { friend: friend.url, sheet, code: fresh.code };
      await fill(phone, { ...good, code: "0000-0000-0000-0000" });
      await press(phone);
      await phone.getByText("That isn’t this box’s claim code").waitFor();
      await fill(phone, { ...good, passphrase: "another one entirely" });
      await press(phone);
      await phone.getByText("this passphrase does not open it").waitFor();
      await fill(phone, { ...good, friend: "bob example" });
      await press(phone);
      await phone.getByText("This isn’t an address.").waitFor();
      await accessible(phone);
      await fits(phone);
      await screens(world, phone, "comeback-mistake");
      // The new box itself has no backups.
      await fill(phone, { ...good, friend: fresh.url });
      await press(phone);
      await phone.getByText("has no backups that this sheet may read").waitFor();
      await accessible(phone);
      await screens(world, phone, "comeback-nothing");
      await fill(phone, { ...good, friend: `http://127.0.0.1:${await freePort()}` });
      await press(phone);
      await phone.getByText("doesn’t answer. Is it on").waitFor({ timeout: 60_000 });
      await accessible(phone);
      expect((await phone.inputValue("#passphrase")) === PASSPHRASE, "the form was emptied");
    });

    await t.check("the progress survives a reload, and the box is back with its owner signed in", async () => {
      await fill(phone, { friend: friend.url, sheet, code: fresh.code });
      await press(phone);
      await phone.getByText("As it was on").waitFor();
      // At once, while the old program still serves the page.
      await phone.reload();
      await phone.getByRole("heading", { name: "Your box is coming back" }).waitFor();
      await accessible(phone);
      await fits(phone);
      await screens(world, phone, "comeback-running");
      await phone.getByRole("heading", { name: "Your box is back" }).waitFor({ timeout: 60_000 });
      await accessible(phone);
      await fits(phone);
      await screens(world, phone, "comeback-done");
      await phone.goto("/profile");
      await phone.getByText("Words from the old box").first().waitFor();
      expect((await didOf(phone)) === did, "somebody else is signed in");
      const { did: node } = await (await phone.request.get("/auth/api/node")).json();
      expect(node === old.did, "it is another box");
      await phone.goto("/data");
      expect((await phone.locator("#go-on").count()) === 0, "her record waits");
    });

    await t.check("her browser has a key of its own, and signs with it", async () => {
      await phone.goto("/devices");
      await phone.getByText("Signs for you, and can change which devices are yours.").first().waitFor();
      await phone.goto("/profile/edit");
      await phone.waitForLoadState("networkidle");
      await phone.fill("#bio", "Words from the new box");
      await phone.click("#save");
      await phone.getByText("Saved and signed by you").waitFor();
    });

    await t.check("a box in use offers it no more", async () => {
      const stranger = await world.person(fresh.local);
      await stranger.goto("/restore/box");
      await stranger.getByRole("heading", { name: "This box is in use" }).waitFor();
      await accessible(stranger);
      await fits(stranger);
      await stranger.goto("/signin");
      expect((await stranger.getByRole("link", { name: "bring it back here" }).count()) === 0, "it is still offered");
    });

    await t.check("in German, too", async () => {
      const next = await start("next");
      try {
        const german = await world.person(next.local, { locale: "de-DE" });
        await german.goto("/");
        await german.getByRole("link", { name: "hol sie hierher zurück" }).click();
        await german.getByRole("heading", { name: "Meine Box zurückholen", level: 1 }).waitFor();
        await german.waitForLoadState("networkidle");
        await fill(german, { friend: next.url, sheet, code: next.code });
        await german.getByRole("button", { name: "Meine Box zurückholen" }).click();
        await german.getByText("keine Sicherungen, die dieses Blatt lesen darf").waitFor();
        await accessible(german);
        await fits(german);
        await screens(world, german, "comeback-german");
        // Her box dies again.
        await fresh.kill();
        await fill(german, { friend: friend.url, sheet, code: next.code });
        await german.getByRole("button", { name: "Meine Box zurückholen" }).click();
        await german.getByText("Stand vom").waitFor();
        await german.getByRole("heading", { name: "Deine Box ist wieder da" }).waitFor({ timeout: 60_000 });
        await accessible(german);
        await fits(german);
        await screens(world, german, "comeback-german-done");
        await german.goto("/profile");
        expect((await didOf(german)) === did, "somebody else is signed in");
      } finally {
        await next.kill();
      }
    });
  } finally {
    await old.kill();
    await fresh?.kill();
    await friend.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
