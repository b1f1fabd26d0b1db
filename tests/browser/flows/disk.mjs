// Photos move to a disk, which is pulled out and put back, and then move back to the card. Olga owns the box; the disk is a file system that every
// Linux has, at a path that an administrator configured.

import { mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, picture } from "../lib/steps.mjs";

const PLACE = "/media/storage";

/** Checks the owner's page. */
async function looked(page) {
  await page.goto(PLACE);
  await page.waitForLoadState("networkidle");
  await accessible(page);
  await fits(page);
}

export default async function disk(t, world) {
  const [folder, mounts] = [await mkdtemp(join(tmpdir(), "imajin-disk-")), await mkdtemp("/dev/shm/imajin-disk-")];
  const [mount, away] = [join(mounts, "photos"), join(mounts, "away")];
  await mkdir(mount);
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { IMAJIN_MEDIA_FOLDER: mount });
  try {
    const olga = await world.person(box.local);
    await createIdentity(world, olga, "Olga", { claim: box.code });
    await olga.goto("/media/upload");
    await olga.waitForLoadState("networkidle");
    await olga.setInputFiles("#gallery", { name: "lake.png", mimeType: "image/png", buffer: await picture(olga, 640, 480, 200) });
    await olga.getByText("1 added.").waitFor({ timeout: 30_000 });
    await olga.goto("/media");
    const photo = await olga.locator("#timeline .grid > a").first().getAttribute("href");
    const original = async () => (await olga.request.get(`/media/api/assets/${photo.split("/").at(-1).split("?")[0]}`)).status();

    await t.check("the owner moves photos to a disk, and sees when they are there", async () => {
      await looked(olga);
      await screens(world, olga, "disk");
      await olga.getByRole("button", { name: /^Move to this disk/ }).click();
      await olga.getByText(/^On the disk/).waitFor({ timeout: 30_000 });
      await accessible(olga);
      expect((await original()) === 200, "the photo can't be opened from the disk");
    });

    await t.check("the disk is pulled out: the timeline is here, the page says what to do, and nothing is written in its place", async () => {
      await rename(mount, away);
      await mkdir(mount);
      await looked(olga);
      await olga.getByText("isn’t plugged in.").first().waitFor();
      await olga.getByText("Plug it in again").waitFor();
      expect((await original()) === 503, "an original without its disk");
      await olga.goto("/media");
      await olga.locator("#timeline .grid > a").first().waitFor();
      // An empty folder can be removed.
      await rmdir(mount);
      await rename(away, mount);
      await olga.goto(PLACE);
      await olga.getByText(/^On the disk/).waitFor();
      expect((await original()) === 200, "the photo isn't back with its disk");
    });

    await t.check("they move back to the card", async () => {
      await olga.waitForLoadState("networkidle");
      await olga.getByRole("button", { name: "Move back to the card" }).click();
      await olga.getByText(/^On the card of the box/).waitFor({ timeout: 30_000 });
      expect((await original()) === 200, "the photo isn't on the card");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(mounts, { recursive: true, force: true });
  }
}
