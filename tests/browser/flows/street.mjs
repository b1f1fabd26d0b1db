// Many participants: a street of forty publishes its spending without signing up, and fifty guests of a supper vote in secret while the node is
// killed three times. Each household and each guest has their own browser and address.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Box, freePort } from "../lib/box.mjs";
import { expect } from "../lib/check.mjs";
import { closeSheet, confirmed, createIdentity, didOf, freeEvent, unfold } from "../lib/steps.mjs";

const HOUSEHOLDS = 36;
const CHEATS = 4;
const GUESTS = 50;
const KILLS = 3;
/** Number of guests that vote at the same time. */
const AT_ONCE = 8;

const said = (page, text) => page.locator("#message", { hasText: text }).waitFor();
const row = (page, title) => page.locator("li[data-item]", { has: page.locator(`.item-head:has(strong:text-is("${title}"))`) }).last();

/** Begins a poll with a template. */
async function template(page, name) {
  await page.goto("/dykil/edit");
  await page.waitForLoadState("networkidle");
  await page.locator("#items > *").first().waitFor();
  await page.click(`[data-template=${name}]`);
  await unfold(page);
}

/** Saves and publishes the form's survey, and returns its path. */
async function opened(page, title) {
  await page.fill("#title", title);
  await page.click("#save");
  await said(page, "Saved and signed by you");
  await row(page, title).getByRole("button", { name: `Publish and share: ${title}` }).click();
  await confirmed(page);
  await closeSheet(page);
  return row(page, title).getByRole("link", { name: "See" }).getAttribute("href");
}

async function close(page, title) {
  await page.goto("/dykil/edit");
  await row(page, title).getByRole("button", { name: `Close: ${title}` }).click();
  await confirmed(page);
  await said(page, "The poll is closed");
}

/** Returns the answers of the n-th household, of 36 honest ones and four cheats, which try to be in every sum. */
function household(n) {
  if (n >= HOUSEHOLDS) return { members: 10, cloud: 100_000, group: "Choir", also: ["Club", "Garden"] };
  return { also: [], members: 1 + (n % 6), cloud: (n * 37) % 90, group: n === 0 ? "Garden" : ["", "Choir", "Choir", "Club", "Club"][(n * 7) % 5] };
}

async function spending(world, secure, olive) {
  await template(olive, "spending");
  await olive.fill("#groups", "Choir\nClub\nGarden");
  const path = await opened(olive, "Our street");
  // Cheats answer between the others, and look right before and after another household's answer.
  const order = [...Array(HOUSEHOLDS).keys()].flatMap((n) => (n % 9 === 8 ? [n, HOUSEHOLDS + (n - 8) / 9] : [n]));
  const sums = new Map();
  let seen = null;
  let changes = 0;
  for (const n of order) {
    const guest = await from(world, secure, `10.3.${n}.1`);
    const { members, cloud, group, also } = household(n);
    await guest.goto(path);
    const before = await bars(guest);
    expect(seen === null || before === seen, `the sums changed without an answer: ${before}`);
    await guest.getByLabel("How many people are in your household?").fill(String(members));
    await guest.getByLabel("Cloud storage, a month").fill(String(cloud));
    if (group) await guest.getByLabel("Which group do you belong to first?").selectOption(group);
    for (const other of also) await guest.getByRole("group", { name: "Which other groups do you belong to?" }).getByLabel(other).check();
    await guest.getByRole("button", { name: "Send my answers" }).click();
    await said(guest, "Your answers are in the ballot box");
    await guest.reload();
    const now = await bars(guest);
    const known = (sums.get(group) ?? 0) + 1;
    sums.set(group, known);
    // A sum moves when five more households of one group are in it, and at no other time.
    expect(now === before || known % 5 === 0, `${known} households of “${group}” moved a sum: ${now}`);
    expect(!now.includes("Garden"), "the only household of its group is shown");
    if (now !== before) changes += 1;
    seen = now;
    await guest.context().close();
  }
  expect(order.length === HOUSEHOLDS + CHEATS, `${order.length} households`);
  expect(changes >= 4, `${changes} publications`);
  await close(olive, "Our street");
}

/** Returns the public sums as text. */
async function bars(page) {
  const shown = page.locator("#bars");
  return (await shown.count()) > 0 ? (await shown.innerText()).trim() : "";
}

/** Opens a person's page from a separate address. */
const from = (world, port, address) =>
  world.person(`https://localhost:${port}`, { extraHTTPHeaders: { "x-forwarded-for": address }, ignoreHTTPSErrors: true, serviceWorkers: "block" });

/** Sends a guest's vote, again each time that the node was down meanwhile. */
async function vote(page, plug) {
  for (;;) {
    const start = plug.starts;
    await page.getByRole("button", { name: "Send my answers" }).click();
    await page.locator("#message .notice").waitFor();
    if (await page.locator("#message .notice.good").isVisible()) return;
    const complaint = await page.textContent("#message");
    expect(plug.pulled || plug.starts > start, `refused: ${complaint}`);
    await plug.back;
  }
}

/** Kills the node each time that a further quarter of all votes is counted; `box` is the running one. */
class Plug {
  starts = 0;
  counted = 0;
  pulled = false;
  back = Promise.resolve();

  constructor(box) {
    this.box = box;
  }

  count() {
    this.counted += 1;
    if (this.starts < KILLS && this.counted >= (GUESTS * (this.starts + 1)) / (KILLS + 1) && !this.pulled) this.back = this.pull();
  }

  async pull() {
    this.pulled = true;
    await this.box.kill();
    this.box = await this.box.again();
    this.starts += 1;
    this.pulled = false;
  }
}

async function arrive(world, secure, event, path, n) {
  const page = await from(world, secure, `10.4.${n}.1`);
  await createIdentity(world, page, `Guest ${n}`);
  await page.goto(event);
  await page.waitForLoadState("networkidle");
  await page.locator("form.buy").first().getByRole("button", { name: "I’m coming" }).click();
  await page.click("#agree");
  await page.getByText("It’s yours").waitFor();
  const did = await didOf(page);
  await page.goto(path);
  await page.getByLabel(n % 3 === 0 ? "Yes" : "No", { exact: true }).check();
  return { page, did };
}

async function supper(world, plug, secure, olive) {
  const event = await freeEvent(olive, "Supper");
  await template(olive, "class");
  await olive.fill("#q1-choices", "Yes\nNo");
  await olive.selectOption("#each", "ticket");
  await olive.getByLabel("Event", { exact: true }).selectOption({ label: "Supper, 31 December 2099, 20:00 (UTC)" });
  const path = await opened(olive, "Once more next year?");
  const guests = [];
  for (let n = 0; n < GUESTS; n += 1) guests.push(await arrive(world, secure, event, path, n));

  const waiting = [...guests];
  const line = async () => {
    for (let guest = waiting.shift(); guest; guest = waiting.shift()) {
      await vote(guest.page, plug);
      plug.count();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  await plug.back;
  expect(plug.starts === KILLS, `the plug was pulled ${plug.starts} times`);

  // No file of the node reveals anyone's vote.
  const folder = join(plug.box.data, "node/box");
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    for (const { did } of guests) expect(!bytes.includes(did), `${name} names a guest`);
  }
  await close(olive, "Once more next year?");
  await olive.goto(path);
  const yes = Math.ceil(GUESTS / 3);
  const bar = (choice, number) => olive.locator("#bars li", { hasText: choice }).locator(`strong:text-is('${number}')`);
  // The node writes the result after the close.
  for (let tries = 0; tries < 20 && !(await bar("Yes", yes).isVisible()); tries += 1) await olive.reload({ waitUntil: "networkidle" });
  await bar("Yes", yes).waitFor();
  await bar("No", GUESTS - yes).waitFor();
  for (const { page } of guests.slice(0, 3)) {
    await page.reload();
    await page.locator("#receipt", { hasText: "is among the results" }).waitFor();
  }
}

export default async function street(t, world) {
  const folder = await mkdtemp(join(tmpdir(), "imajin-street-"));
  const secure = await freePort();
  const settings = { IMAJIN_TLS_LISTEN: `127.0.0.1:${secure}`, IMAJIN_CLOCK: "always", IMAJIN_LIMITS_TRUSTED_PROXIES: "127.0.0.1", IMAJIN_REGISTRATION: "open" };
  const plug = new Plug(await Box.start(join(folder, "data"), `127.0.0.1:${await freePort()}`, settings));
  try {
    const olive = await world.person(plug.box.local);
    await createIdentity(world, olive, "Olive", { claim: plug.box.code });
    await t.check("forty households say what they spend without signing up, and four cheats see no sum of fewer than five", () =>
      spending(world, secure, olive));
    await t.check("fifty guests vote in secret while the plug is pulled three times, and each vote counts once", () => supper(world, plug, secure, olive));
  } finally {
    await plug.box.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
