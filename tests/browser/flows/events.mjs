// Ada creates a launch party, Grace gets a ticket and shows it at the door, where Ada checks her in, once.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { chooses, confirmed, isChosen, picture, unfold } from "../lib/steps.mjs";
import { Taps } from "../lib/taps.mjs";
import { DESK } from "../lib/world.mjs";
import jsQR from "jsqr";

/** Returns a picture on a page, four times as large: its pixels, width and height. */
async function pixels(page, selector) {
  const picture = await page.locator(selector).evaluate(async (svg) => {
    const copy = svg.cloneNode(true);
    copy.setAttribute("width", 800);
    copy.setAttribute("height", 800);
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    await image.decode();
    const canvas = new OffscreenCanvas(800, 800);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 800, 800);
    return [...context.getImageData(0, 0, 800, 800).data];
  });
  return [Uint8ClampedArray.from(picture), 800, 800];
}

export default async function events(t, world) {
  const { ada, grace } = world;
  let path = "";

  await t.check("an event is made and signed", async () => {
    await ada.goto("/events/new");
    await ada.waitForLoadState("networkidle");
    await ada.click("#save");
    await ada.getByText("Give your event a name").waitFor();
    await ada.fill("#title", "Launch party");
    await unfold(ada);
    await ada.fill("#description", "Music, cake, and a box that is yours.");
    await ada.fill("#starts", "2019-12-31T20:00");
    await ada.selectOption("#locationType", "hybrid");
    await ada.fill("#venue", "The Box");
    await ada.setInputFiles("#picture-file", { name: "poster.png", mimeType: "image/png", buffer: await picture(ada, 1600, 900, 280) });
    await ada.getByText("Saved with the event once you sign").waitFor();
    await ada.fill("#picture-alt", "Lanterns over a lake");
    await ada.fill("#virtualUrl", "https://stream.example/party");
    await ada.locator("#types [data-name]").fill("Stream");
    expect((await ada.inputValue("#types [data-price]")) === "0", "a ticket is free until somebody says otherwise");
    await ada.click("#add-type");
    const floor = ada.locator("#types .type-row").nth(1);
    await floor.locator("[data-name]").fill("Floor");
    // More than the credit that she may have already.
    await floor.locator("[data-price]").fill("25.00");
    await floor.locator("[data-quantity]").fill("50");
    await ada.locator("#shares [data-share]").fill("70");
    await ada.click("#add-share");
    const second = ada.locator("#shares .share-row").nth(1);
    // An unknown name is refused.
    const who = second.locator("[data-person]");
    await who.pressSequentially("Nobody At All");
    await who.press("Tab");
    await isChosen(who, "Nobody on this box goes by that");
    // With the keyboard alone.
    await who.fill("grac");
    await who.locator("xpath=following-sibling::ul").getByRole("option", { name: "Grace" }).waitFor();
    await accessible(ada);
    await who.press("ArrowDown");
    await who.press("Enter");
    await isChosen(who, "Grace");
    await second.locator("[data-role]").fill("music");
    await second.locator("[data-share]").fill("30");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "event-edit");
    // A date in the past needs a confirmation.
    await ada.click("#save");
    const question = ada.getByRole("alertdialog", { name: "in the past" });
    await question.waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.keyboard.press("Escape");
    await ada.getByText("Choose a date in the future").waitFor();
    await ada.fill("#starts", "2099-12-31T20:00");
    await ada.click("#save");
    await ada.waitForURL(/\/events\/evt_/);
    path = new URL(ada.url()).pathname;
    await ada.getByText("draft: only you see it").waitFor();
    expect((await ada.getAttribute("main .event-picture", "alt")) === "Lanterns over a lake", "no picture");
  });

  await t.check("a draft is nobody else's; published, it is everybody's", async () => {
    const visitor = await world.person();
    expect((await visitor.goto(path)).status() === 404, "a draft is seen");
    await ada.getByRole("button", { name: "Publish" }).click();
    await ada.getByRole("button", { name: "Pause the sale" }).waitFor();
    await visitor.goto("/events");
    const tile = visitor.locator("main .event-tile img").first();
    expect(await tile.evaluate((image) => image.decode().then(() => image.naturalWidth === 200)), "no picture in the list");
    await accessible(visitor);
    await visitor.getByRole("link", { name: "Launch party" }).click();
    const text = await visitor.textContent("main");
    expect(text.includes("25.00\u00a0CHF") && text.includes("50 left") && text.includes("30.00\u00a0%"), text);
    expect(!text.includes("stream.example"), "the address of the stream is for people with a ticket");
    const shared = (name) => visitor.getAttribute(`meta[property="og:${name}"]`, "content");
    expect((await shared("title")) === "Launch party" && (await shared("description")).includes("2099"), "a shared link says too little");
    const image = await visitor.request.get(await shared("image"));
    expect(image.headers()["content-type"] === "image/jpeg", "a shared link shows no picture");
    await accessible(visitor);
    await fits(visitor);
    await screens(world, visitor, "event");
    const size = visitor.viewportSize();
    await visitor.setViewportSize(DESK);
    const [title, tickets] = [await visitor.locator(".columns h1").boundingBox(), await visitor.locator(".columns .acts").boundingBox()];
    expect(tickets.x >= title.x + title.width, "a desktop has the tickets below the words");
    await fits(visitor);
    await visitor.setViewportSize(size);
  });

  let code = "";
  await t.check("Grace takes a free ticket with a signature of hers", async () => {
    await grace.goto(path);
    await grace.waitForLoadState("networkidle");
    await grace.locator("form.buy").first().getByRole("button", { name: "I’m coming" }).click();
    await grace.getByText("1 ticket, free.").waitFor();
    await accessible(grace);
    await grace.click("#agree");
    await grace.getByText("It’s yours").waitFor();
    await grace.goto("/events/mine");
    await grace.locator(".qrs svg").first().waitFor();
    await grace.locator("article .event-tile img").first().waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "tickets");
    const mine = await (await grace.request.get("/events/api/mine")).json();
    ({ code } = mine.tickets[0]);
    expect(code.length <= 300, `${code.length} characters`);
    const picture = await grace.request.get(`/events/api/tickets/${mine.tickets[0].id}/qr.png`);
    expect((await picture.body()).subarray(1, 4).toString() === "PNG", "no picture");
  });

  await t.check("a seller says where to be paid; a wrong IBAN is refused", async () => {
    await grace.goto(path);
    expect((await grace.locator('#rail option[value="emt"]').count()) === 0, "a transfer is offered that goes nowhere");
    expect((await grace.locator('#rail option[value="stripe"]').count()) === 0, "a card is offered without a provider");
    await ada.goto(path);
    await ada.getByRole("link", { name: "Add your payment details" }).click();
    await ada.waitForLoadState("networkidle");
    await ada.fill("#details-iban", "CH93 0076 2011 6238 5295 8");
    await ada.fill("#details-name", "Ada Lovelace");
    await ada.getByText("Address, for a Swiss QR code").click();
    await ada.fill("#details-postcode", "2501");
    await ada.fill("#details-town", "Biel");
    await ada.fill("#details-country", "ch");
    await ada.fill("#details-phone", "+41 79 123 45 67");
    await ada.click("#save-details");
    await ada.getByText("check digits don't match").waitFor();
    await ada.fill("#details-iban", "CH93 0076 2011 6238 5295 7");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "payment-details");
    await ada.click("#save-details");
    await ada.getByText("Buyers with an unpaid order see these details").waitFor();
  });

  await t.check("what cannot be paid says so", async () => {
    await grace.goto(path);
    await grace.waitForLoadState("networkidle");
    await grace.locator("form.buy").nth(1).getByRole("button", { name: "Buy" }).click();
    await grace.getByText("1 ticket for").waitFor();
    await grace.getByText("What you pay goes to").waitFor();
    await grace.click("#agree");
    await grace.getByText("What you can spend on this box is").waitFor();
  });

  await t.check("by e-transfer, one is told what to write into it", async () => {
    await grace.locator("#order").waitFor({ state: "visible" });
    await grace.selectOption("#rail", "emt");
    await grace.click("#agree");
    await grace.getByText("Your places are kept").waitFor();
    const memo = await grace.textContent("#message strong");
    expect(/^IMJ-[0-9A-F]{10}$/.test(memo), memo);
    // Account, amount, reference and deadline; and a code that a banking app reads.
    await grace.getByRole("link", { name: "How to pay" }).first().click();
    await grace.getByText("Scan with your banking app").waitFor();
    const told = (await grace.textContent("main")).replaceAll("\u00a0", " ");
    for (const words of ["25.00 CHF", memo, "CH93 0076 2011 6238 5295 7", "Ada Lovelace", "Pay by", "+41 79 123 45 67"]) expect(told.includes(words), `lacks “${words}”: ${told}`);
    const read = jsQR(...(await pixels(grace, ".qrs svg")));
    expect(read?.data.startsWith("SPC\n0200\n1\nCH9300762011623852957") && read.data.includes(memo), `the code says ${read?.data}`);
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "how-to-pay");
    await ada.goto("/pay");
    const row = ada.locator("li", { hasText: memo });
    await row.getByRole("button", { name: "It has arrived" }).click();
    await row.waitFor({ state: "detached" });
    while ((await (await grace.request.get("/events/api/mine")).json()).total < 2) await grace.waitForTimeout(200);
  });

  await t.check("an open order is seen by the organiser, who can release it; who ordered can give it up", async () => {
    const open = grace.locator("#open li");
    for (const [page, words] of [[ada, "Release"], [grace, "Give it up"]]) {
      await grace.goto(path);
      await grace.waitForLoadState("networkidle");
      await grace.locator("form.buy").nth(1).getByRole("button", { name: "Buy" }).click();
      await grace.getByText("What you pay goes to").waitFor();
      await grace.selectOption("#rail", "emt");
      await grace.click("#agree");
      await grace.getByText("Your places are kept").waitFor();
      await grace.reload();
      await open.getByText("Ordered, not paid yet").waitFor();
      if (page === ada) await ada.goto(path);
      await page.waitForLoadState("networkidle");
      await accessible(page);
      await fits(page);
      await page.locator("#open").getByRole("button", { name: words }).click();
      await page.locator("#open").waitFor({ state: "detached" });
    }
    await grace.reload();
    expect((await open.count()) === 0, "an order that was released is still open");
  });

  await t.check("Ada's Home and her notifications say what was sold, and lead to it", async () => {
    await ada.goto("/");
    await ada.getByText("2 tickets sold for “Launch party”").waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.goto("/notifications");
    await ada.getByRole("link", { name: /^Grace.* is coming to “Launch party”$/ }).first().click();
    await ada.waitForURL(`**${path}/door`);
    await grace.goto("/notifications");
    await grace.getByRole("link", { name: /^(Ada.* gave you a ticket for “Launch party”|Your ticket for “Launch party” by Ada.* is here)$/ }).first().click();
    await grace.waitForURL(/\/events\/mine#/);
  });

  await t.check("a door that another tab has open waits, and continues once that tab is closed", async () => {
    await ada.goto(`${path}/door`);
    await ada.waitForLoadState("networkidle");
    const other = await ada.context().newPage();
    await other.goto(`${path}/door`);
    await other.getByText("This door is open in another tab").waitFor();
    expect(await other.locator("#door").evaluate((door) => door.inert), "one could press its buttons");
    await ada.goto(path);
    await other.getByText("This door is open in another tab").waitFor({ state: "detached" });
    expect(await other.locator("#door").evaluate((door) => !door.inert), "its buttons stay dead");
    await other.close();
  });

  await t.check("the door lets her in without a network, once", async () => {
    await ada.goto(`${path}/door`);
    await ada.getByText("2 tickets on this device").waitFor();
    await ada.getByText("opens without a network, too").waitFor();
    await accessible(ada);
    await fits(ada);
    const guests = ada.locator("#guests > li");
    await ada.fill("#code", "no guest of mine");
    expect((await guests.count()) === 0, "the search box leaves everybody in the list");
    await ada.fill("#code", "grac");
    expect((await guests.count()) === 2, `${await guests.count()} tickets of Grace are listed`);
    await ada.keyboard.press("Enter");
    expect(await guests.first().getByRole("button", { name: "Let in" }).evaluate((button) => button === document.activeElement), "the first guest of that name has no focus");
    await ada.context().setOffline(true);
    await ada.fill("#code", code.slice(0, 40) + (code[40] === "A" ? "B" : "A") + code.slice(41));
    await ada.click("#form-code button");
    await ada.getByText("This isn’t a ticket for this event").waitFor();
    await ada.fill("#code", code);
    await ada.click("#form-code button");
    await ada.getByText("Welcome.").waitFor();
    await ada.fill("#code", code);
    await ada.click("#form-code button");
    await ada.getByText("at this door").waitFor();
    await screens(world, ada, "door");
    // The second ticket by a tap in the list; and both by their printed numbers.
    const { tickets } = await (await grace.request.get("/events/api/mine")).json();
    const numbers = tickets.map(({ id }) => id);
    const second = ada.locator("#guests > li", { has: ada.getByRole("button", { name: "Let in" }) });
    expect((await second.count()) === 1, `${await second.count()} guests are expected`);
    await second.locator("strong").click();
    await ada.getByRole("alertdialog", { name: /^Let .+ in\?$/ }).waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.keyboard.press("Escape");
    await ada.fill("#code", "grac");
    await second.getByRole("button", { name: "Let in" }).click();
    await confirmed(ada);
    await ada.getByText("Welcome.").waitFor();
    expect((await ada.inputValue("#code")) === "", "the list still shows the last search");
    for (const number of [...numbers, ...numbers.map((id) => id.slice(-6).toUpperCase()), ...numbers.map((id) => ` ${id.slice(-6)} `)]) {
      await ada.fill("#code", number);
      await ada.click("#form-code button");
      await ada.waitForFunction(() => document.querySelector("#code").value === "");
      expect((await ada.textContent("#verdict")).includes("at this door"), `${number}: ${await ada.textContent("#verdict")}`);
    }
    await ada.locator("#guests strong").first().click();
    await ada.getByText("at this door").waitFor();
    // Opened offline, and with the camera.
    await ada.reload();
    await ada.getByText("No network: this door keeps working").waitFor();
    await grace.goto("/events/mine");
    await world.show(grace.locator("article", { hasText: "Stream" }).locator(".qrs svg"));
    await ada.click("#scan");
    await ada.getByText("at this door").waitFor();
    await ada.getByRole("button", { name: "Stop the camera" }).click();
    await ada.context().setOffline(false);
    await ada.click("#sync");
    await ada.locator("#message .notice").waitFor();
    const told = await ada.textContent("#message");
    expect(told.includes("Sent and signed by you"), told);
    await ada.fill("#code", code);
    await ada.click("#form-code button");
    await ada.getByText("Already let in").waitFor();
    await grace.goto("/events/mine");
    await grace.getByText("Used", { exact: true }).first().waitFor();
  });

  await t.check("the guest list is a table to sort and to download", async () => {
    await ada.goto(path);
    await ada.getByRole("link", { name: "Guest list" }).click();
    await ada.getByText("2 tickets, 2 came").waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.locator("#guests").getByRole("link", { name: "Paid" }).click();
    await ada.waitForURL(/by=paid$/);
    const paid = (await ada.locator("#guests tbody td:last-child").allTextContents()).join(", ").replaceAll("\u00a0", " ");
    expect(paid === "25.00 CHF, free", paid);
    const table = await (await ada.request.get(`/events/api${path}/guests.csv`)).text();
    expect(table.includes(",Floor,used,"), table);
  });

  await t.check("a door lists the tickets that have the same short number", async () => {
    const known = await (await ada.request.get(`/events/api${path}/door`)).json();
    const tickets = known.tickets.map((one, place) => ({ ...one, ticket: `tkt_${place}`.padEnd(22, "0") + "abcdef", status: "valid", usedAt: null }));
    await ada.route("**/events/api/events/*/door", (route) => route.fulfill({ json: { ...known, tickets } }));
    await ada.goto(`${path}/door`);
    await ada.getByRole("button", { name: "Let in" }).nth(1).waitFor();
    await ada.fill("#code", "ABCDEF");
    await ada.keyboard.press("Enter");
    await ada.getByText("Several tickets have the number ABCDEF").waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.unroute("**/events/api/events/*/door");
    await ada.goto(`${path}/door`);
    await ada.getByText("2 tickets on this device").waitFor();
  });

  await t.check("a person who deletes everything is told what becomes of their event", async () => {
    await ada.goto("/data/delete");
    await ada.locator("#events").waitFor({ state: "visible" });
    await ada.getByText("You have to send bank transfers back yourself").first().waitFor();
    await accessible(ada);
    await fits(ada);
  });

  await t.check("cancelled, everybody gets their money back automatically; what the box cannot do, it says", async () => {
    await ada.goto(path);
    await ada.waitForLoadState("networkidle");
    const cancel = ada.getByRole("button", { name: "Cancel the event" });
    await cancel.press("Enter");
    // A second Enter keeps the event, and the focus returns to the button.
    await ada.keyboard.press("Enter");
    await ada.getByRole("alertdialog").waitFor({ state: "detached" });
    expect(await cancel.evaluate((button) => button === document.activeElement), "the focus is lost");
    await cancel.press("Enter");
    expect((await confirmed(ada)).includes("for good"), "another question is asked");
    await ada.getByText("1 came to your own bank").waitFor();
    await ada.getByText("The money came to your own bank").waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "event-cancelled");
    await grace.goto("/events/mine");
    await grace.getByText("No longer valid", { exact: true }).first().waitFor();
    expect((await grace.locator(".qrs").count()) === 0, "a code of a ticket that does not count");
    await accessible(grace);
  });

  await t.check("a transfer is to be sent back until its organiser says so", async () => {
    await grace.getByText("will send the money back by bank transfer").first().waitFor();
    await ada.goto("/");
    const sent = ada.getByRole("button", { name: "I have sent it back" });
    await sent.first().click();
    await confirmed(ada);
    await sent.waitFor({ state: "detached" });
    await grace.goto("/events/mine");
    await grace.getByText("sent the money back by bank transfer").first().waitFor();
    await accessible(grace);
  });

  await t.check("from Home to a published event: at most 5 taps", async () => {
    await grace.goto("/");
    const taps = new Taps(grace);
    await taps.tap(grace.locator("nav.main").getByRole("link", { name: "More" }));
    await grace.waitForURL((url) => url.pathname === "/more");
    await taps.tap(grace.locator("main a[href='/events']"));
    await grace.waitForURL((url) => url.pathname === "/events");
    await taps.tap(grace.locator("main").getByRole("link", { name: "Create an event" }));
    await grace.waitForURL((url) => url.pathname === "/events/new");
    await grace.waitForLoadState("networkidle");
    await accessible(grace);
    await fits(grace);
    const starts = new Date(await grace.inputValue("#starts"));
    expect(starts.getDay() === 6 && starts.getHours() === 20 && starts > Date.now(), `starts ${starts}`);
    await taps.write("#title", "A party of Grace's", { enter: false });
    await taps.tap("#publish");
    await grace.waitForURL(/\/events\/evt_/);
    await grace.getByRole("dialog", { name: "A party of Grace's" }).getByRole("link", { name: "Send in a chat or group" }).waitFor();
    taps.within(5, "Home → published event, ready to be sent");
    await accessible(grace);
    await fits(grace);
    await grace.click("#share-done");
    await grace.getByRole("button", { name: "Pause the sale" }).waitFor();
  });

  await t.check("the owner of the box cancels somebody else's event", async () => {
    const own = new URL(grace.url()).pathname;
    // Ada takes a ticket, and passes it on to Grace, whom she chooses by name.
    await ada.goto(own);
    await ada.waitForLoadState("networkidle");
    await ada.locator("form.buy").getByRole("button", { name: "I’m coming" }).click();
    await ada.getByText("1 ticket, free.").waitFor();
    await ada.click("#agree");
    await ada.getByText("It’s yours").waitFor();
    await ada.goto("/events/mine");
    await ada.waitForLoadState("networkidle");
    const ticket = ada.locator("article", { hasText: "A party of Grace" });
    await ticket.getByText("Pass it on to somebody").click();
    const sign = ticket.getByRole("button", { name: "Sign and pass on" });
    await sign.click();
    await ticket.getByText("Choose somebody first").waitFor();
    await chooses(ticket.locator("[name=to]"), "grac", "Grace");
    await accessible(ada);
    await fits(ada);
    await sign.click();
    await ada.getByText("Passed on").first().waitFor();
    await ada.goto(own);
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("heading", { name: "As the owner of this box" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.getByRole("button", { name: "Cancel the event" }).click();
    await confirmed(ada);
    await ada.getByText("by the owner of this box").waitFor();
    await grace.reload();
    await grace.getByText("by the owner of this box").waitFor();
  });

  await t.check("its words can go", async () => {
    await ada.goto("/data/delete");
    // Events of other flows stay in the list.
    const own = ada.locator("#events-list > li", { hasText: "Launch party" });
    await own.getByRole("button", { name: "Erase its words" }).click();
    await own.waitFor({ state: "detached" });
    const seen = await (await ada.request.get(`/events/api${path}`)).json();
    expect(seen.title === null && seen.fairManifest === null, JSON.stringify(seen));
    await ada.goto(path);
    await ada.getByText("Untitled event").waitFor();
  });
}
