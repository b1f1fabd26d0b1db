// Two people in one browser: Ann, who owns the box, signs out, and Ben takes over. He sees nothing of hers, and signs with his own key; then both are
// signed in at once, in two tabs.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { connect, write } from "../lib/chat.mjs";
import { expect } from "../lib/check.mjs";
import { createIdentity, didOf, freeEvent } from "../lib/steps.mjs";
import { asks, inviteOf } from "../lib/turns.mjs";

const SECRET = "The spare key is with Cleo";
const UNSAVED = "Half a sentence about me";
/** The first pages that a person might open in this browser. */
const PAGES = ["/", "/more", "/chat", "/connections", "/connections/groups", "/events/mine", "/pay", "/media", "/notifications", "/profile/edit", "/data", "/devices", "/search?q=Cleo"];

async function signOut(page) {
  await page.goto("/more");
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL((url) => url.pathname === "/");
}

async function signIn(page, name, next) {
  await page.goto(`/signin?next=${next}`);
  await page.getByRole("button", { name: `Sign in as ${name}` }).click();
  await page.waitForURL((url) => url.pathname === next);
}

/** Returns the id of the key that signs the next command from a page. */
async function keyOfNext(page, path) {
  const request = await page.waitForRequest((one) => one.url().includes(path) && one.headers()["mjn-proof"] !== undefined);
  return JSON.parse(Buffer.from(request.headers()["mjn-proof"].split(".")[0], "base64url")).kid;
}

export default async function onebrowser(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-one-browser-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  try {
    const page = await world.person(box.local);
    const cleo = await world.person(box.local);
    await createIdentity(world, page, "Ann", { claim: box.code });
    const ann = (await asks(page, "/auth/api/session")).did;
    await createIdentity(world, cleo, "Cleo", { invite: await inviteOf(page) });
    const invite = await inviteOf(page);
    const ticket = await freeEvent(cleo, "Concert in the yard");
    await connect(page, cleo);
    await page.goto("/chat/new");
    await page.waitForLoadState("networkidle");
    await page.getByRole("button", { name: "Cleo" }).click();
    await page.waitForURL(/\/chat\/did:imajin:dm:/);
    await page.locator("#compose").waitFor({ state: "visible" });
    await write(page, SECRET);
    const talk = new URL(page.url()).pathname;
    let ben = "";

    await t.check("Ben joins at the browser that Ann signed out of, and sees nothing of hers", async () => {
      await page.goto("/profile/edit");
      await page.waitForLoadState("networkidle");
      await page.fill("#bio", UNSAVED);
      await signOut(page);
      await createIdentity(world, page, "Ben", { invite });
      await page.goto("/");
      ben = await didOf(page);
      expect(ben !== ann, "Ben is Ann");
      for (const path of PAGES) {
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        const text = await page.locator("body").innerText();
        for (const words of [SECRET, UNSAVED, "Cleo and", "Hello, Ann"]) expect(!text.includes(words), `${path} says “${words}”`);
        expect((await didOf(page)) === ben, `${path} is Ann's`);
      }
      expect((await page.inputValue("#bio").catch(() => "")) !== UNSAVED, "what Ann had begun is in his form");
      expect((await page.goto(talk)).status() === 404, "he is in Ann's conversation");
      const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
      expect(!kept.includes(UNSAVED), kept);
    });

    await t.check("what he signs is signed with his key and not with Ann's, which this browser holds as well", async () => {
      const keys = await page.evaluate(async () => (await (await import("/assets/js/store.js")).people.all()).map(({ did, keyId }) => [did, keyId]));
      expect(keys.length === 2, JSON.stringify(keys));
      await page.goto(ticket);
      await page.waitForLoadState("networkidle");
      await page.locator("form.buy").first().getByRole("button", { name: "I’m coming" }).click();
      await page.getByText("1 ticket, free.").waitFor();
      const [kid] = await Promise.all([keyOfNext(page, "/buy"), page.click("#agree")]);
      await page.getByText("It’s yours").waitFor();
      expect(kid === `${ben}#${Object.fromEntries(keys)[ben]}`, kid);
      expect((await asks(page, "/events/api/mine")).total === 1, "he has no ticket");
    });

    await t.check("the sign-in page offers both by name, and Ann finds what is hers", async () => {
      await signOut(page);
      await page.goto("/signin");
      await page.getByRole("button", { name: "Sign in as Ben" }).waitFor();
      await accessible(page);
      await signIn(page, "Ann", "/chat");
      await page.locator("#chats .last", { hasText: SECRET }).waitFor();
      expect((await asks(page, "/events/api/mine")).total === 0, "she has Ben's ticket");
    });

    await t.check("a tab of Ann's buys nothing once Ben has signed in in another one, and says why", async () => {
      await page.goto(ticket);
      await page.waitForLoadState("networkidle");
      await page.locator("form.buy").first().getByRole("button", { name: "I’m coming" }).click();
      await page.getByText("1 ticket, free.").waitFor();
      const other = await page.context().newPage();
      await signIn(other, "Ben", "/events/mine");
      await page.click("#agree");
      await page.getByText("Somebody else has signed in to this browser").waitFor();
      await accessible(page);
      expect((await asks(other, "/events/api/mine")).total === 1, "a ticket was taken");
      await signIn(other, "Ann", "/events/mine");
      expect((await asks(other, "/events/api/mine")).total === 0, "a ticket was taken");
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
