// Ada adds photos over a connection that breaks, finds them in her timeline, creates an album, shares it by a link with a stranger, and erases a
// photo.

import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";
import { film } from "../lib/photo.mjs";
import { screens } from "../lib/screens.mjs";
import { canonPicture, rawPicture } from "../lib/tiff.mjs";

const DAYS = ["2026-07-14T16:20:00Z", "2026-07-14T17:00:00Z", "2026-07-02T08:00:00Z", "2026-06-20T12:00:00Z", "2025-12-24T18:30:00Z", "2025-12-25T09:00:00Z"];
const said = (page, text) => page.locator("#message", { hasText: text }).waitFor();
const cells = (page) => page.locator("#timeline .grid > a");

/** Draws photos as files: hills under a sky, each with its own colours and day. */
async function photos(world, page) {
  const made = [];
  for (const [place, day] of [...DAYS, `2019-${new Date().toISOString().slice(5, 10)}T10:00:00Z`].entries()) {
    const base64 = await page.evaluate((number) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = number % 2 ? [900, 1200] : [1200, 900];
      const context = canvas.getContext("2d");
      const sky = context.createLinearGradient(0, 0, 0, canvas.height);
      sky.addColorStop(0, `hsl(${200 + number * 23} 60% 55%)`);
      sky.addColorStop(0.7, `hsl(${20 + number * 31} 80% 80%)`);
      context.fillStyle = sky;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = "hsl(45 95% 85%)";
      context.beginPath();
      context.arc(canvas.width * (0.25 + ((number * 0.17) % 0.5)), canvas.height * 0.38, 80, 0, 2 * Math.PI);
      context.fill();
      for (const hill of [0, 1, 2]) {
        context.fillStyle = `hsl(${130 + number * 17 + hill * 12} 35% ${45 - hill * 12}%)`;
        context.beginPath();
        context.moveTo(0, canvas.height);
        for (let x = 0; x <= canvas.width; x += 10) {
          const height = Math.sin(x / (170 + hill * 60) + number * 2 + hill) * 70 + Math.sin(x / 90 + number + hill * 3) * 20;
          context.lineTo(x, canvas.height * (0.58 + hill * 0.13) - height);
        }
        context.lineTo(canvas.width, canvas.height);
        context.fill();
      }
      return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
    }, place);
    const path = join(world.folder, `photo-${place + 1}.jpg`);
    await writeFile(path, Buffer.from(base64, "base64"));
    await utimes(path, new Date(day), new Date(day));
    made.push(path);
  }
  return made;
}

/** Checks the page's accessibility and its width on two phones, and takes its screenshots. */
async function good(world, page, name) {
  await page.waitForLoadState("networkidle");
  await accessible(page);
  await fits(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await screens(world, page, name);
}

/** Selects the first two files of a page, and presses a button for them. */
async function selects(page, all, name) {
  await page.getByRole("button", { name: "Select" }).click();
  for (const place of [0, 1]) await all.nth(place).click();
  await page.getByRole("group", { name: "Selected files" }).getByRole("button", { name }).click();
}

/** Waits until the service worker controls this page. */
const looksAfter = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

/** Sends files to the page for what other apps share, as the system does. */
async function shares(page, names) {
  await page.evaluate((all) => {
    const files = new DataTransfer();
    for (const name of all) files.items.add(new File([`Shared: ${name}`], name, { type: "text/plain" }));
    const form = Object.assign(document.createElement("form"), { method: "post", action: "/media/upload", enctype: "multipart/form-data" });
    const input = Object.assign(document.createElement("input"), { type: "file", name: "files", multiple: true, files: files.files });
    form.append(input);
    document.body.append(form);
    form.submit();
  }, names);
}

const undo = (page) => page.getByRole("button", { name: "Undo" }).click();

async function open(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
}

export default async function media(t, world) {
  const { ada } = world;
  await ada.goto("/");
  const files = await photos(world, ada);
  let link = "";
  let erased = "";

  await t.check("an empty timeline says what to do first", async () => {
    await ada.locator("nav.main").getByRole("link", { name: "Photos" }).click();
    await ada.getByText("No photos here yet").waitFor();
    await good(world, ada, "media-empty");
    await ada.getByRole("link", { name: "Add photos" }).click();
    await ada.waitForURL((url) => url.pathname === "/media/upload");
    await good(world, ada, "media-upload");
  });

  await t.check("photos arrive, although the connection breaks once", async () => {
    let broken = 0;
    await ada.route("**/media/api/uploads/*", (route) => {
      if (route.request().method() !== "PATCH" || broken > 0) return route.fallback();
      broken += 1;
      return route.abort("connectionreset");
    });
    await ada.setInputFiles("#gallery", files);
    await ada.getByText("7 added.").waitFor({ timeout: 60_000 });
    await ada.unroute("**/media/api/uploads/*");
    expect(broken === 1, "nothing broke");
    await accessible(ada);
    await fits(ada);
    // Chosen again, the files are already there.
    await open(ada, "/media/upload");
    await ada.setInputFiles("#gallery", files);
    await ada.getByText("7 are here already.").waitFor();
    await good(world, ada, "media-uploaded");
    await ada.getByRole("link", { name: "See them" }).click();
  });

  await t.check("the timeline has them by month, and pictures of this day", async () => {
    await ada.getByRole("heading", { name: "July 2026" }).waitFor();
    await cells(ada).first().waitFor();
    expect((await cells(ada).count()) === 7, `${await cells(ada).count()} photos`);
    await ada.getByRole("heading", { name: "On this day" }).waitFor();
    const loaded = await ada.locator("#timeline img").first().evaluate((image) => image.decode().then(() => image.naturalWidth));
    expect(loaded > 0, "there is no preview");
    await good(world, ada, "media");
    await ada.locator(".scrub").getByRole("link", { name: "2025" }).click();
    await ada.getByRole("heading", { name: "December 2025" }).waitFor();
    await ada.goto("/");
    await ada.getByText("On this day").waitFor();
    await ada.waitForLoadState("networkidle");
    await accessible(ada);
    await screens(world, ada, "home");
  });

  await t.check("reading needs no scripts", async () => {
    const cookies = await ada.context().cookies();
    const plain = await world.person(world.url, { javaScriptEnabled: false });
    await plain.context().addCookies(cookies);
    await plain.goto("/media?month=2026-07");
    expect((await plain.locator("#timeline .grid > a").count()) === 3, "July lacks photos");
    await plain.locator("#timeline .grid > a").first().click();
    await plain.locator("figure.viewer img").waitFor();
    await plain.goto("/media/upload");
    expect((await plain.content()).includes("To add photos, allow scripts"), "it doesn’t say that adding needs scripts");
  });

  await t.check("one photo is leafed by keys, and gets a title and words", async () => {
    await open(ada, "/media?month=2026-07");
    await cells(ada).first().click();
    await ada.waitForURL("**/media/a/ast_*");
    await ada.waitForLoadState("networkidle");
    const first = ada.url();
    await ada.keyboard.press("ArrowRight");
    await ada.waitForURL((url) => url.href !== first);
    await ada.waitForLoadState("networkidle");
    await ada.keyboard.press("ArrowLeft");
    await ada.waitForURL(first);
    await ada.waitForLoadState("networkidle");
    await ada.getByText("Title, words and date").click();
    await ada.fill("#title", "Waves at the lake");
    await ada.fill("#alt", "Two waves under a grey sky");
    await ada.reload();
    await ada.getByText("This is what you wrote before. It isn’t saved yet.").waitFor();
    await ada.click("#save");
    await ada.getByRole("heading", { name: "Waves at the lake" }).waitFor();
    await good(world, ada, "media-photo");
    await ada.getByText("Details", { exact: true }).click();
    await ada.getByText("photo-2.jpg").waitFor();
    await ada.locator("#full").click();
    await ada.locator(".viewer.large").waitFor();
    await ada.keyboard.press("Escape");
    await ada.locator(".viewer:not(.large)").waitFor();
    await ada.keyboard.press("Escape");
    await ada.waitForURL("**/media?month=2026-07");
    await ada.locator('img[alt="Two waves under a grey sky"]').waitFor();
  });

  await t.check("words find photos by what is said of them and by their day", async () => {
    await open(ada, "/media");
    const find = async (words) => {
      await ada.getByRole("searchbox").fill(words);
      await ada.keyboard.press("Enter");
      await ada.waitForURL(`**/media/find?q=${encodeURIComponent(words).replaceAll("%20", "+")}`);
    };
    await find("LAKE wâves");
    expect((await ada.locator("#found a").count()) === 1, `${await ada.locator("#found a").count()} photos`);
    await good(world, ada, "media-found");
    await find("july 2026");
    expect((await ada.locator("#found a").count()) > 1, "a month finds its photos");
    await find("no such words");
    await ada.getByText("has “no such words”").waitFor();
  });

  await t.check("photos become favourites from the timeline and on their page", async () => {
    await open(ada, "/media");
    await selects(ada, cells(ada), "Favourite");
    await said(ada, "All 2 are favourites now");
    await cells(ada).nth(2).click();
    await ada.waitForURL("**/media/a/ast_*");
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "Favourite" }).click();
    await ada.getByRole("button", { name: "Favourite", pressed: true }).waitFor();
    await accessible(ada);
    await open(ada, "/media");
    await ada.getByRole("link", { name: "Favourites" }).click();
    await ada.waitForURL("**/media/favourites");
    const favourites = ada.locator("#favourites > a");
    expect((await favourites.count()) === 3, `${await favourites.count()} favourites`);
    await good(world, ada, "media-favourites");
    await selects(ada, favourites, "Take out");
    await said(ada, "2 photos aren’t favourites any more");
    expect((await favourites.count()) === 1, `${await favourites.count()} favourites are left`);
    await undo(ada);
    await favourites.nth(2).waitFor();
  });

  await t.check("two photos become an album, by the keyboard", async () => {
    await open(ada, "/media");
    await ada.getByRole("button", { name: "Select" }).focus();
    await ada.keyboard.press("Enter");
    await cells(ada).nth(0).focus();
    await ada.keyboard.press("Space");
    await cells(ada).nth(1).focus();
    await ada.keyboard.press("Space");
    await ada.getByText("2 selected").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "media-select");
    await ada.getByRole("button", { name: "Album" }).click();
    await ada.getByRole("dialog").getByRole("button", { name: "Add" }).click();
    await ada.getByText("Give it a name.").waitFor();
    await accessible(ada);
    await ada.fill("#fresh", "The lake");
    await ada.getByRole("dialog").getByRole("button", { name: "Add" }).click();
    await said(ada, "All 2 are in the album");
    expect((await cells(ada).count()) === 7, "photos in an album left the timeline");
    await open(ada, "/media/albums");
    await ada.getByText("2 items").waitFor();
    await good(world, ada, "media-albums");
    await ada.getByRole("link", { name: "The lake" }).click();
    await ada.waitForURL("**/media/albums/**");
    await good(world, ada, "media-album-own");
    await ada.click("#album-edit");
    await ada.fill("#album-text", "A week in July.");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "media-dialog");
    await ada.getByRole("dialog").getByRole("button", { name: "Sign and save" }).click();
    await ada.getByText("A week in July.").waitFor();
    const results = await (await ada.request.get("/media/find?q=the+lake+july+2026")).text();
    expect(results.split("data-id=").length === 3, "an album and a month find its photos");
  });

  await t.check("photos that are shared, downloaded, or in another album stay where they are", async () => {
    const pictures = ada.locator("#pictures > a");
    const done = {
      Album: async () => {
        await ada.locator("#one").selectOption({ label: "The lake" });
        await ada.getByRole("dialog").getByRole("button", { name: "Add" }).click();
        await said(ada, "All 2 are in the album");
      },
      Share: async () => {
        await ada.getByRole("dialog").getByRole("button", { name: "Sign and save" }).click();
        await said(ada, "you chose who sees this");
      },
      Download: () => said(ada, "The download of 2 files begins"),
      Cover: () => said(ada, "The album has a new cover"),
    };
    const album = new URL(ada.url()).pathname;
    for (const [path, all, count, names] of [["/media", cells(ada), 7, ["Album", "Share", "Download"]], [album, pictures, 2, ["Album", "Share", "Download", "Cover"]]]) {
      for (const name of names) {
        await open(ada, path);
        const download = name === "Download" ? ada.waitForEvent("download") : null;
        await selects(ada, all, name);
        await done[name]();
        await download;
        expect((await all.count()) === count, `${name} on ${path}: ${await all.count()} photos are left`);
      }
    }
  });

  await t.check("photos that left an album come back, and so does an album", async () => {
    const album = new URL(ada.url()).pathname;
    const pictures = ada.locator("#pictures > a");
    await open(ada, album);
    await selects(ada, pictures, "Take out");
    await said(ada, "2 pictures aren’t in this album any more");
    expect((await pictures.count()) === 0, `${await pictures.count()} photos are left`);
    await undo(ada);
    await pictures.nth(1).waitFor();
    await open(ada, album);
    await ada.click("#album-remove");
    await ada.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await said(ada, "The album “The lake” is removed");
    await accessible(ada);
    // An undo that fails can be tried again.
    await ada.route("**/media/api/commands/media.album", (route) => route.fulfill({ status: 507, json: { detail: "The disk is full." } }), { times: 1 });
    await undo(ada);
    await said(ada, "The disk is full.");
    await undo(ada);
    await ada.getByRole("link", { name: "The lake" }).waitFor();
    await open(ada, album);
    expect((await pictures.count()) === 2, `${await pictures.count()} photos came back`);
    await ada.getByText("A week in July.").waitFor();
  });

  await t.check("a stranger with the link sees the album and nothing else", async () => {
    await open(ada, new URL(ada.url()).pathname);
    await ada.click("#album-link");
    await ada.fill("#label", "Grandma");
    await ada.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
    link = await ada.locator("#address").inputValue();
    expect(/\/media\/l\/did:imajin:[^/]+\/[0-9a-f]{32}$/.test(link), link);
    await accessible(ada);
    await ada.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    const stranger = await world.person();
    await open(stranger, new URL(link).pathname);
    await stranger.getByRole("heading", { name: "The lake" }).waitFor();
    await stranger.getByText("From Ada Lovelace").waitFor();
    const seen = await stranger.locator(".grid img").first().evaluate((image) => image.decode().then(() => image.naturalWidth));
    expect(seen > 0, "there is no preview for the stranger");
    await good(world, stranger, "media-link");
    await stranger.locator(".grid > a").first().click();
    await stranger.waitForURL("**/ast_*");
    await good(world, stranger, "media-link-photo");
    await stranger.getByRole("link", { name: "The next one" }).click();
    await stranger.getByRole("link", { name: "The one before" }).waitFor();
    for (const path of ["/media", new URL(ada.url()).pathname]) {
      await stranger.goto(path);
      await stranger.waitForURL("**/signin?next=**");
    }
    await open(ada, "/media/links");
    await ada.getByText("Grandma").waitFor();
    await good(world, ada, "media-links");
    await ada.getByRole("button", { name: "Show the link: The lake" }).click();
    expect((await ada.locator("#address").inputValue()) === link, "the link is shown again");
    await ada.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    const other = await world.person(world.url);
    await other.context().addCookies(await ada.context().cookies());
    await open(other, "/media/links");
    await other.getByText("Grandma").waitFor();
    expect((await other.getByRole("button", { name: "Show the link: The lake" }).count()) === 0, "another browser shows it, too");
    await ada.getByRole("button", { name: "End it now: The lake" }).click();
    await ada.getByText("Has ended").waitFor();
    await undo(ada);
    await ada.getByRole("button", { name: "End it now: The lake" }).click();
    await ada.getByText("Has ended").waitFor();
    await stranger.goto(new URL(link).pathname);
    await stranger.getByText("This link has ended").waitFor();
    await accessible(stranger);
  });

  await t.check("somebody else keeps what is shared with them: one, some, and all of an album", async () => {
    const { grace } = world;
    await open(ada, "/media/albums");
    await ada.getByRole("link", { name: "The lake" }).click();
    await ada.waitForURL("**/media/albums/**");
    await ada.waitForLoadState("networkidle");
    const album = new URL(ada.url()).pathname;
    await ada.click("#album-edit");
    await ada.selectOption("#audience", "public");
    await ada.getByRole("dialog").getByRole("button", { name: "Sign and save" }).click();
    await ada.locator(".tag", { hasText: "Everybody" }).waitFor();
    await open(grace, album);
    await grace.locator("#pictures > a").first().click();
    await grace.waitForURL("**/media/a/ast_**");
    await grace.waitForLoadState("networkidle");
    await grace.getByRole("button", { name: "Keep in my photos" }).click();
    await said(grace, "It’s in your photos.");
    await good(world, grace, "media-kept");
    await open(grace, album);
    await good(world, grace, "media-album-visited");
    await grace.getByRole("button", { name: "Select" }).click();
    await grace.locator("#pictures > a").first().click();
    await grace.getByRole("group", { name: "Selected files" }).getByRole("button", { name: "Keep in my photos" }).click();
    await said(grace, "It’s in your photos.");
    await grace.getByRole("button", { name: "Keep all in my photos" }).click();
    await said(grace, "All 2 are in your photos.");
    await grace.getByRole("link", { name: "See your photos" }).click();
    await grace.getByRole("heading", { name: "July 2026" }).waitFor();
    expect((await cells(grace).count()) === 2, `${await cells(grace).count()} photos`);
    await cells(grace).first().click();
    await grace.waitForURL("**/media/a/ast_*");
    await grace.getByText("Details", { exact: true }).click();
    await grace.getByText("Kept from").waitFor();
  });

  await t.check("a computer is connected with a password that is shown once, and ended", async () => {
    await open(ada, "/media/devices");
    await ada.getByText("No computer is connected yet.").waitFor();
    await good(world, ada, "media-devices");
    const find = (password) => {
      const name = ada.locator("#user").textContent();
      return name.then((name) => fetch(new URL("/media/dav/", ada.url()), { method: "PROPFIND", headers: { depth: "0", authorization: `Basic ${btoa(`${name}:${password}`)}` } }));
    };
    await ada.getByRole("button", { name: "Make a password" }).click();
    await ada.getByLabel("Name of the computer").fill("Laptop");
    await ada.getByRole("dialog").getByRole("button", { name: "Make the password" }).click();
    const password = await ada.getByRole("textbox", { name: "Password" }).inputValue();
    expect(/^([0-9a-z]{5}-){4}[0-9a-z]{6}$/.test(password), password);
    await accessible(ada);
    expect((await find(password)).status === 207, "the password opens the drive");
    const authorization = `Basic ${btoa(`${await ada.locator("#user").textContent()}:${password}`)}`;
    const put = await fetch(new URL("/media/dav/drive.webm", ada.url()), { method: "PUT", headers: { authorization }, body: (await film(ada)).buffer });
    expect(put.status === 201, `a film comes by the drive: ${put.status}`);
    await ada.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await ada.getByText("Laptop").waitFor();
    await ada.waitForLoadState("networkidle");
    expect(!(await ada.content()).includes(password), "it is shown once");
    await ada.getByRole("button", { name: "End it now: Laptop" }).click();
    await ada.getByText("Has ended").waitFor();
    expect((await find(password)).status === 401, "an ended one opens nothing");
  });

  await t.check("of a film that came by the drive, the browser makes the picture while its owner looks", async () => {
    await open(ada, "/media");
    const isThere = () => document.querySelector('#timeline img[alt^="Video,"]')?.naturalWidth === 320;
    await ada.waitForFunction(isThere);
    // The picture is stored.
    await open(ada, "/media");
    await ada.waitForFunction(isThere);
  });

  await t.check("a photo's page says who made it, and each of them signs", async () => {
    const { grace } = world;
    await open(grace, "/media/agree");
    await grace.getByText("Nobody asks you for anything").waitFor();
    await open(ada, "/media?month=2026-07");
    await ada.locator('[id="2026-07"] .grid > a').first().click();
    await ada.waitForURL("**/media/a/ast_*");
    await ada.waitForLoadState("networkidle");
    await ada.getByText("Nobody has signed yet who made this").waitFor();
    await ada.getByText("Say who made it").click();
    await good(world, ada, "media-fair-form");
    const did = await grace.evaluate(() => document.documentElement.dataset.did);
    await ada.getByRole("button", { name: "Add somebody" }).click();
    const rows = ada.locator("#fair-rows .share-row");
    await rows.nth(1).getByLabel("Who").fill(did);
    await rows.nth(1).getByLabel("Role").fill("light");
    await rows.nth(1).getByLabel("Share").fill("40");
    await ada.getByRole("button", { name: "Sign", exact: true }).click();
    await ada.getByText("The shares must add up to 100 %").waitFor();
    await accessible(ada);
    await rows.nth(0).getByLabel("Share").fill("60");
    await ada.getByRole("button", { name: "Sign", exact: true }).click();
    await ada.locator("table.fair").getByText("not yet").waitFor();
    await ada.getByText("Programs may not be trained with it").waitFor();
    await good(world, ada, "media-fair");
    await open(grace, "/media/agree");
    await grace.getByText("A file of Ada Lovelace").waitFor();
    await good(world, grace, "media-agree");
    // On Home the request is one button.
    await open(grace, "/");
    const asked = grace.locator(".home-cards > li", { hasText: "Ada Lovelace says that you worked on" });
    await accessible(grace);
    await asked.getByRole("button", { name: "Agree and sign" }).click();
    await asked.waitFor({ state: "detached" });
    await open(grace, "/media/agree");
    await grace.getByText("Nobody asks you for anything").waitFor();
    await ada.reload();
    await ada.locator("table.fair").waitFor();
    expect((await ada.locator("table.fair").getByText("signed", { exact: true }).count()) === 2, "somebody hasn't signed");
    const inside = await ada.request.get(await ada.getByRole("link", { name: "Download with the .fair inside" }).getAttribute("href"));
    const text = (await inside.body()).toString("latin1");
    expect(inside.status() === 200 && text.includes("https://imajin.ai/ns/fair/") && text.includes("fair:agreed"), `the .fair isn't in the file: ${inside.status()}`);
  });

  await t.check("folders, and what is shared with a group", async () => {
    await open(ada, "/media/folders");
    await good(world, ada, "media-folders-empty");
    await ada.click("#new-folder");
    await ada.fill("#name", "House");
    await ada.getByRole("dialog").getByRole("button", { name: "Sign and save" }).click();
    await ada.getByRole("link", { name: "House" }).click();
    await ada.waitForURL("**/media/folders/fld_*");
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("link", { name: "Add files" }).click();
    await ada.waitForLoadState("networkidle");
    await ada.setInputFiles("#any", { name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("Two rooms and a garden") });
    await ada.getByText("1 added.").waitFor();
    await ada.getByRole("link", { name: "See them" }).click();
    await ada.getByText("plan.txt").waitFor();
    await good(world, ada, "media-folder");
    // A photo stays in its folder, and then moves to another.
    const folder = new URL(ada.url()).pathname;
    const plan = ada.locator("#files a", { hasText: "plan.txt" });
    const moves = async (to, isGone) => {
      await ada.getByRole("button", { name: "Select" }).click();
      await plan.click();
      await ada.getByRole("group", { name: "Selected files" }).getByRole("button", { name: "Folder" }).click();
      await ada.locator("#one").selectOption({ label: to });
      await ada.getByRole("dialog").getByRole("button", { name: "Move" }).click();
      await ada.getByRole("dialog").waitFor({ state: "detached" });
      await ada.getByRole("button", { name: "Select" }).waitFor();
      await said(ada, "It’s in its new place");
      expect((await plan.count()) === (isGone ? 0 : 1), `moved to ${to}: ${await plan.count()}`);
    };
    await moves("House", false);
    await moves("In no folder", true);
    await open(ada, "/media/folders");
    await moves("House", true);
    await open(ada, folder);
    await ada.click("#folder-remove");
    await ada.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await said(ada, "The folder “House” is removed");
    await undo(ada);
    await ada.getByRole("link", { name: "House" }).click();
    await plan.waitFor();
    await open(ada, "/media");
    const before = await cells(ada).count();
    await selects(ada, cells(ada), "Folder");
    await ada.locator("#one").selectOption({ label: "House" });
    await ada.getByRole("dialog").getByRole("button", { name: "Move" }).click();
    await said(ada, "All 2 are in their new place");
    expect((await cells(ada).count()) === before, `${await cells(ada).count()} of ${before} photos`);
    await open(ada, folder);
    await ada.getByText("plan.txt").click();
    await ada.waitForURL("**/media/a/ast_*");
    await good(world, ada, "media-file");
    await ada.getByRole("button", { name: "Share" }).click();
    await ada.selectOption("#audience", "trust-graph");
    await ada.getByText("Share it with the place and device in it").click();
    await accessible(ada);
    await fits(ada);
    await ada.getByRole("dialog").getByRole("button", { name: "Sign and save" }).click();
    await ada.getByText("Your connections").waitFor();
    await ada.getByText("With the place and device in it.").waitFor();
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "Trash" }).click();
    await said(ada, "It’s in the trash");
    await undo(ada);
    await plan.waitFor();
    await open(ada, "/media/family");
    await ada.locator("#groups").waitFor();
    await good(world, ada, "media-family-none");
  });

  await t.check("what one shares with a group is on the group's page, with the name of the person", async () => {
    await open(ada, "/connections/groups");
    await ada.getByText(/^Create a group/).click();
    await ada.fill("#name", "The Byrons");
    await ada.selectOption("#sort", "group private");
    await ada.click("#make");
    await ada.getByRole("heading", { name: "The Byrons" }).waitFor();
    await open(ada, "/media?month=2026-06");
    await ada.getByRole("heading", { name: "June 2026" }).waitFor();
    await ada.getByRole("button", { name: "Select" }).click();
    await ada.getByRole("checkbox", { name: "Photo, 20 June 2026" }).click();
    await ada.getByRole("button", { name: "Share" }).click();
    await ada.selectOption("#audience", { label: "The group The Byrons" });
    await ada.getByRole("link", { name: "See what is shared with this group" }).waitFor();
    await ada.getByRole("dialog").getByRole("button", { name: "Sign and save" }).click();
    await said(ada, "you chose who sees this");
    await open(ada, "/media/family");
    await ada.getByRole("link", { name: "The Byrons" }).click();
    await ada.getByRole("heading", { name: "The Byrons" }).waitFor();
    expect((await cells(ada).count()) === 1, "the photo isn’t there");
    await ada.locator("#timeline .label", { hasText: "Ada Lovelace" }).waitFor();
    await good(world, ada, "media-family");
  });

  await t.check("a film has a picture that this browser made", async () => {
    await open(ada, "/media/upload");
    await ada.setInputFiles("#gallery", await film(ada));
    await ada.getByText("1 added.").waitFor();
    await open(ada, "/media");
    const image = ada.locator('img[alt^="Video,"]').first();
    const width = await image.evaluate((one) => one.decode().then(() => one.naturalWidth));
    expect(width === 320, `the picture is ${width} pixels wide`);
    await image.click();
    await ada.locator("figure.viewer video").waitFor();
    await good(world, ada, "media-film");
  });

  await t.check("what another app shares waits until its person is signed in, and says so", async () => {
    const waits = (page) => page.getByText("2 files from another app wait here").waitFor();
    const cookies = await ada.context().cookies();
    const other = await world.person(world.url);
    await other.context().addCookies(cookies);
    await open(other, "/media");
    await looksAfter(other);
    // Signed out, it leads to the sign-in.
    await other.context().clearCookies();
    await shares(other, ["one.txt", "two.txt"]);
    await other.waitForURL("**/signin?next=%2Fmedia%2Fupload%3Fshared%3D2");
    await other.context().addCookies(cookies);
    await open(other, "/media/upload");
    await waits(other);
    await good(world, other, "media-shared");
    await other.getByRole("button", { name: "Don’t add" }).click();
    await open(ada, "/media");
    await looksAfter(ada);
    await shares(ada, ["one.txt", "two.txt"]);
    await ada.getByText("one.txt, two.txt").waitFor();
    await ada.getByRole("button", { name: "Add", exact: true }).click();
    await ada.getByText("2 added.").waitFor();
    for (const page of [ada, other]) {
      await open(page, "/media/upload");
      expect((await page.getByText("from another app").count()) === 0, "something still waits");
    }
    await open(ada, "/media/folders");
    await ada.getByText("two.txt").waitFor();
  });

  await t.check("the trash gives back, and erases for good", async () => {
    await open(ada, "/media");
    await ada.getByRole("button", { name: "Select" }).click();
    await cells(ada).nth(3).click();
    await ada.getByRole("button", { name: "Trash" }).click();
    await said(ada, "It’s in the trash");
    await undo(ada);
    await cells(ada).nth(8).waitFor();
    await open(ada, "/media");
    await ada.getByRole("button", { name: "Select" }).click();
    for (const place of [3, 4]) await cells(ada).nth(place).click();
    await ada.getByRole("button", { name: "Trash" }).click();
    await said(ada, "All 2 are in the trash");
    expect((await cells(ada).count()) === 7, `${await cells(ada).count()} photos`);
    await open(ada, "/media/trash");
    await good(world, ada, "media-trash");
    await ada.getByRole("button", { name: "Select" }).click();
    await ada.locator("#files a").first().click();
    await ada.getByRole("button", { name: "Bring back" }).click();
    await said(ada, "It’s back");
    erased = await ada.locator("#files a").first().getAttribute("data-id");
    await ada.click("#empty-trash");
    await ada.getByText("Its fingerprint (CID) stays in your record").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "media-erase");
    await ada.getByRole("dialog").getByRole("button", { name: "Erase" }).click();
    await said(ada, "It’s erased");
    const answer = await ada.request.get(`/media/api/assets/${erased}`);
    expect(answer.status() === 410, `${answer.status()}`);
    await open(ada, "/media");
    expect((await cells(ada).count()) === 8, `${await cells(ada).count()} photos`);
  });

  await t.check("cameras’ raw pictures are shown upright, by the JPEG in them", async () => {
    await open(ada, "/media");
    const base64 = await ada.evaluate(() => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [600, 400];
      const context = canvas.getContext("2d");
      for (let at = 0; at < 600; at += 5) {
        context.fillStyle = `hsl(${at} 70% ${30 + (at % 50)}%)`;
        context.fillRect(at, 0, 5, 400);
      }
      return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
    });
    const jpeg = Buffer.from(base64, "base64");
    const files = { "IMG_0001.dng": rawPicture(jpeg, { orientation: 6 }), "IMG_0002.CR3": canonPicture([jpeg], { orientation: 8 }) };
    let image;
    for (const [name, buffer] of Object.entries(files)) {
      await open(ada, "/media/upload");
      await ada.setInputFiles("#gallery", { name, mimeType: "", buffer });
      await ada.getByText("1 added.").waitFor();
      const { assets } = await (await ada.request.get(`/media/api/assets?limit=1&search=${name}`)).json();
      const [{ id, filename, width, height }] = assets;
      expect(filename === name && width === 400 && height === 600, JSON.stringify(assets));
      await open(ada, "/media");
      image = ada.locator(`#timeline a[href$="${id}"] img`);
      const [across, down] = await image.evaluate((one) => one.decode().then(() => [one.naturalWidth, one.naturalHeight]));
      expect(down > across, `${name}: ${across} × ${down} pixels`);
    }
    await image.click();
    await ada.locator("figure.viewer img").waitFor();
    await accessible(ada);
    await fits(ada);
  });
}
