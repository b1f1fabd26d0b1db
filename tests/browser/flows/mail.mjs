// Signing in by a letter, and the change to a person's own key; then vouching, and apps that may act for a person.

import { asking, registered } from "../lib/app.mjs";
import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, didOf, freeEvent } from "../lib/steps.mjs";

export default async function mail(t, world) {
  const { ada } = world;
  const bob = await world.person();
  let did, code;

  await t.check("an address gets a letter, and its link lets in once", async () => {
    await bob.goto("/signin?next=/devices");
    await bob.waitForLoadState("networkidle");
    await bob.fill("#email", "not an address");
    await bob.click("#send");
    await bob.getByText("Write your whole address").waitFor();
    await bob.fill("#email", "");
    await bob.fill("#email", "bob@example.com");
    await bob.click("#send");
    await bob.locator("#sent").waitFor({ state: "visible" });
    await accessible(bob);
    await ada.goto("/letters");
    await ada.locator("#letters code").first().waitFor();
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "letters");
    const path = await linkOf(ada);
    await bob.goto(path);
    await bob.locator("#ready").waitFor({ state: "visible" });
    expect(!bob.url().includes("token"), "the token stays in the address bar");
    await accessible(bob);
    await fits(bob);
    await screens(world, bob, "mail");
    await bob.click("#come");
    await bob.locator("#given").waitFor({ state: "visible" });
    code = await bob.textContent("#code");
    await accessible(bob);
    await fits(bob);
    await bob.click("#on");
    await bob.waitForURL((url) => url.pathname === "/devices");
    did = await didOf(bob);
    const late = await world.person();
    await late.goto(path);
    await late.click("#come");
    await late.getByText("used already").waitFor();
  });

  await t.check("the code lets in again, without a letter", async () => {
    const again = await world.person();
    await again.goto("/signin?next=/devices");
    await again.waitForLoadState("networkidle");
    await again.fill("#email", "Bob@Example.com");
    await again.fill("#code", "0000-0000-0000");
    await again.click("#use-code");
    await again.locator("#message .notice.bad").waitFor();
    await accessible(again);
    await fits(again);
    await again.fill("#code", code);
    await again.click("#use-code");
    await again.waitForURL((url) => url.pathname === "/devices");
    expect((await didOf(again)) === did, "somebody else comes in");
  });

  await t.check("a link that the owner passed on ends all sessions, and is told at the next visit", async () => {
    const link = await asks(await world.person(), ada);
    const other = await world.person();
    await other.goto(link);
    await other.click("#come");
    await other.getByText("Somebody signed in as you").waitFor();
    await accessible(other);
    await fits(other);
    await other.getByRole("link", { name: "I have read it" }).click();
    await other.waitForURL((url) => url.pathname === "/devices");
    await bob.goto("/signin?next=/devices");
    expect((await bob.request.get("/auth/api/session")).status() === 401, "a session outlives the link");
    await bob.waitForLoadState("networkidle");
    await bob.fill("#email", "bob@example.com");
    await bob.fill("#code", code);
    await bob.click("#use-code");
    await bob.getByText("Somebody signed in as you").waitFor();
    await accessible(bob);
    await bob.getByRole("link", { name: "I have read it" }).click();
    await bob.waitForURL((url) => url.pathname === "/devices");
  });

  await t.check("somebody with an e-mail address only takes a free ticket, says who they are and takes a copy, without a key", async () => {
    const path = await freeEvent(ada, "Open rehearsal");
    await bob.goto(path);
    await bob.waitForLoadState("networkidle");
    await bob.locator("form.buy").first().getByRole("button", { name: "I’m coming" }).click();
    await bob.getByText("1 ticket, free.").waitFor();
    await bob.click("#agree");
    await bob.getByText("It’s yours").waitFor();
    await bob.goto("/profile/edit");
    await bob.waitForLoadState("networkidle");
    await bob.fill("#displayName", "Bob by letter");
    await bob.click("#save");
    await bob.getByText("Saved.").waitFor();
    await bob.goto("/data/copy");
    await bob.waitForLoadState("networkidle");
    await bob.click("#make-copy");
    await bob.locator("#finished").waitFor({ state: "visible" });
    const copy = await bob.request.get(await bob.locator("#download").getAttribute("href"));
    expect(copy.status() === 200, `the copy answers ${copy.status()}`);
  });

  await t.check("a person takes over the key that the box kept: same address", async () => {
    await bob.goto("/devices");
    await bob.locator("#kept").waitFor({ state: "visible" });
    await accessible(bob);
    await createIdentity(world, bob, "Bob by letter", { own: true });
    await bob.goto("/devices");
    await bob.waitForLoadState("networkidle");
    expect((await didOf(bob)) === did, "the address is another one");
    expect(await bob.locator("#kept").isHidden(), "the box still keeps a key");
    const session = await bob.evaluate(async () => (await fetch("/auth/api/session")).json());
    expect(session.ownKey === true && session.alias === "did:email:bob_at_example.com", JSON.stringify(session));
    const met = await bob.evaluate(async () => (await fetch("/auth/api/attestations/root", { method: "POST" })).json());
    expect(met.attestationStatus === "bilateral", `the record of meeting is ${met.attestationStatus}`);
  });

  await t.check("who vouches for me, in words", async () => {
    await bob.goto("/trust");
    await bob.waitForLoadState("networkidle");
    await bob.locator("#tier:not(:empty)").waitFor();
    await accessible(bob);
    await fits(bob);
    await screens(world, bob, "trust");
  });

  await t.check("an app is let in, goes back with the answer, and is sent away again", async () => {
    const back = `${world.url}/docs`;
    const app = await registered(world, { name: "A test app", scope: ["profile.update"], back });
    await bob.goto(asking(app, back, "s1"));
    await bob.locator("#asks").waitFor({ state: "visible" });
    await accessible(bob);
    await fits(bob);
    await screens(world, bob, "authorize");
    await bob.click("#allow");
    await bob.waitForURL((url) => url.pathname === "/docs" && url.searchParams.get("state") === "s1" && url.searchParams.get("did") === did);
    await bob.goto("/apps");
    await bob.getByRole("button", { name: "Revoke what A test app may do" }).click();
    await bob.getByText("you revoked it").waitFor();
    await accessible(bob);
    await fits(bob);
    await screens(world, bob, "apps");
    await bob.goto(asking(app, "https://evil.example/", "s1"));
    await bob.getByText("an address it never named").waitFor();
  });

  await t.check("an app without an invitation waits: the owner finds it on Home, and says yes, and later no", async () => {
    const back = `${world.url}/docs`;
    const shop = await registered(world, { name: "A corner shop", scope: ["profile.update"], back, invite: null });
    const waits = () => shop.page.evaluate(async () => (await globalThis.introduce()).waiting);
    expect(await waits(), "it doesn't wait");
    await ada.goto("/");
    await ada.getByText("The app A corner shop asks").waitFor();
    await ada.getByRole("link", { name: "See what it asks" }).click();
    await ada.waitForURL((url) => url.pathname === "/apps/requests");
    const card = ada.locator("#waiting li", { hasText: "A corner shop" });
    await card.getByText(back).waitFor();
    await accessible(ada);
    await fits(ada);
    await card.getByRole("button", { name: "Yes" }).click();
    await ada.getByText("A corner shop may introduce itself here").waitFor();
    expect(!(await waits()), "it waits in spite of the yes");
    await bob.goto(asking(shop, back, "s2"));
    await bob.getByRole("heading", { name: "A corner shop" }).waitFor();
    await ada.getByRole("button", { name: "Take it back" }).click();
    await ada.getByText("can’t sign in people here any more").waitFor();
    await accessible(ada);
  });

  await t.check("who has a key reads why this box can't learn their address, and its owner how it could", async () => {
    await ada.goto("/settings/email");
    await ada.getByText("This box can’t send emails yet").waitFor();
    await ada.locator("main").getByRole("link", { name: "Name a mail server" }).waitFor();
    await accessible(ada);
    await fits(ada);
  });
}

/** Returns the newest link in the queue, as a path of this node. */
async function linkOf(owner) {
  await owner.goto("/letters");
  await owner.locator("#letters code").first().waitFor();
  const link = new URL(await owner.locator("#letters code").first().textContent());
  return `${link.pathname}${link.hash}`;
}

/** A page requests a letter to Bob; the owner takes its link. */
async function asks(page, owner) {
  await page.goto("/signin?next=/devices");
  await page.waitForLoadState("networkidle");
  await page.fill("#email", "bob@example.com");
  await page.click("#send");
  await page.locator("#sent").waitFor({ state: "visible" });
  return linkOf(owner);
}
