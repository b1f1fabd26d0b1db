// Thirty photos over a connection that breaks again and again: before the box has a piece, and after it has it. Then a folder of three hundred
// files, whose page is loaded again in the middle.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../lib/check.mjs";

const PHOTOS = 30;
/** Each piece of so many breaks. */
const EVERY = 4;

/** The files of each folder, which are text: nothing is decoded. */
const FOLDERS = { Archive: 60, "Archive/2024": 120, "Archive/2024/June": 120 };
const FILES = 300;

/** A folder of many small files, and what a system leaves there for itself. */
async function folder(world) {
  for (const [way, count] of Object.entries(FOLDERS)) {
    const at = join(world.folder, way);
    await mkdir(at, { recursive: true });
    await Promise.all(Array.from({ length: count }, (_, number) => writeFile(join(at, `note-${number}.txt`), `${way}, note ${number}`)));
    await writeFile(join(at, ".DS_Store"), "for itself");
  }
  return join(world.folder, "Archive");
}

/** How many of them are there, as the page says. */
async function arrived(page) {
  const text = await page.locator("#state").textContent();
  const numbers = [...text.matchAll(/(\d+) (?:added|is here already|are here already)/g)].map(([, number]) => Number(number));
  return numbers.reduce((sum, number) => sum + number, 0);
}

async function untilArrived(page, count) {
  for (let tries = 0; (await arrived(page)) < count; tries += 1) {
    expect(tries < 1800, `only ${await arrived(page)} of ${count} came`);
    await page.waitForTimeout(100);
  }
}

async function filesIn(page, id) {
  const names = [];
  for (let more = true; more; ) {
    const answer = await (await page.request.get(`/media/api/assets?folder=${id}&limit=100&offset=${names.length}`)).json();
    names.push(...answer.assets.map(({ filename }) => filename));
    more = answer.hasMore;
  }
  return names;
}

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

  await t.check("a folder comes with its folders, each file once, although the connection breaks and the page is loaded again", async () => {
    const chosen = await folder(world);
    let pieces = 0;
    let broken = 0;
    await ada.route("**/media/api/uploads/*", async (route) => {
      if (route.request().method() !== "PATCH") return route.fallback();
      pieces += 1;
      if (pieces % 40 !== 0) return route.fallback();
      broken += 1;
      return route.abort("connectionreset");
    });
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#folder", chosen);
    await untilArrived(ada, 80);
    ada.once("dialog", (dialog) => dialog.accept());
    await ada.reload();
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#folder", chosen);
    await untilArrived(ada, FILES);
    await ada.unroute("**/media/api/uploads/*");
    expect(broken >= 3, `${broken} pieces broke`);
    const { folders } = await (await ada.request.get("/media/api/folders")).json();
    const ways = new Map(folders.map((one) => [one.id, one]));
    const wayOf = ({ name, parent }) => (parent ? `${wayOf(ways.get(parent))}/${name}` : name);
    const counts = {};
    for (const one of folders.filter((one) => wayOf(one).startsWith("Archive"))) {
      expect(counts[wayOf(one)] === undefined, `${wayOf(one)} is there twice`);
      counts[wayOf(one)] = new Set(await filesIn(ada, one.id)).size;
    }
    const isAll = Object.keys(counts).length === 3 && Object.entries(FOLDERS).every(([way, count]) => counts[way] === count);
    expect(isAll, JSON.stringify(counts));
    // Chosen once more, nothing is sent.
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#folder", chosen);
    await ada.getByText(`${FILES} are here already.`).waitFor({ timeout: 60_000 });
    expect((await ada.locator("#state").textContent()).trim() === `${FILES} are here already.`, "nothing is added twice");
  });
}
