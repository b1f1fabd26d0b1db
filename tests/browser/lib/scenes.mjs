// Steps of the flow `unanswered` before the network is cut: a conversation, a poll, a course for sale, an import from a stick.

import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { write } from "./chat.mjs";
import { expect } from "./check.mjs";
import { closeSheet, confirmed, didOf, picture, publish, unfold } from "./steps.mjs";

const TALK = /\/chat\/did:imajin:dm:/;

export const said = (page, text) => page.locator("#message", { hasText: text }).waitFor();

export async function open(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
}

async function save(page) {
  await page.click("#save");
  await said(page, "Saved and signed by you");
}

/** Writes to Ada (`did`): opens the conversation with the first message. */
export async function writeToAda(page, did, text) {
  if (!TALK.test(page.url())) {
    await open(page, `/chat/new?with=${did}`);
    await page.getByRole("button", { name: "Ada" }).click();
    await page.waitForURL(TALK);
    await page.locator("#seal.is-sealed").waitFor();
  }
  await write(page, text);
}

/** Opens a poll for everybody. Returns its path. */
export async function openPoll(page) {
  await open(page, "/dykil/edit");
  await page.locator("#items > *").first().waitFor();
  await page.click("[data-template=cafe]");
  await unfold(page);
  await page.getByLabel("Who sees the results").selectOption("all");
  await page.fill("#q1-choices", "Cake\nSoup");
  await page.fill("#title", "Supper");
  await save(page);
  await page.getByRole("button", { name: "Publish and share: Supper" }).click();
  await confirmed(page);
  await closeSheet(page);
  return page.locator("li[data-item]").getByRole("link", { name: "See" }).last().getAttribute("href");
}

/** Saves a course at a price: a new one, or the one that the button `change` names. */
export async function saveCourse(page, price, change) {
  await open(page, "/learn/edit");
  await page.locator("#items > *").first().waitFor();
  if (!change) await page.getByText("Start from an example", { exact: true }).click();
  await page.getByRole("button", { name: change ?? "A craft" }).click();
  await page.fill("#price", price);
  if (change) await save(page);
  else await publish(page);
}

/** Offers a course that is paid by transfer. Returns its path. */
export async function offerCourse(page) {
  await open(page, "/pay/details");
  await page.fill("#details-note", "Bring it to the bakery.");
  await page.click("#save-details");
  await page.locator("#message .good").waitFor();
  await saveCourse(page, "10");
  const did = await didOf(page);
  const { items } = await (await page.request.get(`/learn/api/items?owner=${encodeURIComponent(did)}`)).json();
  return `/learn/${did}/${items.find(({ kind }) => kind === "course").id}`;
}

/** Begins to import a stick with a picture of each of two months. Nothing is ready to be signed when the import's page opens. */
export async function beginImport(page, stick) {
  await stick.plug(async () => {
    for (const [month, hue] of [["2023-06", 20], ["2023-07", 200]]) {
      const [path, taken] = [join(stick.at, `${month}.png`), new Date(`${month}-15T12:00:00Z`)];
      await writeFile(path, await picture(page, 400, 300, hue));
      await utimes(path, taken, taken);
    }
  });
  const answer = await page.request.post("/media/api/import", { data: { stick: stick.name }, headers: { origin: new URL(page.url()).origin } });
  expect(answer.status() === 201, `no import begins: ${answer.status()}`);
  await page.route("**/media/api/import", (route) => route.fulfill({ json: { import: { state: "reading", ready: [] } } }), { times: 1 });
}

/** Has the box ask a registry at an address where nobody answers. */
export async function askRegistry(page, address) {
  await open(page, "/network");
  await page.getByLabel("Address of the registry").fill(address);
  await page.getByRole("button", { name: "Reach it through this registry" }).click();
  await page.locator("#tunnels [data-waiting]").first().waitFor();
}
