// Ada looks for Maya, who is at home on another box, on a phone and on a desktop; then for people and boxes that are not there.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { accessible, enlarged, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf } from "../lib/steps.mjs";
import { DESK, PHONE } from "../lib/world.mjs";

/** Claims a username. */
async function claim(page, handle) {
  await page.goto("/profile/edit");
  await page.waitForLoadState("networkidle");
  await page.fill("#handle", handle);
  await page.click("#save");
  await page.getByText("Saved and signed by you").waitFor();
}

/** A box that says what a test wants about its one handle. */
async function falseBox() {
  const box = { did: "", home: "" };
  box.server = createServer((request, response) => {
    const link = { rel: "https://imajin.ai/ns/home", href: `${box.home}/away/api/home/${box.did}` };
    response.setHeader("content-type", "application/jrd+json");
    response.end(JSON.stringify({ subject: "acct:liar@box", aliases: [box.did], links: [link] }));
  });
  await new Promise((ready) => box.server.listen(0, "127.0.0.1", ready));
  box.host = `127.0.0.1:${box.server.address().port}`;
  return box;
}

/** Makes the handles that a stopped box knows a day old. */
async function forgetTheDay(data) {
  const script = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('UPDATE away_handles SET seen_at = 0'); db.commit()";
  await promisify(execFile)(process.env.IMAJIN_PYTHON ?? "python3", ["-c", script, join(data, "secrets.sqlite")]);
}

export default async function away(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-away-"));
  const among = { IMAJIN_PRIVATE_ADDRESSES: "true" };
  const port = await freePort();
  let here = await Box.start(join(folder, "here"), `127.0.0.1:${port}`, among);
  const there = await Box.start(join(folder, "there"), "127.0.0.1:0", among);
  const liar = await falseBox();
  try {
    const [ada, maya] = [await world.person(here.local), await world.person(there.local)];
    await createIdentity(world, ada, "Ada", { claim: here.code });
    await createIdentity(world, maya, "Maya Deren", { claim: there.code });
    await claim(maya, "maya");
    const name = `@maya@${there.listen}`;

    for (const size of [PHONE, DESK]) {
      await t.check(`a name at another box is typed where people are searched, ${size.width} px wide`, async () => {
        await ada.setViewportSize(size);
        await ada.goto("/search");
        await ada.locator("#q").focus();
        await ada.keyboard.type(name);
        await ada.keyboard.press("Enter");
        const card = ada.locator("#person");
        await card.getByText("Maya Deren").waitFor();
        await card.getByText(name).waitFor();
        await accessible(ada);
        await fits(ada);
        await card.locator("summary").focus();
        await ada.keyboard.press("Enter");
        await card.getByText("Compare their ID").waitFor();
        await accessible(ada);
        await fits(ada);
        await enlarged(ada);
        const link = card.getByRole("link", { name: `Their page at ${there.listen}` });
        expect((await link.getAttribute("href")).startsWith(`${there.url}/profile/did:imajin:`), "it leads to her page");
      });
    }

    await t.check("each failure has a sentence that says what happened", async () => {
      await ada.setViewportSize(PHONE);
      const dead = `127.0.0.1:${await freePort()}`;
      for (const [who, sentence] of [
        [`@nobody@${there.listen}`, "shows themselves as @nobody"],
        [`@maya@${dead}`, `${dead} does not answer`],
        ["maya", "This is not a name at a box"],
        [`@maya@${there.listen}`, "Maya Deren"],
      ]) {
        await ada.goto("/away/find");
        await ada.locator("#who").fill(who);
        await ada.getByRole("button", { name: "Look" }).click();
        await ada.getByText(sentence).waitFor();
        await accessible(ada);
        await fits(ada);
      }
    });

    await t.check("the same on a German page", async () => {
      const page = await world.person(here.local, { locale: "de-DE", storageState: await ada.context().storageState() });
      await page.goto(`/away/find?who=${encodeURIComponent(`@nobody@${there.listen}`)}`);
      await page.getByText("zeigt sich niemand als @nobody").waitFor();
      await accessible(page);
      await fits(page);
    });

    await t.check("another person behind a known name is a warning, until she accepts it", async () => {
      [liar.home, liar.did] = [there.url, await didOf(maya)];
      const find = `/away/find?who=${encodeURIComponent(`@liar@${liar.host}`)}`;
      await ada.goto(find);
      await ada.locator("#person").getByText("Maya Deren").waitFor();
      // A day later the name is that of the box itself.
      liar.did = there.did;
      await here.stop();
      await forgetTheDay(join(folder, "here"));
      here = await Box.start(join(folder, "here"), `127.0.0.1:${port}`, among);
      await ada.goto(find);
      const warning = ada.locator("#changed");
      await warning.getByText("Another person is behind").waitFor();
      await ada.locator("#person").waitFor();
      await accessible(ada);
      await fits(ada);
      const german = await world.person(here.local, { locale: "de-DE", storageState: await ada.context().storageState() });
      await german.goto(find);
      await german.locator("#changed").getByRole("heading", { name: `Hinter @liar@${liar.host} steht jetzt jemand anderes` }).waitFor();
      await german.getByRole("button", { name: "Ich habe gefragt" }).waitFor();
      await accessible(german);
      await fits(german);
      await warning.getByRole("button", { name: "I asked" }).focus();
      await ada.keyboard.press("Enter");
      await ada.locator("#person").waitFor();
      await warning.waitFor({ state: "detached" });
    });
  } finally {
    liar.server.close();
    await here.kill();
    await there.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
