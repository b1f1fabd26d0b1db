// Ada sells lamps; Grace buys on a phone, sees who gets what, and shows six digits at the door; an order is sent and reviewed, another one is
// called off, and a drill is rented. Nora closes her open order before she deletes her data.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, didOf, publish, unfold } from "../lib/steps.mjs";
import { inviteOf } from "../lib/turns.mjs";
import { PHONE } from "../lib/world.mjs";

const FUNDED = 5_000;
const words = async (page) => (await page.textContent("main")).replaceAll("\u00a0", " ");

/** Asks for credit, which the owner of the box confirms. */
async function fund(buyer, owner) {
  await buyer.goto("/pay");
  const payment = await buyer.evaluate(async (amount) => {
    const [{ agree }, { signer }] = await Promise.all(["proof", "session"].map((name) => import(`/assets/js/${name}.js`)));
    const held = await agree(await signer(), "pay.topup", "POST", "/pay/api/topup/emt", { amount, currency: "CHF" });
    return held.id;
  }, FUNDED);
  await owner.goto(`/pay/payments/${payment}`);
  await owner.waitForLoadState("networkidle");
  await owner.getByRole("button", { name: "It has arrived" }).click();
  await owner.getByRole("button", { name: "It has arrived" }).waitFor({ state: "detached" });
}

/** Puts a listing with a price, as its form does. */
async function sell(page, { title, price, quantity, returns }) {
  await page.goto("/market/edit#listing");
  await page.locator("#editor").waitFor({ state: "visible" });
  await page.fill("#title", title);
  await page.fill("#price", price);
  await page.selectOption("#category", "lamps");
  await unfold(page);
  await page.fill("#quantity", quantity);
  await page.selectOption("#returns", returns);
  await publish(page);
}

/** Opens a listing of Ada’s and buys it. Leaves the page of the order open. */
async function buy(page, did, title) {
  await page.goto(`/market/${did}`);
  await page.getByRole("link", { name: title }).click();
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Buy" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/market/orders/"));
}

const sure = (page) => page.locator("[data-sure]").click();
const state = (page, text) => page.locator("#order .tag", { hasText: new RegExp(`^${text}$`) }).waitFor();

export default async function orders(t, world) {
  const { ada, grace } = world;
  await fund(grace, ada);
  const did = await didOf(ada);

  await t.check("a seller without orders reads what to do", async () => {
    await ada.goto("/market/orders");
    for (const part of ["Nothing to hand over now", "What you buy in the market appears here", "Give a listing a price"]) expect((await words(ada)).includes(part), `lacks “${part}”: ${await words(ada)}`);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "orders-empty");
    await sell(ada, { title: "Brass lamp", price: "12", quantity: "4", returns: "14" });
  });

  await t.check("a buyer on a phone sees who gets what of how many, and whether it can be given back", async () => {
    await grace.setViewportSize(PHONE);
    await grace.goto(`/market/${did}`);
    await grace.getByRole("link", { name: "Brass lamp" }).click();
    await grace.waitForLoadState("networkidle");
    for (const part of ["Ada Lovelace 12.00 CHF", "within 14 days", "4 pieces"]) expect((await words(grace)).includes(part), `lacks “${part}”: ${await words(grace)}`);
    await grace.selectOption("#quantity", "2");
    await grace.locator("#total", { hasText: "24.00" }).waitFor();
    await grace.locator("#parts", { hasText: "24.00" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "orders-buy");
    await grace.getByRole("button", { name: "Buy" }).click();
    await grace.waitForURL((url) => url.pathname.startsWith("/market/orders/"));
    expect((await words(grace)).includes("2 pieces") && (await words(grace)).includes("24.00 CHF"), await words(grace));
  });

  await t.check("at the door the buyer shows six digits, and the seller enters them", async () => {
    const digits = await grace.textContent("#code");
    expect(/^\d{6}$/.test(digits), digits);
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "orders-digits");
    await ada.goto("/market/orders");
    await ada.getByRole("link", { name: "Brass lamp" }).click();
    await ada.waitForLoadState("networkidle");
    expect(!(await words(ada)).includes(digits), "the seller reads the digits");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "orders-door");
    await ada.fill("#digits", "12");
    await ada.click("#confirm");
    await ada.getByText("Write the six digits").waitFor();
    await ada.fill("#digits", digits === "000000" ? "000001" : "000000");
    await ada.click("#confirm");
    await ada.getByText("These aren’t the digits").waitFor();
    await ada.fill("#digits", digits);
    await ada.click("#confirm");
    await state(ada, "Handed over");
    await grace.reload();
    await state(grace, "Handed over");
    await grace.getByText("ask the seller for your money").waitFor();
    expect((await grace.locator("#code").count()) === 0, "the digits are still shown");
  });

  await t.check("what was sent can’t be called off by its buyer, who says that it came", async () => {
    await buy(grace, did, "Brass lamp");
    const path = new URL(grace.url()).pathname;
    await ada.goto(path);
    await ada.waitForLoadState("networkidle");
    await ada.click("#send");
    await sure(ada);
    await state(ada, "Sent");
    await grace.reload();
    await state(grace, "Sent");
    expect((await grace.locator("#cancel").count()) === 0, "it can be called off");
    await grace.click("#have");
    await sure(grace);
    await state(grace, "Handed over");
  });

  await t.check("the buyer reviews what they have, and can take the words back", async () => {
    const path = new URL(grace.url()).pathname;
    await grace.waitForLoadState("networkidle");
    await grace.click("#publish");
    await grace.getByText("Choose from 1 to 5 stars").waitFor();
    await grace.selectOption("#stars", "4");
    await grace.fill("#text", "Shines as promised.");
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "orders-review");
    await grace.click("#publish");
    await grace.locator(".card", { hasText: "Shines as promised." }).waitFor();
    await ada.goto(`/market/${did}`);
    await ada.getByRole("link", { name: "Brass lamp" }).click();
    await ada.locator("#reviews", { hasText: "Shines as promised." }).waitFor();
    for (const part of ["2 sold · 4.0 of 5 stars from 1 review", "Bought for 12.00 CHF"]) expect((await words(ada)).includes(part), `lacks “${part}”: ${await words(ada)}`);
    expect(!(await ada.textContent("#reviews")).includes("Grace"), "the review names its author");
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "orders-reviews");
    await grace.goto(path);
    await grace.waitForLoadState("networkidle");
    await grace.click("#unreview");
    await sure(grace);
    await grace.getByText("Text removed").waitFor();
    expect((await grace.locator("#unreview").count()) === 0, "the words can be taken back twice");
  });

  await t.check("a problem counts until the buyer says that it is solved", async () => {
    const path = new URL(grace.url()).pathname;
    await grace.waitForLoadState("networkidle");
    await grace.getByText("Something is wrong").click();
    await grace.selectOption("#about", "broken");
    await accessible(grace);
    await grace.click("#tell");
    await grace.locator(".notice", { hasText: "It is broken" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "orders-problem");
    await ada.goto("/notifications");
    await ada.getByText("reports a problem with “Brass lamp”").waitFor();
    await ada.goto(path);
    await ada.getByText("Only they can say that it is solved").waitFor();
    await accessible(ada);
    await ada.goto(`/market/${did}`);
    await ada.getByText("1 open problem").waitFor();
    await grace.waitForLoadState("networkidle");
    await grace.click("#solve");
    await grace.locator(".notice", { hasText: "It is broken" }).waitFor({ state: "detached" });
    await ada.reload();
    expect(!(await words(ada)).includes("open problem"), await words(ada));
  });

  await t.check("an order that is called off gives the money back, and its piece is there again", async () => {
    await buy(grace, did, "Brass lamp");
    await grace.click("#cancel");
    await accessible(grace);
    await sure(grace);
    await state(grace, "Called off");
    for (const end = Date.now() + 30_000; !(await words(grace)).includes("12.00 CHF went back") && Date.now() < end; ) await grace.reload();
    expect((await words(grace)).includes("12.00 CHF went back"), await words(grace));
    await fits(grace);
    await ada.goto("/notifications");
    await ada.getByText("called off the order of “Brass lamp”").waitFor();
    await ada.goto("/market/orders");
    await ada.locator(".tag", { hasText: "Called off" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "orders");
  });

  await t.check("the last piece is sold once, and a seller’s refund ends an order", async () => {
    await buy(grace, did, "Brass lamp");
    const path = new URL(grace.url()).pathname;
    await grace.goto(`/market/${did}`);
    await grace.locator("li", { hasText: "Brass lamp" }).locator(".tag", { hasText: "Sold" }).waitFor();
    await grace.getByRole("link", { name: "Brass lamp" }).click();
    await grace.locator("#buy", { hasText: "Sold" }).waitFor();
    await accessible(grace);
    await ada.goto(path);
    await ada.waitForLoadState("networkidle");
    await ada.click("#cancel");
    await sure(ada);
    await state(ada, "Called off");
    expect((await words(ada)).includes("12.00 CHF went back"), await words(ada));
  });

  await t.check("a drill is rented for three days with a deposit, and nobody else gets it then", async () => {
    await ada.goto("/market/edit#listing");
    await ada.locator("#editor").waitFor({ state: "visible" });
    await ada.fill("#title", "Drill");
    await ada.fill("#price", "2");
    await ada.selectOption("#category", "tools");
    await unfold(ada);
    await ada.fill("#deposit", "5");
    await ada.click("#save");
    await ada.getByText("A deposit is for something that you lend").waitFor();
    await ada.selectOption("#rent", "day");
    await publish(ada);
    const [first, last] = [5, 7].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
    const open = async () => {
      await grace.goto(`/market/${did}`);
      await grace.getByRole("link", { name: "Drill" }).click();
      await grace.waitForLoadState("networkidle");
    };
    const rent = () => grace.getByRole("button", { name: "Rent", exact: true }).click();
    await open();
    await rent();
    await grace.getByText("Choose from when until when").waitFor();
    await grace.fill("#from", first);
    await grace.fill("#to", last);
    await grace.locator("#parts", { hasText: "11.00" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "orders-rent");
    await rent();
    await grace.waitForURL((url) => url.pathname.startsWith("/market/orders/"));
    for (const part of ["11.00 CHF", "Deposit: 5.00 CHF", "Until its time begins you can call it off"]) expect((await words(grace)).includes(part), `lacks “${part}”: ${await words(grace)}`);
    await accessible(grace);
    await fits(grace);
    await ada.goto(new URL(grace.url()).pathname);
    await ada.getByText("Give the deposit back once").waitFor();
    await accessible(ada);
    await fits(ada);
    await open();
    await grace.locator("#taken li").waitFor();
    await grace.fill("#from", last);
    await grace.fill("#to", last);
    await grace.locator("#parts", { hasText: "7.00" }).waitFor();
    await accessible(grace);
    await screens(world, grace, "orders-taken");
    await rent();
    await grace.getByText("It is taken then").waitFor();
  });

  await t.check("who deletes their data ends their open orders first, and takes the words of reviews along", async () => {
    const nora = await world.person();
    await createIdentity(world, nora, "Nora", { invite: await inviteOf(ada) });
    await fund(nora, ada);
    await sell(ada, { title: "Paper lamp", price: "3", quantity: "2", returns: "14" });
    await buy(nora, did, "Paper lamp");
    await nora.waitForLoadState("networkidle");
    await nora.click("#have");
    await sure(nora);
    await state(nora, "Handed over");
    await nora.waitForLoadState("networkidle");
    await nora.selectOption("#stars", "5");
    await nora.fill("#text", "Glows warmly.");
    await nora.click("#publish");
    await nora.locator(".card", { hasText: "Glows warmly." }).waitFor();
    await buy(nora, did, "Paper lamp");
    const order = new URL(nora.url()).pathname;

    await nora.goto("/data/delete");
    await nora.locator(`#orders-list a[href="${order}"]`, { hasText: "Paper lamp" }).waitFor();
    await nora.locator("#plan").waitFor({ state: "visible" });
    await accessible(nora);
    await fits(nora);
    await nora.check("#sure");
    await nora.click("#erase");
    await nora.locator("#message", { hasText: "is still open" }).waitFor();
    await accessible(nora);
    expect(await nora.locator("#gone").isHidden(), "her data is gone");
    await nora.locator("#message").getByRole("link", { name: "Paper lamp" }).click();
    await nora.waitForURL((url) => url.pathname === order);
    await nora.waitForLoadState("networkidle");
    await nora.click("#cancel");
    await sure(nora);
    await state(nora, "Called off");
    for (const end = Date.now() + 30_000; !(await words(nora)).includes("3.00 CHF went back") && Date.now() < end; ) await nora.reload();

    await nora.goto("/data/delete");
    await nora.locator("#reviews-list", { hasText: "Glows warmly." }).waitFor();
    expect(await nora.locator("#orders-list").isHidden(), "an order is still listed");
    await nora.locator("#plan").waitFor({ state: "visible" });
    await nora.check("#sure");
    await nora.click("#erase");
    await nora.locator("#gone").waitFor({ state: "visible", timeout: 30_000 });
    await ada.goto(`/market/${did}`);
    await ada.getByRole("link", { name: "Paper lamp" }).click();
    await ada.locator("#reviews", { hasText: "Text removed" }).waitFor();
    expect(!(await ada.textContent("#reviews")).includes("Glows warmly."), "the seller still has her words");
  });
}
