// Ida's phone writes HEIC, which her browser can't show: a file with an embedded JPEG is shown everywhere, and one without is a tile with its name.
// So is every picture that fails to load.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { heicPicture } from "../lib/heic.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, unfold } from "../lib/steps.mjs";

const jpegOf = async (page) => {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [512, 384];
    const context = canvas.getContext("2d");
    context.fillStyle = "hsl(200 60% 55%)";
    context.fillRect(0, 0, 512, 384);
    context.fillStyle = "hsl(45 95% 75%)";
    context.fillRect(0, 0, 128, 96);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  });
  return Buffer.from(base64, "base64");
};

/** Returns the pictures of a page that fail to load. */
const broken = (page) =>
  page.locator("img").evaluateAll((all) => all.filter((image) => image.complete && image.getAttribute("src") && !image.naturalWidth && image.getBoundingClientRect().width > 1).map(({ src }) => src));

export default async function pictures(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-pictures-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  try {
    const ida = await world.person(box.local);
    await createIdentity(world, ida, "Ida", { claim: box.code });
    const jpeg = await jpegOf(ida);
    const file = (name, buffer) => ({ name, mimeType: "image/heic", buffer });

    await t.check("a HEIC is seen by the JPEG in it, turned as it is to be, and one without is a tile with its name", async () => {
      await ida.goto("/media/upload");
      await ida.waitForLoadState("networkidle");
      await ida.setInputFiles("#gallery", [file("with.heic", heicPicture(jpeg, { quarters: 3 })), file("without.heic", heicPicture())]);
      await ida.getByText("2 added.").waitFor();
      await ida.goto("/media");
      await ida.locator(".grid .tile").waitFor();
      const seen = await ida.locator(".grid img:not(.failed)").evaluate((image) => image.decode().then(() => [image.naturalWidth, image.naturalHeight]));
      expect(seen.join() === "300,400", `the preview is ${seen}`);
      await ida.locator(".grid .tile", { hasText: "without.heic" }).waitFor();
      expect((await broken(ida)).length === 0, `${await broken(ida)}`);
      await accessible(ida);
      await fits(ida);
      await screens(world, ida, "media-heic");
      await ida.locator(".grid a", { has: ida.locator(".tile") }).click();
      await ida.locator(".viewer .tile", { hasText: "without.heic" }).waitFor();
      await accessible(ida);
      await screens(world, ida, "media-heic-viewer");
    });

    await t.check("a HEIC of a link shows the JPEG in it, too, and so does one that is sent in chat", async () => {
      await ida.goto("/links/edit");
      await ida.waitForLoadState("networkidle");
      await ida.click("#add-link, [data-kind=link]");
      await ida.fill("#title", "Alm");
      await ida.fill("#url", "alm.example");
      await unfold(ida);
      await ida.setInputFiles("#add-file", [file("note.heic", heicPicture(jpeg))]);
      await ida.getByText("Ready. Say what each file shows").waitFor();
      expect((await broken(ida)).length === 0, `${await broken(ida)}`);
      await ida.click("#save");
      await ida.getByText("Alm").first().waitFor();
      const size = await ida.evaluate(async (base64) => {
        const { pictureOf } = await import("/assets/chat/photos.js");
        const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        const { width, height } = await pictureOf(new File([bytes], "a.heic", { type: "image/heic" }));
        return [width, height].join();
      }, heicPicture(jpeg, { quarters: 1 }).toString("base64"));
      expect(size === "384,512", `the picture in chat is ${size}`);
    });

    await t.check("pictures that do not come are tiles, and faces their letters", async () => {
      await ida.route("**/api/assets/**", (route) => route.abort());
      await ida.goto("/media");
      await ida.waitForLoadState("networkidle");
      await ida.locator(".grid .tile").nth(1).waitFor();
      expect((await broken(ida)).length === 0, `${await broken(ida)}`);
      await ida.unroute("**/api/assets/**");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
