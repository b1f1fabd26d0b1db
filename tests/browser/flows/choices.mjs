// Takes every choice of every list, and presses every button next to a circle, once on every page that links lead to, in English and in German: no
// page breaks, none gets wider than a phone, none falls into another language.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { englishOn, onlyEnglish } from "../lib/sentences.mjs";
import { createIdentity, didOf } from "../lib/steps.mjs";
import { inviteOf } from "../lib/turns.mjs";
import { PHONE } from "../lib/world.mjs";
import { STARTS, putSomeOfEach, walk } from "../lib/walk.mjs";

/** Takes each choice of a page; calls `look` with its name after each. Skips the list of languages, which would change the test's own conditions. */
async function takeEach(page, look) {
  const path = page.url();
  const lists = page.locator("main select:not([name=lang], [name=language])");
  for (let at = 0; at < (await lists.count()); at += 1) {
    const list = lists.nth(at);
    if (!(await list.isVisible()) || !(await list.isEnabled())) continue;
    const before = await list.inputValue();
    const values = await list.locator("option:enabled").evaluateAll((options) => options.map(({ value }) => value));
    for (const value of [...values.filter((value) => value !== before), before]) {
      await list.selectOption(value);
      await look(`${await list.getAttribute("id")} = ${value}`);
      expect(page.url() === path, `${path}: ${value} leads to ${page.url()}`);
    }
  }
  const circles = page.locator("main input[type=radio]");
  for (let at = 0; at < (await circles.count()); at += 1) {
    const circle = circles.nth(at);
    const label = page.locator("label").filter({ has: circle });
    const isShown = (await circle.isVisible()) || ((await label.count()) > 0 && (await label.first().isVisible()));
    if (!isShown || !(await circle.isEnabled())) continue;
    // A forced click goes to where the circle is, whatever lies over it.
    await circle.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await circle.check({ force: true });
    await look(`${await circle.getAttribute("name")} = ${await circle.getAttribute("value")}`);
  }
}

const isWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

export default async function choices(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-choices-"));
  const box = await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`);
  const english = await onlyEnglish();
  try {
    const olga = await world.person(box.local, { locale: "en-GB", viewport: PHONE });
    const otto = await world.person(box.local, { locale: "de-DE", viewport: PHONE });
    await createIdentity(world, olga, "Olga", { claim: box.code });
    await createIdentity(world, otto, "Otto", { invite: await inviteOf(olga) });

    for (const [page, language] of [[olga, "English"], [otto, "German"]]) {
      await t.check(`every choice of every page can be taken, in ${language}`, async () => {
        await page.goto("/");
        await putSomeOfEach(page);
        const did = await didOf(page);
        const own = ["learn", "links", "coffee", "dykil", "essays", "market", "profile"].map((app) => `/${app}/${did}`);
        const faults = [];
        let taken = 0;
        await walk(page, [...STARTS, ...own], (page) =>
          takeEach(page, async (name) => {
            taken += 1;
            if (await isWide(page)) faults.push(`${page.url()} is too wide: ${name}`);
            const foreign = language === "German" ? await englishOn(page, english) : [];
            if (foreign.length > 0) faults.push(`${page.url()}: ${name}: ${foreign.join(" / ")}`);
          }),
        );
        expect(faults.length === 0, [...new Set(faults)].join("\n"));
        expect(taken > 50, `only ${taken} choices`);
      });
    }
  } finally {
    await box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
