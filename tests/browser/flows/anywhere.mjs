// Olive lets people reach her box from anywhere, through a registry; Vera comes by that name, and her key there gets no control.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { CertificateLog } from "../lib/certificate-log.mjs";
import { expect } from "../lib/check.mjs";
import { ADDRESS, Registry } from "../lib/registry.mjs";
import { screens } from "../lib/screens.mjs";
import { confirmed, createIdentity, didOf, PASSPHRASE } from "../lib/steps.mjs";
import { Zone } from "../lib/zone.mjs";

const NAME = "olives-box";
/** A name of the box's own. */
const OWN = "olive.example";

/** Brings a key back from a sheet. */
async function restore(page, sheet) {
  await page.goto("/restore");
  await page.waitForLoadState("networkidle");
  await page.setInputFiles("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#passphrase", PASSPHRASE);
  await page.click("#restore");
  await page.waitForURL((url) => url.pathname === "/data", { timeout: 30_000 });
}

export default async function anywhere(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-anywhere-"));
  const zone = await Zone.start();
  const log = await CertificateLog.start();
  let registry = await Registry.start(join(folder, "registry"), { zone });
  const host = new URL(registry.addressOf(NAME)).host;
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, {
    IMAJIN_TLS_LISTEN: `127.0.0.1:${await freePort()}`,
    // No certificate authority answers at this address.
    IMAJIN_TLS_DIRECTORY: `https://127.0.0.1:${await freePort()}/directory`,
    IMAJIN_TLS_RESOLVER: zone.address,
    IMAJIN_TLS_CT: log.url,
    IMAJIN_TLS_SEARCH_S: "1",
    IMAJIN_CLOCK: "always",
    IMAJIN_HOSTS: host,
    IMAJIN_REGISTRATION: "open",
    IMAJIN_REGISTRIES_NAME: NAME,
    IMAJIN_REGISTRIES_HEARTBEAT_S: "1",
    IMAJIN_REGISTRIES_RETRY_S: "1",
  });
  const far = { ignoreHTTPSErrors: true };
  /** Opens the page in German in the session of another page. */
  const inGerman = async (page) => {
    const german = await world.person(box.local, { locale: "de-DE", storageState: await page.context().storageState() });
    await german.goto("/network");
    return german;
  };
  try {
    const olive = await world.person(box.local);
    await createIdentity(world, olive, "Olive", { claim: box.code });
    let sheet;

    await t.check("the wizard offers its owner to reach the box from anywhere; a mistake is told next to its field", async () => {
      await olive.getByRole("link", { name: "Reach this box from anywhere" }).click();
      await olive.getByRole("heading", { name: "From anywhere", exact: true }).waitFor();
      const field = olive.getByLabel("Address of the registry");
      await field.fill("not an address");
      await olive.getByRole("button", { name: "Reach it through this registry" }).click();
      await olive.getByText("This isn’t an address.").waitFor();
      expect((await field.inputValue()) === "not an address", "what she typed is gone");
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-offer");
    });

    await t.check("one button later the box is reachable, and the page says since when and how much", async () => {
      await olive.getByLabel("Address of the registry").fill(registry.url);
      await olive.getByRole("button", { name: "Reach it through this registry" }).click();
      await olive.getByText("Reachable since").waitFor();
      await olive.getByText(/Today: .* of 1.0.GB/).waitFor();
      await olive.locator("#tunnels").getByRole("link", { name: registry.hostOf(NAME) }).waitFor();
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-open");
    });

    await t.check("a guest opens it by that name, and their key there signs but has no control", async () => {
      const vera = await world.person(registry.addressOf(NAME), far);
      await vera.goto("/create");
      await vera.getByText("The name of this page belongs to").waitFor({ state: "attached" });
      const german = await world.person(registry.addressOf(NAME), { ...far, locale: "de-DE" });
      await german.goto("/create");
      await german.getByText("Der Name dieser Seite gehört").waitFor({ state: "attached" });
      await german.context().close();
      sheet = await createIdentity(world, vera, "Vera");
      await vera.goto("/devices");
      await vera.locator("#keys .hint", { hasText: /^Signs for you\./ }).waitFor();
      expect((await vera.getByText("can change which devices are yours").count()) === 0, "a key under a registry's name has control");
      await accessible(vera);
      await fits(vera);
    });

    await t.check("the sheet gives a key control at home, and that key gives it to the other", async () => {
      const home = await world.person(box.local);
      await restore(home, sheet);
      await home.goto("/devices");
      await home.getByText("Signs for you, and can change which devices are yours.").waitFor();
      await accessible(home);
      await fits(home);
      await screens(world, home, "anywhere-devices");
      await home.getByRole("button", { name: /^Let it change my keys: / }).click();
      await confirmed(home);
      await home.getByText("Saved").first().waitFor();
      await home.getByText("Signs for you, and can change which devices are yours.").nth(1).waitFor();
      expect((await home.getByRole("button", { name: /^Let it change my keys: / }).count()) === 0, "the button is still there");
      const again = await world.person(registry.addressOf(NAME), far);
      await restore(again, sheet);
      expect((await didOf(again)) === (await didOf(home)), "somebody else is signed in");
      await again.goto("/devices");
      await again.locator("#keys .hint", { hasText: /^Signs for you\./ }).first().waitFor();
      await again.goto("/sheets");
      await again.getByText("So make a new sheet at home").waitFor();
      expect((await again.getByRole("button", { name: "Make a new sheet" }).count()) === 0, "a sheet would be made under the registry’s name");
      await accessible(again);
      await screens(world, again, "anywhere-sheets");
    });

    await t.check("a new device that opens that name brings a key without control", async () => {
      const phone = await world.person(registry.addressOf(NAME), far);
      const home = await world.person(box.local);
      await restore(home, sheet);
      await phone.goto(`/device#who=${await didOf(home)}`);
      await phone.waitForFunction(() => document.querySelector("#who").value.startsWith("did:imajin:"));
      await phone.click("#make");
      await phone.locator("#key-text").filter({ hasText: ".signs" }).waitFor({ state: "attached" });
      await home.goto("/devices");
      await home.waitForLoadState("networkidle");
      await home.fill("#key", await phone.locator("#key-text").textContent());
      await home.locator("#form-add button[type=submit]").click();
      await home.getByText("This key was made under a name that belongs to a registry.").waitFor();
      expect(await home.locator("#full").isHidden(), "control is offered");
      await accessible(home);
      await fits(home);
      await home.click("#add");
      await phone.waitForURL((url) => url.pathname === "/", { timeout: 30_000 });
    });

    await t.check("a registry that is away is told with its reason, and is back without anybody doing anything", async () => {
      await registry.kill();
      await olive.goto("/network");
      await olive.getByText("Not reachable from outside right now:").waitFor();
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-closed");
      registry = await registry.again();
      await olive.getByText("Reachable since").waitFor({ timeout: 60_000 });
      await olive.getByText("Last break:").waitFor();
      const german = await inGerman(olive);
      await german.getByText("Letzte Unterbrechung:").waitFor();
      await accessible(german);
      await fits(german);
      await german.context().close();
    });

    await t.check("a name of her own leads there by records that she copies, each ticked as it comes true", async () => {
      await olive.goto("/network");
      await olive.getByLabel("The name", { exact: true }).fill(OWN);
      await olive.getByRole("button", { name: "Use this name" }).click();
      const records = olive.locator("#records");
      await records.getByText(ADDRESS).waitFor();
      await records.getByText(`_imajin.${OWN}`).waitFor();
      expect((await records.getByText("not there yet").count()) === 2, "a record is ticked that nobody entered");
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-records");
      const holder = await records.locator("[data-copy]").nth(1).getAttribute("data-copy");
      zone.add(OWN, "A", ADDRESS);
      await records.getByText("✓").waitFor({ timeout: 60_000 });
      zone.add(`_imajin.${OWN}`, "TXT", holder);
      await records.getByText("✓").nth(1).waitFor({ timeout: 60_000 });
      await records.getByText(`carries ${OWN}`).waitFor({ timeout: 60_000 });
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-records-set");
      const german = await inGerman(olive);
      await german.locator("#records").getByText("✓").nth(1).waitFor();
      await german.locator("#records").getByText(`überträgt ${OWN}`).waitFor();
      await accessible(german);
      await fits(german);
      await screens(world, german, "anywhere-records-german");
      await german.context().close();
    });

    await t.check("it is turned off, and on again with one button", async () => {
      await olive.getByRole("button", { name: /^Stop using http/ }).click();
      await olive.getByRole("button", { name: `Reach it as ${registry.hostOf(NAME)}` }).waitFor();
      const vera = await world.person(registry.addressOf(NAME), far);
      const isGone = () => vera.goto("/").then(() => false, () => true);
      for (let tries = 0; tries < 20 && !(await isGone()); tries += 1) await olive.reload({ waitUntil: "networkidle" });
      expect(await isGone(), "the box still answers");
      await olive.getByText("Through another registry").click();
      await accessible(olive);
      await fits(olive);
      await olive.getByRole("button", { name: `Reach it as ${registry.hostOf(NAME)}` }).click();
      await olive.getByText("Reachable since").waitFor();
      await vera.goto("/");
      await vera.getByRole("link", { name: "Sign in" }).first().waitFor();
    });

    await t.check("a third registry, chosen on a page that is out of date, is refused with its reason", async () => {
      const turn = (url, word) => olive.evaluate(async (form) => (await fetch("/network", { method: "POST", body: new URLSearchParams(form) })).status, { url, tunnel: word });
      expect((await turn("https://second.example", "on")) === 200, "a second one is refused");
      expect((await turn("https://third.example", "on")) === 409, "a third one is taken");
      await olive.evaluate(() => {
        const form = document.querySelector("#anywhere + section form");
        form.elements.url.value = "https://third.example";
        form.querySelector("button").value = "on";
      });
      await olive.locator("#anywhere + section form button").first().click();
      await olive.getByText("Your box uses two registries already.").waitFor();
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-full");
      await olive.getByRole("button", { name: "Stop using second.example" }).click();
      await olive.getByText("Reachable since").waitFor();
      await olive.waitForLoadState("networkidle");
    });

    await t.check("a certificate that somebody else got for the name is told on the first page, with what to do", async () => {
      log.add(registry.hostOf(NAME), "0badcafe");
      await olive.goto("/");
      const alarm = olive.locator("#alarms li", { hasText: "Somebody may pose as your box" });
      for (let tries = 0; tries < 60 && !(await alarm.isVisible()); tries += 1) await olive.reload({ waitUntil: "networkidle" });
      await alarm.getByText(`somebody got a certificate for ${registry.hostOf(NAME)}`).waitFor();
      await alarm.getByText("serial number badcafe, by O=Other Authority").waitFor();
      await alarm.getByText("its holder can pose as this box there").waitFor();
      await accessible(olive);
      await fits(olive);
      await screens(world, olive, "anywhere-taken");
      await alarm.getByRole("link", { name: "Take a look" }).click();
      await olive.getByText("serial number badcafe").first().waitFor();
    });

    await t.check("in German, too", async () => {
      const german = await world.person(box.local, { locale: "de-DE" });
      await restore(german, join(world.folder, "Olive-sheet.txt"));
      await german.goto("/");
      const alarm = german.locator("#alarms li", { hasText: "Vielleicht gibt sich jemand als deine Box aus" });
      await alarm.getByText(`jemand hat ein Zertifikat für ${registry.hostOf(NAME)} bekommen`).waitFor();
      await accessible(german);
      await fits(german);
      await german.goto("/network");
      await german.getByText("Erreichbar seit").waitFor();
      await german.getByText(/Heute: .* von 1,0.GB/).waitFor();
      await german.getByText("Zusätzlich über ein zweites Verzeichnis").click();
      await accessible(german);
      await fits(german);
      await screens(world, german, "anywhere-german");
      await german.getByRole("button", { name: /nicht mehr verwenden$/ }).click();
      await german.getByRole("button", { name: `Unter ${registry.hostOf(NAME)} erreichen` }).waitFor();
      // A box that stops while a page loads its scripts makes that page complain.
      await german.waitForLoadState("networkidle");
    });
  } finally {
    await box.stop();
    await registry.kill();
    log.stop();
    zone.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
