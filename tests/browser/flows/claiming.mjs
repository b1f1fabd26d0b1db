// Codes as the first step: a claim link that is pasted into an open tab, a wrong code, a used invitation.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, step } from "../lib/steps.mjs";

export default async function claiming(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-claiming-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  try {
    const page = await world.person(box.local);

    await t.check("nobody comes into a box without an owner but with its code", async () => {
      await page.goto("/signin");
      await page.getByRole("link", { name: "I have the code" }).waitFor();
      expect((await page.locator("#form-mail").count()) === 0, "a box without an owner offers a sign-in link");
      await accessible(page);
      const asked = await page.request.post("/auth/api/onboard", { data: { email: "guest@example.com" } });
      expect(asked.status() === 403, `a guest comes in: ${asked.status()}`);
      await page.goto("/create");
      await page.waitForLoadState("networkidle");
      await page.fill("#name", "Nobody");
      await page.click("#to-key");
      await page.getByText("it needs its claim code first").waitFor();
      expect(await page.locator("#step-key").isHidden(), "the wizard continues without a code");
      await accessible(page);
      await fits(page);
    });

    await t.check("a wrong claim code is told before a key is made", async () => {
      await page.goto("/claim#0000-0000-0000-0000");
      await page.getByText("That isn’t this box’s claim code").waitFor();
      expect(await page.locator("#claim").isVisible(), "there is no field to correct the code in");
      expect(await page.locator("#code-came").isHidden(), "a wrong code is called good");
      expect(!page.url().includes("0000"), "the code stays in the address bar");
      await accessible(page);
      await fits(page);
    });

    await t.check("a claim link pasted into the open tab is followed", async () => {
      // Only the fragment changes: no page is loaded.
      await page.evaluate((code) => (location.hash = code), box.code);
      await page.getByText("This link makes you the owner of this box.").waitFor();
      expect(await page.locator("#claim").isHidden(), "the code is asked for although it came");
      await page.fill("#name", "Clara");
      await page.click("#to-key");
      await step(page, "key");
    });

    await t.check("the one who followed it owns the box", async () => {
      const clara = await world.person(box.local);
      await clara.goto("/claim");
      await clara.waitForLoadState("networkidle");
      await clara.evaluate((code) => (location.hash = code), box.code);
      await clara.getByText("This link makes you the owner of this box.").waitFor();
      await createIdentity(world, clara, "Clara", { claim: box.code });
      const session = await clara.evaluate(async () => (await fetch("/auth/api/session")).json());
      expect(session.owner === true, JSON.stringify(session));
      world.clara = clara;
    });

    await t.check("a claim link of a box with an owner, and an invitation that is no good, say so at once", async () => {
      const late = await world.person(box.local);
      await late.goto(`/claim#${box.code}`);
      await late.getByText("This box has an owner already").waitFor();
      await late.goto("/create?invite=NO-SUCH");
      await late.getByText("This invitation isn’t good any more").waitFor();
      expect((await late.inputValue("#invite")) === "NO-SUCH", "the code can't be corrected");
      await accessible(late);
      await fits(late);
      const invite = await world.clara.evaluate(async () => (await fetch("/auth/api/invites", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).json());
      await late.goto(`/create?invite=${invite.code}`);
      await late.getByText("Your invitation is good.").waitFor();
      await late.fill("#name", "Late");
      await late.click("#to-key");
      await step(late, "key");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
