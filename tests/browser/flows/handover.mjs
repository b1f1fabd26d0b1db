// The owner leaves: transfers the box first, or releases it, whereupon the box prints a new claim code on its console.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, apart, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf } from "../lib/steps.mjs";

const session = (page) => page.evaluate(async () => (await fetch("/auth/api/session")).json());

export default async function handover(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-handover-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  try {
    const ann = await world.person(box.local);
    await createIdentity(world, ann, "Ann", { claim: box.code });
    const invite = await ann.evaluate(async () => (await fetch("/auth/api/invites", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).json());
    const ben = await world.person(box.local);
    await createIdentity(world, ben, "Ben", { invite: invite.code });

    await t.check("the owner who wants to leave says first what becomes of the box", async () => {
      await ann.goto("/data/delete");
      await ann.getByRole("heading", { name: "You own this box" }).waitFor();
      expect(await ann.locator("#plan").isHidden(), "the owner can delete themselves");
      await accessible(ann);
      await fits(ann);
      await ann.click("#name-owner");
      await ann.locator("#form-owner").waitFor({ state: "visible" });
      await accessible(ann);
      await fits(ann);
      await ann.click("#hand");
      await ann.getByText("Choose somebody, or release the box.").waitFor();
    });

    await t.check("another owner is chosen by name, and has the box at once", async () => {
      const settings = await ann.context().newPage();
      await settings.goto("/settings/mail");
      await settings.fill("#server", "smtp.example.org");
      await settings.fill("#from", "box@example.org");
      await settings.locator("form[action='/settings/mail'] button.main").click();
      await settings.waitForURL("**/settings/mail?saved=yes");
      await settings.goto("/");
      expect((await settings.getByText("smtp.example.org").count()) === 0, "the owner is asked about their own choice");
      await settings.close();
      await ann.selectOption("#heir", { label: "Ben" });
      await ann.check("#sure");
      await ann.click("#hand");
      await ann.getByText("Ben owns this box now").waitFor();
      await accessible(ann);
      expect((await session(ann)).owner === false, "Ann owns it still");
      await ben.goto("/settings");
      expect((await session(ben)).owner === true, "Ben doesn't own it");
      await ben.getByRole("link", { name: "Hand over this box" }).waitFor();
    });

    await t.check("Home asks the new owner about the mail server that they found, and one press keeps it", async () => {
      await ben.goto("/");
      const asked = ben.locator("#waiting li", { hasText: "smtp.example.org" });
      await asked.waitFor();
      await accessible(ben);
      await fits(ben);
      await apart(ben);
      await asked.getByRole("button", { name: "Keep it" }).click();
      await asked.waitFor({ state: "detached" });
      await ben.goto("/settings/mail");
      expect((await ben.inputValue("#server")) === "smtp.example.org", "it is forgotten");
    });

    await t.check("then the one who left can delete what is theirs", async () => {
      await ann.click("#on");
      await ann.waitForURL((url) => url.pathname === "/data/delete");
      await ann.locator("#plan").waitFor({ state: "visible" });
      await ann.check("#sure");
      await ann.click("#erase");
      await ann.locator("#gone").waitFor({ state: "visible", timeout: 30_000 });
    });

    await t.check("a released box says a new code on its console, and a person of it takes it", async () => {
      const printed = new Promise((found) => box.process.stdout.on("data", (chunk) => {
        const code = /code\s+(\S+)/.exec(String(chunk))?.[1];
        if (code) found(code);
      }));
      await ben.goto("/owner#release");
      await ben.locator("#form-owner").waitFor({ state: "visible" });
      await ben.check("#sure");
      await ben.click("#hand");
      await ben.getByText("This box has no owner now").waitFor();
      const code = await printed;
      expect(code !== box.code, "the old code is good again");
      await ben.goto("/claim");
      await ben.waitForLoadState("networkidle");
      await ben.fill("#claim", box.code);
      await ben.click("#take");
      await ben.getByText("That isn’t this box’s claim code").waitFor();
      await accessible(ben);
      await fits(ben);
      await ben.evaluate((hash) => (location.hash = hash), code);
      await ben.waitForFunction((wanted) => document.querySelector("#claim").value === wanted, code);
      await ben.click("#take");
      await ben.getByRole("heading", { name: "This box is yours" }).waitFor();
      await accessible(ben);
      expect((await session(ben)).owner === true, "Ben doesn't own it");
      expect((await didOf(ben)).length > 20, "Ben isn't signed in");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
