// Signing in again: from the sheet on another origin, with the key in the browser, and with a second device of the same person.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { didOf, encryptionKeys, heldKeys, PASSPHRASE } from "../lib/steps.mjs";

export default async function devices(t, world) {
  const ada = world.ada;
  await t.check("the sheet brings the key back on another origin", async () => {
    const page = await world.person(world.otherUrl);
    await page.goto("/restore");
    await page.waitForLoadState("networkidle");
    await accessible(page);
    await fits(page);
    await screens(world, page, "restore");
    await page.setInputFiles("#sheet-file", world.sheet);
    await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    await page.fill("#passphrase", PASSPHRASE);
    await page.click("#restore");
    await page.waitForURL((url) => url.pathname === "/data", { timeout: 30_000 });
    await ada.goto("/data");
    expect((await didOf(page)) === (await didOf(ada)), "somebody else is signed in");
  });

  await t.check("signing out and in again with the key in the browser", async () => {
    await ada.goto("/devices");
    await ada.waitForLoadState("networkidle");
    await ada.click("#sign-out");
    await ada.waitForURL((url) => url.pathname === "/");
    await ada.goto("/data");
    await ada.waitForURL("**/signin?next=/data");
    await ada.getByRole("button", { name: "Sign in as Ada Lovelace" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "signin");
    await ada.getByRole("button", { name: "Sign in as Ada Lovelace" }).click();
    await ada.waitForURL((url) => url.pathname === "/data");
  });

  await t.check("a second device gets a key of its own and signs with it", async () => {
    const phone = await world.person(world.otherUrl);
    await ada.goto("/devices");
    const label = ada.locator("#new-device svg");
    await label.waitFor();
    const address = new URL(world.otherUrl);
    address.pathname = "/device";
    address.hash = `who=${await didOf(ada)}`;
    await phone.goto(address.href);
    await phone.waitForFunction(() => document.querySelector("#who").value.startsWith("did:imajin:"));
    await phone.click("#make");
    await phone.locator("#step-show").waitFor({ state: "visible" });
    await accessible(phone);
    await screens(world, phone, "device");
    const key = await phone.textContent("#key-text");
    const check = await phone.textContent("#check");
    await ada.goto("/devices");
    await ada.waitForLoadState("networkidle");
    await ada.fill("#key", key);
    await ada.click("#form-add button[type=submit]");
    await ada.locator("#confirm").waitFor({ state: "visible" });
    expect((await ada.textContent("#check")) === check, "the two devices show different words");
    await ada.fill("#device-name", "Phone");
    await ada.click("#add");
    await ada.getByText("The new device can sign for you now").waitFor();
    const own = `/auth/api/attestations?subject_did=${await didOf(ada)}&type=session.created`;
    const { attestations } = await (await ada.request.get(own)).json();
    const words = attestations.map(({ issuerDid, payload }) => [issuerDid === attestations[0].subjectDid, payload.auth_method]);
    expect(words.length > 0 && words.every(([isOwn, method]) => isOwn && method), `no word of hers about the new device: ${JSON.stringify(attestations)}`);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "devices");
    await phone.waitForURL((url) => url.pathname === "/", { timeout: 30_000 });
    await phone.goto("/profile/edit");
    await phone.waitForLoadState("networkidle");
    await phone.fill("#bio", "Written on the other device.");
    await phone.click("#save");
    await phone.getByText("Saved and signed by you").waitFor();
    const held = await heldKeys(phone);
    const named = (await encryptionKeys(ada)).filter(({ of, key }) => of === held.of && key === held.key);
    expect(named.length === 1, "what is written to Ada is not encrypted to the new device");
    world.phone = phone;
    world.phoneKey = held.key;
  });

  await t.check("a code that is typed brings a new device's key, and a wrong one is named", async () => {
    const tablet = await world.person(world.otherUrl);
    await ada.goto("/devices");
    await ada.locator("#pairing").waitFor({ state: "visible" });
    const code = await ada.textContent("#pairing-code");
    await tablet.goto("/device");
    await tablet.waitForLoadState("networkidle");
    await tablet.fill("#who", "@ada");
    await tablet.fill("#pairing-code", "7KQ2-M9XT");
    await tablet.click("#make");
    await tablet.getByText("A code has three groups of four letters and digits").waitFor();
    await accessible(tablet);
    await fits(tablet);
    await tablet.fill("#pairing-code", code.toLowerCase().replaceAll("-", " "));
    await tablet.click("#make");
    await tablet.locator("#step-show").waitFor({ state: "visible" });
    await ada.locator("#confirm").waitFor({ state: "visible" });
    expect((await ada.textContent("#check")) === (await tablet.textContent("#check")), "another key came");
    await accessible(ada);
    await fits(ada);
    await ada.click("#not-add");
    await ada.waitForFunction((used) => document.querySelector("#pairing-code").textContent !== used, code);
    await tablet.context().close();
  });

  await t.check("a device that is out of use signs nothing new", async () => {
    await ada.reload();
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "Take out of use: Phone" }).click();
    await ada.getByRole("button", { name: "Yes, take it out of use" }).click();
    await ada.getByText("That key signs nothing new").waitFor();
    const left = await encryptionKeys(ada);
    expect(left.length === 3 && left.every(({ key }) => key !== world.phoneKey), `the old device still reads: ${JSON.stringify(left)}`);
    await world.phone.goto("/profile/edit");
    const url = new URL(world.phone.url());
    if (url.pathname === "/profile/edit") {
      await world.phone.waitForLoadState("networkidle");
      await world.phone.fill("#bio", "This must not stand.");
      await world.phone.click("#save");
      await world.phone.locator("#message .bad").waitFor();
    }
    const answer = await (await world.phone.request.get("/profile/api/profile/ada")).json();
    expect(answer.bio === "Written on the other device.", answer.bio);
  });
}
