// Frieda sets what visitors see of her box, reads her notifications, and opens her pages while the box is off.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect, until } from "../lib/check.mjs";
import { screens } from "../lib/screens.mjs";
import { inviteOf } from "../lib/turns.mjs";
import { createIdentity, picture } from "../lib/steps.mjs";
import { DESK, PHONE } from "../lib/world.mjs";

/** Waits until the service worker controls this page. */
const looksAfter = async (page) => {
  await until(page, async () => (await navigator.serviceWorker.ready).active?.state === "activated");
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
};

const keptPages = (page) =>
  page.evaluate(async () => {
    const paths = [];
    for (const name of await caches.keys()) {
      if (!name.startsWith("shell pages ")) continue;
      for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    }
    return paths;
  });

/** Common destinations of the box's owner that require no earlier step. Creating something there may take one more tap. */
const PLACES = [
  "/chat", "/chat/new", "/chat/settings", "/connections", "/connections/invite", "/connections/groups", "/media", "/media/upload", "/media/albums", "/media/family", "/media/storage",
  "/events", "/events/mine", "/pay", "/pay/details", "/learn/mine", "/links/edit", "/coffee/edit", "/dykil/edit", "/essays/edit", "/market",
  "/data", "/data/copy", "/data/move", "/data/delete", "/devices", "/sheets", "/trust", "/apps", "/agents", "/verify", "/docs", "/help",
  "/profile/edit", "/notifications", "/notify/settings", "/search", "/more", "/settings",
  "/settings/email", "/settings/box", "/settings/joining", "/settings/mail", "/pay/cards", "/letters", "/apps/requests", "/health", "/backups", "/network", "/lock", "/owner", "/power",
];

/** Returns the pages of this box that a page visibly links to. */
async function linksOf(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  const hrefs = await page.locator("a:visible").evaluateAll((links) => links.map((link) => link.getAttribute("href")).filter(Boolean));
  const own = hrefs.map((href) => new URL(href, page.url())).filter(({ origin }) => origin === new URL(page.url()).origin);
  return new Set(own.map(({ pathname }) => pathname).filter((to) => !to.includes("/api/")));
}

export default async function shell(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-shell-"));
  let box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { IMAJIN_BACKUP_TO: undefined });
  try {
    const page = await world.person(box.local);
    await createIdentity(world, page, "Frieda", { claim: box.code });

    await t.check("the owner names the box, and gives it a sentence and a picture", async () => {
      await page.goto("/settings");
      await page.getByRole("link", { name: "Name and picture" }).click();
      await page.getByLabel("What’s your box called?").fill("Frieda’s box");
      await page.getByLabel("One sentence for visitors").fill("Tea and tools in the Rosengasse.");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      const file = { name: "house.png", mimeType: "image/png", buffer: await picture(page, 900, 600, 30) };
      await page.getByLabel("Choose a picture").setInputFiles(file);
      await page.getByRole("img", { name: "The current picture" }).waitFor();
      const sides = await page.locator("#shown").evaluate((image) => [image.naturalWidth, image.naturalHeight]);
      expect(sides.join() === "512,512", `the picture is ${sides}`);
      await accessible(page);
      await fits(page);
      await screens(world, page, "front-settings");
    });

    await t.check("a file that is no picture is refused with a sentence", async () => {
      await page.getByLabel("Choose another picture").setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no") });
      await page.getByText("This browser can’t open that picture").waitFor();
    });

    const visitor = await world.person(box.local);
    await t.check("a visitor sees them on the front page, in the title and in the installed app", async () => {
      await visitor.goto("/");
      await visitor.getByRole("heading", { level: 1, name: "Frieda’s box" }).waitFor();
      await visitor.getByText("Tea and tools in the Rosengasse.").waitFor();
      expect((await visitor.title()) === "Frieda’s box", await visitor.title());
      const source = await visitor.locator("img.front-picture").getAttribute("src");
      const manifest = await (await visitor.request.get("/manifest.webmanifest")).json();
      expect(manifest.name === "Frieda’s box" && manifest.icons[0].src === source, JSON.stringify(manifest));
      expect(manifest.share_target.action === "/media/upload", JSON.stringify(manifest));
      await accessible(visitor);
      await fits(visitor);
      await screens(world, visitor, "front-page");
    });

    await t.check("a visitor's browser is spoken to in its language, and keeps another one that they choose", async () => {
      const lang = (of) => of.evaluate(() => document.documentElement.lang);
      const guest = await world.person(box.local, { locale: "de-CH" });
      await guest.goto("/");
      await guest.getByRole("link", { name: "Anmelden" }).first().waitFor();
      expect((await lang(guest)) === "de", `the page is in ${await lang(guest)}`);
      await accessible(guest);
      await guest.goto("/links/nobody-of-this-name");
      expect((await lang(guest)) === "de", `an error is in ${await lang(guest)}`);
      await guest.goto("/");
      await guest.selectOption("#lang", "en");
      await guest.locator("#language button").click();
      await guest.getByRole("link", { name: "Sign in" }).first().waitFor();
      await guest.goto("/signin");
      expect((await lang(guest)) === "en", `after the choice the next page is in ${await lang(guest)}`);
      expect((await lang(visitor)) === "en", "another browser's language changed, too");
    });

    await t.check("nobody else changes them", async () => {
      const answer = await visitor.request.post("/settings/box", { form: { name: "Mine", sentence: "" }, headers: { origin: box.local } });
      expect(answer.status() === 401, `a stranger's change got ${answer.status()}`);
      expect((await (await visitor.request.get("/")).text()).includes("Frieda’s box"), "the name is gone");
    });

    await t.check("each new thing has one badge, which goes after a look, and says who", async () => {
      await page.goto("/connections/invite");
      await page.waitForLoadState("networkidle");
      await page.click("#make");
      await page.locator("#made").waitFor({ state: "visible" });
      const code = (await page.textContent("#link")).split("/").at(-1);
      const gus = await world.person(box.local);
      await createIdentity(world, gus, "Gus", { invite: code });
      await gus.getByText("You and Frieda are connected").waitFor();
      const count = async (link) => Number(await link.getAttribute("data-new"));
      const people = page.locator('nav.main [data-app="connections"]');

      await page.goto("/");
      expect((await page.locator("nav.main .badge").count()) > 0, "no badge in the bar");
      expect((await count(people)) === 1, `the badge of People says ${await count(people)}`);
      await page.locator(".home-cards", { hasText: "Gus accepted your invitation" }).waitFor();
      await page.goto("/connections");
      await page.locator('nav.main [data-app="connections"][data-new="0"]').waitFor();
      await page.goto("/");
      expect((await count(people)) === 0, "the badge of People is back");
      // A newcomer by another invitation is one more notification.
      const hana = await world.person(box.local);
      await createIdentity(world, hana, "Hana", { invite: await inviteOf(page) });
      await page.goto("/");
      const bell = page.locator(".bell");
      const unseen = await count(bell);
      expect(unseen === 1, `the bell says ${unseen}`);
      await bell.click();
      await page.getByText("Gus accepted your invitation").waitFor();
      const marked = await page.locator(".card.unread").count();
      expect(marked === unseen, `${marked} are marked as new, and the bell says ${unseen}`);
      await accessible(page);
      await fits(page);
      await screens(world, page, "notifications");
      await page.getByRole("button", { name: "Mark all as read" }).click();
      await page.getByRole("link", { name: "Notifications", exact: true }).waitFor();
      await page.getByText("Gus accepted your invitation").waitFor();
      expect((await page.locator(".badge, .card.unread").count()) === 0, "it is still marked");
      const german = await world.person(box.local, { locale: "de-CH", storageState: await page.context().storageState() });
      await german.goto("/notifications");
      await german.getByText("Gus hat deine Einladung angenommen").waitFor();
      await fits(german);
      await screens(world, german, "notifications-german");
      await german.context().close();
      // Gus has seen nothing yet, and has separate read marks.
      await gus.goto("/notifications");
      await gus.getByRole("heading", { name: "Notifications", level: 1 }).waitFor();
      await accessible(gus);
      await fits(gus);
    });

    await t.check("no two pages of the shell have one title", async () => {
      const titles = new Map();
      for (const menu of ["/more", "/settings"]) {
        await page.goto(menu);
        const hrefs = await page.locator("main a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
        expect(hrefs.length > 3, `${menu} leads to ${hrefs.length} places`);
        for (const href of [menu, ...hrefs]) {
          const answer = await page.goto(href);
          expect(answer === null || answer.status() === 200, `${href} is answered with ${answer?.status()}`);
          const title = await page.title();
          const { pathname } = new URL(page.url());
          expect(title.endsWith(" · Frieda’s box"), `${pathname} is called ${title}`);
          expect((titles.get(title) ?? pathname) === pathname, `${pathname} and ${titles.get(title)} are both called ${title}`);
          titles.set(title, pathname);
        }
      }
    });

    await t.check("the question mark shows the help text of a page above it, and one page has all of them to search", async () => {
      await page.goto("/backups");
      await page.waitForLoadState("networkidle");
      const mark = page.locator(".top .help");
      const { width, height } = await mark.boundingBox();
      expect(width >= 43.5 && height >= 43.5, `the question mark is ${width} px wide and ${height} px high`);
      await mark.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Backups" });
      await dialog.getByText("A backup has the whole box in it").waitFor();
      await accessible(page);
      await fits(page);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      expect(await mark.evaluate((link) => link === document.activeElement), "the focus is not back at the question mark");
      await mark.click();
      await dialog.getByRole("link", { name: "All help" }).click();
      await page.waitForURL((url) => url.pathname === "/help" && url.hash === "#www-backups");
      await page.getByLabel("What do you want to know?").fill("trash erase");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("heading", { name: "Trash", exact: true }).waitFor();
      expect((await page.locator("#www-backups").count()) === 0, "the search leaves other texts");
      await accessible(page);
      await fits(page);
      const german = await world.person(box.local, { locale: "de-CH", storageState: await page.context().storageState() });
      await german.goto("/backups");
      await german.waitForLoadState("networkidle");
      await german.locator(".top .help").click();
      await german.getByRole("dialog", { name: "Sicherungen" }).getByText("In einer Sicherung ist die ganze Box").waitFor();
      await german.context().close();
    });

    await t.check("each place is at most two taps from Home", async () => {
      const once = await linksOf(page, "/");
      const twice = new Set();
      for (const path of once) for (const next of await linksOf(page, path)) twice.add(next);
      const far = PLACES.filter((path) => !once.has(path) && !twice.has(path));
      expect(far.length === 0, `more than two taps away: ${far.join(", ")}`);
    });

    await t.check("what was seen last opens while the box is off, and says so", async () => {
      await page.goto("/");
      await looksAfter(page);
      await page.goto("/more");
      await page.goto("/");
      await page.getByRole("heading", { name: "Hello, Frieda" }).waitFor();
      await box.stop();
      await page.reload();
      await page.getByText("Your box isn’t answering. This is how the page looked").waitFor();
      await page.getByRole("heading", { name: "Hello, Frieda" }).waitFor();
      expect((await page.evaluate(() => getComputedStyle(document.querySelector(".card, .rows")).borderRadius)) !== "0px", "no style sheet");
      await accessible(page);
      await fits(page);
      await page.goto("/policy");
      await page.getByRole("heading", { name: "Your box isn’t answering" }).waitFor();
      await accessible(page);
      await fits(page);
      box = await box.again();
      await page.getByRole("link", { name: "Try again" }).click();
      await page.getByRole("heading", { name: "What this box allows" }).waitFor();
    });

    await t.check("a long name of the box keeps the header in one line, and a question is in the middle", async () => {
      const named = async (name) => {
        await page.goto("/settings/box");
        await page.getByLabel("What’s your box called?").fill(name);
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
      };
      await named("Wohnprojekt Rosengasse und Umgebung 4");
      const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
      for (const viewport of [{ width: 320, height: 640 }, PHONE]) {
        await page.setViewportSize(viewport);
        await page.goto("/");
        const [brand, me] = await Promise.all([".brand", ".top .me"].map(async (part) => middle(await page.locator(part).boundingBox())));
        expect(Math.abs(brand[1] - me[1]) < 8 && brand[0] < me[0], `${viewport.width}: the name is at ${brand}, the face at ${me}`);
        await fits(page);
      }
      await screens(world, page, "shell-long-name");
      await page.setViewportSize(DESK);
      await page.evaluate(() => import("/assets/js/form/sure.js").then(({ sure }) => void sure("?", { textContent: "!" })));
      const [x, y] = middle(await page.getByRole("alertdialog").boundingBox());
      expect(Math.abs(x - DESK.width / 2) < 20 && Math.abs(y - DESK.height / 2) < 20, `the question is at ${x}, ${y}`);
      await page.setViewportSize(PHONE);
      await named("Frieda’s box");
    });

    await t.check("signing out leaves no page for the next person at this browser", async () => {
      expect((await keptPages(page)).length > 0, "nothing was kept before");
      await page.goto("/more");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL((url) => url.pathname === "/");
      expect((await keptPages(page)).length === 0, (await keptPages(page)).join());
    });

    await t.check("a session that ended elsewhere leaves no page either", async () => {
      await page.goto("/signin");
      await page.getByRole("button", { name: "Sign in as Frieda" }).click();
      await page.waitForURL((url) => url.pathname === "/data");
      await page.goto("/more");
      await page.waitForLoadState("networkidle");
      expect((await keptPages(page)).includes("/more"), "nothing was kept before");
      await page.context().clearCookies();
      await page.goto("/more");
      await page.waitForURL("**/signin?next=/more");
      await page.waitForLoadState("networkidle");
      expect((await keptPages(page)).length === 0, (await keptPages(page)).join());
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
