// Ada writes her profile; visitors see the fields that she shows them; Grace follows her.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { picture } from "../lib/steps.mjs";

const BIO = "I write programs for machines that do not exist yet.\nTea, mathematics, flying.";

export default async function profile(t, world) {
  const page = world.ada;
  await t.check("a profile is written and signed", async () => {
    await page.goto("/profile/edit");
    await page.waitForLoadState("networkidle");
    await page.fill("#bio", BIO);
    await page.fill("#handle", "Ada");
    await page.setInputFiles("#avatar", { name: "me.png", mimeType: "image/png", buffer: await picture(page, 256, 256, 20) });
    await page.getByText("Save to keep it").first().waitFor();
    await page.setInputFiles("#banner", { name: "wide.png", mimeType: "image/png", buffer: await picture(page, 800, 200, 30) });
    await page.locator("#banner-state", { hasText: "Save to keep it" }).waitFor();
    await page.click("#add-link");
    await page.locator(".link-row [data-title]").fill("Notes on the Engine");
    await page.locator(".link-row [data-url]").fill("https://ada.example/notes");
    await accessible(page);
    await fits(page);
    await screens(world, page, "profile-edit");
    await page.click("#save");
    await page.getByText("Saved and signed by you").waitFor();
    await page.locator("header.top .me .avatar img").waitFor();
    const states = await page.locator("#avatar-state, #banner-state").allTextContents();
    expect(states.join("") === "", `after saving the pictures say ${states}`);
  });

  await t.check("a username that is taken or impossible is refused with words", async () => {
    await page.fill("#handle", "");
    // Typed key by key: the page checks a field when the person leaves it after a change.
    await page.locator("#handle").pressSequentially("admin");
    await page.locator("#bio").focus();
    await page.getByText("needed by the box itself").waitFor();
    await page.fill("#handle", "ada");
    await page.locator("#handle-error").waitFor({ state: "detached" });
  });

  await t.check("anybody sees the public page", async () => {
    const visitor = await world.person();
    await visitor.goto("/profile/ada");
    const text = await visitor.textContent("main");
    expect(text.includes("Ada Lovelace") && text.includes("Tea, mathematics"), text);
    const shown = await visitor.evaluate(() => [...document.querySelectorAll("main img")].every((image) => image.complete && image.naturalWidth > 0));
    expect(shown, "a picture does not load");
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "profile");
    const answer = await visitor.request.get("/profile/api/profile/ada");
    expect((await answer.json()).displayName === "Ada Lovelace", "the API says another name");
  });

  await t.check("Ada’s picture is her face: in the header, in a search, and on the front page", async () => {
    const visitor = await world.person();
    await visitor.goto("/");
    expect((await visitor.locator("main .person-row").count()) === 0, "visitors see who is here although nobody wanted that");
    await page.goto("/settings/box");
    await page.getByLabel("Show visitors who has a profile here").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Visitors see this now").waitFor();
    expect(await page.getByLabel("Show visitors who has a profile here").isChecked(), "the tick is gone");
    for (const [one, path, place] of [[page, "/", ".top .me"], [page, "/search?q=ada", "main .person-row"], [visitor, "/", "main .person-row"]]) {
      await one.goto(path);
      const face = one.locator(`${place} .avatar img`).first();
      await face.scrollIntoViewIfNeeded();
      const [across, alt] = await face.evaluate(async (image) => {
        await image.decode();
        return [image.naturalWidth, image.getAttribute("alt")];
      });
      expect(across === 96 && alt === "", `${path}: ${across} pixels, “${alt}”`);
      await accessible(one);
      await fits(one);
    }
  });

  await t.check("Grace follows Ada with a signature of hers", async () => {
    const grace = world.grace;
    await grace.goto("/profile/ada");
    await grace.getByRole("button", { name: "Follow" }).click();
    await grace.getByRole("button", { name: "Stop following" }).waitFor();
    await grace.reload();
    await grace.getByText("1 follower").waitFor();
    await accessible(grace);
  });

  await t.check("what is hidden is hidden", async () => {
    await page.goto("/profile/edit");
    await page.waitForLoadState("networkidle");
    await page.getByText("Choose for each part").click();
    await page.selectOption("#see-bio", "private");
    await page.click("#save");
    await page.getByText("Saved and signed by you").waitFor();
    const visitor = await world.person();
    const hidden = await (await visitor.request.get("/profile/api/profile/ada")).json();
    expect(hidden.bio === null && !("fieldVisibility" in hidden), JSON.stringify(hidden));
    await page.selectOption("#see-bio", "public");
    await page.click("#save");
    await page.getByText("Saved and signed by you").waitFor();
    expect((await (await visitor.request.get("/profile/api/profile/ada")).json()).bio === BIO, "it did not come back");
  });
}
