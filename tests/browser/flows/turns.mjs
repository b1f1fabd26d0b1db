// Interrupted actions: the node is killed during claiming, joining, buying and leaving; a person presses twice, goes back, or has an invalid
// invitation; a browser loses its storage. Olga owns the box, Mia joins it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { connect, entered } from "../lib/chat.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf, freeEvent, PASSPHRASE, saveSheet, step } from "../lib/steps.mjs";
import { asks, inviteOf, losesAnswer, losesStorage, pressedWhileLeaving } from "../lib/turns.mjs";

const SILENT = "Your box didn’t answer";

/** Goes through the wizard up to the button that opens the sheet, the last step without a request to the node. */
async function upToTheTest(world, page, name) {
  await page.fill("#name", name);
  await page.click("#to-key");
  await step(page, "key");
  await page.fill("#passphrase", PASSPHRASE);
  await page.click("#make");
  await step(page, "sheet");
  const sheet = await saveSheet(world, page, name);
  await step(page, "test");
  await page.setInputFiles("#sheet-file", sheet);
  await page.waitForFunction(() => document.querySelector("#letters").value.length > 290);
  await page.fill("#test-passphrase", PASSPHRASE);
  return sheet;
}

export default async function turns(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-turns-"));
  const here = { box: await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`), world, t };
  try {
    // A service worker would send requests instead of the page, where a test can't hold them back.
    here.olga = await world.person(here.box.local, { serviceWorkers: "block" });
    here.mia = await world.person(here.box.local);
    for (const part of [claiming, joining, invitations, pressing, buying, storage, leaving, expiring]) await part(here);
  } finally {
    await here.box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function claiming(here) {
  const { t, world, olga } = here;
  await t.check("the box loses its plug in the middle of claiming: it has one owner once it is back", async () => {
    await olga.goto(`/claim#${here.box.code}`);
    await olga.getByText("This link makes you the owner of this box.").waitFor();
    await upToTheTest(world, olga, "Olga");
    const lost = await losesAnswer(olga, /\/commands\/auth\.identity\.create$/, here.box);
    await olga.click("#test");
    await lost();
    await olga.getByText(SILENT).waitFor();
    await olga.locator("#finish-again").waitFor({ state: "visible" });
    await accessible(olga);
    here.box = await here.box.again();
    await olga.click("#try-again");
    await olga.getByText("You’re the owner of this box.").waitFor();
    expect((await asks(olga, "/auth/api/session")).owner === true, "Olga doesn't own it");
  });
}

async function joining(here) {
  const { t, world, mia } = here;
  await t.check("Back and forward, and a reload, lose nothing of the wizard", async () => {
    await mia.goto("/");
    await mia.goto(`/create?invite=${await inviteOf(here.olga)}`);
    await mia.getByText("Your invitation is good.").waitFor();
    await mia.fill("#name", "Mia");
    await mia.click("#to-key");
    await step(mia, "key");
    await mia.goBack();
    await mia.getByRole("link", { name: "I have an invitation" }).waitFor();
    await mia.goForward();
    await step(mia, "key");
    await mia.fill("#passphrase", PASSPHRASE);
    await mia.click("#make");
    await step(mia, "sheet");
    const sheet = await mia.textContent("#sheet-lines");
    await mia.goBack();
    await mia.getByRole("link", { name: "I have an invitation" }).waitFor();
    await mia.goForward();
    await step(mia, "sheet");
    expect((await mia.textContent("#sheet-lines")) === sheet, "another sheet after coming back");
    await mia.click("#to-test");
    await step(mia, "test");
    await mia.click("#back-to-sheet");
    await step(mia, "sheet");
    here.sheet = await saveSheet(world, mia, "Mia");
    await step(mia, "test");
    await mia.setInputFiles("#sheet-file", here.sheet);
    await mia.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    await mia.fill("#test-passphrase", PASSPHRASE);
  });

  await t.check("the box loses its plug in the middle of joining, and her invitation is used once", async () => {
    const lost = await losesAnswer(mia, /\/commands\/auth\.identity\.create$/, here.box);
    await mia.click("#test");
    await lost();
    await mia.getByText(SILENT).waitFor();
    here.box = await here.box.again();
    // The unfinished step persists over a reload, too, and continues automatically.
    await mia.reload();
    await mia.getByText("You’re a member of this box.").waitFor();
    const { invites } = await asks(here.olga, "/auth/api/invites");
    expect(invites.every(({ uses, maxUses }) => uses <= maxUses), JSON.stringify(invites));
  });

  await t.check("Back after the wizard makes nobody a second time", async () => {
    const did = (await asks(mia, "/auth/api/session")).did;
    await mia.goto("/profile/edit");
    await mia.goBack();
    await mia.locator("#step-name").waitFor({ state: "visible" });
    expect((await mia.inputValue("#name")) === "" && (await mia.locator("#step-done").isHidden()), "the wizard continues a registration that is finished");
    await mia.getByText("You’re signed in as Mia").waitFor();
    await accessible(mia);
    expect((await asks(mia, "/auth/api/session")).did === did, "somebody else is signed in");
  });
}

async function invitations({ t, world, olga, box }) {
  await t.check("an invitation that was used up says so at once, and one that is taken back meanwhile says so before anything is lost", async () => {
    const { invites } = await asks(olga, "/auth/api/invites");
    const used = invites.find(({ uses, maxUses }) => uses === maxUses)?.code;
    const late = await world.person(box.local);
    if (used) {
      await late.goto(`/create?invite=${used}`);
      await late.getByText("This invitation isn’t good any more").waitFor();
    }
    const code = await inviteOf(olga);
    await late.goto(`/create?invite=${code}`);
    await late.getByText("Your invitation is good.").waitFor();
    await upToTheTest(world, late, "Late");
    await olga.request.delete(`/auth/api/invites/${code}`, { headers: { origin: box.local } });
    await late.click("#test");
    await late.locator("#invite-again").waitFor({ state: "visible" });
    await accessible(late);
    await late.fill("#invite-code", await inviteOf(olga));
    await late.click("#try-again");
    await late.getByText("You’re a member of this box.").waitFor();
    expect(used, "no invitation is used up");
  });
}

async function pressing(here) {
  const { t, mia } = here;
  let { olga } = here;
  await t.check("an organiser who presses Save until the event's page comes has one event", async () => {
    await olga.goto("/events/new");
    await olga.waitForLoadState("networkidle");
    await olga.fill("#title", "Only once");
    await olga.fill("#starts", "2099-12-31T20:00");
    await pressedWhileLeaving(olga, "#save", /\/events\/evt_/);
    const { events } = await asks(olga, "/events/api/mine");
    expect(events.length === 1 && events[0].title === "Only once", JSON.stringify(events));
  });

  await t.check("the same of a group", async () => {
    olga = await here.olga.context().newPage();
    await olga.goto("/connections/groups");
    await olga.waitForLoadState("networkidle");
    await olga.locator("summary", { hasText: "group" }).first().click();
    await olga.fill("#name", "Only once");
    await pressedWhileLeaving(olga, "#make", /\/connections\/groups\/did/);
    await olga.goto("/connections/groups");
    expect((await olga.getByRole("link", { name: "Only once" }).count()) === 1, "there are several, or none");
  });

  await t.check("a person who presses twice takes one ticket, accepts once and writes one message", async () => {
    here.path = await freeEvent(olga, "House concert");
    await takes(mia, here.path);
    await mia.locator("#agree").dblclick();
    await mia.getByText("It’s yours").waitFor();
    expect((await asks(mia, "/events/api/mine")).total === 1, "she has several tickets");
    await connect(olga, mia);
    await mia.goto("/chat/new");
    await mia.waitForLoadState("networkidle");
    await mia.getByRole("button", { name: "Olga" }).dblclick();
    await mia.waitForURL(/\/chat\/did:imajin:dm:/);
    await mia.locator("#compose").waitFor({ state: "visible" });
    await mia.fill("#text", "Said once");
    await mia.locator("#send").dblclick();
    await entered(mia, "Said once").waitFor();
    await mia.reload();
    await entered(mia, "Said once").waitFor();
    expect((await entered(mia, "Said once").count()) === 1, "it was sent twice");
  });

  await t.check("Back from an order buys nothing; forward, it can be ordered again", async () => {
    await mia.goto("/events");
    await takes(mia, here.path);
    await mia.goBack();
    await mia.waitForURL((url) => url.pathname === "/events");
    await mia.goForward();
    await mia.waitForURL(`**${here.path}`);
    expect(await mia.locator("#order").isHidden(), "an order is still open");
    expect((await asks(mia, "/events/api/mine")).total === 1, "going back bought one");
  });
}

/** Chooses a free ticket, up to the button that signs the order. */
async function takes(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  await page.locator("form.buy").first().getByRole("button", { name: /I’m coming|Bring somebody/ }).click();
  await page.getByText("1 ticket, free.").waitFor();
}

async function buying(here) {
  const { t, olga, mia } = here;
  await t.check("the box loses its plug in the middle of taking a ticket: pressed again, there is one", async () => {
    const path = await freeEvent(olga, "Garden party");
    await takes(mia, path);
    const lost = await losesAnswer(mia, /^\/events\/api\/events\/[^/]+\/buy$/, here.box);
    await mia.click("#agree");
    await lost();
    await mia.getByText(SILENT).waitFor();
    await accessible(mia);
    here.box = await here.box.again();
    await mia.click("#agree");
    await mia.locator("#message .good", { hasText: "was entered before" }).waitFor();
    await accessible(mia);
    expect((await asks(mia, "/events/api/mine")).total === 2, JSON.stringify(await asks(mia, "/events/api/mine")));
  });
}

async function storage(here) {
  const { t, mia } = here;
  await t.check("a browser that lost its storage says what is missing, leads to the sheet, and signs again", async () => {
    await mia.goto("/connections/groups");
    const did = await didOf(mia);
    await losesStorage(mia);
    await mia.reload();
    await mia.waitForLoadState("networkidle");
    await mia.locator("summary", { hasText: "group" }).first().click();
    await mia.fill("#name", "Without a key");
    await mia.click("#make");
    await mia.getByText("this browser doesn’t hold it").waitFor();
    await accessible(mia);
    await mia.locator("#message").getByRole("link", { name: "recovery sheet" }).click();
    await mia.waitForURL("**/restore?next=*");
    await mia.waitForLoadState("networkidle");
    await mia.setInputFiles("#sheet-file", here.sheet);
    await mia.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    await mia.fill("#passphrase", PASSPHRASE);
    await mia.click("#restore");
    await mia.waitForURL((url) => url.pathname === "/connections/groups", { timeout: 30_000 });
    await mia.waitForLoadState("networkidle");
    expect((await didOf(mia)) === did, "somebody else came back");
    // The form still has her text.
    await mia.getByText("It isn’t saved yet").waitFor();
    expect((await mia.inputValue("#name")) === "Without a key", "her words are lost");
    await mia.click("#make");
    await mia.getByRole("heading", { name: "Without a key" }).waitFor();
  });

  await t.check("signed out, such a browser offers the sheet and says that no key is here", async () => {
    await mia.goto("/more");
    await mia.waitForLoadState("networkidle");
    await mia.getByRole("button", { name: "Sign out" }).click();
    await mia.waitForURL((url) => url.pathname === "/");
    await losesStorage(mia);
    await mia.goto("/signin?next=/events/mine");
    await mia.getByText("This browser holds no key yet").waitFor();
    await mia.getByRole("link", { name: "Restore" }).click();
    await mia.waitForURL((url) => url.pathname === "/restore");
    await mia.waitForLoadState("networkidle");
    await mia.setInputFiles("#sheet-file", here.sheet);
    await mia.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    await mia.fill("#passphrase", PASSPHRASE);
    await mia.click("#restore");
    await mia.waitForURL((url) => url.pathname === "/events/mine", { timeout: 30_000 });
  });
}

async function leaving(here) {
  const { t, mia } = here;
  await t.check("the box loses its plug in the middle of leaving: pressed again, she is gone and has her receipt", async () => {
    await mia.goto("/data/delete");
    const did = await didOf(mia);
    await mia.locator("#plan").waitFor({ state: "visible" });
    await mia.check("#sure");
    const lost = await losesAnswer(mia, /^\/auth\/api\/delete$/, here.box);
    await mia.click("#erase");
    await lost();
    await mia.getByText(SILENT).waitFor();
    here.box = await here.box.again();
    await mia.click("#erase");
    await mia.locator("#gone").waitFor({ state: "visible", timeout: 30_000 });
    const [download] = await Promise.all([mia.waitForEvent("download"), mia.click("#save-receipt")]);
    expect(download.suggestedFilename() === "imajin-receipt.json", download.suggestedFilename());
    const answer = await here.olga.request.get(`/profile/api/profile/${encodeURIComponent(did)}`);
    expect([404, 410].includes(answer.status()), `her profile still answers ${answer.status()}`);
  });
}

async function expiring(here) {
  const { t, world, olga } = here;
  await t.check("an invitation that expired says so at once", async () => {
    const code = await inviteOf(olga);
    await here.box.stop();
    here.box = await here.box.again({ faketime: "+40d" });
    const late = await world.person(here.box.local);
    await late.goto(`/create?invite=${code}`);
    await late.getByText("This invitation isn’t good any more").waitFor();
    expect((await late.inputValue("#invite")) === code, "the code can't be corrected");
  });
}
