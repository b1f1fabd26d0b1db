// Ada, Grace and Maya write to each other, sealed: two of them, then a group that somebody is let into and put out of; with a network
// that goes, a page that is closed midway, and a box that leaves something out.

import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { screens } from "../lib/screens.mjs";
import { createIdentity, didOf, picture } from "../lib/steps.mjs";

const SECRET = "Meet me at the old mill";

const bubble = (page, text, more = "") => page.locator(`#messages .msg${more}`, { has: page.locator(".text", { hasText: text }) });
const entered = (page, text) => bubble(page, text, '[data-state="entered"]');

/** Two people connect: one by the other's invitation. */
async function connect(inviter, guest) {
  await inviter.goto("/connections/invite");
  await inviter.waitForLoadState("networkidle");
  await inviter.click("#make");
  await inviter.locator("#made").waitFor({ state: "visible" });
  await guest.goto(new URL(await inviter.textContent("#link")).pathname);
  await guest.waitForLoadState("networkidle");
  await guest.getByRole("button", { name: "Sign and accept" }).click();
  await guest.locator("#done").waitFor({ state: "visible" });
}

async function write(page, text) {
  await page.fill("#text", text);
  await page.click("#send");
  await entered(page, text).waitFor();
}

/** What one can do with a message. */
async function menu(page, text) {
  const more = bubble(page, text).locator(".more-of");
  await more.focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog.menu").waitFor();
}

async function opened(page, path) {
  await page.goto(path);
  await page.locator("#compose").waitFor({ state: "visible" });
}

/** Makes a group and has others join it. Answers its path. */
async function group(owner, name, others) {
  await owner.goto("/connections/groups");
  await owner.waitForLoadState("networkidle");
  await owner.getByText(/^Create a group/).click();
  await owner.fill("#name", name);
  await owner.selectOption("#sort", "group private");
  await owner.click("#make");
  await owner.getByRole("heading", { name }).waitFor();
  const path = new URL(owner.url()).pathname;
  for (const other of others) {
    await owner.goto(path);
    await owner.waitForLoadState("networkidle");
    await owner.click("#invite");
    await owner.locator("#made").waitFor({ state: "visible" });
    await other.goto(new URL(await owner.textContent("#link")).pathname);
    await other.waitForLoadState("networkidle");
    await other.getByRole("button", { name: "Sign and join" }).click();
    await other.locator("#done").waitFor({ state: "visible" });
  }
  return path;
}

export default async function chat(t, world) {
  const { ada, grace } = world;
  const maya = await world.person();
  let path = "";
  let room = "";

  await t.check("before anybody wrote, the list says how to begin", async () => {
    await createIdentity(world, maya, "Maya", { invite: world.invite });
    await ada.goto("/chat");
    await ada.getByText("No conversations yet").waitFor();
    await accessible(ada);
    await fits(ada);
    await connect(ada, grace);
    await connect(ada, maya);
  });

  await t.check("Ada chooses Grace by her name, and what she writes is sealed", async () => {
    await ada.goto("/chat");
    await ada.getByRole("link", { name: "Start a conversation" }).click();
    await ada.waitForLoadState("networkidle");
    await accessible(ada);
    await fits(ada);
    await ada.fill("#find", "gra");
    await ada.getByRole("button", { name: "Grace" }).click();
    await ada.waitForURL(/\/chat\/did:imajin:dm:/);
    path = new URL(ada.url()).pathname;
    await ada.locator("#seal.is-sealed").waitFor();
    await ada.getByText("No messages yet").waitFor();
    await write(ada, SECRET);
    await accessible(ada);
    await fits(ada);
    await screens(world, ada, "chat");
    const said = await (await ada.request.get(`/chat/api/d/${path.split("/").at(-1)}/messages`)).json();
    expect(said.messages.length === 1 && said.messages[0].sealed && said.messages[0].content === null, JSON.stringify(said));
  });

  await t.check("Grace finds it in her list, reads it and answers; Ada sees that at once", async () => {
    await grace.goto("/chat");
    await grace.locator("#chats .last", { hasText: SECRET }).waitFor();
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "chats");
    await grace.getByRole("link", { name: /Ada/ }).click();
    await bubble(grace, SECRET).waitFor();
    await ada.locator(".mark.read").waitFor();
    await menu(grace, SECRET);
    await accessible(grace);
    await fits(grace);
    await grace.getByRole("button", { name: "React with 👍" }).click();
    await bubble(ada, SECRET).locator(".reactions", { hasText: "👍" }).waitFor();
    await menu(grace, SECRET);
    await grace.getByRole("button", { name: "Reply", exact: true }).click();
    await grace.getByText("Replying to Ada").waitFor();
    await accessible(grace);
    await write(grace, "I will be there");
    await bubble(ada, "I will be there").locator(".quote", { hasText: SECRET }).waitFor();
  });

  await t.check("Grace changes and deletes what she wrote, and takes a reaction back", async () => {
    await grace.focus("#text");
    await grace.keyboard.press("ArrowUp");
    await grace.getByText("Editing your message").waitFor();
    await grace.fill("#text", "I’ll be there at six");
    await grace.keyboard.press("Enter");
    await bubble(ada, "I’ll be there at six").getByText("edited").waitFor();
    await write(grace, "Oops");
    await menu(grace, "Oops");
    await grace.getByRole("button", { name: "Delete", exact: true }).click();
    await grace.getByRole("button", { name: "Delete for everybody?" }).click();
    await ada.getByText("This message was deleted").waitFor();
    await bubble(grace, SECRET).locator(".reactions button").click();
    await bubble(ada, SECRET).locator(".reactions").waitFor({ state: "detached" });
  });

  await t.check("a text that was begun is there after a reload; without a network it waits, and goes out by itself", async () => {
    await ada.fill("#text", "Bring the map");
    await ada.locator("#text[data-kept]").waitFor();
    await ada.reload();
    await ada.locator("#compose").waitFor({ state: "visible" });
    expect((await ada.inputValue("#text")) === "Bring the map", "the draft is lost");
    await bubble(ada, SECRET).waitFor();
    await ada.context().setOffline(true);
    await ada.click("#send");
    await bubble(ada, "Bring the map").getByText("Waiting for your box").waitFor();
    await accessible(ada);
    await ada.context().setOffline(false);
    await entered(ada, "Bring the map").waitFor();
    await bubble(grace, "Bring the map").waitFor();
    expect((await bubble(grace, "Bring the map").count()) === 1, "it came twice");
  });

  await t.check("a photo and a voice note are sealed, too, and heard and seen by the other alone", async () => {
    await ada.setInputFiles("#photo", { name: "beach.png", mimeType: "image/png", buffer: await picture(ada, 900, 600, 20) });
    const photo = grace.locator("#messages .photo img");
    await photo.waitFor();
    expect((await photo.evaluate((img) => img.decode().then(() => img.naturalWidth))) === 900, "another picture");
    await ada.context().grantPermissions(["camera", "microphone"]);
    await ada.locator("#voice").focus();
    await ada.keyboard.press("Enter");
    await ada.locator("#voice[aria-pressed=true]", { hasText: "0:01" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.keyboard.press("Enter");
    const note = grace.locator("#messages .voice");
    await note.waitFor();
    await accessible(grace);
    await fits(grace);
    await note.getByRole("button", { name: "Play" }).click();
    await note.locator(".wave .heard").first().waitFor();
    const { assets } = await (await ada.request.get("/media/api/assets?limit=10")).json();
    const sent = assets.filter(({ sealed }) => sealed);
    expect(sent.length === 2 && sent.every(({ filename }) => filename === "sealed"), JSON.stringify(assets));
  });

  await t.check("words are found in what this browser can read, and lead to their message", async () => {
    await grace.goto("/chat");
    await grace.fill("#find", "old mill");
    const found = grace.locator("#found a");
    await found.first().waitFor();
    await accessible(grace);
    await fits(grace);
    await found.first().click();
    await bubble(grace, SECRET).waitFor();
  });

  await t.check("somebody who isn’t connected asks first; one message, until it is accepted", async () => {
    await maya.goto(`/chat/new?with=${await didOf(grace)}`);
    await maya.waitForLoadState("networkidle");
    await maya.getByRole("button", { name: "Grace" }).click();
    await maya.waitForURL(/\/chat\/did:imajin:dm:/);
    await maya.locator("#compose").waitFor({ state: "visible" });
    await write(maya, "We met at the fair");
    await maya.getByText("Waiting until Grace accepts").waitFor();
    await maya.fill("#text", "Hello?");
    await maya.click("#send");
    await bubble(maya, "Hello?").getByText("You can write again once your request is accepted").waitFor();
    await grace.goto("/chat");
    await grace.locator("#requests a").click();
    await grace.getByText("Maya asks to write to you").waitFor();
    await bubble(grace, "We met at the fair").waitFor();
    expect(await grace.locator("#compose").isHidden(), "one can answer before accepting");
    await accessible(grace);
    await fits(grace);
    await grace.getByRole("button", { name: "Accept" }).click();
    await grace.locator("#compose").waitFor({ state: "visible" });
    await menu(maya, "Hello?");
    await maya.getByRole("button", { name: "Try again" }).click();
    await bubble(grace, "Hello?").waitFor();
    await opened(grace, path);
  });

  await t.check("they compare their keys by sixty digits, and the mark stays", async () => {
    const digits = [];
    for (const page of [ada, grace]) {
      await page.click("#about");
      await page.locator("dialog .members button.line").click();
      await page.getByRole("button", { name: "Compare keys" }).click();
      await page.locator(".digits span").nth(11).waitFor();
      digits.push(await page.textContent(".digits"));
      await accessible(page);
      await fits(page);
      await page.getByRole("button", { name: "They’re the same" }).click();
      await page.getByText("The mark stays").waitFor();
      await page.keyboard.press("Escape");
    }
    expect(digits[0] === digits[1] && /^(\d{5} ?){12}$/.test(digits[0].trim()), digits.join(" / "));
    await ada.click("#about");
    await ada.locator("dialog").getByText("Compared").waitFor();
    await accessible(ada);
    await ada.keyboard.press("Escape");
  });

  await t.check("a group’s conversation is for those whom its leader ticks", async () => {
    await group(ada, "Millers", [grace, maya]);
    await ada.goto("/chat/new");
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "Millers" }).click();
    await ada.getByRole("heading", { name: "Who is in this conversation?" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.locator("dialog").getByLabel("Maya").uncheck();
    await ada.getByRole("button", { name: "Open the conversation" }).click();
    await ada.waitForURL(/\/chat\/did:imajin:group:/);
    room = new URL(ada.url()).pathname;
    await ada.locator("#seal.is-sealed").waitFor();
    await write(ada, "Only Grace and I");
    await opened(grace, room);
    await bubble(grace, "Only Grace and I").waitFor();
    expect((await maya.goto(room)).status() === 404, "who was not let in sees it");
  });

  await t.check("Ada lets Maya in, who reads from there on; with her removal the secret changes", async () => {
    await ada.getByText("Let Maya in here?").waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.getByRole("button", { name: "Let Maya in" }).click();
    await ada.getByText("Let Maya in here?").waitFor({ state: "detached" });
    await write(ada, "Welcome Maya");
    await opened(maya, room);
    await bubble(maya, "Welcome Maya").waitFor();
    expect((await bubble(maya, "Only Grace and I").count()) === 0, "she reads what was before her");
    await write(maya, "Hello you two");
    await bubble(grace, "Hello you two").getByText("Maya").waitFor();
    await ada.click("#about");
    await ada.getByRole("link", { name: "Open its page" }).click();
    await ada.waitForLoadState("networkidle");
    await ada.locator("li.member", { hasText: "Maya" }).getByText("Change role, hand over or remove").click();
    await ada.getByRole("button", { name: /^Remove/ }).click();
    await ada.locator("li.member", { hasText: "Maya" }).waitFor({ state: "detached" });
    await maya.getByText("You’re not in this conversation any more.").waitFor();
    await opened(ada, room);
    await write(ada, "Just us again");
    await bubble(grace, "Just us again").waitFor();
    const { epoch } = await (await ada.request.get(`/chat/api/d/${room.split("/").at(-1)}`)).json();
    expect(epoch === 3, `epoch ${epoch}`);
    expect((await maya.goto(room)).status() === 404, "who was put out sees it");
  });

  await t.check("a box that leaves a message out turns the page red, with the sentence of the rule, and nothing is sent", async () => {
    await opened(grace, path);
    await bubble(grace, "Bring the map").waitFor();
    let left = null;
    await grace.route("**/chat/api/d/*/log?*", async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      left ??= new URL(route.request().url()).searchParams.has("after") ? json.rows[0]?.header : null;
      await route.fulfill({ response, json: { ...json, rows: json.rows.filter(({ header }) => header !== left) } });
    });
    await opened(ada, path);
    await write(ada, "The key is under the mat");
    await write(ada, "Did you find it?");
    await grace.locator(".alarm[data-code=gap]").waitFor();
    await grace.getByText("This conversation has a gap: your box leaves something out.").waitFor();
    expect(await grace.locator("#compose").isHidden(), "one can write on");
    await accessible(grace);
    await fits(grace);
    await screens(world, grace, "chat-alarm");
    const [download] = await Promise.all([grace.waitForEvent("download"), grace.getByRole("button", { name: "Save evidence" }).click()]);
    expect(download.suggestedFilename() === "evidence.json", download.suggestedFilename());
    await grace.unroute("**/chat/api/d/*/log?*");
    await opened(grace, path);
    await bubble(grace, "The key is under the mat").waitFor();
  });

  await t.check("settings are kept, and a muted conversation says so in the list", async () => {
    await grace.goto("/chat/settings");
    await grace.waitForLoadState("networkidle");
    await accessible(grace);
    await fits(grace);
    await grace.getByLabel("Nobody but your connections").check();
    await grace.getByRole("button", { name: "Save" }).click();
    await grace.getByText("Saved.").waitFor();
    await grace.reload();
    expect(await grace.getByLabel("Nobody but your connections").isChecked(), "the choice is lost");
    await opened(grace, path);
    await bubble(grace, SECRET).waitFor();
    await grace.click("#about");
    await grace.getByRole("button", { name: "Mute", exact: true }).click();
    await grace.getByRole("button", { name: "Unmute" }).waitFor();
    await grace.goto("/chat");
    await grace.locator("#chats").getByText("Muted").waitFor();
  });

  await t.check("the list is light: its first view is small, and takes few requests", async () => {
    const page = await ada.context().newPage();
    let [bytes, requests] = [0, 0];
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    page.on("request", () => (requests += 1));
    await page.goto("/chat");
    await page.locator("#chats .last", { hasText: "Did you find it?" }).waitFor();
    console.log(`        ${Math.round(bytes / 1000)} kB in ${requests} requests`);
    await page.close();
    expect(bytes <= 60_000, `${bytes} bytes`);
    expect(await didOf(ada), "signed out");
  });
}
