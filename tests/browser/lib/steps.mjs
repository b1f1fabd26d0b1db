// Steps that several flows share.

import { join } from "node:path";
import { expect } from "./check.mjs";

export const PASSPHRASE = "teapot under seven moons";

/** Waits for a step of the wizard. */
export const step = (page, name) => page.locator(`#step-${name}`).waitFor({ state: "visible" });

/** Saves the sheet to a file, after which the page tests it. Returns its path. */
export async function saveSheet(world, page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  const path = join(world.folder, `${name}-sheet.txt`);
  await download.saveAs(path);
  return path;
}

/** The whole wizard with a mouse. `shot` is called at each step. */
export async function createIdentity(world, page, name, { claim = "", invite = "", own = false, shot = async () => {} } = {}) {
  await page.goto(own ? "/create?own" : claim ? `/claim#${claim}` : `/create?invite=${invite}`);
  await page.waitForFunction(() => !document.querySelector("#name")?.disabled);
  await page.waitForLoadState("networkidle");
  await shot("name");
  await page.fill("#name", name);
  await page.click("#form-name button[type=submit]");
  await step(page, "key");
  await page.fill("#passphrase", PASSPHRASE);
  await shot("key");
  await page.click("#make");
  await step(page, "sheet");
  await shot("sheet");
  const sheet = await saveSheet(world, page, name);
  await step(page, "test");
  await page.setInputFiles("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#test-passphrase", PASSPHRASE);
  await shot("test");
  await page.click("#test");
  await page.locator("#finished").waitFor({ state: "visible", timeout: 30_000 });
  await shot("done");
  return sheet;
}

/** Goes through the wizard with counted taps, from its first field to its last button. */
export async function tapWizard(world, taps, name) {
  const { page } = taps;
  await page.waitForLoadState("networkidle");
  await taps.write("#name", name);
  await step(page, "key");
  await taps.write("#passphrase", PASSPHRASE);
  await step(page, "sheet");
  const sheet = join(world.folder, `${name}-sheet.txt`);
  await (await taps.save("#save")).saveAs(sheet);
  await step(page, "test");
  await taps.choose("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await taps.write("#test-passphrase", PASSPHRASE);
  await page.locator("#finished").waitFor({ state: "visible", timeout: 30_000 });
}

/** Opens the address that a person's page "Devices" shows as a picture on a new device, with the code in it or without. */
export async function openAsDevice(device, owner, code = null) {
  const address = `/device#who=${await didOf(owner)}`;
  await device.goto(code ? `${address}&code=${code}` : address);
  await device.waitForFunction(() => document.querySelector("#who").value.startsWith("did:imajin:"));
  await device.waitForLoadState("networkidle");
}

/** Makes an invitation on its page. Returns its path. */
export async function invitation(page) {
  await page.goto("/connections/invite");
  await page.waitForLoadState("networkidle");
  await page.click("#make");
  await page.locator("#made").waitFor({ state: "visible" });
  return new URL(await page.textContent("#link")).pathname;
}

/** Chooses a person by the beginning of their name: types it, and takes the suggestion with this name. */
export async function chooses(field, words, name) {
  await field.fill(words);
  await field.locator("xpath=following-sibling::ul").getByRole("option", { name }).first().click();
  await isChosen(field, name);
}

/** Waits until the page shows the person chosen in a field. */
export const isChosen = (field, name) => field.locator("xpath=following-sibling::p[@role='status']").filter({ hasText: name }).waitFor();

/** Returns the DID of the person who is signed in on a page. */
export async function didOf(page) {
  const did = await page.evaluate(() => document.documentElement.dataset.did);
  expect(did?.startsWith("did:imajin:"), "nobody is signed in on this page");
  return did;
}

/** Returns the encryption keys in the signed-in person's chain: `{key, of, sheet}`, each of them also in the DID document. */
export async function encryptionKeys(page) {
  const answer = await page.request.get(`/auth/api/identity/${await didOf(page)}/did.json`);
  const { keyAgreement = [], service = [] } = await answer.json();
  const keys = service.filter(({ type }) => type === "ImajinEncryption");
  const said = new Set(keyAgreement.map((url) => url.split("#")[1]));
  expect(said.size === new Set(keys.map(({ key }) => key)).size && keys.every(({ key }) => said.has(key)), JSON.stringify({ keyAgreement, keys }));
  return keys;
}

/** Returns this browser's keys of the signed-in person, by their names in the chain. */
export const heldKeys = (page) =>
  page.evaluate(async () => {
    const { people } = await import("/assets/js/store.js");
    const { publicOf, x25519Multikey } = await import("/assets/js/keys/encryption.js");
    const { keyId, agree } = await people.get(document.documentElement.dataset.did);
    return { of: keyId, key: x25519Multikey(await publicOf(agree)) };
  });

/** Draws a small picture in the browser. Returns its bytes. */
export async function picture(page, width, height, hue) {
  const base64 = await page.evaluate(([w, h, hueValue]) => {
    const canvas = document.createElement("canvas");
    canvas.width = w;
    canvas.height = h;
    const context = canvas.getContext("2d");
    const fill = context.createLinearGradient(0, 0, w, h);
    fill.addColorStop(0, `hsl(${hueValue} 60% 60%)`);
    fill.addColorStop(1, `hsl(${hueValue + 40} 70% 35%)`);
    context.fillStyle = fill;
    context.fillRect(0, 0, w, h);
    return canvas.toDataURL("image/png").split(",")[1];
  }, [width, height, hue]);
  return Buffer.from(base64, "base64");
}

/** Confirms the page's dialog. Returns its question. */
export async function confirmed(page) {
  const question = page.getByRole("alertdialog");
  const words = await question.locator("p").textContent();
  // This very dialog: the page may ask the next question at once.
  const dialog = await question.elementHandle();
  await question.locator("[data-sure]").click();
  // The answer may open another page, which closes the dialog.
  await dialog.waitForElementState("hidden").catch((error) => {
    if (!error.message.includes("not attached")) throw error;
  });
  return words;
}

/** Unfolds a part of a form, unless it is unfolded. */
export async function unfold(page, part = "#more") {
  const fold = page.locator(part);
  if (!(await fold.evaluate(({ open }) => open))) await fold.locator(":scope > summary").click();
}

/** Publishes what is in a form, and closes the sheet. */
export async function publish(page) {
  await page.click("#publish");
  await closeSheet(page);
}

/** Waits for the sheet that shares, and closes it. */
export async function closeSheet(page) {
  await page.locator("#share-sheet").waitFor();
  await page.click("#share-done");
  await page.locator("#share-sheet").waitFor({ state: "detached" });
}

/** Creates an event with free tickets and publishes it. Returns its path. */
export async function freeEvent(page, title) {
  await page.goto("/events/new");
  await page.waitForLoadState("networkidle");
  await page.fill("#title", title);
  await page.fill("#starts", "2099-12-31T20:00");
  await page.fill("#venue", "The Box");
  await page.click("#save");
  await page.waitForURL(/\/events\/evt_/);
  await page.click("#manage [data-status=published]");
  await page.locator("#manage [data-status=paused]").waitFor();
  return new URL(page.url()).pathname;
}

/** Loads a page again and again until it shows something. A page may draw what it asked for only after it has loaded. */
export async function reloadUntil(page, locator) {
  await page.waitForLoadState("networkidle");
  while ((await locator.count()) === 0) {
    await page.reload();
    await page.waitForLoadState("networkidle");
  }
}
