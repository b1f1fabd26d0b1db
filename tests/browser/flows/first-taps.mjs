// Six first things that people do, in German, from a browser or a page that they use for the first time: a free ticket, joining by an invitation, a
// group of three with a chat, a poll about dates in a chat, a photo in a group's album, and a second device. The flow `firstminutes` counts the taps.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { bubble, direct, entered, opened, write } from "../lib/chat.mjs";
import { expect } from "../lib/check.mjs";
import { photo } from "../lib/photo.mjs";
import { germanCheck } from "../lib/sentences.mjs";
import { createIdentity, freeEvent, invitation, openAsDevice, reloadUntil, tapWizard } from "../lib/steps.mjs";
import { Taps } from "../lib/taps.mjs";

const GROUP = "Suppenküche";

const open = async (page, path) => {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
};
const arrives = (page, path) => page.waitForURL(({ pathname }) => pathname === path);
const talkWith = (page, name) => direct(page).filter({ hasText: name });

/** Opens the conversation with somebody from the list of chats. */
async function openTalk(page, name) {
  await page.goto("/chat");
  await talkWith(page, name).click();
}

/** Joins the group by the link in the only conversation of two. */
async function joinGroup(page) {
  await page.goto("/chat");
  await reloadUntil(page, direct(page));
  await direct(page).click();
  await open(page, await page.locator('#messages .text a[href*="/connections/groups/join/"]').getAttribute("href"));
  await page.click("#join");
  await page.locator("#done").waitFor({ state: "visible" });
}

/** Opens Home, which begins with this number of things to do first. */
async function opensHome(page, count) {
  await open(page, "/");
  const steps = await page.locator("#first li a").count();
  expect(steps === count, `Home begins with ${steps} things: ${await page.textContent("main")}`);
}

/** Creates an album that the only group sees. Returns its path. */
async function groupAlbum(page, title) {
  await open(page, "/media/albums");
  await page.click("#new-album");
  await page.fill("#album-title", title);
  await page.selectOption("#audience", await page.locator('#audience option[value^="conversation "]').getAttribute("value"));
  await page.getByRole("dialog").locator("button.main").click();
  await page.getByRole("heading", { name: title, exact: true }).waitFor();
  return new URL(page.url()).pathname;
}

export async function firstTaps(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-first-taps-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { IMAJIN_BACKUP_TO: undefined });
  const isGerman = await germanCheck();
  const person = () => world.person(box.local, { locale: "de-CH" });
  const good = async (page) => {
    await isGerman(page);
    await accessible(page);
    await fits(page);
  };
  try {
    const [heidi, peter, vreni] = [await person(), await person(), await person()];
    await createIdentity(world, heidi, "Heidi", { claim: box.code });

    await t.check("in German, Home begins with five things for the owner of a new box", async () => {
      await opensHome(heidi, 5);
      await good(heidi);
    });

    await t.check("in German, from an event's page to a free ticket on the screen, as a stranger: at most 4 taps", async () => {
      const path = await freeEvent(heidi, "Suppe für alle");
      const stranger = await person();
      await open(stranger, path);
      await good(stranger);
      const taps = new Taps(stranger);
      await taps.write("#free-name", "Lina", { enter: false });
      await taps.write("#free-email", "lina@example.com", { enter: false });
      await taps.tap("#free-ticket button[type=submit]");
      await stranger.waitForURL(/\/events\/mine\?mailed=false/);
      await stranger.locator("article", { hasText: "Lina" }).locator(".qrs svg").waitFor();
      taps.within(4, "stranger → free ticket on the screen");
      await good(stranger);
      await heidi.goto("/letters");
      await heidi.getByText("lina@example.com").first().waitFor();
      await heidi.goto(`${path}/door`);
      await heidi.locator("#guests").getByText("Lina").waitFor();
      await stranger.context().close();
    });

    await t.check("in German, from an invitation to a member who is connected with the inviter: at most 6 taps", async () => {
      await peter.goto(await invitation(heidi));
      await good(peter);
      const taps = new Taps(peter);
      await taps.tap("#asked a.button.main");
      await arrives(peter, "/create");
      await tapWizard(world, taps, "Peter");
      await peter.getByText("Du und Heidi seid verbunden").waitFor();
      taps.within(6, "invitation → member, connected with the inviter");
      await good(peter);
      await createIdentity(world, vreni, "Vreni", { invite: (await invitation(heidi)).split("/").at(-1) });
      await vreni.locator("#finished-connected:visible").waitFor();
    });

    await t.check("in German, Home begins with three things for a new member", async () => {
      await opensHome(peter, 3);
      await good(peter);
    });

    await t.check("in German, from the chats to a group of three with a chat: at most 5 taps of one of them", async () => {
      await open(heidi, "/chat");
      const taps = new Taps(heidi);
      await taps.tap('main a.button.main[href="/chat/new"]');
      await arrives(heidi, "/chat/new");
      await heidi.waitForLoadState("networkidle");
      await taps.tap("#new-group");
      for (const name of ["Peter", "Vreni"]) await taps.tap(heidi.locator("dialog").getByLabel(name));
      await good(heidi);
      await taps.write("#group-name", GROUP);
      await heidi.waitForURL(/\/chat\/did:imajin:group:/);
      taps.within(5, "chats → group of three with a chat");
      await heidi.locator("#seal.is-sealed").waitFor();
      const path = new URL(heidi.url()).pathname;
      for (const [page, name] of [[peter, "Peter"], [vreni, "Vreni"]]) {
        await joinGroup(page);
        await heidi.reload();
        await heidi.getByRole("button", { name: `${name} aufnehmen` }).click();
        await heidi.getByText(`${name} hier aufnehmen?`).waitFor({ state: "detached" });
      }
      await write(heidi, "Am Freitag gibt es Suppe");
      for (const page of [peter, vreni]) {
        await opened(page, path);
        await bubble(page, "Am Freitag gibt es Suppe").waitFor();
      }
      await good(heidi);
    });

    await t.check("in German, from the polls to one with three dates, shared in a chat: at most 6 taps", async () => {
      await open(heidi, "/dykil/edit");
      await heidi.locator("#items > *").first().waitFor();
      const taps = new Taps(heidi);
      await taps.tap("[data-template=when]");
      await taps.write("#what", "Probe", { enter: false });
      expect((await heidi.locator(".dates input").count()) === 3, "there are three dates");
      await good(heidi);
      await taps.tap("#publish");
      const path = new URL(await heidi.locator("#share-link").inputValue()).pathname;
      await good(heidi);
      await taps.tap("#share-sheet a.button.main");
      await arrives(heidi, "/chat");
      await heidi.locator("#message .good").waitFor();
      await taps.tap(talkWith(heidi, "Peter"));
      await heidi.waitForFunction((link) => document.querySelector("#text")?.value.endsWith(link), path);
      await taps.tap("#send");
      await entered(heidi, path).waitFor();
      taps.within(6, "polls → three dates, shared in a chat");
      await openTalk(peter, "Heidi");
      await bubble(peter, path).waitFor();
      await peter.goto(path);
      await peter.locator("[data-question^=when-]").nth(2).waitFor();
      await good(peter);
    });

    await t.check("in German, from the photos to one in an album that a group sees: at most 4 taps", async () => {
      await open(heidi, "/media/upload");
      await heidi.setInputFiles("#gallery", await photo(heidi, "Topf.jpg"));
      await heidi.locator("#then").waitFor({ state: "visible" });
      const album = await groupAlbum(heidi, "Küche");
      await open(heidi, "/media");
      const taps = new Taps(heidi);
      await taps.tap(heidi.locator("#timeline .grid > a").first());
      await heidi.waitForURL("**/media/a/ast_*");
      await heidi.waitForLoadState("networkidle");
      await taps.tap("#own [data-act=album]");
      await taps.select("#one", { label: "Küche" });
      await taps.tap(heidi.getByRole("dialog").locator("button.main"));
      await heidi.locator(`a.button[href="${album}"]`).waitFor();
      taps.within(4, "photos → a photo in an album that a group sees");
      await good(heidi);
      await peter.goto(album);
      await peter.locator("#pictures > a").waitFor();
      await good(peter);
    });

    await t.check("in German, from the code on Devices to a second device that reads and writes sealed messages: at most 5 taps", async () => {
      await openTalk(heidi, "Peter");
      await heidi.locator("#seal.is-sealed").waitFor();
      await write(heidi, "Der große Topf ist meiner");
      await heidi.goto("/devices");
      await heidi.locator("#pairing").waitFor({ state: "visible" });
      const phone = await person();
      await openAsDevice(phone, heidi, await heidi.textContent("#pairing-code"));
      const taps = new Taps(phone);
      await taps.tap("#make");
      await phone.locator("#step-show").waitFor({ state: "visible" });
      await heidi.locator("#confirm").waitFor({ state: "visible" });
      expect((await heidi.textContent("#check")) === (await phone.textContent("#check")), "the two devices show different words");
      for (const page of [heidi, phone]) await good(page);
      await taps.tap(heidi.locator("#add"));
      await phone.waitForURL(({ pathname }) => pathname === "/", { timeout: 30_000 });
      await taps.tap(phone.locator('nav.main a[href="/chat"]').first());
      await arrives(phone, "/chat");
      await taps.tap(talkWith(phone, "Peter"));
      await bubble(phone, "Der große Topf ist meiner").waitFor();
      await taps.write("#text", "Das Telefon bringt Brot");
      await entered(phone, "Das Telefon bringt Brot").waitFor();
      taps.within(5, "code on Devices → sealed messages on a second device");
      await openTalk(peter, "Heidi");
      await bubble(peter, "Das Telefon bringt Brot").waitFor();
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
