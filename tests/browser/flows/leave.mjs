// Joan leaves: she sees which data is deleted and which remains, signs, and gets a receipt; her texts are gone.

import { readFile } from "node:fs/promises";
import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { didOf } from "../lib/steps.mjs";

export default async function leave(t, world) {
  const page = world.joan;
  await t.check("everything is deleted with a signature and a receipt", async () => {
    await page.goto("/data/delete");
    const did = await didOf(page);
    await page.locator("#plan").waitFor({ state: "visible" });
    await accessible(page);
    await fits(page);
    await screens(world, page, "delete");
    await page.check("#sure");
    await page.click("#erase");
    await page.locator("#gone").waitFor({ state: "visible", timeout: 30_000 });
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-receipt")]);
    const receipt = await readFile(await download.path(), "utf8");
    expect(receipt.includes(did), "the receipt does not name whose data it was");
    const answer = await page.request.get(`/profile/api/profile/${encodeURIComponent(did)}`);
    expect([404, 410].includes(answer.status()), `the profile still answers ${answer.status()}`);
  });

  await t.check("explanations are accessible too", async () => {
    const visitor = await world.person();
    for (const path of ["/docs", "/nothing/here", "/profile/nobody_at_all"]) {
      await visitor.goto(path);
      await accessible(visitor);
      await fits(visitor);
    }
  });
}
