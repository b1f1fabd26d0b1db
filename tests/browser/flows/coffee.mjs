// Ada creates a jar and shares it with Grace; a guest tips from a phone without an account and leaves a message; Ada publishes it.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { chooses, publish, unfold } from "../lib/steps.mjs";
import { PHONE } from "../lib/world.mjs";

const saved = (page) => page.locator("#message", { hasText: "Saved and signed by you" }).waitFor();
const words = async (page) => (await page.textContent("main")).replaceAll("\u00a0", " ");

export default async function coffee(t, world) {
  const { ada, grace } = world;
  const guest = await world.person(world.url, { viewport: PHONE });

  await t.check("a jar begins with an example, and says who gets what", async () => {
    await ada.goto("/pay/details");
    await ada.waitForLoadState("networkidle");
    await ada.fill("#details-note", "Bring it to the kitchen.");
    await ada.click("#save-details");
    await ada.locator("#message .good").waitFor();
    await ada.goto("/coffee/edit");
    await ada.waitForLoadState("networkidle");
    await ada.getByText("No jar yet").waitFor();
    await ada.getByText("Start from an example", { exact: true }).click();
    await ada.getByRole("button", { name: "A café" }).click();
    expect((await ada.inputValue("#title")) === "A coffee for the barista", "the example is not in the form");
    await unfold(ada);
    await ada.fill("#amounts", "0.50 5");
    await ada.click("#save");
    await ada.getByText("each at least what a tip is at least").waitFor();
    await ada.fill("#amounts", "3 5 10");
    await ada.fill("#goal", "20");
    await ada.locator("[data-share]").first().fill("80");
    await ada.click("#add-share");
    await chooses(ada.locator("[data-person]").last(), "grac", "Grace");
    await ada.locator("[data-share]").last().fill("10");
    await ada.click("#save");
    await ada.getByText("The shares must come to 100 percent").waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.locator("[data-share]").last().fill("20");
    await screens(world, ada, "coffee-form");
    await ada.click("#save");
    await saved(ada);
    const seen = await guest.request.get("/coffee/ada");
    expect(seen.ok() && !(await seen.text()).includes("A coffee for the barista"), `a draft is shown: ${seen.status()}`);
    await ada.getByText("A coffee for the barista").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "coffee-edit");
  });

  await t.check("a change keeps what was chosen before", async () => {
    await ada.getByRole("button", { name: "Change" }).click();
    await ada.waitForFunction(() => document.querySelectorAll(".share-row").length === 2);
    expect((await ada.inputValue("#price")) === "1.00" && (await ada.inputValue("#goal")) === "20.00", "the amounts are others");
    await unfold(ada);
    await ada.fill("#slug", "coffee");
    await publish(ada);
  });

  await t.check("a guest on a phone sees who gets what of each amount, without an account", async () => {
    await guest.goto("/coffee/ada");
    await guest.getByRole("heading", { name: "A coffee for the barista", level: 1 }).waitFor();
    for (const part of ["0.00 CHF of 20.00 CHF", "Ada Lovelace 2.40 CHF", "0.60 CHF", "You need no account"]) expect((await words(guest)).includes(part), `lacks “${part}”: ${await words(guest)}`);
    await accessible(guest);
    await fits(guest);
    await screens(world, guest, "coffee");
    await guest.locator("[name=amount][value='500']").check();
    await guest.locator("#split", { hasText: "4.00" }).waitFor();
    await guest.getByLabel("Another amount").check();
    await guest.fill("#other", "0.20");
    await guest.click("#give");
    await guest.getByText("A tip here is at least").waitFor();
    await guest.fill("#other", "7.50");
    await guest.locator("#split", { hasText: "6.00" }).waitFor();
    await guest.click("#give");
    await guest.getByText("Your tip is noted").waitFor();
    await accessible(guest);
    await fits(guest);
    await guest.fill("#text", "Best flat white of the week.");
    await guest.fill("#name", "The one with the bike");
    await guest.click("#say");
    await guest.getByText("Kept in this browser for 7 days").waitFor();
    await screens(world, guest, "coffee-promised");
  });

  await t.check("once the transfer has come, the word is sent and the bar grows", async () => {
    await guest.getByRole("link", { name: "How to pay" }).click();
    await guest.getByText("Bring it to the kitchen.").waitFor();
    // On the page of this payment: the wallet may have other open ones.
    await ada.goto(new URL(guest.url()).pathname);
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "It has arrived" }).click();
    await ada.getByRole("button", { name: "It has arrived" }).waitFor({ state: "detached" });
    const tips = async () => (await (await ada.request.get("/coffee/api/tips")).json()).tips;
    for (const end = Date.now() + 30_000; (await tips()).length === 0 && Date.now() < end; ) await ada.waitForTimeout(200);
    await guest.goto("/coffee/ada/coffee");
    await guest.getByText("Sent.").waitFor();
    await guest.getByText("Thank you, and see you soon!").waitFor();
    await guest.locator("#monthly summary").click();
    await accessible(guest);
    await fits(guest);
    await screens(world, guest, "coffee-thanks");
    const stranger = await world.person();
    await stranger.goto("/coffee/ada");
    const text = await words(stranger);
    expect(text.includes("7.50 CHF of 20.00 CHF") && !text.includes("flat white"), text);
    await stranger.context().close();
  });

  await t.check("the owner reads the word, shows it, and finds it in a table", async () => {
    await ada.goto("/");
    await ada.getByText("The one with the bike said something with a tip").waitFor();
    await ada.goto("/coffee/edit");
    await ada.locator("#tip-rows", { hasText: "Best flat white of the week." }).waitFor();
    await accessible(ada);
    const shown = ada.waitForResponse((answer) => answer.url().includes("coffee.show"));
    await ada.getByLabel("Show on my page").check();
    expect((await shown).status() === 201, "it was not taken");
    await guest.goto("/coffee/ada");
    await guest.locator(".said", { hasText: "Best flat white of the week." }).waitFor();
    await accessible(guest);
    await fits(guest);
    await screens(world, guest, "coffee-said");
    const table = await (await ada.request.get("/coffee/api/tips.csv")).text();
    expect(table.includes(",750,0,CHF,") && table.includes("The one with the bike,Best flat white of the week."), table);
  });

  await t.check("somebody of the box is reminded, and nothing is charged", async () => {
    await grace.goto("/coffee/ada?amount=500");
    await grace.waitForLoadState("networkidle");
    expect(await grace.locator("[name=amount][value='500']").isChecked(), "the amount of the address is not chosen");
    await accessible(grace);
    await fits(grace);
  });
}
