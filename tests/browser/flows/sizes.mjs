// Ada's pages on a desk, with text twice as large, and under a thumb; and how heavy the main ones are. The owner sees more than others do.

import { accessible, apart, enlarged, fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";
import { weigh } from "../lib/weight.mjs";
import { DESK, PHONE } from "../lib/world.mjs";

const MAIN = ["/", "/chat", "/events", "/media", "/connections", "/profile/ada"];
/** What no other flow looks at closely, and where people go from *More*. */
const OTHERS = ["/search", "/search?q=ada", "/registry", "/wifi", "/media/storage", "/notify/settings", "/notifications", "/more", "/settings", "/settings/box", "/data", "/devices", "/sheets", "/events/new", "/profile/edit", "/connections/groups", "/pay"];
const BYTES_MAX = 60_000;
const REQUESTS_MAX = 15;
/** What a layout may shift: nothing that an eye sees. */
const SHIFT_MAX = 0.001;

/** Opens each page and calls `look`; says all that is wrong with any of them. */
async function everyPage(page, look, paths = [...MAIN, ...OTHERS]) {
  const faults = [];
  for (const path of paths) {
    const answer = await page.goto(path);
    await page.waitForLoadState("networkidle");
    expect(answer.status() === 200, `${path} is answered with ${answer.status()}`);
    await look(page, path).catch((error) => faults.push(`${path}: ${error.message}`));
  }
  expect(faults.length === 0, faults.join("\n"));
}

export default async function sizes(t, world) {
  const { ada } = world;

  await t.check("each page is accessible on a desk, in both schemes, with what is in More unfolded on the rail", async () => {
    await ada.setViewportSize(DESK);
    await everyPage(ada, async (page) => {
      await accessible(page);
      await fits(page);
      expect(await page.locator("nav.main .unfolded a[href='/data']").isVisible(), "More is not unfolded");
    });
    await ada.setViewportSize(PHONE);
    await ada.goto("/");
    expect(await ada.locator("nav.main .unfolded").isHidden(), "More is unfolded on a phone");
  });

  await t.check("with text twice as large nothing sticks out, on a desk and on a phone", async () => {
    for (const size of [DESK, PHONE]) {
      await ada.setViewportSize(size);
      await everyPage(ada, async (page) => {
        await enlarged(page);
        await fits(page);
      });
    }
    await everyPage(ada, async (page) => {
      await enlarged(page);
      await accessible(page);
    }, MAIN);
  });

  await t.check("each page is accessible on a phone, and what one touches is 8 px apart", async () => {
    await everyPage(ada, async (page) => {
      await fits(page);
      await apart(page);
      await accessible(page);
    });
  });

  await t.unless(world.lacks("weighing requests"), "the main pages are at most 60 kB in 15 requests, and nothing in them moves", async () => {
    const faults = [];
    for (const path of MAIN) {
      const { bytes, requests, shift } = await weigh(ada.context(), path);
      console.log(`        ${path}: ${(bytes / 1000).toFixed(1)} kB in ${requests.length} requests, shift ${shift.toFixed(4)}`);
      if (bytes > BYTES_MAX || requests.length > REQUESTS_MAX || shift > SHIFT_MAX) faults.push(`${path}: ${bytes} bytes, shift ${shift}: ${requests.join(", ")}`);
    }
    expect(faults.length === 0, faults.join("\n"));
  });
}
