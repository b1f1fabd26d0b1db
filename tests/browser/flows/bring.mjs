// A box is gone. Ada has a copy of her data and her recovery sheet: another box becomes her record's home, in a new browser.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, didOf, PASSPHRASE } from "../lib/steps.mjs";
import { asks, inviteOf } from "../lib/turns.mjs";

const LOCK = "four lanterns on a hill";

/** Creates Ada's box. Returns what she keeps of it: her DID, her sheet, her encrypted copy. */
async function leftBehind(world, folder) {
  const box = await Box.start(join(folder, "old"), `127.0.0.1:${await freePort()}`);
  try {
    const ada = await world.person(box.local);
    const sheet = await createIdentity(world, ada, "Ada", { claim: box.code });
    await ada.goto("/data/copy");
    const did = await didOf(ada);
    await ada.check("#lock");
    await ada.fill("#passphrase", LOCK);
    await ada.click("#make-copy");
    await ada.locator("#finished").waitFor({ state: "visible", timeout: 60_000 });
    const [download] = await Promise.all([ada.waitForEvent("download"), ada.click("#download")]);
    const copy = join(folder, download.suggestedFilename());
    await download.saveAs(copy);
    return { did, sheet, copy };
  } finally {
    await box.stop();
  }
}

/** Makes the upload of the first part fail, and the network with it for a moment. */
async function losesFirstPiece(page) {
  let isLost = false;
  await page.route(/\/auth\/api\/imports\/[^/]+\?offset=/, (route) => {
    if (isLost) return route.fallback();
    isLost = true;
    return route.abort("connectionreset");
  });
}

export default async function bring(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-bring-"));
  let box = null;
  try {
    const { did, sheet, copy } = await leftBehind(world, folder);
    box = await Box.start(join(folder, "new"), `127.0.0.1:${await freePort()}`);
    const bob = await world.person(box.local);
    const bobsSheet = await createIdentity(world, bob, "Bob", { claim: box.code });
    const ada = await world.person(box.local);

    await t.check("a copy that isn't whole is refused with the reason, and a locked one asks for its passphrase", async () => {
      await ada.goto("/signin");
      await ada.getByRole("link", { name: "Bring a copy" }).click();
      await ada.waitForURL((url) => url.pathname === "/bring");
      await ada.waitForLoadState("networkidle");
      await accessible(ada);
      await fits(ada);
      await screens(world, ada, "bring");
      await ada.click("#go");
      await ada.getByText("Choose the file of the copy.").waitFor();
      await ada.setInputFiles("#file", copy);
      await ada.click("#go");
      await ada.getByText("The copy is locked. Type its passphrase.").waitFor();
      const broken = join(folder, "broken.tar");
      await writeFile(broken, (await readFile(copy)).subarray(0, 5_000));
      await ada.fill("#invite", await inviteOf(bob));
      await ada.setInputFiles("#file", broken);
      await ada.click("#go");
      await ada.locator(".notice.bad").first().waitFor();
    });

    await t.check("the copy arrives though the connection breaks, and only its owner's sheet opens the way", async () => {
      await ada.goto(`/bring?invite=${await inviteOf(bob)}`);
      await ada.waitForLoadState("networkidle");
      await losesFirstPiece(ada);
      await ada.setInputFiles("#file", copy);
      await ada.fill("#copy-passphrase", LOCK);
      await ada.click("#go");
      await ada.getByText("The box doesn’t answer.").waitFor();
      await ada.getByRole("heading", { name: "This copy is whole and genuine" }).waitFor({ timeout: 60_000 });
      await accessible(ada);
      await fits(ada);
      await screens(world, ada, "bring-found");
      expect(await ada.locator("#home").isHidden(), "a browser without the key makes it home");
      await ada.setInputFiles("#sheet-file", bobsSheet);
      await ada.waitForFunction(() => document.querySelector("#letters").value.length > 290);
      await ada.fill("#passphrase", PASSPHRASE);
      await ada.click("#sheet-home");
      await ada.getByText("This sheet is somebody else’s").waitFor();
    });

    await t.check("with her sheet the box is her home: she is signed in, and can write", async () => {
      await ada.setInputFiles("#sheet-file", sheet);
      await ada.fill("#passphrase", PASSPHRASE);
      await ada.click("#sheet-home");
      await ada.waitForURL((url) => url.pathname === "/data", { timeout: 60_000 });
      expect((await didOf(ada)) === did, "somebody else is signed in");
      await ada.getByRole("heading", { name: "Your record moved to a box" }).waitFor();
      const { keys } = await asks(ada, "/auth/api/keys");
      expect(keys.length >= 3, `this browser has no key of its own: ${keys.length}`);
      await ada.goto("/profile/edit");
      await ada.waitForLoadState("networkidle");
      await ada.fill("#bio", "On a new box.");
      await ada.click("#save");
      await ada.getByText("Saved and signed by you").waitFor();
    });
  } finally {
    await box?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
