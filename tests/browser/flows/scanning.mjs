// Scanning codes with a camera and from a picture, in a browser without a decoder (Firefox, and Chromium on Linux, have no BarcodeDetector). The
// door's scans are in events.mjs.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";

export default async function scanning(t, world) {
  const { ada } = world;

  await t.check("a new device's code is scanned on a device that is in use", async () => {
    const phone = await world.person(world.otherUrl);
    await phone.goto("/device");
    await phone.waitForLoadState("networkidle");
    await phone.fill("#who", "@ada");
    await phone.click("#make");
    await phone.locator("#step-show").waitFor({ state: "visible" });
    await world.show(phone.locator("svg.qr"));
    await ada.goto("/devices");
    await ada.waitForLoadState("networkidle");
    expect(!(await ada.evaluate(() => "BarcodeDetector" in globalThis)), "this browser has a detector of its own: the flow would not test ours");
    await ada.click("#scan");
    await ada.locator("#confirm").waitFor({ state: "visible" });
    expect((await ada.textContent("#check")) === (await phone.textContent("#check")), "another key was read");
    await ada.locator("video").waitFor({ state: "detached" });
    await accessible(ada);
    await fits(ada);
    await ada.click("#not-add");
  });

  await t.check("an invitation to connect is scanned", async () => {
    await ada.goto("/connections/invite");
    await ada.waitForLoadState("networkidle");
    await ada.click("#make");
    await world.show(ada.locator("#picture svg.qr"));
    const link = await ada.textContent("#link");
    await ada.goto("/connections");
    await ada.waitForLoadState("networkidle");
    await accessible(ada);
    await fits(ada);
    await ada.click("#scan");
    await ada.waitForURL(link);
    await ada.getByText("This is your own invitation").waitFor();
  });

  await t.check("a camera that stops is off, and one that is refused says so", async () => {
    await ada.goto("/devices");
    await ada.waitForLoadState("networkidle");
    await ada.click("#scan");
    await ada.getByRole("button", { name: "Stop the camera" }).click();
    await ada.locator("video").waitFor({ state: "detached" });
    const shy = await world.person(world.url, { permissions: [] });
    await shy.goto("/restore");
    await shy.waitForLoadState("networkidle");
    await shy.click("#scan");
    await shy.getByText("The camera stayed off").waitFor();
  });

  await t.check("a recovery sheet's code is read from a picture", async () => {
    const page = await world.person(world.otherUrl);
    // A detector without QR support is not used.
    await page.addInitScript(() => {
      globalThis.BarcodeDetector = class {
        static getSupportedFormats = async () => ["ean_13"];
      };
    });
    await page.goto("/restore");
    await page.waitForLoadState("networkidle");
    await page.setInputFiles("#sheet-file", world.sheet);
    await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    const letters = await page.inputValue("#letters");
    await page.evaluate(async (shown) => {
      const { svg } = await import("/assets/js/qr/draw.js");
      document.querySelector("main").append(svg(`imajin-recovery-1:${shown.replace(/\s/g, "")}`.toUpperCase(), "sheet"));
    }, letters);
    const picture = await page.locator("svg.qr").screenshot();
    await page.fill("#letters", "");
    await page.setInputFiles("#sheet-file", { name: "photo.png", mimeType: "image/png", buffer: picture });
    await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    expect((await page.inputValue("#letters")) === letters, "other letters were read");
  });

  await t.check("a browser's own detector is used where it reads these codes", async () => {
    const page = await world.person(world.otherUrl);
    await page.addInitScript(() => {
      globalThis.BarcodeDetector = class {
        static getSupportedFormats = async () => ["ean_13", "qr_code"];
        detect = async () => [{ rawValue: "imajin-recovery-1:abc" }];
      };
    });
    const loaded = [];
    page.on("request", (request) => loaded.push(request.url()));
    await page.goto("/restore");
    await page.waitForLoadState("networkidle");
    await page.click("#scan");
    await page.waitForFunction(() => document.querySelector("#letters").value.toLowerCase().startsWith("abc"));
    expect(!loaded.some((url) => url.includes("/qr/")), "the decoder was loaded for nothing");
  });
}
