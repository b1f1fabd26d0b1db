// Thirty photos over a connection that breaks repeatedly: before the box has received a part, and afterwards. Three hundred over one that is slow,
// and gone every twenty seconds. Then a folder of three hundred files, whose page is reloaded in the middle.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "../lib/check.mjs";

const PHOTOS = 30;
/** One part in this many fails. */
const EVERY = 4;

/** A phone at the far end of the garden: a slow upload, which stops altogether for a few seconds. */
const GALLERY = 300;
const BYTES_A_SECOND = 200_000;
const DROPS_EVERY_MS = 20_000;
const GONE_MS = 3_000;

/** Number of text files in each folder: nothing is decoded. */
const FOLDERS = { Archive: 60, "Archive/2024": 120, "Archive/2024/June": 120 };
const FILES = 300;

/** Creates a folder of many small files, and an operating system's own files. */
async function folder(world) {
  for (const [way, count] of Object.entries(FOLDERS)) {
    const at = join(world.folder, way);
    await mkdir(at, { recursive: true });
    await Promise.all(Array.from({ length: count }, (_, number) => writeFile(join(at, `note-${number}.txt`), `${way}, note ${number}`)));
    await writeFile(join(at, ".DS_Store"), "for itself");
  }
  return join(world.folder, "Archive");
}

/** Returns the number of received files, as displayed. */
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

/** Draws distinct pictures as files: of one colour, or of noise, which JPEG can't compress. */
async function photos(world, page, { name, count, width, height, noise = false }) {
  const paths = [];
  for (let number = 0; number < count; number += 1) {
    const base64 = await page.evaluate(
      ([number, width, height, noise]) => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [width, height];
        const context = canvas.getContext("2d");
        if (noise) {
          const pixels = context.createImageData(width, height);
          for (let at = 0; at < pixels.data.length; at += 65_536) crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
          for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
          context.putImageData(pixels, 0, 0);
        } else {
          context.fillStyle = `hsl(${number * 11} 70% 50%)`;
          context.fillRect(0, 0, width, height);
        }
        context.fillStyle = "white";
        context.fillText(`Photo ${number} of many`, 5, 40);
        return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
      },
      [number, width, height, noise],
    );
    const path = join(world.folder, `${name}-${number}.jpg`);
    await writeFile(path, Buffer.from(base64, "base64"));
    paths.push(path);
  }
  return paths;
}

/** Switches the network off or on. Uploads are slow if the browser supports it. */
async function network(page, wire, offline) {
  if (wire) await wire.send("Network.emulateNetworkConditions", { offline, latency: 20, downloadThroughput: -1, uploadThroughput: BYTES_A_SECOND });
  else await page.context().setOffline(offline);
}

/** Switches the network off repeatedly until something is done. Returns how often. */
async function drops(page, wire, done) {
  await network(page, wire, false);
  for (let count = 0; ; count += 1) {
    if (await Promise.race([done, page.waitForTimeout(DROPS_EVERY_MS - GONE_MS)])) return count;
    await network(page, wire, true);
    await page.waitForTimeout(GONE_MS);
    await network(page, wire, false);
  }
}

export default async function manyphotos(t, world) {
  const { ada } = world;
  await t.unless(world.lacks("bodies of requests"), "thirty photos arrive once each, although the connection breaks again and again", async () => {
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    const files = await photos(world, ada, { name: "many", count: PHOTOS, width: 120, height: 90 });
    const broken = { before: 0, after: 0 };
    let pieces = 0;
    await ada.route("**/media/api/uploads/*", async (route) => {
      if (route.request().method() !== "PATCH") return route.fallback();
      pieces += 1;
      if (pieces % EVERY !== 0) return route.fallback();
      const how = broken.before <= broken.after ? "before" : "after";
      broken[how] += 1;
      // The box receives the part, and the page gets no answer.
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

  await t.check("three hundred photos arrive once each over a slow connection that is gone every twenty seconds", async () => {
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    const files = await photos(world, ada, { name: "gallery", count: GALLERY, width: 320, height: 240, noise: true });
    // Firefox can't be slowed down: there the network is off less often.
    const isChromium = ada.context().browser().browserType().name() === "chromium";
    const wire = isChromium ? await ada.context().newCDPSession(ada) : null;
    await wire?.send("Network.enable");
    await ada.setInputFiles("#gallery", files);
    const done = ada.getByText(`${GALLERY} added.`).waitFor({ timeout: 600_000 });
    const gone = await drops(ada, wire, done.then(() => true));
    await wire?.detach();
    console.log(`        gone ${gone} times`);
    if (isChromium) expect(gone >= 3, `the network was gone ${gone} times`);
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#gallery", files);
    await ada.getByText(`${GALLERY} are here already.`).waitFor({ timeout: 60_000 });
  });

  await t.unless(world.lacks("choosing a folder"), "a folder comes with its folders, each file once, although the connection breaks and the page is loaded again", async () => {
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
    // A second selection uploads nothing.
    await ada.goto("/media/upload");
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#folder", chosen);
    await ada.getByText(`${FILES} are here already.`).waitFor({ timeout: 60_000 });
    expect((await ada.locator("#state").textContent()).trim() === `${FILES} are here already.`, "nothing is added twice");
  });
}
