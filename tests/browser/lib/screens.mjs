// Screenshots for the repository: phone and desktop, light and dark, as small WebP files.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DESK, PHONE } from "./world.mjs";

const QUALITY = 0.7;
// The pages in the repository. Flows offer more of them.
const KEPT = ["front-page", "create-key", "home", "profile", "media", "chat", "event", "tickets", "coffee", "poll", "learn-course", "data"];

async function webp(world, png) {
  const base64 = await (await world.drawing()).evaluate(async ([data, quality]) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  }, [png.toString("base64"), QUALITY]);
  return Buffer.from(base64, "base64");
}

export async function screens(world, page, name) {
  if (!world.screens || !(KEPT.includes(name) || process.env.IMAJIN_SCREENS_ALL)) return;
  await mkdir(world.screens, { recursive: true });
  const before = page.viewportSize();
  for (const [size, viewport] of [["phone", PHONE], ["desk", DESK]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => (window.scrollTo(0, 0), document.activeElement?.blur()));
      const png = await page.screenshot({ type: "png" });
      await writeFile(join(world.screens, `${name}-${size}-${colorScheme}.webp`), await webp(world, png));
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}
