// Ada creates a poll of each template, with each kind of question and for all groups of participants, and each of them is answered: in English and in
// German.

import { fits } from "../lib/axe.mjs";
import { expect } from "../lib/check.mjs";
import { onlyEnglish, plainMessages } from "../lib/sentences.mjs";
import { closeSheet, confirmed, unfold } from "../lib/steps.mjs";

const KINDS = ["radiogroup", "dropdown", "checkbox", "ranking", "rating", "boolean", "number", "date", "email", "text", "comment"];
const WITH_CHOICES = ["radiogroup", "dropdown", "checkbox", "ranking"];
/** Participants by the owner's view of the answers; the templates have the other pairs. */
const PAIRS = [["secret", "member"], ["named", "ticket"], ["totals", "member"], ["totals", "guest"], ["totals", "slip"], ["secret", "guest"], ["secret", "person"], ["secret", "any"], ["secret", "ticket"]];
const TEMPLATES = ["when", "blank", "cafe", "band", "class", "spending"];
const ANSWERS = { number: "2", date: "2026-05-01", email: "nell@example.org", text: "8001" };

const row = (page, title) => page.locator("li[data-item]", { has: page.locator(`.item-head:has(strong:text-is("${title}"))`) }).last();
const speaks = (page, world, lang) => page.context().addCookies([{ name: "imajin_lang", value: lang, url: world.url }]);

/** Gives each question of a form its first answer. */
async function fillIn(page) {
  const form = page.locator("#form");
  await form.locator("fieldset, .field").first().waitFor();
  for (const block of await form.locator("fieldset, .field").all()) {
    const pick = block.locator("input[type=radio], input[type=checkbox]").first();
    const select = block.locator("select");
    const line = block.locator("input, textarea").first();
    if ((await pick.count()) > 0) await pick.check();
    else if ((await select.count()) > 0) await select.selectOption({ index: 1 });
    else {
      const [type, mode] = await line.evaluate(({ type, inputMode }) => [type, inputMode]);
      await line.fill(ANSWERS[mode === "decimal" ? "number" : type] ?? "Words");
    }
  }
}

/** Creates an event, and has a guest take a ticket. */
async function event(owner, guest, title) {
  await owner.goto("/events/new");
  await owner.waitForLoadState("networkidle");
  await owner.fill("#title", title);
  await owner.fill("#starts", "2099-12-31T20:00");
  await owner.click("#save");
  await owner.waitForURL(/\/events\/evt_/);
  await owner.locator("#manage [data-status=published]").click();
  await owner.locator("#manage [data-status=paused]").waitFor();
  await guest.goto(new URL(owner.url()).pathname);
  await guest.waitForLoadState("networkidle");
  await guest.locator("form.buy button[type=submit]").first().click();
  await guest.locator("#order").waitFor({ state: "visible" });
  await guest.click("#agree");
  await guest.locator("#message .good").waitFor();
}

export default async function polls(t, world) {
  const { ada, grace } = world;
  const english = await onlyEnglish();

  for (const lang of ["en", "de"]) {
    const words = await plainMessages("dykil", lang);
    const isRight = async (page, selector) => {
      const text = lang === "de" ? (await page.locator(selector).innerText()).replaceAll("\u00a0", " ") : "";
      const foreign = english.filter((sentence) => text.includes(sentence));
      expect(foreign.length === 0, `${page.url()}: ${foreign.join(" / ")}`);
    };
    /** Creates a poll from a template. */
    const begin = async (template) => {
      await ada.goto("/dykil/edit");
      await ada.waitForLoadState("networkidle");
      await ada.locator("#items > *").first().waitFor();
      await ada.click(`[data-template=${template}]`);
      await unfold(ada);
    };
    const one = async (n, kind) => {
      await unfold(ada, `#q${n}-more`);
      await ada.selectOption(`#q${n}-type`, kind);
      await ada.fill(`#q${n}-title`, `${n}?`);
      if (WITH_CHOICES.includes(kind)) await ada.fill(`#q${n}-choices`, "A\nB");
    };
    /** Saves and publishes the form's poll. Returns its path, with a code if it uses codes. */
    const opened = async (title) => {
      await ada.fill((await ada.locator("#what").count()) > 0 ? "#what" : "#title", title);
      await isRight(ada, "#editor");
      const each = await ada.inputValue("#each");
      await ada.click("#save");
      await row(ada, title).getByRole("button", { name: `${await ada.textContent("#publish")}: ${title}` }).click();
      await confirmed(ada);
      await closeSheet(ada);
      const path = await row(ada, title).locator("a.button").first().getAttribute("href");
      if (each !== "slip") return path;
      await row(ada, title).getByRole("button", { name: `${words.get("js-slips")}: ${title}` }).click();
      await ada.getByRole("spinbutton").fill("");
      await ada.getByRole("spinbutton").fill("1");
      await ada.keyboard.press("Enter");
      return `${path}#slip=${await ada.locator("#codes strong").first().textContent()}`;
    };
    const answered = async (page, path) => {
      await page.goto(path);
      await fillIn(page);
      await fits(page);
      await page.click("#send");
      await page.locator("#message .good, #message .bad, #form [aria-invalid]").first().waitFor();
      expect((await page.locator("#message .good").count()) === 1, `${path}: ${await page.textContent("main")}`);
      await isRight(page, "main");
    };
    const stranger = async (path) => {
      const page = await world.person();
      await speaks(page, world, lang);
      await answered(page, path);
      await page.context().close();
    };

    for (const page of [ada, grace]) await speaks(page, world, lang);

    for (const template of TEMPLATES) {
      await t.check(`${lang}: a poll of the template “${template}” is answered`, async () => {
        await begin(template);
        if (template === "blank") await one(1, "radiogroup");
        if (template === "spending") await ada.fill("#groups", "Choir\nClub");
        const title = `${lang} ${template}`;
        const isAnybodys = (await ada.inputValue("#each")) === "any";
        const path = await opened(title);
        await (isAnybodys ? stranger(path) : answered(grace, path));
        if (template !== "band") return;
        await grace.locator("#bars .result").waitFor();
        // The owner of a poll with names answers like everyone else.
        await answered(ada, path);
      });
    }

    await t.check(`${lang}: each kind of question is answered, with a name and without`, async () => {
      for (const [mode, each] of [["named", "guest"], ["open", "any"]]) {
        await begin("blank");
        for (const [place, kind] of KINDS.entries()) {
          if (place > 0) await ada.click("#add-question");
          await one(place + 1, kind);
        }
        await ada.selectOption("#mode", mode);
        await ada.selectOption("#each", each);
        await ada.selectOption("#show", "all");
        const path = await opened(`${lang} ${mode} kinds`);
        await (each === "any" ? stranger(path) : answered(grace, path));
        await grace.goto(path);
        await grace.locator("#bars .result").first().waitFor();
      }
    });

    await t.check(`${lang}: all who can answer do`, async () => {
      await event(ada, grace, `${lang} polls`);
      for (const [mode, each] of PAIRS) {
        await begin("blank");
        await one(1, "radiogroup");
        await ada.selectOption("#mode", mode);
        await ada.selectOption("#each", each);
        if (each === "ticket") await ada.selectOption("#event", await ada.locator("#event option", { hasText: `${lang} polls` }).getAttribute("value"));
        const path = await opened(`${lang} ${mode} ${each}`);
        await (each === "any" ? stranger(path) : answered(grace, path));
      }
    });

    await t.check(`${lang}: answers with a name are taken back`, async () => {
      await grace.goto("/data/delete");
      const given = grace.locator("#answers-list > li", { hasText: `${lang} ` });
      await given.first().waitFor();
      const before = await given.count();
      expect(before === 5, `${before} answers`);
      await given.first().getByRole("button", { name: words.get("js-take-back") }).click();
      await given.nth(before - 1).waitFor({ state: "detached" });
      await grace.locator("#message .good").waitFor();
    });
  }
  for (const page of [ada, grace]) await speaks(page, world, "en");
}
