// Ada creates a page of links; a stranger sees the public ones; Grace follows a collection and copies it; bookmarks are imported and exported.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { photo } from "../lib/photo.mjs";
import { screens } from "../lib/screens.mjs";
import { confirmed, didOf, unfold } from "../lib/steps.mjs";

const BOOKMARKS = `<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
  <DT><H3>Tea</H3>
  <DL><p>
    <DT><A HREF="https://assam.example/">Assam</A>
    <DT><A HREF="https://oolong.example/">Oolong</A>
    <DT><A HREF="javascript:alert(1)">A trick</A>
  </DL><p>
</DL><p>
`;

const saved = (page) => page.locator("#message", { hasText: "Saved and signed by you" }).waitFor();
const row = (page, title) => page.locator("li[data-item]", { has: page.locator(`.item-head:has(strong:text-is("${title}"))`) }).last();
const titles = (page, list) => page.locator(`${list} > li > .item-head strong`).allTextContents();

/** Holds back the texts of an app, which its scripts wait for. Returns what lets them arrive. */
async function withoutTexts(page, app) {
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  await page.route(`**/${app}/texts.en.js`, async (route) => {
    await arrived;
    await route.continue();
  });
  return arrive;
}

async function open(page) {
  await page.goto("/links/edit");
  await page.waitForLoadState("networkidle");
  await page.locator("#items > *").first().waitFor();
}

const FOLDED = ["from", "until", "slug", "in", "visibility", "accent"];

/** Adds an item with the form. */
async function add(page, button, fields) {
  await page.click(button);
  for (const [name, value] of Object.entries(fields)) {
    if (FOLDED.includes(name)) await unfold(page);
    if (["in", "visibility", "accent"].includes(name)) await page.selectOption(`#${name}`, value);
    else await page.fill(`#${name}`, value);
  }
  await page.click("#save");
  await saved(page);
}

export default async function links(t, world) {
  const { ada, grace } = world;

  await t.check("a page has words, a colour, links, and a collection with an address of its own", async () => {
    await open(ada);
    await ada.getByText("Your page is empty").waitFor();
    await ada.click("#edit-page");
    expect((await ada.inputValue("#title")) === "Ada Lovelace", "her name is not in the form");
    await ada.fill("#title", "Ada’s links");
    await ada.fill("#note", "Machines, mathematics.\n\nAnd bread.");
    await unfold(ada);
    await ada.selectOption("#accent", "moss");
    await ada.click("#save");
    await saved(ada);
    await ada.click("#add-link");
    await ada.click("#save");
    await ada.getByText("Give it a title").waitFor();
    await ada.fill("#title", "Notes on the Engine");
    await ada.fill("#url", "engine example");
    await ada.click("#save");
    await ada.getByText("Write the whole link").waitFor();
    await accessible(ada);
    await fits(ada);
    // A reload loses nothing.
    await ada.reload();
    await ada.getByText("This is what you wrote before").waitFor();
    expect((await ada.inputValue("#title")) === "Notes on the Engine", "the draft is gone");
    await ada.fill("#url", `${world.url}/docs`);
    await unfold(ada);
    await ada.setInputFiles("#add-file", await photo(ada, "engine.jpg"));
    await ada.getByText("Ready. Say what each file shows").waitFor();
    await ada.locator("#files li input").fill("The engine");
    await screens(world, ada, "links-form");
    await ada.click("#save");
    await saved(ada);
    await add(ada, "#add-collection", { title: "Bread", note: "What I bake.", slug: "bread", accent: "gold" });
    for (const title of ["Rye", "Spelt", "Brioche"]) await add(ada, "#add-link", { title, url: `https://${title.toLowerCase()}.example/`, in: { label: "Bread" } });
    await add(ada, "#add-link", { title: "Later", url: "https://later.example/", from: "2099-01-01T10:00" });
    await add(ada, "#add-link", { title: "Diary", url: "https://diary.example/", visibility: "private" });
    await ada.click("#add-link");
    await ada.fill("#title", "Twice");
    await ada.fill("#url", "https://twice.example/");
    await unfold(ada);
    await ada.fill("#slug", "bread");
    await ada.click("#save");
    await ada.getByText("Another link or collection of yours has this address").waitFor();
    await ada.click("#cancel");
    await row(ada, "Diary").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "links-edit");
    await ada.click("#share-page");
    const sheet = ada.getByRole("dialog", { name: "Share “Ada Lovelace”" });
    const address = await sheet.getByRole("textbox", { name: "Link" }).inputValue();
    expect(address === `${world.url}/links/ada`, address);
    await accessible(ada);
    await ada.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  });

  await t.check("what is pressed before the page’s script is ready is done once it is", async () => {
    const early = await world.person(world.url, { storageState: await ada.context().storageState(), serviceWorkers: "block" });
    const arrive = await withoutTexts(early, "links");
    await early.goto("/links/edit", { waitUntil: "domcontentloaded" });
    await early.click("#add-link");
    expect(!(await early.locator("#form-item").isVisible()), "the form was there before its script");
    arrive();
    await early.locator("#form-item").waitFor();
    await early.context().close();
  });

  await t.check("and so is what is chosen", async () => {
    const early = await world.person(world.url, { serviceWorkers: "block" });
    const arrive = await withoutTexts(early, "www");
    await early.goto("/verify", { waitUntil: "domcontentloaded" });
    await early.setInputFiles("#file", { name: "note.tar", mimeType: "application/x-tar", buffer: Buffer.from("no copy") });
    arrive();
    await early.locator("#result:not(:empty), #message:not(:empty)").first().waitFor();
    await early.context().close();
  });

  await t.check("the order changes by keyboard and by dragging, and the focus stays", async () => {
    const bread = "#collections ul.items";
    await row(ada, "Brioche").locator(".handle").focus();
    await ada.keyboard.press("ArrowUp");
    await ada.keyboard.press("ArrowUp");
    await ada.locator("#moved", { hasText: "“Brioche” is now 1 of 3" }).waitFor({ state: "attached" });
    expect(await ada.evaluate(() => document.activeElement.closest("li").textContent.includes("Brioche")), "the focus is elsewhere");
    await ada.locator("#message", { hasText: "Saved in this order" }).waitFor();
    const drag = async (title, over, begin, move, end) => {
      const [handle, other] = [row(ada, title).locator(".handle"), row(ada, over)];
      await ada.locator("#loose").evaluate((list) => list.scrollIntoView({ block: "start" }));
      await ada.evaluate(() => document.querySelector("#message").replaceChildren());
      const [from, to] = [await handle.boundingBox(), await other.boundingBox()];
      const [x, start, last] = [from.x + 20, from.y + 20, to.y < from.y ? to.y + 5 : to.y + to.height - 5];
      await begin(x, start);
      for (let part = 1; part <= 8; part += 1) await move(x, start + ((last - start) * part) / 8);
      await end();
      await ada.locator("#message", { hasText: "Saved in this order" }).waitFor();
    };
    await drag("Diary", "Notes on the Engine", async (x, y) => (await ada.mouse.move(x, y), ada.mouse.down()), (x, y) => ada.mouse.move(x, y), () => ada.mouse.up());
    expect((await titles(ada, "#loose")).join() === "Diary,Notes on the Engine,Later", await titles(ada, "#loose"));
    // With a finger.
    const { down, move, up } = await world.finger(ada);
    await drag("Diary", "Notes on the Engine", down, move, up);
    await open(ada);
    expect((await titles(ada, bread)).join() === "Brioche,Rye,Spelt", await titles(ada, bread));
    expect((await titles(ada, "#loose")).join() === "Notes on the Engine,Diary,Later", await titles(ada, "#loose"));
  });

  await t.check("a link is switched off and on where it is in the list", async () => {
    await row(ada, "Spelt").getByLabel("On: Spelt").uncheck();
    await saved(ada);
    const visitor = await world.person();
    await visitor.goto("/links/ada");
    expect(!(await visitor.textContent("main")).includes("Spelt"), "it is seen");
    await ada.evaluate(() => document.querySelector("#message").replaceChildren());
    await row(ada, "Spelt").getByLabel("On: Spelt").check();
    await saved(ada);
  });

  await t.check("a change from another tab is shown, and the text stays", async () => {
    const other = await ada.context().newPage();
    await open(other);
    await row(ada, "Rye").getByRole("button", { name: "Change" }).click();
    await ada.fill("#title", "Rye with caraway");
    await row(other, "Rye").getByRole("button", { name: "Change" }).click();
    await other.fill("#title", "Dark rye");
    await other.click("#save");
    await saved(other);
    await other.close();
    await ada.click("#save");
    await ada.getByText("it’s called “Dark rye” there").waitFor();
    expect((await ada.inputValue("#title")) === "Rye with caraway", "the text is gone");
    await accessible(ada);
    await fits(ada);
    await ada.getByRole("button", { name: "Save mine instead" }).click();
    await saved(ada);
    await row(ada, "Rye with caraway").waitFor();
  });

  await t.check("a stranger sees what is for everybody, and a click leads on", async () => {
    const visitor = await world.person();
    await visitor.goto("/links/ada");
    await visitor.getByRole("heading", { name: "Ada’s links", level: 1 }).waitFor();
    const text = await visitor.textContent("main");
    for (const words of ["And bread.", "Notes on the Engine", "Rye with caraway", "What I bake."]) expect(text.includes(words), `lacks “${words}”: ${text}`);
    for (const words of ["Later", "Diary", "click"]) expect(!text.includes(words), `shows “${words}”`);
    await visitor.waitForFunction(() => document.querySelector('.cover img[alt="The engine"]')?.naturalWidth > 0);
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "links");
    const link = visitor.getByRole("link", { name: "Notes on the Engine" });
    expect((await link.getAttribute("rel")) === "nofollow ugc noopener", "the link has another rel");
    const answer = await visitor.request.get(await link.getAttribute("href"), { maxRedirects: 0 });
    expect(answer.status() === 303 && answer.headers().location === `${world.url}/docs`, `${answer.status()} ${answer.headers().location}`);
    const rows = await visitor.locator(".link-rows > li").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(rows.every((height) => height >= 44), rows.join());
    await visitor.getByRole("link", { name: "Bread" }).click();
    await visitor.waitForURL((url) => url.pathname === "/links/ada/bread");
    await visitor.getByText("Sign in to follow this collection").waitFor();
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "links-collection");
    const { items } = await (await visitor.request.get("/links/ada.json")).json();
    expect(items.some(({ title }) => title === "Brioche") && !items.some(({ title }) => title === "Diary"), JSON.stringify(items));
    const id = items.find(({ slug }) => slug === "bread").id;
    const moved = await visitor.request.get(`/links/ada/${id}`, { maxRedirects: 0 });
    expect(moved.status() === 308 && moved.headers().location === "/links/ada/bread", `${moved.status()}`);
    const markdown = await (await visitor.request.get("/links/ada/bread.md")).text();
    expect(markdown.startsWith("# Bread\n") && markdown.includes("- [Rye with caraway](<https\\:"), markdown);
    expect((await visitor.request.get("/links/ada/cake")).status() === 404, "something is there");
  });

  await t.check("the owner sees what others don't, and why; clicks are a picture with words", async () => {
    await ada.goto("/links/ada");
    const text = await ada.textContent("main");
    for (const words of ["only you", "from 1 January 2099", "0 clicks until yesterday"]) expect(text.includes(words), `lacks “${words}”: ${text}`);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "links-own");
    await open(ada);
    await row(ada, "Rye with caraway").getByRole("button", { name: "0 clicks" }).click();
    await ada.getByRole("img", { name: "0 clicks in the last 31 days" }).waitFor();
    await accessible(ada);
  });

  await t.check("Grace follows the collection, and finds what is new on her Home", async () => {
    await grace.goto("/links/ada/bread");
    await grace.getByRole("button", { name: "Follow" }).click();
    await grace.getByRole("button", { name: "Stop following" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await open(ada);
    await add(ada, "#add-link", { title: "Pumpernickel", url: "https://pumpernickel.example/", in: { label: "Bread" } });
    await grace.goto("/");
    await grace.getByText("Ada Lovelace added a link to Bread").waitFor();
    await grace.goto("/links/ada/bread");
    await grace.getByRole("button", { name: "Stop following" }).waitFor();
    await ada.goto("/links/ada/bread");
    await ada.getByText("One person on this box follows this collection").waitFor();
  });

  await t.check("Grace copies the collection: her page says from whom", async () => {
    await grace.getByRole("button", { name: "Copy to my page" }).click();
    await grace.getByText("The collection is on your page, with 4 links.").waitFor();
    // A second copy adds nothing.
    await grace.getByRole("button", { name: "Copy to my page" }).click();
    await grace.getByText("The collection is on your page, with 4 links.").waitFor();
    await accessible(grace);
    await grace.getByRole("link", { name: "See your copy" }).click();
    await grace.getByText("from Ada Lovelace").waitFor();
    const visitor = await world.person();
    await visitor.goto(`/links/${await didOf(grace)}`);
    const text = await visitor.textContent("main");
    expect(text.includes("from Ada Lovelace") && text.split("Pumpernickel").length === 2, text);
    await accessible(visitor);
    await fits(visitor);
  });

  await t.check("bookmarks come in, private, and everything goes out", async () => {
    await open(grace);
    await grace.getByText("Import and export").click();
    await grace.setInputFiles("#bookmarks", { name: "bookmarks.html", mimeType: "text/html", buffer: Buffer.from(BOOKMARKS) });
    await grace.getByText("The file has 2 links in one collection. One entry isn’t a link and is left out.").waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "links-import");
    await grace.getByRole("button", { name: "Sign and import" }).click();
    await grace.getByText("The bookmarks are on your page").waitFor();
    await row(grace, "Oolong").waitFor();
    const file = await (await grace.request.get("/links/api/export.html")).text();
    expect(file.includes("https://assam.example/") && file.includes("Pumpernickel"), file);
    const visitor = await world.person();
    await visitor.goto(`/links/${await didOf(grace)}`);
    expect(!(await visitor.textContent("main")).includes("Oolong"), "bookmarks are seen");
  });

  await t.check("what is removed is gone, with all that is in it", async () => {
    await grace.getByRole("button", { name: "Remove: Tea" }).click();
    const asked = await confirmed(grace);
    await grace.getByText("The box has erased its words").waitFor();
    expect(asked.includes("with all links in it"), asked);
    expect((await row(grace, "Oolong").count()) === 0, "its links are there still");
  });
}
