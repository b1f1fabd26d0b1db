// Ada opens polls: a street answers without signing up, Grace votes in a secret poll, and the class has slips of paper.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { bubble } from "../lib/chat.mjs";
import { screens } from "../lib/screens.mjs";
import { closeSheet, confirmed, unfold } from "../lib/steps.mjs";

const said = (page, text) => page.locator("#message", { hasText: text }).waitFor();
const row = (page, title) => page.locator("li[data-item]", { has: page.locator(`.item-head:has(strong:text-is("${title}"))`) }).last();
const tool = (page, title, name) => row(page, title).getByRole("button", { name: `${name}: ${title}` });

async function edit(page) {
  await page.goto("/dykil/edit");
  await page.waitForLoadState("networkidle");
  await page.locator("#items > *").first().waitFor();
}

/** Publishes a draft from its row. */
async function publishDraft(page, title) {
  await tool(page, title, "Publish and share").click();
  await confirmed(page);
  await closeSheet(page);
  await said(page, "Shared and signed by you");
}

/** Saves and publishes the form's poll. Returns its path. */
async function openPoll(page, title) {
  await unfold(page);
  await page.fill("#title", title);
  await page.click("#save");
  await said(page, "Saved and signed by you");
  await publishDraft(page, title);
  return row(page, title).getByRole("link", { name: "See" }).getAttribute("href");
}

export default async function dykil(t, world) {
  const { ada, grace } = world;

  await t.check("a café asks anybody, and what people chose moves as bars", async () => {
    await edit(ada);
    await ada.click("[data-template=cafe]");
    expect((await ada.inputValue("#q1-title")) === "What would you like more of?", "the template has no question");
    await unfold(ada);
    await ada.getByLabel("Who sees the results").selectOption("all");
    await ada.fill("#q1-choices", "Cake\nSoup");
    await accessible(ada);
    await fits(ada);
    const path = await openPoll(ada, "More of what?");
    const owner = await ada.context().newPage();
    await owner.goto(path);
    for (const choices of [["Cake"], ["Cake", "Soup"]]) {
      const guest = await world.person();
      await guest.goto(path);
      await guest.getByText("Its owner sees what was answered and when, but not by whom.").waitFor();
      await guest.getByLabel(choices[0]).waitFor();
      await guest.getByRole("button", { name: "Send my answers" }).click();
      await guest.getByText("Answer at least one question, please.").waitFor();
      for (const choice of choices) await guest.getByLabel(choice).check();
      await accessible(guest);
      await fits(guest);
      await guest.getByRole("button", { name: "Send my answers" }).focus();
      await guest.keyboard.press("Enter");
      await said(guest, "Your answers are counted");
      await guest.context().close();
    }
    await owner.locator("#bars li", { hasText: "Cake" }).locator("strong:text-is('2')").waitFor();
    await owner.close();
  });

  await t.check("a poll with three dates is shared in a chat, and Grace can change her answer until it closes", async () => {
    await edit(ada);
    await ada.click("[data-template=when]");
    await ada.fill("#what", "Rehearsal");
    expect((await ada.locator(".dates input").count()) === 3, "there are three dates");
    expect((await ada.textContent("#chosen")).includes("Who answers: Members of this box, once each"), await ada.textContent("#chosen"));
    // The line names the close, too, and a date that has passed is refused.
    for (const [closes, isNamed] of [["2099-12-31T20:00", true], ["", false]]) {
      await ada.locator("#closes").evaluate((field, value) => {
        field.value = value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }, closes);
      expect((await ada.textContent("#chosen")).includes("Closes: 31 December 2099") === isNamed, await ada.textContent("#chosen"));
    }
    const first = ada.locator(".dates input").first();
    const evening = await first.inputValue();
    await first.fill("2020-01-01T20:00");
    await ada.click("#publish");
    await ada.getByText("This date has passed").waitFor();
    await first.fill(evening);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "poll-dates");
    await ada.click("#publish");
    const sheet = ada.getByRole("dialog", { name: "Share “Rehearsal”" });
    await sheet.getByRole("img", { name: "QR code of the link" }).waitFor();
    await sheet.getByText("Who can open it: Everybody").waitFor();
    const path = new URL(await sheet.getByRole("textbox", { name: "Link" }).inputValue()).pathname;
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "share-sheet");
    await sheet.getByRole("link", { name: "Send in a chat or group" }).click();
    await ada.locator("#message", { hasText: "Choose a conversation" }).waitFor();
    await ada.click(`#chats a[href="${world.talk}"]`);
    await ada.waitForFunction((link) => document.querySelector("#text")?.value.endsWith(link), path);
    await ada.click("#send");
    await bubble(ada, path).waitFor();
    await ada.goto(`/chat#send=${encodeURIComponent(new URL(path, ada.url()).href)}`);
    await ada.locator("#message").getByRole("button", { name: "Cancel" }).click();
    await ada.locator("#message .notice").waitFor({ state: "detached" });
    expect(new URL(ada.url()).hash === "", "the address still sends the link");
    for (const answer of ["Yes", "If need be"]) {
      await grace.goto(path);
      await grace.locator("[data-question^=when-]").nth(2).waitFor();
      for (const date of await grace.locator("[data-question^=when-]").all()) await date.getByLabel(answer).check();
      await accessible(grace);
      await fits(grace);
      await grace.getByRole("button", { name: "Send my answers" }).click();
      await said(grace, "Your answers are saved and signed by you");
      await grace.locator("#bars li", { hasText: answer }).first().locator("strong:text-is('1')").waitFor();
    }
    await grace.locator("#bars li", { hasText: "Yes" }).first().locator("strong:text-is('0')").waitFor();
    await edit(ada);
    await tool(ada, "Rehearsal", "Close").click();
    await confirmed(ada);
    await said(ada, "The poll is closed");
    await grace.goto(path);
    await grace.locator("#bars li").first().waitFor();
    expect((await grace.locator("#form-answer").count()) === 0, "a closed poll takes answers");
  });

  await t.check("a question is asked only after an answer, offers a list, and takes something else", async () => {
    await edit(ada);
    await ada.click("[data-template=blank]");
    await ada.fill("#q1-title", "Tea or coffee?");
    await ada.fill("#q1-choices", "Tea\nCoffee");
    await unfold(ada, "#q1-more");
    await ada.check("#q1-other");
    await ada.getByRole("button", { name: "Add a question" }).click();
    await ada.fill("#q2-title", "Which tea?");
    await unfold(ada, "#q2-more");
    await ada.selectOption("#q2-type", "dropdown");
    await unfold(ada);
    await ada.fill("#title", "Breakfast");
    await ada.click("#save");
    await ada.locator("#q2-choices-error", { hasText: "Write the choices" }).waitFor();
    await ada.fill("#q2-choices", "Green\nBlack");
    await ada.selectOption("#q2-if", { label: "Tea or coffee?" });
    expect((await ada.inputValue("#q2-literal")) === "Tea", "the first choice is offered");
    await ada.selectOption("#mode", "open");
    await ada.selectOption("#show", "all");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "poll-edit");
    // The form shows the saved values again.
    await ada.click("#save");
    await said(ada, "Saved and signed by you");
    await tool(ada, "Breakfast", "Change").click();
    expect((await ada.inputValue("#q2-if")) === "q1" && (await ada.isChecked("#q1-other")), "the condition is lost");
    await ada.click("#cancel");
    await publishDraft(ada, "Breakfast");
    expect((await tool(ada, "Breakfast", "Change").count()) === 0, "a poll that is open can be changed");
    const path = await row(ada, "Breakfast").getByRole("link", { name: "See" }).getAttribute("href");
    const guest = await world.person();
    await guest.goto(path);
    const tea = guest.getByLabel("Which tea?");
    await guest.getByLabel("Coffee", { exact: true }).check();
    expect(!(await tea.isVisible()), "asked too early");
    await guest.getByLabel("Tea", { exact: true }).check();
    await tea.selectOption("Green");
    await screens(world, guest, "poll");
    await guest.getByRole("button", { name: "Send my answers" }).click();
    await said(guest, "Your answers are counted");
    await guest.locator("#bars li", { hasText: "Green" }).locator("strong:text-is('1')").waitFor();
    await screens(world, guest, "poll-results");
    await guest.context().close();
  });

  await t.check("an event’s page asks its guests, and its bars move while they answer", async () => {
    await ada.goto("/events/new");
    await ada.waitForLoadState("networkidle");
    await ada.fill("#title", "Supper");
    await ada.fill("#starts", "2099-12-31T20:00");
    await ada.click("#save");
    await ada.waitForURL(/\/events\/evt_/);
    const event = new URL(ada.url()).pathname;
    await ada.getByRole("button", { name: "Publish" }).click();
    await ada.getByRole("button", { name: "Pause the sale" }).waitFor();
    await edit(ada);
    await ada.click("[data-template=cafe]");
    await unfold(ada);
    await ada.getByLabel("Who sees the results").selectOption("all");
    await ada.getByLabel("Event", { exact: true }).selectOption({ label: "Supper, 31 December 2099, 20:00 (UTC)" });
    await openPoll(ada, "What shall we eat?");
    const hall = await world.person();
    await hall.goto(event);
    await hall.getByRole("heading", { name: "A poll about this event" }).waitFor();
    await accessible(hall);
    await fits(hall);
    const guest = await world.person();
    await guest.goto(event);
    await guest.getByRole("link", { name: "Answer this poll" }).click();
    await guest.getByLabel("Cake").check();
    await guest.getByRole("button", { name: "Send my answers" }).click();
    await said(guest, "Your answers are counted");
    await guest.context().close();
    await hall.locator("#bars li", { hasText: "Cake" }).locator("strong:text-is('1')").waitFor();
    await screens(world, hall, "poll-event");
    await hall.context().close();
  });

  await t.check("a street says what it spends, and five households are shown together", async () => {
    await edit(ada);
    await ada.click("[data-template=spending]");
    await ada.fill("#groups", "Choir\nClub");
    const path = await openPoll(ada, "Our street");
    for (let household = 1; household <= 5; household += 1) {
      const guest = await world.person();
      await guest.goto(path);
      await guest.getByLabel("How many people are in your household?").fill("2");
      await guest.getByLabel("Cloud storage, a month").fill("10");
      await guest.getByLabel("Which group do you belong to first?").selectOption("Choir");
      await guest.getByRole("button", { name: "Send my answers" }).click();
      await said(guest, "Your answers are in the ballot box");
      if (household === 1) await accessible(guest);
      if (household === 5) await screens(world, guest, "poll-spending");
      await guest.context().close();
    }
    const reader = await world.person();
    await reader.goto(path);
    await reader.locator("#bars", { hasText: "Choir" }).waitFor();
    expect((await reader.textContent("#bars")).includes("5 households"), await reader.textContent("#bars"));
    await reader.context().close();
  });

  await t.check("a poll is for members unless its owner chooses more, and says so on a phone, too", async () => {
    await edit(ada);
    await ada.click("[data-template=blank]");
    expect((await ada.inputValue("#each")) === "member", await ada.inputValue("#each"));
    await unfold(ada);
    await ada.selectOption("#mode", "secret");
    await ada.getByLabel("Who answers").selectOption({ label: "Everybody with a key, strangers too, once for each key" });
    await ada.setViewportSize({ width: 360, height: 740 });
    await accessible(ada);
    await fits(ada);
    await ada.setViewportSize({ width: 1280, height: 800 });
    await ada.fill("#q1-title", "Which colour?");
    await ada.fill("#q1-choices", "Red\nBlue");
    const path = await openPoll(ada, "The fence");
    const reader = await world.person();
    await reader.goto(path);
    await reader.getByText("A stranger can make many keys and answer with each.").waitFor();
    await fits(reader);
    await reader.context().close();
  });

  await t.check("a secret poll promises in a sentence what it keeps, and has slips of paper", async () => {
    await edit(ada);
    await ada.click("[data-template=class]");
    await ada.fill("#q1-choices", "Emma\nNoah");
    const path = await openPoll(ada, "Who speaks for us?");
    const codesOf = tool(ada, "Who speaks for us?", "Codes");
    await codesOf.click();
    await ada.getByRole("alertdialog", { name: "How many codes?" }).waitFor();
    await accessible(ada);
    await ada.keyboard.press("Escape");
    await codesOf.click();
    await ada.getByRole("spinbutton", { name: "How many codes?" }).fill("");
    await ada.getByRole("spinbutton", { name: "How many codes?" }).fill("6");
    await ada.keyboard.press("Enter");
    await ada.locator("#codes li").nth(5).waitFor();
    await screens(world, ada, "poll-slips");
    const codes = await ada.locator("#codes strong").allTextContents();
    expect(codes.length === 6, codes);
    for (const code of codes) {
      await grace.goto(`${path}#slip=${code}`);
      await grace.reload();
      await grace.evaluate(() => localStorage.clear());
      await grace.getByText("never who said what").first().waitFor();
      await grace.getByText("If fewer than five people answer, all answers are destroyed unread.").waitFor();
      await grace.getByText("If you do not trust them, do not vote here.").waitFor();
      await grace.getByLabel("Emma").waitFor();
      await grace.getByRole("button", { name: "Send my answers" }).click();
      await grace.getByText("Answer this question, please.").waitFor();
      await grace.getByLabel("Emma").check();
      await grace.getByRole("button", { name: "Send my answers" }).click();
      await said(grace, "Your answers are in the ballot box");
    }
    await edit(ada);
    await tool(ada, "Who speaks for us?", "Close").click();
    await ada.getByRole("alertdialog").getByText("If fewer than five people have answered").waitFor();
    await confirmed(ada);
    await said(ada, "The poll is closed");
    await grace.goto(path);
    for (let tries = 0; tries < 20 && !(await grace.locator("#bars li", { hasText: "Emma" }).locator("strong:text-is('6')").isVisible()); tries += 1) await grace.reload({ waitUntil: "networkidle" });
    await grace.locator("#receipt", { hasText: "is among the results" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "poll-secret");
  });
}
