// The network is cut while a page asks the box for something: the page says so in its reader's language, and the same press works once the box answers.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Box, freePort } from "../lib/box.mjs";
import { bubble, connect } from "../lib/chat.mjs";
import { askRegistry, beginImport, offerCourse, open, openPoll, said, saveCourse, writeToAda } from "../lib/scenes.mjs";
import { createIdentity, didOf } from "../lib/steps.mjs";
import { Stick } from "../lib/stick.mjs";
import { inviteOf } from "../lib/turns.mjs";

const AWAY = {
  en: "Your box didn’t answer. Check that it’s on and that this device is on the same network, then try again.",
  de: "Deine Box hat nicht geantwortet. Prüf, ob sie an ist und dieses Gerät im selben Netz ist, und versuch es noch einmal.",
};

const saysNothing = (page) => page.locator("#message:empty").waitFor({ state: "attached" });

/** Cuts the network for what a page's scripts request from these addresses. Returns a function that ends it. */
async function cut(page, addresses) {
  await page.route(addresses, (route) => (route.request().isNavigationRequest() ? route.fallback() : route.abort("internetdisconnected")));
  return () => page.unroute(addresses);
}

/**
 * Returns the pages. Each requests something `from` the box while the network is cut, on its own or when somebody acts; `again` is the press after the
 * sentence was read, by default the same act.
 */
function scenes({ ada, grace, guest, did, poll, course, stick, dead }) {
  const texts = ["Bread 1", "Bread 2"];
  return [
    {
      name: "the list of conversations", page: ada, from: /\/chat$/,
      prepare: () => open(ada, "/chat"),
      act: () => writeToAda(grace, did, texts.shift()),
      works: () => ada.locator("#chats .last", { hasText: "Bread 2" }).waitFor(),
    },
    {
      name: "the results of a poll, in German", page: guest, lang: "de", from: /\/results$/,
      act: () => open(guest, poll),
      works: () => saysNothing(guest),
    },
    {
      name: "an answer to a poll, in German", page: guest, lang: "de", from: /\/answers$/,
      prepare: () => guest.getByLabel("Cake").check(),
      act: () => guest.click("#send"),
      works: () => guest.locator("#message .good").waitFor(),
    },
    {
      name: "an offer whose price has changed", page: grace, from: /\/learn\/did[^?]*$/,
      prepare: async () => {
        await open(grace, course);
        await grace.selectOption("#rail", "emt");
        await saveCourse(ada, "12", "Change: Bread from your own oven");
      },
      act: () => grace.click("#pay"),
      works: () => said(grace, "The price has changed"),
    },
    {
      name: "an import from a stick", page: ada, from: /\/media\/import$/,
      prepare: () => beginImport(ada, stick),
      act: () => ada.goto("/media/import"),
      again: () => ada.click("#import-sign"),
      works: () => ada.getByRole("link", { name: "See them" }).waitFor(),
    },
    {
      name: "the timeline", page: ada, from: /month=2023-07/,
      act: () => ada.goto("/media?month=2023-06"),
      again: () => ada.locator(".scrub").getByRole("link", { name: "July 2023" }).click(),
      works: () => ada.locator('[id="2023-07"] .grid a').waitFor(),
    },
    { name: "the box in its network", page: ada, from: /\/network$/, prepare: () => askRegistry(ada, dead), works: () => saysNothing(ada) },
  ];
}

export default async function unanswered(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-unanswered-"));
  const usb = join(folder, "usb");
  for (const name of ["sticks", "facts", "requests"]) await mkdir(join(usb, name), { recursive: true });
  const stick = new Stick(usb, "sdu1");
  const dead = `https://127.0.0.1:${await freePort()}`;
  const https = { IMAJIN_TLS_LISTEN: `127.0.0.1:${await freePort()}`, IMAJIN_TLS_DIRECTORY: `${dead}/directory`, IMAJIN_CLOCK: "always" };
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, { ...https, IMAJIN_USB_FOLDER: usb });
  try {
    const [ada, grace, guest] = [await world.person(box.local), await world.person(box.local), await world.person(box.local, { locale: "de-DE" })];
    await createIdentity(world, ada, "Ada", { claim: box.code });
    await createIdentity(world, grace, "Grace", { invite: await inviteOf(ada) });
    await connect(ada, grace);
    const [poll, course, did] = [await openPoll(ada), await offerCourse(ada), await didOf(ada)];

    for (const { name, page, lang = "en", from, prepare = () => {}, act = () => {}, again = act, works } of scenes({ ada, grace, guest, did, poll, course, stick, dead })) {
      await t.check(`without an answer: ${name}`, async () => {
        await prepare();
        const mend = await cut(page, from);
        await act();
        await page.locator("#message .bad").getByText(AWAY[lang], { exact: true }).waitFor();
        await mend();
        await again();
        await works();
      });
    }

    await t.check("without an answer: the search calls a conversation as this browser knows it", async () => {
      await open(ada, "/chat");
      await ada.locator("#chats .last", { hasText: "Bread 2" }).click();
      await bubble(ada, "Bread 2").waitFor();
      await cut(ada, /\/chat$/);
      await ada.goto("/search?q=bread");
      await ada.locator("#found-here a", { hasText: "Bread 2" }).getByText("Grace").waitFor();
    });
  } finally {
    await box.stop();
    await stick.pull().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}
