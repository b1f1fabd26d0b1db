// Heidi and Peter speak German, and so do their browsers: claiming, joining, a profile, an event and a ticket, and every page that links lead to, without
// one sentence in English.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, fits } from "../lib/axe.mjs";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { englishOn, onlyEnglish } from "../lib/sentences.mjs";
import { createIdentity } from "../lib/steps.mjs";
import { inviteOf } from "../lib/turns.mjs";

/** Where a walk begins: what no link leads to is named here. */
const STARTS = ["/", "/more", "/settings", "/search?q=Heidi", "/events/new", "/offline", "/no-such-page", "/chat/new"];
/** A time and a command as programs write them, and the pages that explain such things. */
const TECHNICAL = /\d{4}-\d\d-\d\dT\d\d:\d\d|\bimajin [a-z]+ --?[a-z]+/;
const FOR_READERS = /\/(docs|verify)/;
/** What may differ in the address of one page: names, days, drawn ids. */
const DRAWN = /did:[\w:%]+|[a-z]{3}_\w+|\d{4}-\d\d|bafy\w+|[A-Z\d]{4}(-[A-Z\d]{4})+/g;

/** Puts one thing into each service, as its editor would. */
const putSomeOfEach = (page) =>
  page.evaluate(async () => {
    const { actor } = await import("/assets/js/session.js");
    const { submit } = await import("/assets/js/proof.js");
    const me = await actor();
    const put = (service, number, body, fact = null) => submit(me, { service, op: `${service}.put`, ref: `itm_${`${number}`.padStart(24, "0")}`, body, fact });
    await put("links", 1, { title: "Alm", url: "https://alm.example/" });
    await put("links", 2, { title: "Wege" }, { kind: "collection" });
    await put("coffee", 3, { title: "Heu" }, { kind: "jar" });
    await put("learn", 4, { title: "Käsen" }, { kind: "course" });
    await put("learn", 5, { title: "Lab", text: "Lab macht Milch dick." }, { kind: "lesson", in: `itm_${"4".padStart(24, "0")}` });
    const form = JSON.stringify({ elements: [{ type: "boolean", name: "q1", title: "Kommst du?" }] });
    await put("dykil", 6, { title: "Alpabzug", form }, { mode: "named", each: "member", show: "all" });
  });

/** Opens every page of the box that links lead to, each kind of page once; answers the kinds. `look` sees each. */
async function walk(page, from, look) {
  const kindOf = (path) => path.split("#")[0].replace(DRAWN, "*");
  const isPage = (path) => !/\/api\/|\/assets\/|\/feed\.|\.(?:crt|txt|xml|mobileconfig|webmanifest)|\/(?:logout|dav|links\/go)\b/.test(path);
  const waiting = [...from];
  const kinds = new Set();
  while (waiting.length > 0) {
    const path = waiting.shift();
    if (kinds.has(kindOf(path))) continue;
    kinds.add(kindOf(path));
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await look(page);
    const hrefs = await page.locator("a[href]:not([download])").evaluateAll((links) => links.filter(({ origin }) => origin === location.origin).map(({ pathname, search }) => pathname + search));
    waiting.push(...hrefs.filter((href) => isPage(href)));
  }
  return kinds;
}

export default async function german(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-german-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  const english = await onlyEnglish();
  /** A page in German through and through. What the box is called, and what people wrote, is theirs. */
  async function isGerman(page) {
    expect((await page.evaluate(() => document.documentElement.lang)) === "de", `${page.url()} is in another language`);
    const foreign = await englishOn(page, english);
    expect(foreign.length === 0, `${page.url()}: ${foreign.join(" / ")}`);
    // Times are told as people say them, and what the box asks for is done on its pages.
    const technical = TECHNICAL.exec(await page.locator("body").innerText());
    expect(!technical || FOR_READERS.test(page.url()), `${page.url()}: ${technical?.[0]}`);
  }
  async function good(page) {
    await isGerman(page);
    await accessible(page);
    await fits(page);
  }
  try {
    expect(english.length > 500, `only ${english.length} sentences to look for`);
    const heidi = await world.person(box.local, { locale: "de-CH" });
    const peter = await world.person(box.local, { locale: "de-DE" });

    await t.check("Heidi claims the box in German", async () => {
      await heidi.goto("/");
      await good(heidi);
      await createIdentity(world, heidi, "Heidi", { claim: box.code, shot: () => isGerman(heidi) });
      await heidi.getByText("Du bist Besitzer dieser Box.").waitFor();
      await heidi.goto("/");
      await heidi.getByRole("heading", { name: "Heidi" }).waitFor();
      await isGerman(heidi);
    });

    await t.check("a wrong code is refused in German, and Peter joins with the right one", async () => {
      await peter.goto("/create?invite=NO-SUCH");
      await peter.locator("#invite-error").waitFor();
      await good(peter);
      await createIdentity(world, peter, "Peter", { invite: await inviteOf(heidi), shot: () => isGerman(peter) });
    });

    await t.check("a profile is written in German", async () => {
      await heidi.goto("/profile/edit");
      await heidi.waitForLoadState("networkidle");
      await good(heidi);
      await heidi.locator("#handle").pressSequentially("heidi");
      await heidi.locator("#handle").blur();
      await heidi.locator("#handle-free:not(:empty)").waitFor();
      await heidi.fill("#bio", "Ich wohne auf der Alp.");
      await heidi.click("#save");
      await heidi.locator("#message .good").waitFor();
      await isGerman(heidi);
      await peter.goto("/profile/heidi");
      await peter.getByText("Ich wohne auf der Alp.").waitFor();
      await good(peter);
    });

    let path = "";
    await t.check("an event is made in German, and what is missing is said in German", async () => {
      await heidi.goto("/events/new");
      await heidi.waitForLoadState("networkidle");
      await heidi.click("#save");
      await heidi.locator("#title-error").waitFor();
      await good(heidi);
      await heidi.fill("#title", "Sommerfest");
      await heidi.fill("#starts", "2099-08-01T18:00");
      await heidi.click("#save");
      await heidi.waitForURL(/\/events\/evt_/);
      path = new URL(heidi.url()).pathname;
      await good(heidi);
      await heidi.locator("#manage [data-status=published]").click();
      await heidi.locator("#manage [data-status=paused]").waitFor();
      await isGerman(heidi);
    });

    await t.check("Peter takes a ticket in German, and each finds their things in German", async () => {
      await peter.goto(path);
      await peter.waitForLoadState("networkidle");
      await good(peter);
      await peter.locator("form.buy button[type=submit]").first().click();
      await peter.locator("#order").waitFor({ state: "visible" });
      await isGerman(peter);
      await peter.click("#agree");
      await peter.locator("#message .good").waitFor();
      await isGerman(peter);
    });

    await t.check("every page that links lead to is in German, for the owner, a member and a visitor", async () => {
      await heidi.goto("/");
      await putSomeOfEach(heidi);
      const did = await heidi.evaluate(() => document.documentElement.dataset.did);
      const visited = new Set();
      const faults = [];
      const look = (page) => isGerman(page).catch((error) => faults.push(error.message));
      const own = ["learn", "links", "coffee", "dykil", "profile"].map((app) => `/${app}/${did}`);
      for (const kind of await walk(heidi, [...STARTS, ...own], look)) visited.add(kind);
      for (const kind of await walk(peter, [...STARTS, ...own], look)) visited.add(kind);
      const visitor = await world.person(box.local, { locale: "de-AT" });
      for (const kind of await walk(visitor, ["/", "/signin", "/policy", "/restore", "/bring", "/device", path, ...own], look)) visited.add(kind);
      await visitor.context().close();
      expect(faults.length === 0, faults.join("\n"));
      expect(visited.size > 70, `only ${visited.size} pages: ${[...visited].join(" ")}`);
    });
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
