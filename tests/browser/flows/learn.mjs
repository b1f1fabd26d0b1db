// Ada teaches a paid course. Grace takes it, copies it and teaches it herself, so that both earn. Nell studies on the train, offline, and proves that
// she finished.

import { readFile } from "node:fs/promises";
import { expect, until } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { photo } from "../lib/photo.mjs";
import { screens } from "../lib/screens.mjs";
import { confirmed, createIdentity, didOf, publish, unfold } from "../lib/steps.mjs";

const said = (page, text) => page.locator("#message", { hasText: text }).waitFor();
const words = async (page) => (await page.textContent("main")).replaceAll("\u00a0", " ");
const itemsOf = async (page, did) => (await (await page.request.get(`/learn/api/items?owner=${encodeURIComponent(did)}`)).json()).items;

/** Waits until a page has drawn the photo. */
const drawn = (page) => page.waitForFunction(() => document.querySelector('.lesson .text img[alt="A loaf"]')?.naturalWidth > 0);

async function edit(page) {
  await page.goto("/learn/edit");
  await page.waitForLoadState("networkidle");
  await page.locator("#items > *").first().waitFor();
}

async function save(page) {
  await page.click("#save");
  await said(page, "Saved and signed by you");
}

/** Enables bank transfers, so that a course can be bought by one. */
async function takesTransfers(page) {
  await page.goto("/pay/details");
  await page.waitForLoadState("networkidle");
  await page.fill("#details-note", "Bring it to the bakery.");
  await page.click("#save-details");
  await page.locator("#message .good").waitFor();
}

/** Buys a course by transfer, and has its teacher confirm the payment. */
async function buy(student, teacher, path) {
  await student.goto(path);
  await student.waitForLoadState("networkidle");
  await student.selectOption("#rail", "emt");
  await accessible(student);
  await fits(student);
  await student.click("#pay");
  await student.getByText("Your place is noted").waitFor();
  // On the page of this payment: the wallet may have other open ones.
  const page = await student.getByRole("link", { name: "How to pay" }).getAttribute("href");
  await teacher.goto(new URL(page, teacher.url()).pathname);
  await teacher.waitForLoadState("networkidle");
  await teacher.getByRole("button", { name: "It has arrived" }).click();
  await teacher.getByRole("button", { name: "It has arrived" }).waitFor({ state: "detached" });
  const isIn = async () => (await (await student.request.get("/learn/api/courses")).json()).courses.some(({ waits, path: of }) => !waits && of === path);
  for (const end = Date.now() + 30_000; !(await isIn()) && Date.now() < end; ) await student.waitForTimeout(200);
  await student.goto(path);
  await student.waitForLoadState("networkidle");
}

export default async function learn(t, world) {
  const { ada, grace } = world;
  for (const page of [ada, grace]) await page.goto("/");
  const [adaDid, graceDid] = [await didOf(ada), await didOf(grace)];
  let original = "";
  let copy = "";

  await t.check("a course begins with an example, and gets a module, lessons and quizzes", async () => {
    await takesTransfers(ada);
    await edit(ada);
    await ada.getByText("Start from an example", { exact: true }).click();
    await ada.getByRole("button", { name: "A craft" }).click();
    expect((await ada.inputValue("#title")) === "Bread from your own oven", "the example is not in the form");
    await ada.fill("#price", "ten");
    await ada.click("#save");
    await ada.getByText("Write an amount").waitFor();
    await ada.fill("#price", "10");
    await unfold(ada);
    await ada.fill("#share", "20");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "learn-form");
    await save(ada);
    await ada.click("#add-module");
    await ada.fill("#title", "Flour");
    await ada.selectOption("#in", { label: "Bread from your own oven" });
    await save(ada);
    await ada.click("#add-lesson");
    await ada.fill("#title", "Wheat and rye");
    await ada.selectOption("#in", { label: "Flour" });
    await ada.fill("#text", "## Wheat\n\n*Strong* flour holds the dough.\n\n| flour | for |\n|-|-|\n| 550 | bread |\n\n![](1)\n\n<script>alert(1)</script>");
    await ada.click("#add-question");
    await ada.keyboard.type("Which flour is for bread?");
    for (const choice of ["Cake flour", "Strong flour", "Cake flour"]) {
      await ada.keyboard.press("Enter");
      await ada.keyboard.type(choice);
    }
    await ada.click("#save");
    await ada.locator("#quiz-1-choice-3-error").waitFor();
    await ada.getByRole("button", { name: "Remove choice 3" }).click();
    await ada.click("#save");
    await ada.locator("#quiz-1-choice-1-error", { hasText: "needs a right answer" }).waitFor();
    await ada.getByRole("checkbox", { name: "Choice 2 is right" }).press("Space");
    const quiz = "? Which flour is for bread?\n- Cake flour\n* Strong flour";
    expect((await ada.inputValue("#quiz")) === quiz, await ada.inputValue("#quiz"));
    await unfold(ada);
    await ada.setInputFiles("#add-file", await photo(ada, "loaf.jpg"));
    await ada.getByText("Ready. Say what each file shows").waitFor();
    await ada.locator("#files li input").fill("A loaf");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "learn-lesson-form");
    await save(ada);
    await ada.click("#add-lesson");
    await ada.fill("#title", "Into the oven");
    await ada.selectOption("#in", { label: "Bread from your own oven" });
    await ada.fill("#text", "At 240 degrees.");
    await unfold(ada);
    await ada.fill("#pass", "60");
    await ada.click("#save");
    await ada.locator("#pass-error", { hasText: "needs questions" }).waitFor();
    await unfold(ada, "#quiz-text");
    await ada.fill("#quiz", "How hot?");
    await ada.getByText("can’t be shown as questions and choices").waitFor();
    await ada.click("#save");
    await ada.locator("#quiz-error", { hasText: "Begin each line with" }).waitFor();
    expect((await ada.inputValue("#quiz")) === "How hot?", "the builder changed what it can’t show");
    await ada.fill("#quiz", "? What makes dough rise?\n- yeast\n? How hot?\n- 100 degrees\n* 240 degrees");
    await ada.locator("#quiz-1-written").click();
    await ada.fill("#quiz-1-words", "yeast");
    await save(ada);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "learn-edit");
    const course = (await itemsOf(ada, adaDid)).find(({ kind }) => kind === "course");
    original = course.id;
    expect(course.offer?.price === 1000, JSON.stringify(course));
    const stranger = await world.person();
    const status = async () => (await stranger.request.get(`/learn/${encodeURIComponent(adaDid)}/${original}`)).status();
    expect((await status()) === 404, "a draft is shown");
    await ada.getByRole("button", { name: "Change: Bread from your own oven" }).click();
    await publish(ada);
    expect((await status()) === 200, "a course that was shared isn't shown");
    await stranger.context().close();
  });

  await t.check("a quiz comes back into the form as it was written, also after a reload", async () => {
    const [row] = await ada.locator("li[data-item]", { has: ada.locator('strong:text-is("Into the oven")') }).all().then((all) => all.slice(-1));
    await row.getByRole("button", { name: "Change: Into the oven" }).click();
    await ada.waitForFunction(() => document.querySelector("#quiz").value.includes("= yeast"));
    expect((await ada.inputValue("#pass")) === "60" && (await ada.inputValue("#text")) === "At 240 degrees.", "the lesson is another");
    expect((await ada.inputValue("#quiz-1-words")) === "yeast" && (await ada.locator("#quiz-2-choice-2").count()) === 1, "the builder shows another quiz");
    await ada.click("#add-question");
    await ada.fill("#quiz-3-title", "Which rack?");
    await ada.reload();
    await ada.locator("#quiz-3-title").waitFor();
    expect((await ada.inputValue("#quiz-3-title")) === "Which rack?", "a question that was begun is lost");
    await ada.locator("fieldset", { has: ada.locator("#quiz-3-title") }).last().getByRole("button", { name: "Remove this question" }).click();
    expect((await ada.inputValue("#quiz")) === "? What makes dough rise?\n= yeast\n? How hot?\n- 100 degrees\n* 240 degrees", await ada.inputValue("#quiz"));
    await ada.click("#cancel");
  });

  await t.check("a colleague sees who gets what, buys the course and reads it", async () => {
    await takesTransfers(grace);
    const handle = `/learn/${adaDid}/${original}`;
    await grace.goto(handle);
    const text = await words(grace);
    expect(text.includes("10.00 CHF") && text.includes("Who gets what"), text);
    expect((await grace.locator(".outline a").count()) === 0, "its lessons are links before it was bought");
    await screens(world, grace, "learn-buy");
    await buy(grace, ada, handle);
    await grace.getByRole("link", { name: "Begin", exact: true }).click();
    await grace.getByRole("heading", { name: "Wheat", level: 2, exact: true }).waitFor();
    await grace.waitForLoadState("networkidle");
    expect((await grace.locator("main script").count()) === 0, "a lesson has a script");
    await drawn(grace);
    await grace.getByLabel("Cake flour").check();
    await grace.click("#send");
    await said(grace, "Right: 0 of 1");
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "learn-lesson");
  });

  await t.check("she copies it, and sells her copy with the author's share", async () => {
    await grace.goto(`/learn/${encodeURIComponent(adaDid)}/${original}`);
    await grace.waitForLoadState("networkidle");
    await grace.getByRole("button", { name: "Teach this yourself" }).click();
    await said(grace, "Copied, with 3 modules and lessons");
    await accessible(grace);
    copy = (await itemsOf(grace, graceDid)).find(({ kind }) => kind === "course").id;
    const stranger = await world.person();
    expect((await stranger.request.get(`/learn/${encodeURIComponent(graceDid)}/${copy}`)).status() === 404, "a copy is shown before it is offered");
    await stranger.context().close();
    await edit(grace);
    await grace.getByRole("button", { name: "Change: Bread from your own oven" }).click();
    await grace.locator("#origin", { hasText: "20 percent" }).waitFor();
    await grace.fill("#title", "Bread with Grace");
    await grace.fill("#price", "20");
    await grace.click("#publish");
    await grace.getByText("Choose who else can, then share it.").waitFor();
    await grace.selectOption("#visibility", "public");
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "learn-copy");
    await save(grace);
  });

  const nell = await world.person();
  let path = "";
  const price = async (text) => {
    await edit(grace);
    await grace.getByRole("button", { name: "Change: Bread with Grace" }).click();
    await grace.fill("#price", text);
    await save(grace);
  };
  await t.check("a student buys the copy at the price that she saw, and both earn", async () => {
    await createIdentity(world, nell, "Nell", { invite: world.invite });
    path = `/learn/${graceDid}/${copy}`;
    await nell.goto(path);
    await nell.waitForLoadState("networkidle");
    const text = await words(nell);
    expect(text.includes("Ada Lovelace 4.00 CHF") && text.includes("16.00 CHF"), text);
    // The price rises meanwhile: she isn't charged a price that she did not see, and is asked again.
    await price("30");
    await nell.selectOption("#rail", "emt");
    await nell.click("#pay");
    await nell.locator("#message .bad", { hasText: "The price has changed" }).waitFor();
    const now = await words(nell);
    expect(now.includes("Ada Lovelace 6.00 CHF") && now.includes("24.00 CHF") && !now.includes("20.00 CHF"), now);
    expect((await nell.inputValue("#rail")) === "emt", "what she chose is lost");
    await accessible(nell);
    await price("20");
    await buy(nell, grace, path);
    await nell.getByText("0 of 2 lessons").waitFor();
  });

  await t.check("she studies without a network, and signs it afterwards", async () => {
    await nell.click("#keep");
    await said(nell, "Kept on this device");
    await accessible(nell);
    await fits(nell);
    await screens(world, nell, "learn-course");
    await nell.context().setOffline(true);
    await nell.reload();
    await nell.getByRole("link", { name: "Begin", exact: true }).click();
    await nell.getByRole("heading", { name: "Wheat and rye", level: 1 }).waitFor();
    await nell.waitForLoadState("networkidle");
    await drawn(nell);
    await nell.click("#done");
    await said(nell, "Noted on this device");
    await nell.getByRole("link", { name: "Next lesson: Into the oven" }).click();
    await nell.getByRole("heading", { name: "Into the oven", level: 1 }).waitFor();
    await nell.getByRole("link", { name: "Back to the course" }).waitFor();
    await nell.waitForLoadState("networkidle");
    await nell.getByLabel("What makes dough rise?").fill("Yeast");
    await nell.getByLabel("240 degrees").check();
    await nell.click("#send");
    await said(nell, "Noted on this device");
    await nell.click("#done");
    await said(nell, "Noted on this device");
    await screens(world, nell, "learn-offline");
    const sent = nell.waitForResponse((answer) => answer.url().includes("learn.answer"));
    await nell.context().setOffline(false);
    expect((await sent).status() === 201, "the answers were not taken");
    const isDone = async () => (await (await nell.request.get("/learn/api/courses")).json()).courses[0].done === 2;
    for (const end = Date.now() + 15_000; !(await isDone()) && Date.now() < end; ) await nell.waitForTimeout(200);
    await nell.goto(path);
    await nell.getByText("2 of 2 lessons").waitFor();
  });

  const lastLesson = async () => {
    const { id } = (await itemsOf(nell, graceDid)).find(({ title }) => title === "Into the oven");
    await nell.goto(`/learn/${encodeURIComponent(graceDid)}/${id}`);
  };
  let certificate = "";
  let file = "";
  await t.check("after the last lesson she gets a certificate to look at, with its proof", async () => {
    await lastLesson();
    await accessible(nell);
    await fits(nell);
    await nell.getByRole("link", { name: "Get the certificate" }).click();
    await nell.waitForLoadState("networkidle");
    await nell.getByLabel("Everybody who has its address").check();
    await accessible(nell);
    await fits(nell);
    await nell.click("#finish");
    await nell.waitForURL(/\/learn\/check\/\w+$/);
    certificate = new URL(nell.url()).pathname;
    await nell.getByText("This certificate is genuine.").waitFor();
    const text = await words(nell);
    for (const part of ["Nell", "Bread with Grace", "Teacher: Grace", "Signed by"]) expect(text.includes(part), `${part} is not in: ${text}`);
    expect((await nell.textContent("#address")) === nell.url() && (await nell.locator("#code svg").count()) === 1, "the code doesn’t lead to the certificate");
    await accessible(nell);
    await fits(nell);
    await screens(world, nell, "learn-certificate");
    const [download] = await Promise.all([nell.waitForEvent("download"), nell.getByRole("link", { name: "Download its proof" }).click()]);
    file = await readFile(await download.path(), "utf8");
    await nell.goto("/learn/mine");
    await nell.getByText("Bread with Grace").first().waitFor();
    await accessible(nell);
    await fits(nell);
    await screens(world, nell, "learn-mine");
    await lastLesson();
    await nell.getByRole("link", { name: "See the certificate" }).click();
    await nell.waitForURL((url) => url.pathname === certificate);
  });

  await t.unless(world.lacks("print styles"), "the certificate is printed black on white, alone", async () => {
    await nell.goto(certificate);
    await nell.getByText("This certificate is genuine.").waitFor();
    await nell.emulateMedia({ media: "print", colorScheme: "dark" });
    const look = await nell.locator(".certificate").evaluate((sheet) => {
      const { color, backgroundColor } = getComputedStyle(sheet);
      return [color, backgroundColor, getComputedStyle(document.body).backgroundColor].join(" ");
    });
    expect(look === "rgb(0, 0, 0) rgb(255, 255, 255) rgb(255, 255, 255)", look);
    expect(await nell.locator("#code svg").isVisible(), "the code is not printed");
    for (const other of ["#result", "#print", ".top"]) expect(!(await nell.locator(other).isVisible()), `${other} is printed`);
    await nell.emulateMedia({ media: null, colorScheme: "light" });
  });

  await t.check("anybody who scans its code checks it in their browser, and a file without the box", async () => {
    const stranger = await world.person();
    await stranger.goto(certificate);
    await stranger.getByText("This certificate is genuine.").waitFor();
    const text = await words(stranger);
    expect(text.includes("Nell") && text.includes("Bread with Grace"), text);
    await stranger.goto(certificate.slice(0, -4));
    await stranger.getByText("There is no such certificate, or it isn’t for you.").waitFor();
    await accessible(stranger);
    await fits(stranger);
    await stranger.getByRole("link", { name: "Check a certificate" }).click();
    await stranger.waitForURL((url) => url.pathname === "/learn/check");
    await stranger.waitForLoadState("networkidle");
    await stranger.context().setOffline(true);
    const choose = (text) => stranger.setInputFiles("#file", { name: "certificate.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await choose(file);
    await stranger.getByText("This certificate is genuine.").waitFor();
    await stranger.getByText("Score: 100 percent").waitFor();
    await accessible(stranger);
    await fits(stranger);
    await screens(world, stranger, "learn-check");
    await choose(file.replace("Bread with Grace", "Cake with Grace"));
    await stranger.getByText("its signature isn’t its issuer’s").waitFor();
    await stranger.context().close();
  });

  await t.check("the teacher sees it, and gives the money back, which ends the place and what was kept", async () => {
    await grace.goto(`${path}/students`);
    await grace.getByText("Into the oven: 2 of 2 right").waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "learn-students");
    await grace.getByRole("button", { name: "Give the money back" }).click();
    await confirmed(grace);
    await grace.getByText("Nobody takes this course yet.").waitFor();
    const lesson = (await itemsOf(nell, graceDid)).find(({ title }) => title === "Into the oven").id;
    await nell.goto(`/learn/${encodeURIComponent(graceDid)}/${lesson}`);
    await nell.getByText("This is for those who take the course.").waitFor();
    await until(nell, async () => !(await caches.keys()).some((name) => name.startsWith("learn pack ")));
    await nell.context().close();
  });
}
