// Ada starts with the claim link: name, key, sheet, its test, done.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, encryptionKeys, heldKeys, PASSPHRASE, saveSheet, step } from "../lib/steps.mjs";
import { inviteOf } from "../lib/turns.mjs";

export default async function create(t, world) {
  const visitor = await world.person();
  await t.check("the front page says what this box is, and leads in", async () => {
    await visitor.goto("/");
    await visitor.getByRole("heading", { level: 1 }).waitFor();
    await visitor.getByRole("link", { name: "I have an invitation" }).waitFor();
    expect((await visitor.locator("nav.main").count()) === 0, "a stranger has a bar");
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "landing");
  });

  const page = await world.person();
  world.ada = page;
  const shot = async (name) => {
    await accessible(page);
    await fits(page);
    await screens(world, page, `create-${name}`);
  };
  world.sheet = await t.check("an identity is created, its sheet tested by reading it back", () => createIdentity(world, page, "Ada Lovelace", { claim: world.claim, shot }));

  await t.check("the wizard's last step says that she owns the box, and leads to its lock", async () => {
    await page.getByText("You’re the owner of this box.").waitFor();
    expect((await page.locator("header.top nav.enter").count()) === 0, "she is asked to sign in although she is");
    expect(await page.locator("[data-role=member]").isHidden(), "the owner is called a member");
    await page.locator("#finished-owner a[href='/lock']").click();
    await page.getByRole("heading", { name: "The lock of your box", level: 1 }).waitFor();
    await page.getByRole("heading", { name: "Lock this box with a passphrase" }).waitFor();
    await accessible(page);
    await fits(page);
  });

  await t.check("the keys are in the browser and cannot be read out", async () => {
    const keys = await page.evaluate(async () => {
      const { people } = await import("/assets/js/store.js");
      const [person] = await people.all();
      const exported = await crypto.subtle.exportKey("pkcs8", person.sign).then(() => true, () => false);
      return { sign: person.sign.extractable, agree: person.agree.extractable, exported };
    });
    expect(!keys.sign && !keys.agree && !keys.exported, JSON.stringify(keys));
  });

  await t.check("the chain says what to encrypt to: a key of this browser, and one of the sheet", async () => {
    const keys = await encryptionKeys(page);
    const held = await heldKeys(page);
    expect(keys.length === 2 && keys.filter(({ sheet }) => sheet).length === 1, JSON.stringify(keys));
    const own = keys.find(({ sheet }) => !sheet);
    expect(own.of === held.of && own.key === held.key, JSON.stringify({ own, held }));
  });

  await t.check("the owner invites somebody", async () => {
    await page.goto("/");
    await page.locator("#owner a[href='/invite']").click();
    await page.waitForURL((url) => url.pathname === "/connections/invite");
    await page.waitForLoadState("networkidle");
    await page.selectOption("#uses", "10");
    await page.click("#make");
    await page.locator("#made").waitFor({ state: "visible" });
    // The people of other flows join without a connection.
    world.invite = await inviteOf(page, 10);
    await accessible(page);
    await fits(page);
    await screens(world, page, "invite");
  });

  await t.check("closing the wizard halfway loses nothing", async () => {
    const other = await world.person();
    await other.goto(`/create?invite=${world.invite}`);
    await other.waitForLoadState("networkidle");
    await other.fill("#name", "Grace");
    await other.click("#form-name button[type=submit]");
    await step(other, "key");
    await other.reload();
    await step(other, "key");
    await other.fill("#passphrase", PASSPHRASE);
    await other.click("#make");
    await step(other, "sheet");
    const first = await other.textContent("#sheet-lines");
    await other.reload();
    await step(other, "sheet");
    expect((await other.textContent("#sheet-lines")) === first, "another sheet after coming back");
    const sheet = await saveSheet(world, other, "Grace");
    await step(other, "test");
    await other.setInputFiles("#sheet-file", sheet);
    await other.fill("#test-passphrase", "not this one at all");
    await other.click("#test");
    await other.getByText("this passphrase does not open it").waitFor();
    await other.fill("#test-passphrase", PASSPHRASE);
    await other.click("#test");
    await other.locator("#finished").waitFor({ state: "visible", timeout: 30_000 });
    await other.getByText("You’re a member of this box.").waitFor();
    expect(await other.locator("#finished-owner").isHidden(), "a member is led to the lock of the box");
    world.grace = other;
  });
}
