// Heidi and Peter speak German, and so do their browsers: claiming, joining, a profile, an event and a ticket, and every page that links lead to,
// without a sentence in English.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { germanCheck } from "../lib/sentences.mjs";
import { createIdentity } from "../lib/steps.mjs";
import { inviteOf } from "../lib/turns.mjs";
import { STARTS, putSomeOfEach, walk } from "../lib/walk.mjs";

export default async function german(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-german-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  const isGerman = await germanCheck();
  async function good(page) {
    await isGerman(page);
    await accessible(page);
    await fits(page);
  }
  try {
    const heidi = await world.person(box.local, { locale: "de-CH" });
    const peter = await world.person(box.local, { locale: "de-DE" });

    await t.check("Heidi claims the box in German", async () => {
      await heidi.goto("/");
      await good(heidi);
      await createIdentity(world, heidi, "Heidi", { claim: box.code, shot: () => isGerman(heidi) });
      await heidi.getByText("Du bist Besitzer dieser Box.").waitFor();
      await heidi.goto("/");
      await heidi.getByRole("heading", { name: "Heidi" }).waitFor();
      await isGerman(heidi);
    });

    await t.check("a wrong code is refused in German, and Peter joins with the right one", async () => {
      await peter.goto("/create?invite=NO-SUCH");
      await peter.locator("#invite-error").waitFor();
      await good(peter);
      await createIdentity(world, peter, "Peter", { invite: await inviteOf(heidi), shot: () => isGerman(peter) });
    });

    await t.check("a profile is written in German", async () => {
      await heidi.goto("/profile/edit");
      await heidi.waitForLoadState("networkidle");
      await good(heidi);
      await heidi.locator("#handle").pressSequentially("heidi");
      await heidi.locator("#handle").blur();
      await heidi.locator("#handle-free:not(:empty)").waitFor();
      await heidi.fill("#bio", "Ich wohne auf der Alp.");
      await heidi.click("#save");
      await heidi.locator("#message .good").waitFor();
      await isGerman(heidi);
      await peter.goto("/profile/heidi");
      await peter.getByText("Ich wohne auf der Alp.").waitFor();
      await good(peter);
    });

    let path = "";
    await t.check("an event is made in German, and what is missing is said in German", async () => {
      await heidi.goto("/events/new");
      await heidi.waitForLoadState("networkidle");
      await heidi.click("#save");
      await heidi.locator("#title-error").waitFor();
      await good(heidi);
      await heidi.fill("#title", "Sommerfest");
      await heidi.fill("#starts", "2099-08-01T18:00");
      await heidi.click("#save");
      await heidi.waitForURL(/\/events\/evt_/);
      path = new URL(heidi.url()).pathname;
      await good(heidi);
      await heidi.locator("#manage [data-status=published]").click();
      await heidi.locator("#manage [data-status=paused]").waitFor();
      await isGerman(heidi);
    });

    await t.check("Peter takes a ticket in German, and each finds their things in German", async () => {
      await peter.goto(path);
      await peter.waitForLoadState("networkidle");
      await good(peter);
      await peter.locator("form.buy button[type=submit]").first().click();
      await peter.locator("#order").waitFor({ state: "visible" });
      await isGerman(peter);
      await peter.click("#agree");
      await peter.locator("#message .good").waitFor();
      await isGerman(peter);
    });

    await t.check("every page that links lead to is in German, for the owner, a member and a visitor", async () => {
      await heidi.goto("/");
      await putSomeOfEach(heidi);
      const did = await heidi.evaluate(() => document.documentElement.dataset.did);
      const visited = new Set();
      const faults = [];
      const look = (page) => isGerman(page).catch((error) => faults.push(error.message));
      const own = ["learn", "links", "coffee", "dykil", "essays", "market", "profile"].map((app) => `/${app}/${did}`);
      for (const kind of await walk(heidi, [...STARTS, ...own], look)) visited.add(kind);
      for (const kind of await walk(peter, [...STARTS, ...own], look)) visited.add(kind);
      const visitor = await world.person(box.local, { locale: "de-AT" });
      for (const kind of await walk(visitor, ["/", "/signin", "/policy", "/restore", "/bring", "/device", path, ...own], look)) visited.add(kind);
      await visitor.context().close();
      expect(faults.length === 0, faults.join("\n"));
      expect(visited.size > 70, `only ${visited.size} pages: ${[...visited].join(" ")}`);
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
