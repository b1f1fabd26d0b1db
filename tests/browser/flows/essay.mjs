// Ada writes an essay in a series, with a picture, a jar and her name; a visitor reads it on a phone; Grace follows the series.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { photo } from "../lib/photo.mjs";
import { screens } from "../lib/screens.mjs";
import { didOf, publish, unfold } from "../lib/steps.mjs";
import { PHONE } from "../lib/world.mjs";

const JAR = "A coffee for the barista";
const TEXT = "Rye takes *time*[^1].\n\n> Wait, and wait again.\n\n## Flour\n\nOnly flour.\n\n[^1]: A day at least.";

const saved = (page) => page.locator("#message", { hasText: "Saved and signed by you" }).waitFor();
const words = async (page) => (await page.textContent("main")).replaceAll("\u00a0", " ");

async function edit(page) {
  await page.goto("/essays/edit");
  await page.waitForLoadState("networkidle");
  await page.locator("#items > *").first().waitFor();
}

/** Drops a file on the text, as from a folder. */
async function drop(page, { name, mimeType, buffer }) {
  await page.locator("#text").evaluate((text, { name, type, base64 }) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type }));
    text.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, { name, type: mimeType, base64: buffer.toString("base64") });
}

/** Waits until a page has drawn the picture in a text. */
const drawn = (page, where) => page.waitForFunction((where) => document.querySelector(`${where} img`)?.naturalWidth > 0, where);

export default async function essay(t, world) {
  const { ada, grace } = world;
  await ada.goto("/");
  const did = await didOf(ada);
  const status = async () => (await grace.request.get(`/essays/${did}/rye`)).status();

  await t.check("a series begins with a title", async () => {
    await edit(ada);
    await ada.getByText("Nothing yet").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "essays-empty");
    await ada.click("#add-series");
    expect(!(await ada.locator("#text").isVisible()), "a series has a text");
    await ada.fill("#title", "Baking");
    await ada.click("#save");
    await saved(ada);
    await ada.locator("#all-series", { hasText: "No essays in this series yet" }).waitFor();
  });

  await t.check("what is written survives a reload and a lost connection", async () => {
    await ada.click("#add-essay");
    await ada.fill("#title", "Rye and time");
    await ada.fill("#text", TEXT);
    await ada.reload();
    await ada.getByText("This is what you wrote before").waitFor();
    expect((await ada.inputValue("#text")) === TEXT, "the text is another one");
    await ada.context().setOffline(true);
    await ada.click("#save");
    await ada.locator("#message .bad").waitFor();
    await ada.context().setOffline(false);
    expect((await ada.inputValue("#text")) === TEXT, "the text is gone");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "essay-form");
  });

  await t.check("a picture is dropped into the text, which is shown as readers will see it", async () => {
    await drop(ada, await photo(ada, "loaf.jpg"));
    await ada.waitForFunction(() => /!\[\]\(baf\w+\)/.test(document.querySelector("#text").value));
    await ada.click("#show-text");
    await ada.locator("#text-preview blockquote").waitFor();
    expect(!(await ada.locator("#text").isVisible()), "the source is still there");
    await drawn(ada, "#text-preview");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "essay-preview");
    await ada.click("#show-text");
    await ada.locator("#text").waitFor({ state: "visible" });
  });

  await t.check("a draft names its series, a jar and its maker, and nobody else sees it", async () => {
    await unfold(ada);
    await ada.fill("#note", "Why rye bread can’t be hurried.");
    await ada.selectOption("#in", { label: "Baking" });
    await ada.selectOption("#jar", { label: JAR });
    await ada.check("#makers");
    await ada.fill("#slug", "rye");
    const chosen = await ada.textContent("#chosen");
    expect(chosen.includes("Series: Baking") && chosen.includes(JAR), chosen);
    await accessible(ada);
    await ada.click("#save");
    await saved(ada);
    await ada.locator("#all-series [data-item]", { hasText: "Rye and time" }).last().waitFor();
    expect((await status()) === 404, "a draft is shown");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "essays-edit");
  });

  await t.check("a change keeps what was chosen, the maker stays, and sharing shows it", async () => {
    await ada.getByRole("button", { name: "Change: Rye and time" }).click();
    await ada.locator("#editor").waitFor({ state: "visible" });
    const values = await Promise.all(["in", "jar", "slug"].map((id) => ada.inputValue(`#${id}`)));
    expect(values.every(Boolean), values.join());
    expect((await ada.isChecked("#makers")) && (await ada.isDisabled("#makers")), "the maker can be taken away");
    await publish(ada);
    expect((await status()) === 200, "an essay that was shared isn't shown");
  });

  await t.check("a visitor reads it on a phone, and programs find what a link shows", async () => {
    const visitor = await world.person(world.url, { viewport: PHONE });
    await visitor.goto(`/essays/${did}`);
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "essays-person");
    await visitor.getByRole("link", { name: "Rye and time" }).click();
    await visitor.getByRole("heading", { name: "Rye and time", level: 1 }).waitFor();
    await visitor.locator(".essay .text img").scrollIntoViewIfNeeded();
    await drawn(visitor, ".essay .text");
    const text = await words(visitor);
    for (const part of ["Why rye bread", "1 minute to read", "Wait, and wait again.", "A day at least.", "Who made it", "100.00 %", JAR, "Baking", "Sign in to follow"]) {
      expect(text.includes(part), `lacks “${part}”: ${text}`);
    }
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "essay");
    const tag = (name) => visitor.getAttribute(`meta[property="og:${name}"]`, "content");
    expect((await tag("type")) === "article" && (await tag("description")) === "Why rye bread can’t be hurried.", "the link says something else");
    const picture = await visitor.request.get(await tag("image"));
    expect(picture.ok(), `the picture of the link: ${picture.status()}`);
    const answer = await visitor.request.get(`/essays/${did}/rye`);
    expect(answer.headers()["x-fair-digest"]?.startsWith("sha256:"), "no manifest is named");
    await visitor.getByRole("link", { name: JAR }).click();
    await visitor.waitForURL((url) => url.pathname.startsWith("/coffee/"));
    await visitor.context().close();
  });

  await t.check("Grace follows the series, and a new essay is on her Home", async () => {
    await grace.goto(`/essays/${did}/rye`);
    await grace.click("#follow");
    await grace.getByText("You follow this series").waitFor();
    await accessible(grace);
    await fits(grace);
    await edit(ada);
    await ada.click("#add-essay");
    await ada.fill("#title", "Wheat");
    await ada.fill("#text", "Wheat is quicker.");
    await unfold(ada);
    await ada.selectOption("#in", { label: "Baking" });
    await publish(ada);
    await grace.goto("/");
    await grace.getByText("added an essay to Baking").waitFor();
    await grace.goto(`/essays/${did}/rye`);
    await grace.getByRole("link", { name: "Wheat →" }).click();
    await grace.getByRole("heading", { name: "Wheat", level: 1 }).waitFor();
    await grace.goto("/search?q=wheat");
    await grace.getByRole("link", { name: "Wheat" }).waitFor();
  });
}
