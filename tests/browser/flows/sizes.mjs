// Ada's pages on a desktop, with doubled text size, and on a phone; and the size and the time of the main ones. The owner sees
// more than others do.

import { accessible, apart, enlarged, fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";
import { firstView, weigh } from "../lib/weight.mjs";
import { DESK, PHONE } from "../lib/world.mjs";

const MAIN = ["/", "/chat", "/events", "/media", "/connections", "/profile/ada"];
/** Pages that no other flow checks closely, and the destinations of *More*. */
const OTHERS = ["/help", "/search", "/search?q=ada", "/registry", "/wifi", "/media/storage", "/media/import", "/notify/settings", "/notifications", "/more", "/settings", "/settings/email", "/settings/box", "/settings/joining", "/settings/mail", "/apps/requests", "/data", "/devices", "/sheets", "/events/new", "/profile/edit", "/connections/groups", "/pay", "/pay/cards"];
/** Without a radio, a box has no such page, and says so. */
const MISSING = ["/wifi"];
const BYTES_MAX = 60_000;
const REQUESTS_MAX = 15;
/** Maximum layout shift: imperceptible. */
const SHIFT_MAX = 0.001;
/** Maximum time of a first view on a slow phone. */
const VIEW_MS_MAX = 2_500;
/** Maximum number of tries: the machine may be busy with something else in one of them. */
const TRIES_MAX = 3;

/** Checks each page once in every size. Returns the faults by subject. */
async function lookAround(page) {
  const faults = { desk: [], large: [], phone: [] };
  const note = (of, path) => (error) => faults[of].push(`${path}: ${error.message}`);
  for (const path of [...MAIN, ...OTHERS]) {
    await page.setViewportSize(PHONE);
    const answer = await page.goto(path);
    await page.waitForLoadState("networkidle");
    const status = MISSING.includes(path) ? 404 : 200;
    if (answer.status() !== status) faults.phone.push(`${path} is answered with ${answer.status()}`);
    await fits(page).then(() => apart(page)).then(() => accessible(page)).catch(note("phone", path));
    if (status === 200 && (await page.locator("nav.main .unfolded").isVisible())) faults.phone.push(`${path}: More is unfolded on a phone`);
    await page.setViewportSize(DESK);
    await fits(page).then(() => accessible(page)).catch(note("desk", path));
    if (status === 200 && !(await page.locator("nav.main .unfolded a[href='/data']").isVisible())) faults.desk.push(`${path}: More is not unfolded`);
    await enlarged(page);
    await accessible(page).catch(note("large", path));
    await page.setViewportSize(PHONE);
    await accessible(page).catch(note("large", path));
  }
  return faults;
}

/** Returns the milliseconds of a path's fastest first view, of tries until one is fast enough. */
async function fastestView(context, path) {
  let fastest = Infinity;
  for (let tries = 0; tries < TRIES_MAX && fastest > VIEW_MS_MAX; tries += 1) fastest = Math.min(fastest, await firstView(context, path));
  return fastest;
}

const none = (faults) => expect(faults.length === 0, faults.join("\n"));

export default async function sizes(t, world) {
  const { ada } = world;
  const { desk, large, phone } = await lookAround(ada);
  await t.check("each page is accessible on a desk, in both schemes, with what is in More unfolded on the rail", () => none(desk));
  await t.check("with text twice as large each is accessible, on a desk and on a phone", () => none(large));
  await t.check("each page is accessible on a phone, and what one touches is 8 px apart", () => none(phone));

  await t.unless(world.lacks("weighing requests"), "the main pages are at most 60 kB in 15 requests, without people’s own pictures, and nothing in them moves", async () => {
    const faults = [];
    for (const path of MAIN) {
      const { bytes, requests, shift, moved } = await weigh(ada.context(), path);
      console.log(`        ${path}: ${(bytes / 1000).toFixed(1)} kB in ${requests.length} requests, shift ${shift.toFixed(4)}`);
      if (bytes > BYTES_MAX || requests.length > REQUESTS_MAX || shift > SHIFT_MAX) faults.push(`${path}: ${bytes} bytes, shift ${shift} of ${moved.join(", ")}; ${requests.join(", ")}`);
    }
    none(faults);
  });

  await t.unless(world.lacks("a slow processor"), "the main pages are painted within 2.5 s on a phone with a slow processor and slow 4G", async () => {
    const faults = [];
    for (const path of MAIN) {
      const ms = await fastestView(ada.context(), path);
      console.log(`        ${path}: ${(ms / 1000).toFixed(2)} s`);
      if (ms > VIEW_MS_MAX) faults.push(`${path}: ${Math.round(ms)} ms`);
    }
    none(faults);
  });
}
