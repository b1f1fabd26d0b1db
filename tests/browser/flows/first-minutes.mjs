// The first minutes on a box: the number of taps until Rosa has sent her first invitation, until her friend is connected, until a group has a
// chat, until her second device reads and writes sealed messages, until a stranger has a free ticket, and until Rosa's copy is on her phone; and of
// six first things in German.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { bubble, direct, entered, write } from "../lib/chat.mjs";
import { expect } from "../lib/check.mjs";
import { confirmed, freeEvent, invitation, openAsDevice, reloadUntil, tapWizard } from "../lib/steps.mjs";
import { Taps } from "../lib/taps.mjs";
import { PHONE } from "../lib/world.mjs";
import { firstTaps } from "./first-taps.mjs";

export default async function firstminutes(t, world) {
  await firstTaps(t, world);
  const folder = await mkdtemp(join(tmpdir(), "imajin-first-minutes-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { IMAJIN_BACKUP_TO: undefined });
  const rosa = await world.person(box.local, { permissions: ["clipboard-read", "clipboard-write"] });
  let friend = null;
  try {
    await t.check("from the claim link to the first invitation sent: at most 14 taps", async () => {
      await rosa.goto(`/claim#${box.code}`);
      const taps = new Taps(rosa);
      await tapWizard(world, taps, "Rosa");
      await taps.tap(rosa.getByRole("link", { name: "Invite people" }));
      await rosa.waitForURL((url) => url.pathname === "/connections/invite");
      await rosa.waitForLoadState("networkidle");
      await taps.tap("#make");
      await rosa.locator("#made").waitFor({ state: "visible" });
      await taps.tap(rosa.locator("#copy button"));
      const copied = await rosa.evaluate(() => navigator.clipboard.readText());
      expect(copied.includes("/connections/invite/"), `what is copied is no invitation: ${copied}`);
      taps.within(14, "claim → first invitation sent");
    });

    await t.check("from a friend's invitation to being connected: at most 6 taps", async () => {
      friend = await world.person(box.local);
      await friend.goto(await invitation(rosa));
      const taps = new Taps(friend);
      await taps.tap(friend.locator("main").getByRole("link", { name: "Get started" }));
      await friend.waitForURL((url) => url.pathname === "/create");
      await tapWizard(world, taps, "Milo");
      await friend.getByText("You and Rosa are connected").waitFor();
      taps.within(6, "invitation → connected");
      await friend.goto("/connections");
      await friend.getByText("Rosa").first().waitFor();
    });

    await t.check("from the chats to a group with a chat, which Milo is asked to join: at most 4 taps", async () => {
      await rosa.goto("/chat");
      const taps = new Taps(rosa);
      await taps.tap(rosa.getByRole("link", { name: "New conversation" }));
      await rosa.waitForURL((url) => url.pathname === "/chat/new");
      await rosa.waitForLoadState("networkidle");
      await taps.tap(rosa.getByRole("button", { name: "New group" }));
      await taps.tap(rosa.locator("dialog").getByLabel("Milo"));
      await taps.write("#group-name", "Soup kitchen");
      await rosa.waitForURL(/\/chat\/did:imajin:group:/);
      taps.within(4, "chats → group, and its people are asked");
      await rosa.locator("#seal.is-sealed").waitFor();
      await friend.goto("/chat");
      const row = friend.locator('#chats a[href^="/chat/did:imajin:dm:"]');
      await reloadUntil(friend, row);
      await row.click();
      await bubble(friend, "Join the group “Soup kitchen”").waitFor();
    });

    await t.check("from the code on Devices to a second device that reads and writes sealed messages, without control: at most 5 taps", async () => {
      await rosa.goto("/chat");
      await direct(rosa).click();
      await rosa.locator("#seal.is-sealed").waitFor();
      await write(rosa, "The big pot is mine");
      await rosa.goto("/devices");
      await rosa.locator("#pairing").waitFor({ state: "visible" });
      const phone = await world.person(box.local);
      await openAsDevice(phone, rosa, await rosa.textContent("#pairing-code"));
      const taps = new Taps(phone);
      await taps.tap("#make");
      await phone.locator("#step-show").waitFor({ state: "visible" });
      expect(await phone.locator("#code").isHidden(), "the phone shows a code of its own");
      await accessible(phone);
      await fits(phone);
      await rosa.locator("#confirm").waitFor({ state: "visible" });
      expect((await rosa.textContent("#check")) === (await phone.textContent("#check")), "the two devices show different words");
      expect(!(await rosa.isChecked("#full")), "the phone would get control");
      await accessible(rosa);
      await fits(rosa);
      await taps.tap(rosa.locator("#add"));
      await phone.waitForURL((url) => url.pathname === "/", { timeout: 30_000 });
      await taps.tap(phone.locator("nav.main").getByRole("link", { name: "Chats" }));
      await phone.waitForURL((url) => url.pathname === "/chat");
      await taps.tap(direct(phone));
      await bubble(phone, "The big pot is mine").waitFor();
      await taps.write("#text", "The phone brings bread");
      await entered(phone, "The phone brings bread").waitFor();
      taps.within(5, "code on Devices → sealed messages on a second device");
      await bubble(friend, "The phone brings bread").waitFor();
      await phone.context().close();
    });

    await t.check("a device that was added without older messages gets them by one press on the first, in the conversation and in the list that are open there", async () => {
      const tablet = await world.person(box.local);
      await openAsDevice(tablet, rosa);
      await tablet.click("#make");
      await tablet.locator("#step-show").waitFor({ state: "visible" });
      const text = await tablet.textContent("#key-text");
      await rosa.goto("/devices");
      await rosa.waitForLoadState("networkidle");
      await rosa.evaluate(async (shown) => {
        const { addKey } = await import("/assets/www/keychange.js");
        const { multikeyBytes } = await import("/assets/js/dfos.js");
        const { keyId } = await import("/assets/js/key.js");
        const { x25519Bytes } = await import("/assets/js/keys/encryption.js");
        const { signer } = await import("/assets/js/session.js");
        const [multikey, encryption] = shown.split(".");
        const id = await keyId(multikeyBytes(multikey));
        await addKey(await signer(), { id, multikey, encryptionKey: x25519Bytes(encryption) }, false);
      }, text);
      await tablet.waitForURL((url) => url.pathname === "/", { timeout: 30_000 });
      await tablet.goto("/chat");
      await direct(tablet).click();
      await tablet.getByText("This browser doesn’t have the key to this message").first().waitFor();
      const list = await tablet.context().newPage();
      await list.goto("/chat");
      await list.waitForLoadState("networkidle");
      const words = direct(list).locator(".last");
      expect((await words.textContent()) === "End-to-end encrypted", "the list has the key already");
      await rosa.reload();
      await rosa.locator("#older").waitFor({ state: "visible" });
      await accessible(rosa);
      await fits(rosa);
      const taps = new Taps(rosa);
      await taps.tap("#hand-over");
      await rosa.getByText("Done. Open a conversation on another device").waitFor();
      taps.within(1, "Devices → older messages on all devices");
      // The conversation and the list are open there all the while.
      for (const message of ["The big pot is mine", "The phone brings bread"]) await bubble(tablet, message).waitFor();
      await words.filter({ hasText: "The phone brings bread" }).waitFor();
      await tablet.context().close();
    });

    await t.check("from an event's page to a free ticket, as a stranger with an e-mail address: at most 6 taps", async () => {
      const path = await freeEvent(rosa, "Soup for everybody");
      const stranger = await world.person(box.local);
      await stranger.goto(path);
      const taps = new Taps(stranger);
      await taps.tap(stranger.locator("main").getByRole("link", { name: "I have an account here" }));
      await stranger.waitForURL((url) => url.pathname === "/signin");
      await stranger.waitForLoadState("networkidle");
      await taps.write("#email", "noor@example.com");
      await stranger.locator("#sent").waitFor({ state: "visible" });
      await rosa.goto("/letters");
      await rosa.locator("#letters code").first().waitFor();
      const mailed = new URL(await rosa.locator("#letters code").first().textContent());
      await stranger.goto(`${mailed.pathname}${mailed.hash}`);
      await taps.tap("#come");
      await taps.tap("#on");
      await stranger.waitForURL(`**${path}`);
      await stranger.waitForLoadState("networkidle");
      await taps.tap(stranger.locator("form.buy").first().getByRole("button", { name: "I’m coming" }));
      await stranger.getByText("1 ticket, free.").waitFor();
      await taps.tap("#agree");
      await stranger.getByText("It’s yours").waitFor();
      taps.within(6, "stranger → free ticket");
    });

    await t.check("companions are named: in Rosa's list, and for the other guests, as she lets them see it", async () => {
      const path = await freeEvent(rosa, "Cake for everybody");
      await rosa.goto(`${path}/edit`);
      await rosa.waitForLoadState("networkidle");
      await rosa.check("#guests-for");
      await rosa.click("#save");
      await rosa.waitForURL(`**${path}`);
      const stranger = await world.person(box.local);
      await stranger.goto(path);
      await stranger.waitForLoadState("networkidle");
      await stranger.fill("#free-name", "Noor");
      await stranger.fill("#free-email", "noor2@example.com");
      await stranger.fill("#free-companions", "Bob");
      await stranger.getByRole("button", { name: "Take a free ticket" }).click();
      await stranger.waitForURL(/\/events\/mine\?mailed=false/);
      for (const name of ["Noor", "Bob"]) await stranger.locator("article", { hasText: `${name} · Ticket` }).locator(".qrs svg").waitFor();
      await stranger.goto(path);
      await stranger.getByText("2 people are coming").click();
      await stranger.getByText("Bob, Noor").waitFor();
      await accessible(stranger);
      await fits(stranger);
      await rosa.goto(`${path}/guests`);
      await rosa.locator("#guests tr", { hasText: "Bob" }).getByText("with Noor").waitFor();
      await accessible(rosa);
      await fits(rosa);
      // A message to all guests: by letter to Noor, and on to the conversation.
      await rosa.fill("#text", "Bring a plate, please.");
      await rosa.getByRole("button", { name: "Send", exact: true }).click();
      await rosa.getByText("1 guest gets your message by email").waitFor();
      await accessible(rosa);
      await fits(rosa);
      const link = await rosa.getByRole("link", { name: "Post it in the conversation" }).getAttribute("href");
      expect(link === `/chat/new#say=${encodeURIComponent("Bring a plate, please.")}`, link);
      await rosa.goto("/letters");
      const letter = rosa.locator("#letters li", { hasText: "Bring a plate, please." });
      await reloadUntil(rosa, letter);
      await letter.getByText("The whole email").click();
      await letter.getByText("Bring a plate, please.").waitFor();
      await accessible(rosa);
      await fits(rosa);
      await rosa.goto(`${path}/door`);
      await rosa.locator("#guests li", { hasText: "Bob with Noor" }).waitFor();
    });

    await t.check("a place that Rosa takes back is kept for Milo, who waits for it and can return it, too", async () => {
      const path = await freeEvent(rosa, "One chair");
      await rosa.goto(`${path}/edit`);
      await rosa.waitForLoadState("networkidle");
      await rosa.locator("#types [data-quantity]").fill("1");
      await rosa.click("#save");
      await rosa.waitForURL(`**${path}`);
      const stranger = await world.person(box.local);
      await stranger.goto(path);
      await stranger.waitForLoadState("networkidle");
      await stranger.fill("#free-name", "Ines");
      await stranger.fill("#free-email", "ines@example.com");
      await stranger.getByRole("button", { name: "Take a free ticket" }).click();
      await stranger.waitForURL(/\/events\/mine\?mailed=false/);
      await friend.goto(path);
      await friend.waitForLoadState("networkidle");
      await friend.getByRole("button", { name: "Join the waiting list" }).click();
      await friend.getByText("You’re on the waiting list").waitFor();
      await accessible(friend);
      await fits(friend);
      await rosa.goto(`${path}/door`);
      await rosa.locator("#guests").getByRole("button", { name: "Cancel the ticket" }).click();
      await confirmed(rosa);
      await rosa.getByText("Cancelled, signed by you").waitFor();
      const get = friend.getByRole("button", { name: "Get the tickets" });
      await reloadUntil(friend, get);
      await friend.waitForLoadState("networkidle");
      await get.click();
      await friend.getByText("You have a ticket").waitFor();
      await friend.goto("/notifications");
      await friend.getByRole("link", { name: "Rosa keeps a place for you at “One chair”" }).waitFor();
      await friend.goto("/events/mine");
      await friend.waitForLoadState("networkidle");
      await friend.getByText("I can’t come").click();
      await accessible(friend);
      await fits(friend);
      await friend.getByRole("button", { name: "Give the ticket back" }).click();
      await friend.getByText("No longer valid", { exact: true }).waitFor();
    });

    await t.check("Rosa's own page has the parts that she ticked, and a QR code", async () => {
      await rosa.goto("/profile/edit");
      await rosa.waitForLoadState("networkidle");
      await rosa.fill("#handle", "rosa");
      const part = rosa.locator('#parts li[data-app="events"]');
      while (await part.evaluate((row) => row.previousElementSibling !== null)) await part.getByRole("button", { name: /up$/ }).click();
      await rosa.reload();
      await rosa.locator('#parts li:first-child[data-app="events"] [data-do=up][aria-disabled]').waitFor();
      await rosa.check("#part-events");
      await rosa.setViewportSize({ ...PHONE, width: 360 });
      const [name, arrows] = await Promise.all(["label", ".with"].map((side) => part.locator(side).boundingBox()));
      expect(arrows.x >= name.x + name.width && Math.abs(arrows.y + arrows.height / 2 - name.y - name.height / 2) < 2, "the arrows are in another line than the name");
      await rosa.setViewportSize(PHONE);
      await accessible(rosa);
      await fits(rosa);
      await rosa.click("#save");
      await rosa.getByText("Saved and signed by you").waitFor();
      await rosa.reload();
      await rosa.locator('#parts li:first-child[data-app="events"] input:checked').waitFor();
      const visitor = await world.person(box.local);
      await visitor.goto("/@rosa");
      await visitor.locator('[data-part="events"]').getByRole("link", { name: /Soup for everybody/ }).waitFor();
      await visitor.getByText("QR code").click();
      await visitor.locator("#code-picture svg").waitFor();
      await accessible(visitor);
      await fits(visitor);
    });

    await t.check("from Home to a member's copy on the phone: at most 3 taps", async () => {
      await rosa.goto("/");
      const taps = new Taps(rosa);
      await taps.tap(rosa.locator("nav.main").getByRole("link", { name: "More" }));
      await rosa.waitForURL((url) => url.pathname === "/more");
      await taps.tap(rosa.locator("main a[href='/data/copy']"));
      await rosa.waitForURL((url) => url.pathname === "/data/copy");
      await rosa.waitForLoadState("networkidle");
      const copy = await taps.save("#make-copy");
      taps.within(3, "Home → copy on the phone");
      expect((await stat(await copy.path())).size > 1000, "the copy is empty");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
