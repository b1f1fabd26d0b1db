// A member's invitation brings a newcomer in and connects the two, in English and in German; and its message if it can't.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { englishOn, onlyEnglish } from "../lib/sentences.mjs";
import { createIdentity } from "../lib/steps.mjs";
import { asks, inviteOf } from "../lib/turns.mjs";

/** Creates an invitation on its page. Returns its path, and the page's text about its recipients. */
async function makes(page) {
  await page.goto("/connections/invite");
  await page.waitForLoadState("networkidle");
  await page.click("#make");
  await page.locator("#made").waitFor({ state: "visible" });
  await accessible(page);
  return { path: new URL(await page.textContent("#link")).pathname, says: await page.textContent("#made-brings") };
}

const codeOf = (path) => path.split("/").at(-1);

/** A fresh browser opens the invitation, follows its button, and goes through the wizard. */
async function comes(world, page, path, name, { greeting, shot }) {
  await page.goto(path);
  await shot(page);
  await page.locator("#asked a.button.main").click();
  await page.waitForURL((url) => url.pathname === "/create");
  await page.locator("#code-came").filter({ hasText: greeting }).waitFor();
  await shot(page);
  // The wizard already has the code.
  await createIdentity(world, page, name, { invite: codeOf(path), shot: () => shot(page) });
  await page.locator("#finished-connected:visible").waitFor();
  await shot(page);
}

export default async function invited(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-invited-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  const english = await onlyEnglish();
  const looks = async (page) => {
    await accessible(page);
    await fits(page);
  };
  const german = async (page) => {
    const foreign = await englishOn(page, english);
    expect(foreign.length === 0, `${page.url()}: ${foreign.join(" / ")}`);
    await looks(page);
  };
  const connectedWith = async (page, name) => {
    const { connections } = await asks(page, "/connections/api/connections");
    await page.goto("/connections");
    await page.locator("li.connection", { hasText: name }).waitFor();
    expect(connections.length === 1, JSON.stringify(connections));
  };
  try {
    const rosa = await world.person(box.local);
    const [milo, heidi] = [await world.person(box.local), await world.person(box.local, { locale: "de-DE" })];
    await createIdentity(world, rosa, "Rosa", { claim: box.code });
    await rosa.goto("/settings/box");
    await rosa.getByLabel("What’s your box called?").fill("Rosa’s box");
    await rosa.getByRole("button", { name: "Save" }).click();
    await rosa.getByText("Saved.").waitFor();
    await createIdentity(world, milo, "Milo", { invite: await inviteOf(rosa) });
    await createIdentity(world, heidi, "Heidi", { invite: await inviteOf(rosa) });

    await t.check("a member invites, and a newcomer is greeted by name and box and ends connected", async () => {
      const { path, says } = await makes(milo);
      expect(says.includes("New people can join"), says);
      const nora = await world.person(box.local);
      await nora.goto(path);
      await nora.getByRole("heading", { name: "Milo invites you to Rosa’s box" }).waitFor();
      await comes(world, nora, path, "Nora", { greeting: "Milo invites you to Rosa’s box", shot: looks });
      await nora.getByText("You and Milo are connected").waitFor();
      await nora.getByText("You’re a member of this box").waitFor();
      await connectedWith(nora, "Milo");
    });

    await t.check("the same in German", async () => {
      const { path, says } = await makes(heidi);
      expect(says.includes("Auch neue Leute"), says);
      const peter = await world.person(box.local, { locale: "de-DE" });
      await peter.goto(path);
      await peter.getByRole("heading", { name: "Heidi lädt dich auf Rosa’s box ein" }).waitFor();
      await comes(world, peter, path, "Peter", { greeting: "Heidi lädt dich auf Rosa’s box ein", shot: german });
      await peter.getByText("Du und Heidi seid verbunden").waitFor();
      await connectedWith(peter, "Heidi");
    });

    const paths = [];
    await t.check("who has three open is told when making the fourth, and withdrawing one frees its place", async () => {
      for (let made = 0; made < 3; made++) paths.push((await makes(milo)).path);
      const fourth = await makes(milo);
      expect(fourth.says.includes("only for people who are on this box already"), fourth.says);
      await fits(milo);
      const late = await world.person(box.local);
      await late.goto(fourth.path);
      await late.getByText("Ask Milo to withdraw another one").waitFor();
      expect((await late.locator("main a[href^='/create']").count()) === 0, "it leads to a dead end");
      await looks(late);
      await milo.getByRole("button", { name: `Withdraw the invitation ${codeOf(paths[0])}` }).click();
      await milo.locator("#invites", { hasText: codeOf(paths[0]) }).waitFor({ state: "hidden" });
      await late.reload();
      await late.locator("main a[href^='/create']").waitFor();
    });

    await t.check("the owner lets no member bring people in: an open invitation says whom to ask", async () => {
      await rosa.goto("/settings/joining");
      await looks(rosa);
      await rosa.uncheck("#members");
      await rosa.getByRole("button", { name: "Save" }).click();
      await rosa.getByText("It counts from now on").waitFor();
      expect(!(await rosa.isChecked("#members")), "it isn't kept");
      const late = await world.person(box.local);
      await late.goto(paths[1]);
      await late.getByText("Ask Rosa, who owns this box").waitFor();
      expect((await late.locator("main a[href^='/create']").count()) === 0, "it leads to a dead end");
      await looks(late);
      await late.goto(`/create?invite=${codeOf(paths[1])}`);
      await late.locator("#invite-error", { hasText: "Ask the owner for an invitation" }).waitFor();
      const spaet = await world.person(box.local, { locale: "de-DE" });
      await spaet.goto(paths[1]);
      await spaet.getByText("Bitte Rosa um eine Einladung").waitFor();
      await german(spaet);
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
