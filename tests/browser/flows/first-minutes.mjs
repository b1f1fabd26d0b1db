// The first minutes on a box: the number of taps until Rosa has sent her first invitation, until her friend is connected, until a stranger has a free
// ticket, and until Rosa's copy is on her phone.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { freeEvent, PASSPHRASE, step } from "../lib/steps.mjs";
import { Taps } from "../lib/taps.mjs";

/** Goes through the wizard on a phone, from its first field to its last button. */
async function wizard(world, taps, name) {
  const { page } = taps;
  await page.waitForLoadState("networkidle");
  await taps.write("#name", name);
  await step(page, "key");
  await taps.write("#passphrase", PASSPHRASE);
  await step(page, "sheet");
  const sheet = join(world.folder, `${name}-sheet.txt`);
  await (await taps.save("#save")).saveAs(sheet);
  await taps.tap("#to-test");
  await step(page, "test");
  await taps.choose("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await taps.write("#test-passphrase", PASSPHRASE);
  await page.locator("#finished").waitFor({ state: "visible", timeout: 30_000 });
}

export default async function firstminutes(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-first-minutes-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { IMAJIN_BACKUP_TO: undefined });
  const rosa = await world.person(box.local, { permissions: ["clipboard-read", "clipboard-write"] });
  let link = "";
  try {
    await t.check("from the claim link to the first invitation sent: at most 14 taps", async () => {
      await rosa.goto(`/claim#${box.code}`);
      const taps = new Taps(rosa);
      await wizard(world, taps, "Rosa");
      await taps.tap(rosa.getByRole("link", { name: "Invite people" }));
      await rosa.waitForURL((url) => url.pathname === "/connections/invite");
      await rosa.waitForLoadState("networkidle");
      await taps.tap("#make");
      await rosa.locator("#made").waitFor({ state: "visible" });
      await taps.tap(rosa.locator("#copy button"));
      const copied = await rosa.evaluate(() => navigator.clipboard.readText());
      expect(copied.includes("/connections/invite/"), `what is copied is no invitation: ${copied}`);
      taps.within(14, "claim → first invitation sent");
    });

    await t.check("from a friend's invitation to being connected: at most 7 taps", async () => {
      await rosa.goto("/connections/invite");
      await rosa.waitForLoadState("networkidle");
      await rosa.click("#make");
      await rosa.locator("#made").waitFor({ state: "visible" });
      link = new URL(await rosa.textContent("#link")).pathname;
      const friend = await world.person(box.local);
      await friend.goto(link);
      const taps = new Taps(friend);
      await taps.tap(friend.locator("main").getByRole("link", { name: "Get started" }));
      await friend.waitForURL((url) => url.pathname === "/create");
      await wizard(world, taps, "Milo");
      await friend.getByText("You and Rosa are connected").waitFor();
      taps.within(7, "invitation → connected");
      await friend.goto("/connections");
      await friend.getByText("Rosa").first().waitFor();
    });

    await t.check("from an event's page to a free ticket, as a stranger with an e-mail address: at most 6 taps", async () => {
      const path = await freeEvent(rosa, "Soup for everybody");
      const stranger = await world.person(box.local);
      await stranger.goto(path);
      const taps = new Taps(stranger);
      await taps.tap(stranger.locator("main").getByRole("link", { name: /sign in/i }));
      await stranger.waitForURL((url) => url.pathname === "/signin");
      await stranger.waitForLoadState("networkidle");
      await taps.write("#email", "noor@example.com");
      await stranger.locator("#sent").waitFor({ state: "visible" });
      await rosa.goto("/letters");
      await rosa.locator("#letters code").first().waitFor();
      const mailed = new URL(await rosa.locator("#letters code").first().textContent());
      await stranger.goto(`${mailed.pathname}${mailed.hash}`);
      await taps.tap("#come");
      await taps.tap("#on");
      await stranger.waitForURL(`**${path}`);
      await stranger.waitForLoadState("networkidle");
      await taps.tap(stranger.locator("form.buy").first().getByRole("button", { name: "Buy" }));
      await stranger.getByText("1 ticket, free.").waitFor();
      await taps.tap("#agree");
      await stranger.getByText("It’s yours").waitFor();
      taps.within(6, "stranger → free ticket");
    });

    await t.check("from Home to a member's copy on the phone: at most 3 taps", async () => {
      await rosa.goto("/");
      const taps = new Taps(rosa);
      await taps.tap(rosa.locator("nav.main").getByRole("link", { name: "More" }));
      await rosa.waitForURL((url) => url.pathname === "/more");
      await taps.tap(rosa.locator("main a[href='/data/copy']"));
      await rosa.waitForURL((url) => url.pathname === "/data/copy");
      await rosa.waitForLoadState("networkidle");
      const copy = await taps.save("#make-copy");
      taps.within(3, "Home → copy on the phone");
      expect((await stat(await copy.path())).size > 1000, "the copy is empty");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
