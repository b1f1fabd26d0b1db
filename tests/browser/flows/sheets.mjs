// Keys that can be lost: several recovery sheets, devices with names, a lock on the key in the browser, and leaving a browser.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf, encryptionKeys, heldKeys, PASSPHRASE, saveSheet } from "../lib/steps.mjs";

async function restore(page, sheet) {
  await page.goto("/restore");
  await page.waitForLoadState("networkidle");
  await page.setInputFiles("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#passphrase", PASSPHRASE);
  await page.click("#restore");
}

async function writeBio(page, bio) {
  await page.goto("/profile/edit");
  await page.waitForLoadState("networkidle");
  await page.fill("#bio", bio);
  await page.click("#save");
}

async function readBack(page, sheet) {
  await page.setInputFiles("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#test-passphrase", PASSPHRASE);
  await page.click("#test");
}

const sheetKeys = async (page) => (await encryptionKeys(page)).filter(({ sheet }) => sheet);

const devices = async (page) => {
  await page.goto("/devices");
  await page.waitForLoadState("networkidle");
};

export default async function sheets(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-sheets-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  try {
    const dora = await world.person(box.local);
    const first = await createIdentity(world, dora, "Dora", { claim: box.code });
    await dora.goto("/sheets");
    const did = await didOf(dora);
    let second;

    await t.check("a sheet carries the box's address and the person's ID", async () => {
      const text = await readFile(first, "utf8");
      expect(text.includes(did) && text.includes(box.local), text);
      await dora.getByText("My first sheet").waitFor();
    });

    await t.check("a second sheet is made, and valid once it was read back", async () => {
      await dora.click("#new");
      await dora.fill("#sheet-label", "Desk drawer");
      await dora.fill("#passphrase", PASSPHRASE);
      await accessible(dora);
      await fits(dora);
      await dora.click("#make");
      await dora.locator("#step-sheet").waitFor({ state: "visible" });
      await accessible(dora);
      await fits(dora);
      second = await saveSheet(world, dora, "Dora-second");
      await dora.getByText("Choose that file here").waitFor();
      await dora.locator("#step-test [data-back]").click();
      await dora.locator("#step-sheet").waitFor({ state: "visible" });
      await dora.click("#to-test");
      await readBack(dora, first);
      await dora.getByText("This is a good sheet, but another one").waitFor();
      await readBack(dora, second);
      await dora.getByText("The sheet “Desk drawer” works, and is valid from now on.").waitFor();
      await dora.locator("#sheets").getByText("Desk drawer").waitFor();
      expect((await sheetKeys(dora)).length === 2, "the second sheet opens no copies");
      await accessible(dora);
      await fits(dora);
    });

    await t.check("any sheet can be tried at any time", async () => {
      await dora.click("#try");
      await readBack(dora, first);
      await dora.getByText("The sheet “My first sheet” works.").waitFor();
    });

    const other = await world.person(box.local);
    await t.check("a sheet lets another browser in, which gets a key and a name of its own", async () => {
      await restore(other, second);
      await other.waitForURL((url) => url.pathname === "/data", { timeout: 30_000 });
      expect((await didOf(other)) === did, "somebody else is signed in");
      await devices(other);
      expect((await other.locator("#keys li").count()) === 2, "the sheet's key is among the devices, or there is no new one");
      await other.locator("#keys").getByText(`${world.browserName} on Linux`).first().waitFor();
    });

    await t.check("a revoked sheet brings no one back, and the browser that it let in stays signed in", async () => {
      // A command that was signed before the revocation and arrives after it is signed again.
      let sent, revoked;
      const [isSent, isRevoked] = [new Promise((is) => (sent = is)), new Promise((is) => (revoked = is))];
      await other.route("**/profile/api/commands/profile.update", async (route) => {
        sent();
        await isRevoked;
        await route.continue();
      });
      await writeBio(other, "Signed a little too early.");
      await isSent;
      await dora.goto("/sheets");
      await dora.getByRole("button", { name: "Revoke the sheet “Desk drawer”" }).click();
      await dora.getByRole("button", { name: "Yes, revoke it" }).click();
      await dora.getByText("“Desk drawer” is revoked.").waitFor();
      revoked();
      await other.getByText("Saved and signed by you").waitFor();
      await other.unroute("**/profile/api/commands/profile.update");
      expect((await sheetKeys(dora)).length === 1, "a revoked sheet opens new copies");
      await dora.click("#try");
      await readBack(dora, second);
      await dora.getByText("This sheet opens, but you revoked it").waitFor();
      const third = await world.person(box.local);
      await restore(third, second);
      await third.getByText("This sheet opens, but you revoked it").waitFor();
      await other.goto("/signin");
      await other.getByRole("button", { name: "Sign in as Dora" }).click();
      await other.waitForURL((url) => url.pathname === "/data");
      await writeBio(other, "Still here.");
      await other.getByText("Saved and signed by you").waitFor();
    });

    await t.check("devices and sessions have names", async () => {
      await devices(other);
      const here = other.locator("#keys li").filter({ hasText: "here" });
      await here.getByRole("button", { name: /^Rename/ }).click();
      await other.getByLabel("What do you call it?").first().fill("Kitchen tablet");
      await accessible(other);
      await other.getByRole("button", { name: "Save", exact: true }).click();
      await other.locator("#keys").getByText("Kitchen tablet").waitFor();
      const month = new Date().toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
      await other.locator("#sessions").getByText(`${world.browserName} on Linux, since ${month}`).first().waitFor();
      await accessible(other);
      await fits(other);
    });

    await t.check("what a device connected outlives it, and ends with one press", async () => {
      await dora.goto("/agents");
      await dora.getByLabel("Name", { exact: true }).fill("Laptop assistant");
      await dora.getByRole("button", { name: "Make a token" }).click();
      await dora.getByRole("heading", { name: "Your helper is ready" }).waitFor();
      const authorization = `Bearer ${await dora.locator("#token").inputValue()}`;
      const status = async () => (await fetch(`${box.local}/mcp`, { method: "POST", headers: { authorization }, body: "{}" })).status;
      await devices(other);
      expect(await other.locator("#programs").isHidden(), "a device that is in use");
      await other.getByRole("button", { name: `Take out of use: ${world.browserName} on Linux` }).click();
      await other.getByRole("button", { name: "Yes, take it out of use" }).click();
      await other.getByText("That key signs nothing new").waitFor();
      await other.getByRole("heading", { name: "Connected by a device that is out of use" }).waitFor();
      await accessible(other);
      await fits(other);
      expect((await status()) !== 401, "it still acts");
      await other.getByRole("button", { name: "End them all" }).click();
      await other.getByText("They have ended.").waitFor();
      await other.locator("#programs").waitFor({ state: "hidden" });
      expect((await status()) === 401, "it acts after its end");
    });

    await t.check("the first sheet outlives the device that it was made on", async () => {
      const fourth = await world.person(box.local);
      await restore(fourth, first);
      await fourth.waitForURL((url) => url.pathname === "/data", { timeout: 30_000 });
      expect((await didOf(fourth)) === did, "somebody else is signed in");
    });

    await t.check("a key that is locked with a passphrase signs nothing without it", async () => {
      await devices(other);
      const before = await heldKeys(other);
      await other.click("#lock-choose");
      await other.fill("#lock-passphrase", "short");
      await other.click("#lock-go");
      await other.getByText("Take at least 8 letters").waitFor();
      await other.fill("#lock-passphrase", "kitchen door");
      await accessible(other);
      await fits(other);
      await other.click("#lock-go");
      await other.getByText("Your key in this browser is locked.").waitFor({ timeout: 30_000 });
      await other.locator("#keys").getByText("Kitchen tablet").waitFor();
      expect((await other.locator("#keys li").count()) === 2, "the key before the lock is still in use");
      const { of, key } = await heldKeys(other);
      const entries = (await encryptionKeys(other)).filter((entry) => entry.key === before.key);
      expect(key === before.key && of !== before.of && entries.length === 1 && entries[0].of === of, JSON.stringify({ entries, of }));
      const kept = await other.evaluate(async () => {
        const { people } = await import("/assets/js/store.js");
        const [person] = await people.all();
        return { sign: person.sign, sealed: person.lock.sealed.length };
      });
      expect(kept.sign === null && kept.sealed === 48, JSON.stringify(kept));
      await other.click("#sign-out");
      await other.waitForURL((url) => url.pathname === "/");
      await other.goto("/signin");
      await other.getByRole("button", { name: "Sign in as Dora" }).click();
      await other.fill("#unlock-passphrase", "wrong words");
      await other.click("#unlock-go");
      await other.getByText("That isn’t the passphrase").waitFor();
      await accessible(other);
      await other.fill("#unlock-passphrase", "kitchen door");
      await other.click("#unlock-go");
      await other.waitForURL((url) => url.pathname === "/data");
      await writeBio(other, "Signed behind a lock.");
      await other.getByRole("button", { name: "Cancel" }).click();
      await other.getByText("Your key stayed locked, so nothing was signed.").waitFor();
      await other.click("#save");
      await other.fill("#unlock-passphrase", "kitchen door");
      await other.click("#unlock-go");
      await other.getByText("Saved and signed by you").waitFor();
    });

    await t.check("the lock comes off again", async () => {
      await devices(other);
      await other.click("#lock-off");
      await other.fill("#unlock-passphrase", "kitchen door");
      await other.click("#unlock-go");
      await other.getByText("The lock is off.").waitFor({ timeout: 30_000 });
    });

    await t.unless(world.lacks("an authenticator"), "the device's own authenticator locks the key where it can", async () => {
      const cdp = await other.context().newCDPSession(other);
      await cdp.send("WebAuthn.enable");
      const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true };
      await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
      await devices(other);
      await other.click("#lock-prf");
      await other.getByText("Your key in this browser is locked.").waitFor({ timeout: 30_000 });
      await writeBio(other, "Signed with a finger.");
      await other.getByText("Saved and signed by you").waitFor();
    });

    await t.check("a person is removed from a browser, and their key there goes out of use", async () => {
      await devices(other);
      await other.getByText("Remove me from this browser").first().click();
      await other.click("#forget-go");
      await other.getByText("Tick this first").waitFor();
      await other.check("#forget-sure");
      await accessible(other);
      await other.click("#forget-go");
      await other.waitForURL((url) => url.pathname === "/", { timeout: 30_000 });
      const left = await other.evaluate(async () => {
        const { people } = await import("/assets/js/store.js");
        return (await people.all()).length;
      });
      expect(left === 0, "the key is still in the browser");
      expect((await other.request.get("/auth/api/session")).status() === 401, "the session is still valid");
      const chain = await (await other.request.get(`/auth/api/identity/${encodeURIComponent(did)}/keys`)).json();
      expect(chain.keys.length === 2, `${chain.keys.length} keys are in force, not the sheet and the fourth browser`);
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
