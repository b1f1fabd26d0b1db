// Five hundred photos are imported from a stick in the box: the page is reloaded in the middle, and the stick is removed safely, pulled out, and
// plugged in again.

import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";
import { Stick } from "../lib/stick.mjs";

/** More photos than the node reads ahead of the signatures. */
const PHOTOS = 500;

/** Writes small distinct pictures to two folders, with a symbolic link and an operating system's files. */
async function fill(page, folder) {
  const all = await page.evaluate((count) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [120, 90];
    const context = canvas.getContext("2d");
    return Array.from({ length: count }, (_, number) => {
      context.fillStyle = `hsl(${number * 7} 60% 50%)`;
      context.fillRect(0, 0, 120, 90);
      context.fillStyle = "white";
      context.fillText(`Photo ${number} of a stick`, 5, 40);
      return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
    });
  }, PHOTOS);
  for (const [number, base64] of all.entries()) {
    const at = join(folder, "Holiday", number % 2 ? "Beach" : "Hills");
    await mkdir(at, { recursive: true });
    await writeFile(join(at, `IMG_${number}.jpg`), Buffer.from(base64, "base64"));
  }
  await symlink("/etc/passwd", join(folder, "Holiday", "link.jpg"));
  await writeFile(join(folder, "Holiday", ".DS_Store"), "for itself");
}

async function now(page) {
  return (await (await page.request.get("/media/api/import")).json()).import;
}

async function until(page, what, isSo) {
  for (let tries = 0; ; tries += 1) {
    const seen = await now(page);
    if (isSo(seen)) return seen;
    expect(tries < 900, `waited for ${what} in vain: ${JSON.stringify({ ...seen, ready: seen?.ready?.length })}`);
    await page.waitForTimeout(100);
  }
}

/** Pulls the stick out, once no file on it is open. */
async function pull(stick) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await stick.pull(1);
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
}

export default async function stickphotos(t, world) {
  const page = world.ada;
  const stick = new Stick(process.env.IMAJIN_USB_FOLDER, "sdp1");
  // A stick in memory loses its content when it is pulled out.
  const kept = join(world.folder, "kept");
  const put = () => cp(join(kept, "Holiday"), join(stick.at, "Holiday"), { recursive: true, verbatimSymlinks: true });
  try {
    await t.check("a stick is found from the photos, and its folders say what is in them", async () => {
      await page.goto("/media");
      await page.getByRole("link", { name: "From a stick" }).click();
      await page.getByText("Plug a USB stick with photos into the box").waitFor();
      await accessible(page);
      await fill(page, kept);
      await stick.plug(put);
      await page.reload();
      await page.getByRole("link", { name: "Holiday" }).click();
      await page.getByText(`${PHOTOS / 2} pictures`).first().waitFor();
      await accessible(page);
      await fits(page);
    });

    await t.check("an import begins by the keyboard, and continues when its page is loaded again", async () => {
      await page.waitForLoadState("networkidle");
      await page.getByRole("button", { name: "Import all of it" }).focus();
      await page.keyboard.press("Enter");
      await page.locator("#import").waitFor();
      await until(page, "the first photos", (seen) => seen?.added >= 10);
      await page.reload();
      await page.locator("#import").waitFor();
      await until(page, "more photos", (seen) => seen.added >= 20);
    });

    await t.check("removed safely in the middle, the stick is let go, and both pages say that the import waits", async () => {
      await page.goto("/data");
      const card = page.locator("section.stick");
      await card.getByText("Photos are being copied from it.").waitFor();
      await accessible(page);
      await card.getByRole("button", { name: "Remove safely" }).click();
      await stick.asked();
      await stick.removal();
      await card.getByText("You can pull it out now. Not all photos are copied from it yet").waitFor();
      await accessible(page);
      await fits(page);
      await stick.pull();
      await page.goto("/media/import");
      await page.getByText("was removed, or its folder is gone").waitFor({ timeout: 60_000 });
      // A page that signs nothing: the node stops reading before the stick's end.
      await page.goto("/media");
      await stick.plug(put);
      await until(page, "photos that wait", (seen) => seen.ready.length >= 24);
    });

    await t.check("a stick that is pulled out is missed, and the import continues when it is back", async () => {
      await pull(stick);
      await page.goto("/media/import");
      await page.getByText("was removed, or its folder is gone").waitFor({ timeout: 60_000 });
      await accessible(page);
      await fits(page);
      await stick.plug(put);
      await page.getByText("Everything is imported.").waitFor({ timeout: 180_000 });
      const seen = await now(page);
      expect(seen.added === PHOTOS && seen.here === 0, JSON.stringify(seen));
      expect(seen.named.length === 1 && seen.named[0].path === "Holiday/link.jpg", JSON.stringify(seen.named));
      await page.getByText("1 link is left out").waitFor();
      await accessible(page);
      const { folders } = await (await page.request.get("/media/api/folders")).json();
      expect(["Holiday", "Beach", "Hills"].every((name) => folders.filter((one) => one.name === name).length === 1), JSON.stringify(folders));
    });

    await t.check("five hundred photos of one month are one page, of which only what is looked at comes", async () => {
      const asked = [];
      const note = (request) => /[?&]from=/.test(request.url()) && asked.push(request.url());
      page.on("request", note);
      await page.goto("/media");
      await page.waitForLoadState("networkidle");
      const { months } = await (await page.request.get("/media/api/timeline")).json();
      const most = months.find(({ count }) => count >= PHOTOS);
      const { assets } = await (await page.request.get(`/media/api/timeline/${most.month}`)).json();
      const tile = (of) => page.locator(`[id="${most.month}"] [data-id="${of[0]}"]`);
      await tile(assets[0]).waitFor();
      expect((await tile(assets.at(-1)).count()) === 0, "the month's last photo came at once");
      await page.evaluate((to) => {
        const { top, height } = document.getElementById(to).getBoundingClientRect();
        scrollTo(0, scrollY + top + height - innerHeight);
      }, most.month);
      await tile(assets.at(-1)).waitFor();
      expect((await tile(assets[0]).count()) === 0, "the month's first photo stayed in the document");
      page.off("request", note);
      const parts = asked.filter((url) => url.includes(`month=${most.month}&`));
      expect(parts.length < 4, `it came in too many parts: ${parts.join(", ")}`);
      await page.goto("/media/import");
    });

    await t.check("importing it once more adds nothing, and the page forgets it when asked", async () => {
      await page.waitForLoadState("networkidle");
      await page.getByRole("button", { name: "Import all of it" }).click();
      await page.getByText(`${PHOTOS} were here already`).waitFor({ timeout: 60_000 });
      await page.getByText("Everything is imported.").waitFor({ timeout: 60_000 });
      expect((await now(page)).added === 0, "something was added twice");
      await page.waitForLoadState("networkidle");
      await page.getByRole("button", { name: "Hide this" }).click();
      await page.locator("#import").waitFor({ state: "detached" });
    });
  } finally {
    await pull(stick).catch(() => {});
    await rm(kept, { recursive: true, force: true });
  }
}
