// Olive sets up backups of her own box, sees the alarms that need her, names the box, and finally erases it.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity } from "../lib/steps.mjs";

export default async function ownbox(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-ownbox-"));
  const stick = join(folder, "stick");
  await mkdir(stick);
  // A place for backups is chosen here: the settings name none.
  const unset = { IMAJIN_BACKUP_TO: undefined, IMAJIN_BACKUP_EVERY_H: undefined };
  // No certificate authority answers at this address.
  const https = { IMAJIN_TLS_LISTEN: `127.0.0.1:${await freePort()}`, IMAJIN_TLS_DIRECTORY: `https://127.0.0.1:${await freePort()}/directory`, IMAJIN_CLOCK: "always" };
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { ...unset, ...https });
  try {
    const page = await world.person(box.local);
    await createIdentity(world, page, "Olive", { claim: box.code });

    await t.check("a box without backups is not called well, and the first page says what to do", async () => {
      await page.goto("/health");
      await page.getByText("1 thing needs you").waitFor();
      await page.goto("/");
      await page.getByRole("heading", { name: "Backups need you" }).waitFor();
      await accessible(page);
      await fits(page);
      await page.getByRole("link", { name: "Take a look" }).click();
      await page.waitForURL((url) => url.pathname === "/backups");
    });

    await t.check("a mistake is told next to its field, for a folder and for a storage", async () => {
      await page.getByLabel("Folder", { exact: true }).fill("stick");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Name a folder beginning with /").waitFor();
      await page.getByLabel("Where they go").selectOption("bucket");
      await page.getByLabel("Address of the storage").fill("http://127.0.0.1:9");
      await page.getByLabel("Bucket, and a folder").fill("boxes/olive");
      await page.getByRole("button", { name: "Test it first" }).click();
      await page.getByText("Give the storage's key").waitFor();
      await accessible(page);
      await fits(page);
    });

    await t.check("a folder is tried, saved, filled, paused and forgotten", async () => {
      await page.getByLabel("Where they go").selectOption("folder");
      await page.getByLabel("Folder", { exact: true }).fill(stick);
      await page.getByRole("button", { name: "Test it first" }).click();
      await page.getByText("It works:").waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Backups go to").waitFor();
      await page.getByRole("button", { name: "Make a backup now" }).click();
      await page.getByText("The newest is from").waitFor({ timeout: 60_000 });
      await accessible(page);
      await page.goto("/");
      await page.getByText("Newest backup:").waitFor();
      await page.goto("/backups");
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByText("are paused.").waitFor();
      await page.getByRole("button", { name: "Resume" }).click();
      await page.getByText("every 24 hours").waitFor();
      await page.getByRole("button", { name: "Stop and forget this place" }).click();
      await page.getByText("No backups are made.").waitFor();
    });

    await t.check("a name that can’t be used is refused at its field; for another the box asks for a certificate, and the page shows how that went", async () => {
      await page.goto("/network");
      const name = page.getByLabel("The name", { exact: true });
      await name.fill("imajin.local");
      await page.getByRole("button", { name: "Use this name" }).click();
      await page.getByText("This isn’t a name on the internet").waitFor();
      expect((await name.inputValue()) === "imajin.local", "what she typed is gone");
      await accessible(page);
      await fits(page);
      await name.fill("https://box.example/");
      await page.getByRole("button", { name: "Use this name" }).click();
      await page.getByText("Saved. The box acts on it").waitFor();
      await name.fill("half of another na");
      await page.getByRole("heading", { name: "box.example" }).waitFor();
      await page.getByText("The last attempt to get one failed").waitFor();
      expect((await name.inputValue()) === "half of another na", "the page forgot what she types");
      await accessible(page);
      await fits(page);
      await page.getByRole("button", { name: "Stop using it" }).click();
      await page.getByText("Saved. The box acts on it").waitFor();
      expect((await page.getByRole("button", { name: "Stop using it" }).count()) === 0, "the name is still used");
    });

    await t.check("a factory reset takes a word about the copy and typed words, and then everything is gone", async () => {
      await page.goto("/power");
      await page.getByLabel("I have a copy, or I want none").check();
      await page.getByLabel("Type “erase everything”").fill("erase everything");
      await page.getByRole("button", { name: "Erase everything" }).click();
      await page.getByText("the new claim code").waitFor();
      await accessible(page);
      const until = Date.now() + 30_000;
      const answer = async () => {
        try {
          return await (await page.request.get("/")).text();
        } catch {
          return "";
        }
      };
      while (!(await answer()).includes("This box has no owner yet")) {
        expect(Date.now() < until, "the box did not come back as new");
        await new Promise((on) => setTimeout(on, 500));
      }
    });
    await page.close();
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
