// Grace tops up, and Ada, who owns the box, confirms the transfer; Grace pays for something that two share, and both read the split.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { confirmed, didOf, isChosen } from "../lib/steps.mjs";

/** Sells a ticket as another program would: a manifest signed by its seller, a payment signed by its buyer. */
async function manifestOf(page) {
  return page.evaluate(async () => {
    const [{ canonical }, { signBytes }, { signer }, { toHex, utf8 }, { placeOf }] = await Promise.all(
      ["jcs", "key", "session", "base", "proof"].map((name) => import(`/assets/js/${name}.js`)));
    const me = await signer();
    const contributors = [{ id: me.did, role: "music", weight: 0.7 }, { id: (await placeOf(me)).node, role: "place", weight: 0.3 }];
    const document = { id: "launch-party", version: "0.3.0", type: "event", contributors, derivesFrom: [], terms: {} };
    return { ...document, signature: toHex(await signBytes(me.sign, utf8(canonical(document)))) };
  });
}

async function pay(page, manifest, amount) {
  return page.evaluate(async ([manifest, amount]) => {
    const [{ post }, { submit }, { signer }] = await Promise.all(["api", "proof", "session"].map((name) => import(`/assets/js/${name}.js`)));
    const wish = { total_amount: amount, currency: "CHF", service: "events", type: "ticket", fair_manifest: manifest };
    const { op, fact, body, to } = (await post("/pay/api/quote", wish)).sign;
    await submit(await signer(), { service: "pay", op, fact, body, to });
  }, [manifest, amount]);
}

export default async function money(t, world) {
  const { ada, grace } = world;
  await t.check("somebody asks for credit and is told what to write", async () => {
    await grace.goto("/pay");
    await grace.getByText("You have no credit to spend on this box").waitFor();
    await grace.fill("#amount", "nothing");
    await grace.click("#by-emt");
    await grace.getByText("Write an amount above zero").waitFor();
    await grace.fill("#amount", "20.50");
    await grace.click("#by-emt");
    await grace.getByText("into it.").waitFor();
    await accessible(grace);
    await fits(grace);
    await grace.reload();
    await grace.getByText("20.50 CHF").first().waitFor();
    await screens(world, grace, "money-waiting");
  });

  await t.check("who owns the box says that it has arrived", async () => {
    await ada.goto("/pay");
    await ada.getByRole("button", { name: "It has arrived" }).click();
    await ada.getByRole("button", { name: "It has arrived" }).waitFor({ state: "detached" });
    await grace.reload();
    await grace.locator(".card", { hasText: "20.50 CHF" }).waitFor();
  });

  await t.check("a receipt shows every split, as a bar and as a table", async () => {
    const third = await world.person();
    await pay(grace, await manifestOf(ada), 1001);
    await grace.goto("/pay");
    await grace.getByText("10.49 CHF").first().waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "money");
    await grace.getByRole("link", { name: "Receipt" }).first().click();
    await grace.getByText("Who got what").waitFor();
    const text = (await grace.textContent("main")).replaceAll("\u00a0", " ");
    for (const words of ["10.01 CHF", "music", "Ada Lovelace", "from credit"]) expect(text.includes(words), `lacks “${words}”: ${text}`);
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "receipt");
    const saved = await grace.request.get(await grace.getByRole("link", { name: "Save the signed receipt" }).getAttribute("href"));
    expect((await saved.json()).signature?.length === 128, "the saved receipt is not signed");
    await ada.goto("/pay");
    await ada.getByText("paid you").first().waitFor();
    await third.goto(new URL(grace.url()).pathname);
    expect(third.url().includes("/signin"), `a stranger sees ${third.url()}`);
  });

  await t.check("credit is paid out: asked for, set aside, sent by the owner of the box", async () => {
    await grace.goto("/pay");
    await grace.waitForLoadState("networkidle");
    await grace.fill("#payout-amount", "5");
    await grace.click("#ask-payout");
    await grace.getByText("Write where the owner of this box should send it").waitFor();
    await grace.fill("#payout-to", "CH93 0076 2011 6238 5295 7");
    await grace.click("#ask-payout");
    await grace.locator("#payouts", { hasText: "set aside" }).waitFor();
    await grace.locator(".card", { hasText: "5.49 CHF" }).waitFor();
    await accessible(grace);
    await fits(grace);
    await ada.goto("/pay");
    await ada.waitForLoadState("networkidle");
    const asked = ada.locator("#asked li", { hasText: "CH93 0076" });
    await asked.waitFor();
    await accessible(ada);
    await fits(ada);
    await asked.getByRole("button", { name: "I have sent it" }).click();
    await confirmed(ada);
    await ada.locator("#asked").waitFor({ state: "detached" });
    await grace.reload();
    await grace.locator("#payouts", { hasText: "paid out" }).waitFor();
  });

  await t.check("the owner lets somebody spend more than they have, and ends it", async () => {
    await ada.waitForLoadState("networkidle");
    await ada.getByText("Let somebody spend more than they have").click();
    // A person can be named by their DID or by a link to their page.
    await ada.fill("#limit-who", await didOf(grace));
    await isChosen(ada.locator("#limit-who"), "Grace");
    await ada.fill("#limit-who", new URL(`/profile/${await didOf(grace)}`, ada.url()).href);
    await isChosen(ada.locator("#limit-who"), "Grace");
    await ada.fill("#limit-amount", "30");
    await accessible(ada);
    await ada.click("#set-limit");
    await ada.locator("#limits", { hasText: "30.00 CHF" }).waitFor();
    await fits(ada);
    await grace.reload();
    await grace.getByText("lets you spend up to").waitFor();
    await ada.locator("#limits").getByRole("button", { name: "End it" }).click();
    await confirmed(ada);
    await ada.locator("#limits").waitFor({ state: "detached" });
    await grace.reload();
    await grace.locator("#payouts").waitFor();
    expect((await grace.getByText("lets you spend up to").count()) === 0, "the limit stays");
  });
}
