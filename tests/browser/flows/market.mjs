// Ada sells a ladder in four taps after its photo and looks for a book; a visitor on a phone finds both near the station; Grace asks for the contact.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { photo } from "../lib/photo.mjs";
import { screens } from "../lib/screens.mjs";
import { closeSheet, didOf, unfold } from "../lib/steps.mjs";
import { Taps } from "../lib/taps.mjs";
import { PHONE } from "../lib/world.mjs";

/** Ada’s kitchen and a station in another town, more exactly than any listing says. */
const KITCHEN = { latitude: 47.37693, longitude: 8.54171 };
const STATION = { latitude: 46.94881, longitude: 7.43913 };

const saved = (page) => page.locator("#message", { hasText: "Saved and signed by you" }).waitFor();
const words = async (page) => (await page.textContent("main")).replaceAll("\u00a0", " ");
const titles = async (page) => (await page.locator("#near-rows strong").allTextContents()).join();

/** Collects all that a page sends: addresses and contents. */
function watch(page) {
  const sent = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  return sent;
}

async function standAt(page, place) {
  await page.context().grantPermissions(["geolocation"]);
  await page.context().setGeolocation(place);
}

export default async function market(t, world) {
  const { ada, grace } = world;

  await t.check("an empty market says how to begin", async () => {
    await ada.goto("/market");
    await ada.getByText("Be the first").waitFor();
    expect(!(await ada.locator("#filter").isVisible()), "there is nothing to filter");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "market-empty");
  });

  await t.check("selling takes four taps after the photo", async () => {
    await ada.getByRole("link", { name: "Sell or lend something" }).click();
    await ada.locator("#editor").waitFor({ state: "visible" });
    await ada.setInputFiles("#add-file", await photo(ada, "ladder.jpg"));
    await ada.getByText("Ready. Say what each file shows").waitFor();
    const taps = new Taps(ada);
    await taps.write("#title", "Wooden ladder", { enter: false });
    await taps.write("#price", "15", { enter: false });
    await taps.select("#category", "tools");
    await taps.tap("#publish");
    await ada.locator("#share-sheet").waitFor();
    taps.within(4, "selling something");
    await closeSheet(ada);
    await ada.locator("[data-item]", { hasText: "15.00" }).waitFor();
  });

  let sent = [];
  await t.check("a listing has its place, and what is wrong is said at its field", async () => {
    await standAt(ada, KITCHEN);
    sent = watch(ada);
    await ada.getByRole("button", { name: "Change" }).click();
    await ada.locator("#editor").waitFor({ state: "visible" });
    await unfold(ada);
    await ada.fill("#note", "Three metres, hardly used.");
    await ada.fill("#price", "x");
    await ada.click("#save");
    await ada.getByText("Write an amount").waitFor();
    await ada.fill("#price", "15");
    await ada.fill("#quantity", "3");
    await ada.selectOption("#returns", "14");
    await ada.fill("#area", "Old town");
    await ada.click("#use-place");
    await ada.getByText("A place is chosen").waitFor();
    await ada.fill("#phone", "+41 44 123 45 67");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "market-form");
    await ada.click("#save");
    await saved(ada);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "market-edit");
  });

  await t.unless(world.lacks("bodies of requests"), "its place was rounded before it left the page", () => {
    const put = sent.find((one) => one.includes("market.put") && one.includes("Wooden ladder"));
    expect(put.includes("4738") && put.includes("854"), put);
    for (const exact of ["47.37", "8.541"]) expect(!sent.some((one) => one.includes(exact)), `${exact} left the page`);
  });

  await t.check("a change keeps what was chosen, and a price stays one", async () => {
    await ada.getByRole("button", { name: "Change" }).click();
    await ada.locator("#editor").waitFor({ state: "visible" });
    await unfold(ada);
    await ada.getByText("A place is chosen").waitFor();
    const values = await Promise.all(["price", "quantity", "returns", "phone", "category", "lat", "rent"].map((id) => ada.inputValue(`#${id}`)));
    expect(values.join() === "15.00,3,14,+41 44 123 45 67,tools,4738,", values.join());
    await ada.fill("#price", "");
    await ada.click("#save");
    await ada.getByText("A price can be changed").waitFor();
    await ada.fill("#price", "12.50");
    await ada.selectOption("#rent", "day");
    await ada.click("#save");
    await saved(ada);
    await ada.locator("[data-item]", { hasText: "12.50" }).waitFor();
  });

  await t.check("a wish has no price, and the place of the listing before", async () => {
    await ada.click("#add-wanted");
    await ada.locator("#editor").waitFor({ state: "visible" });
    await unfold(ada);
    await ada.getByText("A place is chosen").waitFor();
    expect((await ada.inputValue("#phone")) === "+41 44 123 45 67", "the contact is not that of the listing before");
    expect(!(await ada.locator("#price").isVisible()), "a wish has a price");
    await ada.click("#drop-place");
    await ada.fill("#title", "A book about bees");
    await ada.click("#save");
    await ada.getByText("Choose a category").waitFor();
    await ada.selectOption("#category", "books");
    await ada.click("#save");
    await ada.getByText("Nobody else sees it until you publish it").waitFor();
    const wish = ada.locator("#wishes [data-item]", { hasText: "A book about bees" });
    await wish.getByRole("button", { name: "Publish and share" }).click();
    await closeSheet(ada);
    await wish.getByRole("button", { name: "Share: A book about bees", exact: true }).waitFor();
  });

  await t.check("a visitor sorts by distance and narrows the list, and the box learns neither place nor words", async () => {
    const visitor = await world.person(world.url, { viewport: PHONE });
    await standAt(visitor, STATION);
    const sent = watch(visitor);
    await visitor.goto("/market");
    await visitor.locator("#filter").waitFor({ state: "visible" });
    await visitor.getByText("Your place stays in this page").waitFor();
    expect((await titles(visitor)) === "A book about bees,Wooden ladder", await titles(visitor));
    await visitor.getByText("12.50 CHF a day").waitFor();
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "market-near");
    await visitor.click("#use-place");
    await visitor.getByText("Sorted by distance from here").waitFor();
    expect((await titles(visitor)) === "Wooden ladder,A book about bees", await titles(visitor));
    expect((await words(visitor)).includes("97 km") || (await words(visitor)).includes("96 km"), await words(visitor));
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "market-dots");
    await visitor.locator("svg.dots .dot").click();
    await visitor.getByText("1 listing. At this dot.").waitFor();
    expect((await titles(visitor)) === "Wooden ladder", await titles(visitor));
    await visitor.locator("svg.dots .dot").click();
    await visitor.getByText("2 listings. Sorted by distance").waitFor();
    await visitor.fill("#words", "LADDER");
    await visitor.getByText("1 listing.").waitFor();
    await visitor.selectOption("#category", "books");
    await visitor.getByText("Nothing fits").waitFor();
    await visitor.selectOption("#category", "");
    for (const part of ["46.9", "7.43", "LADDER"]) expect(!sent.some((one) => one.includes(part)), `${part} left the page`);
    const asked = sent.filter((one) => one.includes("/market/api/"));
    expect(asked.length === 1 && asked[0].trim().endsWith("/market/api/near"), asked.join("\n"));
    await visitor.getByRole("link", { name: "Wooden ladder" }).click();
    await visitor.getByRole("heading", { name: "Wooden ladder", level: 1 }).waitFor();
    const text = await words(visitor);
    for (const part of ["12.50 CHF a day", "3 pieces", "three days after its end", "Old town", "Sign in to reach them"]) expect(text.includes(part), `lacks “${part}”: ${text}`);
    expect(!text.includes("+41"), "a stranger reads the contact");
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "market-listing");
    await visitor.context().close();
  });

  await t.check("somebody of the box asks for the contact, and writes to the seller", async () => {
    const did = await didOf(ada);
    await grace.goto(`/market/${did}`);
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "market-person");
    await grace.getByRole("link", { name: "Wooden ladder" }).click();
    await grace.getByRole("button", { name: "Show the contact" }).click();
    await grace.getByRole("link", { name: "+41 44 123 45 67" }).waitFor();
    expect((await grace.getAttribute("#ways a", "href")) === "tel:+41441234567", "the number can’t be called");
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "market-contact");
    await grace.getByRole("link", { name: "Ask the seller" }).click();
    // Somebody who talked with the seller before comes to that conversation.
    await grace.waitForURL((url) => url.searchParams.get("with") === did || url.pathname.startsWith("/chat/did:"));
    await grace.goto("/search?q=wooden%20ladder");
    await grace.getByRole("link", { name: "Wooden ladder" }).waitFor();
  });
}
