// Rosa's box finds damage in her record: she reads up to where it is valid, and repairs it from its newest backup by the keyboard.

import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, imajin } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf } from "../lib/steps.mjs";

const WORDS = "grows roses on a roof";

/** Flips a bit of each occurrence of these words in a record, and of nothing else. */
async function flip(log, words) {
  const bytes = await readFile(log);
  const file = await open(log, "r+");
  try {
    for (let at = bytes.indexOf(words); at >= 0; at = bytes.indexOf(words, at + 1)) await file.write(Buffer.from([bytes[at] ^ 1]), 0, 1, at);
  } finally {
    await file.close();
  }
}

export default async function mending(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-mending-"));
  const [data, place] = [join(folder, "data"), join(folder, "backups")];
  await mkdir(place);
  let box = await Box.start(data, "127.0.0.1:0", { IMAJIN_BACKUP_TO: place, IMAJIN_BACKUP_EVERY_H: "0" });
  try {
    const page = await world.person(box.local);
    await createIdentity(world, page, "Rosa", { claim: box.code });
    await page.goto("/profile/edit");
    await page.waitForLoadState("networkidle");
    const did = await didOf(page);
    await page.fill("#bio", WORDS);
    await page.click("#save");
    await page.getByText("Saved and signed by you").waitFor();
    await imajin(["backup", "--data", data]);
    await box.stop();
    const log = join(data, "users", did.replaceAll(":", "_"), "log.sqlite");
    await flip(log, WORDS);
    box = await box.again();
    const doctor = await imajin(["doctor", "--data", data]).catch((error) => error.stdout);
    expect(doctor.includes(did), `the doctor says ${doctor}`);

    for (const colorScheme of ["light", "dark"]) {
      await t.check(`a damaged record says so on a phone, ${colorScheme}: her data, her page, how the box is`, async () => {
        await page.emulateMedia({ colorScheme });
        for (const [path, words] of [
          ["/data", "Your record is damaged on this box from entry"],
          [`/profile/${did}`, "is damaged on this box"],
          ["/health", "Damaged records"],
        ]) {
          await page.goto(path);
          await page.locator("main", { hasText: words }).waitFor();
          await accessible(page);
          await fits(page);
        }
      });
    }

    await t.check("she mends it by the keyboard, and reads what was mended", async () => {
      await page.goto("/health");
      await page.getByText("What was found").focus();
      await page.keyboard.press("Enter");
      await page.getByText(did).first().waitFor();
      await page.getByRole("button", { name: "Mend from the newest whole backup" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("1 record mended").waitFor({ timeout: 60_000 });
      await page.getByText("Nothing is damaged now").waitFor();
      await accessible(page);
      await fits(page);
      await page.goto("/data");
      expect(!(await page.locator("main").textContent()).includes("damaged"), "it still says that it is damaged");
    });
    await page.context().close();
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
