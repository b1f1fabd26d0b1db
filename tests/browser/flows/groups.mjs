// Ada creates a group and invites Grace into it by a link; Grace joins with her signature, gets a role, leaves; a stranger sees nothing of it; the
// group has a subgroup, and is dissolved.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";

const fill = async (page, name, about, sort) => {
  await page.getByText(/^Create a group/).click();
  await page.fill("#name", name);
  await page.fill("#about", about);
  await page.selectOption("#sort", sort);
};

export default async function groups(t, world) {
  const { ada, grace } = world;
  let link = "";
  let path = "";

  await t.check("Ada makes a private group", async () => {
    await ada.goto("/connections");
    await ada.locator("nav.tabs").getByRole("link", { name: "Groups" }).click();
    await ada.waitForLoadState("networkidle");
    await ada.getByText("None yet.").waitFor();
    await fill(ada, "The choir", "We sing on Tuesdays", "group private");
    await accessible(ada);
    await fits(ada);
    await ada.click("#make");
    await ada.getByRole("heading", { name: "The choir" }).waitFor();
    for (const name of ["Start the group’s chat", "Shared photos"]) await ada.locator("main .places").getByRole("link", { name }).waitFor();
    path = new URL(ada.url()).pathname;
    await ada.getByText("Group, only its members can see it · 1 person").waitFor();
    await ada.waitForLoadState("networkidle");
    await accessible(ada);
    await fits(ada);
  });

  await t.check("nobody else sees it", async () => {
    for (const page of [grace, await world.person()]) {
      const answer = await page.goto(path);
      expect(answer.status() === 404, `${answer.status()}`);
      expect(!(await page.content()).includes("The choir"), "its name is shown");
    }
  });

  await t.check("Ada invites into it, as a link and a picture", async () => {
    await ada.click("#invite");
    await ada.locator("#made").waitFor({ state: "visible" });
    link = await ada.textContent("#link");
    expect(/\/connections\/groups\/join\/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(link), link);
    expect((await ada.locator("#picture svg").count()) === 1, "no picture of the link");
    await ada.locator("#invites", { hasText: "0 of 1 used" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "group");
  });

  await t.check("Grace comes in with a signature of hers, by the keyboard alone", async () => {
    await grace.goto(new URL(link).pathname);
    await grace.waitForLoadState("networkidle");
    await grace.getByText("invites you to join The choir").waitFor();
    await accessible(grace);
    await fits(grace);
    const button = grace.getByRole("button", { name: "Sign and join" });
    for (let tabs = 0; tabs < 30 && !(await button.evaluate((node) => node === document.activeElement)); tabs += 1) await grace.keyboard.press("Tab");
    await grace.keyboard.press("Enter");
    await grace.locator("#done").waitFor({ state: "visible" });
    await grace.getByRole("link", { name: "See the group" }).last().click();
    await grace.getByText("2 people").waitFor();
    expect((await grace.locator("#form-invite").count()) === 0, "a member can invite");
    await accessible(grace);
    await fits(grace);
  });

  await t.check("Ada lets Grace let people in, and Grace can", async () => {
    await ada.goto(path);
    await ada.waitForLoadState("networkidle");
    await ada.getByText("Change role, hand over or remove").click();
    await accessible(ada);
    await ada.getByRole("button", { name: /^Make .* an admin$/ }).click();
    await ada.locator(".member[data-role=admin]").waitFor();
    await grace.reload();
    await grace.locator("#form-invite").waitFor();
  });

  await t.check("Ada hands the group to Grace, who takes it and hands it back", async () => {
    const hand = async (from, to) => {
      await from.goto(path);
      await from.waitForLoadState("networkidle");
      await from.getByText("Change role, hand over or remove").click();
      await from.getByRole("button", { name: /^Hand the group to/ }).click();
      await from.getByText("You offered them this group").waitFor();
      await accessible(from);
      await fits(from);
      await to.goto(path);
      await to.waitForLoadState("networkidle");
      await to.getByText("offers you this group").waitFor();
      await accessible(to);
      await fits(to);
      await to.click("#take");
      await to.getByText("Change or end it").waitFor();
      await from.reload();
      await from.locator(".member[data-role=owner]").waitFor();
      expect((await from.getByText("Change or end it").count()) === 0, "who handed it over still owns it");
    };
    await hand(ada, grace);
    await hand(grace, ada);
  });

  await t.check("the group plans an event, which its members see and nobody else does", async () => {
    await grace.goto(path);
    await grace.locator("main .places").getByRole("link", { name: "Events" }).click();
    await grace.getByRole("heading", { name: "Events for The choir" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await grace.locator("main").getByRole("link", { name: "Create an event" }).click();
    await grace.getByText("For The choir: only members of the group see it.").waitFor();
    await grace.waitForLoadState("networkidle");
    await accessible(grace);
    await fits(grace);
    await grace.fill("#title", "Rehearsal");
    await grace.click("#save");
    await grace.waitForURL(/\/events\/evt_/);
    await grace.waitForLoadState("networkidle");
    await grace.getByRole("button", { name: "Publish" }).click();
    await grace.getByRole("button", { name: "Pause the sale" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await ada.goto("/notifications");
    await ada.getByRole("link", { name: /invites The choir to “Rehearsal”$/ }).waitFor();
    await ada.goto("/");
    await ada.locator("#coming li", { hasText: "Rehearsal" }).getByRole("link", { name: "Look at it" }).click();
    await ada.getByText("The choir").waitFor();
    await ada.locator("form.buy").getByRole("button", { name: "I’m coming" }).waitFor();
    await accessible(ada);
    await fits(ada);
    const stranger = await world.person();
    expect((await stranger.goto(new URL(grace.url()).pathname)).status() === 404, "a stranger sees it");
    await stranger.goto("/events");
    expect((await stranger.getByText("Rehearsal").count()) === 0, "it is listed for everybody");
    await stranger.context().close();
    await grace.goto(path);
  });

  await t.check("a group inside, and words again", async () => {
    await ada.goto(path);
    await ada.waitForLoadState("networkidle");
    await fill(ada, "Altos", "", "group private");
    await ada.click("#make");
    await ada.getByText("inside").first().waitFor();
    await ada.getByRole("link", { name: "The choir" }).click();
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("link", { name: "Altos" }).waitFor();
    await ada.getByText("Change or end it").click();
    await ada.fill("#new-name", "The great choir");
    await ada.reload();
    await ada.getByText("This is what you wrote before. It isn’t saved yet.").waitFor();
    await ada.click("#change");
    await ada.getByRole("heading", { name: "The great choir" }).waitFor();
    await grace.reload();
    await grace.getByRole("heading", { name: "The great choir" }).waitFor();
    expect(!(await grace.content()).includes("Altos"), "Grace is told of a group that she is not in");
  });

  await t.check("Grace leaves after being asked, and Ada dissolves what is left", async () => {
    await grace.waitForLoadState("networkidle");
    await grace.getByRole("button", { name: "Leave this group" }).click();
    await accessible(grace);
    await grace.getByRole("button", { name: "Yes, leave" }).click();
    await grace.waitForURL((url) => url.pathname === "/connections/groups");
    await grace.getByText("None yet.").waitFor();
    for (const name of ["Altos", "The great choir"]) {
      await ada.goto("/connections/groups");
      await ada.getByRole("link", { name }).click();
      await ada.waitForLoadState("networkidle");
      await ada.getByText("Change or end it").click();
      await ada.getByRole("button", { name: "Dissolve this group" }).click();
      await accessible(ada);
      await ada.getByRole("button", { name: "Yes, dissolve it" }).click();
      await ada.waitForURL((url) => url.pathname === "/connections/groups");
    }
    await ada.getByText("None yet.").waitFor();
  });

  await t.check("what the box allows is said plainly, to everybody", async () => {
    await ada.goto("/trust");
    await ada.getByRole("link", { name: "what this box allows" }).click();
    await ada.getByRole("heading", { name: "What this box allows" }).waitFor();
    await ada.getByText("takes nothing from what’s sold").waitFor();
    await accessible(ada);
    await fits(ada);
    const visitor = await world.person();
    await visitor.goto("/policy");
    await visitor.getByText("Who can do what").waitFor();
    await fits(visitor);
    await screens(world, visitor, "policy");
  });
}
