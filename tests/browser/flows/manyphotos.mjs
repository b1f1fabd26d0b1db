// Thirty photos over a connection that breaks again and again: before the box has a piece, and after it has it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../lib/check.mjs";

const PHOTOS = 30;
/** Each piece of so many breaks. */
const EVERY = 4;

/** Small pictures, each of them different, as files. */
async function photos(world, page) {
  const all = await page.evaluate((count) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [120, 90];
    const context = canvas.getContext("2d");
    return Array.from({ length: count }, (_, number) => {
      context.fillStyle = `hsl(${number * 11} 70% 50%)`;
      context.fillRect(0, 0, 120, 90);
      context.fillStyle = "white";
      context.fillText(`Photo ${number} of many`, 5, 40);
      return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
    });
  }, PHOTOS);
  const paths = all.map((_, number) => join(world.folder, `many-${number}.jpg`));
  await Promise.all(all.map((base64, number) => writeFile(paths[number], Buffer.from(base64, "base64"))));
  return paths;
}

export default async function manyphotos(t, world) {
  const { ada } = world;
  await t.check("thirty photos arrive once each, although the connection breaks again and again", async () => {
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    const files = await photos(world, ada);
    const broken = { before: 0, after: 0 };
    let pieces = 0;
    await ada.route("**/media/api/uploads/*", async (route) => {
      if (route.request().method() !== "PATCH") return route.fallback();
      pieces += 1;
      if (pieces % EVERY !== 0) return route.fallback();
      const how = broken.before <= broken.after ? "before" : "after";
      broken[how] += 1;
      // The box has the piece, and the page doesn't hear of it.
      if (how === "after") await route.fetch();
      return route.abort("connectionreset");
    });
    await ada.setInputFiles("#gallery", files);
    await ada.getByText(`${PHOTOS} added.`).waitFor({ timeout: 60_000 });
    await ada.unroute("**/media/api/uploads/*");
    expect(broken.before >= 3 && broken.after >= 3, JSON.stringify(broken));
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#gallery", files);
    await ada.getByText(`${PHOTOS} are here already.`).waitFor({ timeout: 60_000 });
  });
}
