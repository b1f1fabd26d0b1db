// Ada invites Grace by a link; Grace accepts with her signature, Ada countersigns; they give each other nicknames, and disconnect.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { didOf, picture } from "../lib/steps.mjs";

export default async function connections(t, world) {
  const { ada, grace } = world;
  let link = "";

  await t.check("Ada makes an invitation, as a link and a picture", async () => {
    await ada.goto("/connections/invite");
    await ada.waitForLoadState("networkidle");
    await ada.check("#vouch");
    await accessible(ada);
    await fits(ada);
    await ada.click("#make");
    await ada.locator("#made").waitFor({ state: "visible" });
    link = await ada.textContent("#link");
    expect(/\/connections\/invite\/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(link), link);
    expect((await ada.locator("#picture svg").count()) === 1, "no picture of the link");
    await ada.locator("#invites", { hasText: "0 of 1 used" }).waitFor();
    await accessible(ada);
  });

  await t.check("a visitor is told what it is and how to begin", async () => {
    const visitor = await world.person();
    await visitor.goto(new URL(link).pathname);
    await visitor.getByRole("heading", { name: "invites you to" }).waitFor();
    expect((await visitor.getAttribute("a.button.main", "href")).startsWith("/create?invite="), "no way to begin");
    await accessible(visitor);
    await fits(visitor);
  });

  await t.check("Grace accepts with a signature of hers", async () => {
    await grace.goto(new URL(link).pathname);
    await grace.waitForLoadState("networkidle");
    await accessible(grace);
    await grace.getByRole("button", { name: "Sign and accept" }).click();
    await grace.locator("#done").waitFor({ state: "visible" });
    await grace.locator("#done").getByRole("link", { name: /^Write to Ada/ }).waitFor();
    await grace.goto("/connections");
    await grace.getByText("Ada Lovelace").first().waitFor();
    await accessible(grace);
    await fits(grace);
  });

  await t.check("people, groups and invitations are parts of one page", async () => {
    for (const [name, path] of [["Groups", "/connections/groups"], ["Invitations", "/connections/invite"], ["People", "/connections"]]) {
      await grace.locator("nav.tabs").getByRole("link", { name }).click();
      await grace.waitForURL((url) => url.pathname === path);
      await grace.locator(`nav.tabs [aria-current]`, { hasText: name }).waitFor();
      await accessible(grace);
      await fits(grace);
    }
  });

  await t.check("the page of a contact leads to a message, an event and photos; a visitor's doesn't", async () => {
    const page = `/profile/${await didOf(ada)}`;
    for (const [name, path] of [["Write", "/chat/"], ["Invite to an event", "/events/invite"], ["Show photos", "/media/with/"]]) {
      await grace.goto(page);
      await accessible(grace);
      await fits(grace);
      await grace.locator("#contact").getByRole("link", { name, exact: true }).click();
      await grace.waitForURL((url) => url.pathname.startsWith(path));
      await accessible(grace);
      await fits(grace);
    }
    const visitor = await world.person();
    await visitor.goto(page);
    expect((await visitor.locator("#contact").count()) === 0, "a visitor is offered what contacts do");
  });

  await t.check("Grace’s picture, which is for her connections, is beside her name in Ada’s list alone", async () => {
    await grace.goto("/profile/edit");
    await grace.waitForLoadState("networkidle");
    await grace.setInputFiles("#avatar", { name: "me.png", mimeType: "image/png", buffer: await picture(grace, 200, 300, 200) });
    await grace.getByText("Save to keep it").first().waitFor();
    await grace.getByText("Choose for each part").click();
    await grace.selectOption("#see-avatar", "connections");
    await grace.click("#save");
    await grace.getByText("Saved and signed by you").waitFor();
    await ada.goto("/connections");
    const face = ada.locator("li.connection .avatar img").first();
    const src = await face.evaluate(async (image) => {
      await image.decode();
      return new URL(image.src).pathname + new URL(image.src).search;
    });
    const visitor = await world.person();
    expect((await visitor.request.get(src)).status() === 404, "a stranger gets it, too");
    await grace.goto("/connections");
  });

  await t.check("Ada has said yes when she invited: nothing asks her again, her browser signs, and vouches", async () => {
    await ada.goto("/");
    await ada.locator(".home-cards .connection:not([data-unasked])").waitFor();
    expect((await ada.locator("#waiting .connection").count()) === 0, "Home asks her again");
    await ada.goto("/connections");
    await accessible(ada);
    expect((await ada.locator("[data-waits]").count()) === 0, "it still waits");
    const said = await (await ada.request.get(`/auth/api/attestations?subject_did=${await didOf(ada)}&type=connection.accepted`)).json();
    expect(said.attestations[0]?.attestationStatus === "bilateral", JSON.stringify(said));
    const vouch = await (await ada.request.get(`/auth/api/attestations?subject_did=${await didOf(grace)}&type=vouch`)).json();
    expect(vouch.total === 1, JSON.stringify(vouch));
  });

  await t.check("Grace confirms on Home, with one button, that Ada vouches for her; Ada reads there that she accepted, and not also that she joined", async () => {
    await grace.goto("/");
    await grace.waitForLoadState("networkidle");
    const card = grace.locator(".home-cards .said", { hasText: "vouches for you" });
    await accessible(grace);
    await fits(grace);
    await card.getByRole("button", { name: "Confirm" }).click();
    await grace.getByText("Confirmed and signed").waitFor();
    await grace.reload();
    expect((await card.count()) === 0, "it still waits");
    const vouch = await (await ada.request.get(`/auth/api/attestations?subject_did=${await didOf(grace)}&type=vouch`)).json();
    expect(vouch.attestations[0]?.attestationStatus === "bilateral", JSON.stringify(vouch));
    await ada.goto("/");
    await ada.locator(".home-cards .connection", { hasText: "Grace" }).waitFor();
    expect((await ada.locator(".home-cards", { hasText: /Grace (and .* )?joined/ }).count()) === 0, "who accepted is news twice");
    await Promise.all([ada.goto("/connections"), grace.goto("/connections")]);
    await ada.waitForLoadState("networkidle");
  });

  await t.check("a name that only Ada sees", async () => {
    await ada.getByText("Rename or disconnect").click();
    await ada.fill("[data-nickname]", "Amazing Grace");
    await ada.getByRole("button", { name: "Save name" }).click();
    await ada.getByText("Only you see this name").waitFor();
    await ada.reload();
    await ada.getByRole("link", { name: "Amazing Grace" }).waitFor();
  });

  await t.check("either parts, at once, after being asked", async () => {
    await grace.reload();
    await grace.waitForLoadState("networkidle");
    await grace.getByText("Rename or disconnect").click();
    await grace.getByRole("button", { name: /^Disconnect from/ }).click();
    await accessible(grace);
    await grace.getByRole("button", { name: "Yes, disconnect" }).click();
    await grace.getByText("are no longer connected").waitFor();
    await ada.reload();
    await ada.getByText("Nobody yet").waitFor();
  });

  await t.check("Ada blocks Grace on her page: Grace is not told, and can't follow her", async () => {
    const them = await didOf(grace);
    await grace.goto(`/profile/${await didOf(ada)}`);
    await grace.waitForLoadState("networkidle");
    const follow = grace.getByRole("button", { name: "Follow", exact: true });
    if (await follow.isVisible()) await follow.click();
    await grace.getByRole("button", { name: "Stop following" }).waitFor();
    await ada.goto(`/profile/${them}`);
    await ada.waitForLoadState("networkidle");
    await ada.locator("#block summary").click();
    await accessible(ada);
    await fits(ada);
    await ada.locator("#block [data-do=block]").click();
    await ada.locator("#message").getByText("They aren’t told").waitFor();
    expect(await ada.locator("#follow").isDisabled(), "Ada can follow somebody whom she blocked");
    await grace.goto(`/profile/${await didOf(ada)}`);
    await grace.waitForLoadState("networkidle");
    expect(!/block/i.test(await grace.locator("#message").innerText()), "Grace is told");
    // Grace's earlier actions stay visible to her.
    await grace.getByRole("button", { name: "Stop following" }).click();
    await grace.getByRole("button", { name: "Follow", exact: true }).click();
    await grace.locator("#message").getByText("do not accept this from you").waitFor();
  });

  await t.check("and ends it under her connections", async () => {
    await ada.goto("/connections");
    await ada.waitForLoadState("networkidle");
    await ada.locator("#blocked").waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.getByRole("button", { name: /^Unblock/ }).click();
    await ada.getByText("You no longer block").waitFor();
    expect((await ada.locator("#blocked").count()) === 0, "the list still shows a block");
    await grace.locator("#follow").click();
    await grace.getByRole("button", { name: "Stop following" }).waitFor();
    await grace.getByRole("button", { name: "Stop following" }).click();
    await grace.getByRole("button", { name: "Follow", exact: true }).waitFor();
  });
}
