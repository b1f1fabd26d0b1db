// Nina reads on her phone what households ask, in German; Ole reads in English how to build on the box.

import { accessible, fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";

export default async function docs(t, world) {
  await t.check("the questions of a household are answered in German, and their search finds them", async () => {
    const nina = await world.person(world.url, { locale: "de-CH" });
    await nina.goto("/docs");
    await nina.getByRole("link", { name: "Du lebst mit einer Box" }).click();
    await nina.getByRole("heading", { name: "Was, wenn ich mein Handy verliere?" }).waitFor();
    await accessible(nina);
    await fits(nina);
    await nina.getByRole("link", { name: "Alle Hilfetexte" }).click();
    await nina.locator("#q").fill("Handy verliere");
    await nina.keyboard.press("Enter");
    await nina.getByRole("heading", { name: "Was, wenn ich mein Handy verliere?" }).waitFor();
    expect((await nina.locator("#www-ask-offline").count()) === 0, "the search leaves other questions");
    await nina.goto("/docs/operating");
    await nina.getByText("Diese Seiten gibt es nur auf Englisch.").waitFor();
    await nina.context().close();
  });

  await t.check("who builds on a box finds the guide and every operation, by keyboard as well", async () => {
    const ole = await world.person();
    await ole.goto("/docs");
    await ole.getByRole("link", { name: "You build on a box" }).focus();
    await ole.keyboard.press("Enter");
    await ole.getByRole("link", { name: "Build on a node" }).click();
    await ole.getByRole("heading", { name: "Act for somebody" }).waitFor();
    await accessible(ole);
    await fits(ole);
    await ole.getByRole("link", { name: "format.md" }).first().click();
    await ole.waitForURL((url) => url.pathname === "/docs/format" && url.hash === "#1-encodings");
    await fits(ole);
    await ole.goto("/docs");
    await ole.getByText("The operations of each service").click();
    await ole.getByRole("link", { name: "The operations of profile" }).click();
    await ole.getByRole("heading", { name: "profile.update" }).waitFor();
    await accessible(ole);
    await fits(ole);
    await ole.context().close();
  });
}
