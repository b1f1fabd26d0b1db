// Ina fills in a form by keyboard: the form scripts of all pages, inserted into a page of the box without a form.

import { accessible, fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";

const FORM = {
  elements: [
    { type: "text", name: "name", title: "Your name", description: "As your friends call you.", isRequired: true },
    { type: "boolean", name: "coming", title: "Are you coming?", isRequired: true },
    { type: "text", inputType: "number", name: "guests", title: "How many guests?", min: 0, max: 9, visibleIf: "{coming} = true" },
    { type: "text", inputType: "email", name: "mail", title: "Your address", visibleIf: "{guests} > 1" },
    { type: "text", inputType: "date", name: "day", title: "Which day?", min: "2026-01-01" },
    { type: "radiogroup", name: "diet", title: "What do you eat?", choices: ["All", { value: "veg", text: "No meat" }], showOtherItem: true },
    { type: "dropdown", name: "size", title: "Your size", choices: ["S", "M"] },
    { type: "checkbox", name: "brings", title: "What do you bring?", choices: ["Salad", "Bread"], showOtherItem: true },
    { type: "rating", name: "mood", title: "How do you feel?", rateMin: 0, rateMax: 10 },
    { type: "ranking", name: "games", title: "Your favourite games", choices: ["Chess", "Go", "Cards"] },
    { type: "comment", name: "constructor", title: "Anything else?" },
  ],
};

async function draw(page, options = {}) {
  await page.goto("/docs/components");
  await page.evaluate(
    async ([form, options]) => {
      const { drawForm } = await import("/assets/js/form/draw.js");
      const place = document.createElement("div");
      place.id = "form";
      document.querySelector("main").replaceChildren(document.createElement("h1"), place);
      document.querySelector("h1").textContent = "A form";
      globalThis.drawn = drawForm(place, form, options);
    },
    [FORM, options],
  );
}

const read = (page) => page.evaluate(() => globalThis.drawn.read());
const check = (page) => page.evaluate(() => globalThis.drawn.check());

export default async function forms(t, world) {
  const page = await world.person();

  await t.check("a form is filled in by keyboard alone, and asks only what concerns her", async () => {
    await draw(page, { draft: "party" });
    const guests = page.getByLabel("How many guests?");
    const mail = page.getByLabel("Your address");
    expect(!(await guests.isVisible()) && !(await mail.isVisible()), "hidden questions are shown");
    await page.getByLabel("Your name").focus();
    await page.keyboard.type("Ina");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    expect(await page.getByRole("radio", { name: "Yes" }).isChecked(), "yes is not chosen");
    await guests.fill("2,5");
    await mail.fill("ina@example.org");
    await page.getByLabel("Something else").first().check();
    await page.getByLabel("What else?").first().fill("No nuts");
    await page.getByLabel("Your size").selectOption("M");
    await page.getByLabel("Salad").check();
    await page.getByRole("radio", { name: "10" }).check();
    await page.getByRole("button", { name: "Move “Cards” up" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "“Cards” is now 2 of 3." }).waitFor();
    await page.keyboard.press("Enter");
    const expected = { name: "Ina", coming: true, guests: 2.5, mail: "ina@example.org", diet: "other", "diet-Comment": "No nuts", size: "M", brings: ["Salad"], mood: 10, games: ["Cards", "Chess", "Go"] };
    expect(JSON.stringify(await read(page)) === JSON.stringify(expected), JSON.stringify(await read(page)));
    expect(await check(page), "right answers are refused");
    await accessible(page);
    await fits(page);
  });

  await t.check("what she entered is still there after a reload, until it is sent", async () => {
    const before = JSON.stringify(await read(page));
    await draw(page, { draft: "party" });
    expect(JSON.stringify(await read(page)) === before, JSON.stringify(await read(page)));
    await page.evaluate(() => globalThis.drawn.forget());
    await draw(page, { draft: "party" });
    expect(JSON.stringify(await read(page)) === "{}", "the draft is still there");
  });

  await t.check("what is wrong is said below its question, which gets the focus", async () => {
    await draw(page, { answers: { name: "Ina", coming: true, guests: 12, diet: "other", mail: "x" } });
    expect(!(await check(page)), "wrong answers are taken");
    const guests = page.getByLabel("How many guests?");
    expect(await guests.evaluate((input) => input === document.activeElement), "the first wrong question has no focus");
    await page.getByText("From 0 to 9.").waitFor();
    await page.getByText("Write an email address").waitFor();
    await page.getByText("Say what else").waitFor();
    await accessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page);
    await guests.fill("many");
    await check(page);
    await page.getByText("Write a number").waitFor();
    await guests.fill("1");
    await page.getByLabel("No meat").check();
    expect(await check(page), "right answers are refused");
    expect(!(await page.locator("#form .notice.bad:visible").count()), "an error stays");
    await page.evaluate(() => globalThis.drawn.show([{ question: "size", code: "required" }]));
    expect(await page.getByLabel("Your size").evaluate((select) => select === document.activeElement), "the server's word is not shown");
  });
}
