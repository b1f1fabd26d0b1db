// Ada, Grace, and Maya at her laptop, which may have another browser: a photo and a voice note, a search, a message request, a group that removes a
// member, and settings.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asking, registered } from "../lib/app.mjs";
import { expect } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { SECRET, attach, bubble, compare, connect, entered, menu, opened, react, same, write } from "../lib/chat.mjs";
import { film } from "../lib/photo.mjs";
import { PASSPHRASE, createIdentity, didOf, freeEvent, picture } from "../lib/steps.mjs";

/** Creates a group and has others join it. Returns its path. */
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

export default async function chatrooms(t, world) {
  const { ada, grace } = world;
  const maya = await world.person(world.url, { engine: world.laptop });
  const path = world.talk;
  let room = "";
  let asked = "";
  let supper = "";
  let table = "";

  await t.check("Maya comes, and knows Ada", async () => {
    await createIdentity(world, maya, "Maya", { invite: world.invite });
    await connect(ada, maya);
    for (const page of [ada, grace]) await opened(page, path);
  });

  await t.check("a photo and a voice note are sealed, too, and heard and seen by the other alone", async () => {
    await attach(ada, { name: "beach.png", mimeType: "image/png", buffer: await picture(ada, 900, 600, 20) });
    const photo = grace.locator("#messages .photo img");
    await photo.waitFor();
    expect((await photo.evaluate((img) => img.decode().then(() => img.naturalWidth))) === 900, "another picture");
    await grace.waitForLoadState("networkidle");
    await grace.context().setOffline(true);
    await grace.reload();
    await photo.waitFor();
    expect((await photo.evaluate((img) => img.decode().then(() => img.naturalWidth))) === 900, "the photo is not kept");
    await grace.context().setOffline(false);
    await opened(grace, path);
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

  await t.check("a file of any kind is sealed, and the other saves it with its name and its bytes", async () => {
    const recipe = Buffer.from("%PDF-1.4 flour, water, salt");
    await attach(ada, { name: "Recipe.pdf", mimeType: "application/pdf", buffer: recipe });
    const save = grace.locator("#messages .file").getByRole("button", { name: "Save Recipe.pdf" });
    await save.waitFor();
    await accessible(grace);
    await fits(grace);
    const [download] = await Promise.all([grace.waitForEvent("download"), save.click()]);
    expect(download.suggestedFilename() === "Recipe.pdf", download.suggestedFilename());
    const saved = join(world.folder, "chat-recipe.pdf");
    await download.saveAs(saved);
    expect((await readFile(saved)).equals(recipe), "other bytes");
    const { assets } = await (await ada.request.get("/media/api/assets?limit=10")).json();
    expect(!JSON.stringify(assets).includes("Recipe"), "the box knows its name");
  });

  await t.check("several photos go out together after a look at them, without those that were taken out, and with one caption", async () => {
    const photos = [500, 600, 700].map(async (width, n) => ({ name: `mill-${n}.png`, mimeType: "image/png", buffer: await picture(ada, width, 300, 20) }));
    const look = async () => {
      await ada.getByText("Send these 3 files?").waitFor();
      await accessible(ada);
      await fits(ada);
      await ada.getByRole("button", { name: "Don’t send mill-1.png" }).click();
    };
    await attach(ada, await Promise.all(photos), { caption: "The mill from both sides", look });
    const captioned = bubble(grace, "The mill from both sides");
    await captioned.locator(".photo img").waitFor();
    expect((await captioned.locator(".photo img").evaluate((img) => img.decode().then(() => img.naturalWidth))) === 700, "the caption is on another photo");
    expect((await grace.locator("#messages .photo").count()) === 3, "another number of photos");
    await accessible(grace);
    await fits(grace);
  });

  await t.check("a photo and a video go out together, and the video plays where it arrives", async () => {
    const photo = { name: "wheel.png", mimeType: "image/png", buffer: await picture(ada, 400, 300, 20) };
    const look = () => ada.locator("dialog .added video").waitFor({ state: "attached" });
    await attach(ada, [photo, await film(ada)], { caption: "The wheel turns", look });
    await bubble(grace, "The wheel turns").getByRole("button", { name: "Play" }).click();
    await grace.waitForFunction(() => document.querySelector("#messages video")?.videoWidth === 320);
    await accessible(grace);
    await fits(grace);
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
    // A swipe to the side begins a reply, though not to a message that is gone.
    const swipe = (message) => message.locator(".bubble").evaluate((bubble) => {
      const touch = (type, clientX) => bubble.dispatchEvent(new PointerEvent(type, { pointerType: "touch", clientX, clientY: 5, bubbles: true }));
      touch("pointerdown", 10);
      touch("pointermove", 100);
      const isShown = bubble.classList.contains("answers");
      touch("pointerup", 100);
      return isShown;
    });
    expect(!(await swipe(grace.locator("#messages .msg.gone").first())), "a deleted message moves");
    expect(await grace.locator("#subject").isHidden(), "a deleted message can be answered");
    expect(await swipe(bubble(grace, SECRET)), "nothing shows that the swipe answers");
    await grace.getByText("Replying to Ada").waitFor();
    await grace.getByRole("button", { name: "Cancel" }).click();
  });

  await t.check("somebody who isn’t connected asks first; one message, until it is accepted", async () => {
    await maya.goto(`/chat/new?with=${await didOf(grace)}`);
    await maya.waitForLoadState("networkidle");
    await maya.getByRole("button", { name: "Grace" }).click();
    await maya.waitForURL(/\/chat\/did:imajin:dm:/);
    asked = new URL(maya.url()).pathname;
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
    await grace.getByRole("button", { name: "Accept" }).waitFor();
    // On Home the conversation is one button.
    const talk = new URL(grace.url()).pathname;
    await grace.goto("/");
    await grace.waitForLoadState("networkidle");
    await accessible(grace);
    await grace.locator(".home-cards").getByRole("button", { name: "Accept" }).click();
    await grace.getByText("can write to each other now").waitFor();
    await grace.goto(talk);
    await grace.locator("#compose").waitFor({ state: "visible" });
    await maya.getByText("Waiting until Grace accepts").waitFor({ state: "detached" });
    await menu(maya, "Hello?");
    await maya.getByRole("button", { name: "Try again" }).click();
    await bubble(grace, "Hello?").waitFor();
  });

  await t.check("Maya and Grace react to what the other wrote, and compare their keys", async () => {
    await react(grace, "Hello?", maya);
    await write(grace, "At the cakes");
    await bubble(maya, "At the cakes").waitFor();
    await react(maya, "At the cakes", grace);
    const digits = [await compare(maya), await compare(grace)];
    expect(same(digits), digits.join(" / "));
    await opened(grace, path);
  });

  await t.check("a new group takes a name and ticks: who is ticked is asked in their chat, joins, and is let in", async () => {
    await ada.goto("/chat/new");
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "New group" }).click();
    await ada.fill("#group-name", "Bakers");
    await ada.locator("dialog").getByLabel("Grace").check();
    await accessible(ada);
    await fits(ada);
    await ada.getByRole("button", { name: "Create the group" }).click();
    await ada.waitForURL(/\/chat\/did:imajin:group:/);
    const bakery = new URL(ada.url()).pathname;
    await ada.locator("#seal.is-sealed").waitFor();
    await maya.goto("/chat");
    expect((await maya.getByText("Bakers").count()) === 0, "who was not ticked is asked");
    await grace.goto(await bubble(grace, "Join the group “Bakers”").locator(".text a").getAttribute("href"));
    await grace.waitForLoadState("networkidle");
    await grace.getByRole("button", { name: "Sign and join" }).click();
    await grace.locator("#done").waitFor({ state: "visible" });
    await ada.reload();
    await ada.getByRole("button", { name: "Let Grace in" }).click();
    await ada.getByText("Let Grace in here?").waitFor({ state: "detached" });
    await write(ada, "Flour on Friday");
    await opened(grace, bakery);
    await bubble(grace, "Flour on Friday").waitFor();
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
    await ada.getByRole("button", { name: "Start the conversation" }).click();
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
    await maya.fill("#text", "");
    await maya.locator("#text").pressSequentially("Hello you two, @gra");
    await maya.getByRole("option", { name: "Grace" }).waitFor();
    await accessible(maya);
    await fits(maya);
    await maya.keyboard.press("Enter");
    expect((await maya.inputValue("#text")) === "Hello you two, @Grace ", await maya.inputValue("#text"));
    await maya.click("#send");
    await bubble(grace, "Hello you two").locator(".mention").waitFor();
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

  await t.check("a message and a file are forwarded, encrypted with new keys, and don’t say where they come from", async () => {
    const forward = async (message) => {
      await opened(ada, path);
      await message.locator(".more-of").focus();
      await ada.keyboard.press("Enter");
      await ada.getByRole("button", { name: "Forward", exact: true }).click();
      await ada.getByRole("heading", { name: "Forward to" }).waitFor();
      await accessible(ada);
      await fits(ada);
      await ada.locator("dialog").getByRole("button", { name: "Millers" }).click();
      await ada.waitForURL(`**${room}`);
    };
    const sealed = async () => {
      const { assets } = await (await ada.request.get("/media/api/assets?limit=50")).json();
      return new Set(assets.filter(({ sealed }) => sealed).map(({ id }) => id)).size;
    };
    await opened(grace, room);
    await forward(bubble(ada, SECRET));
    await bubble(grace, SECRET).waitFor();
    const before = await sealed();
    await forward(ada.locator("#messages .msg", { has: ada.locator(".file") }).filter({ hasText: "Recipe.pdf" }));
    const save = grace.locator("#messages .file").getByRole("button", { name: "Save Recipe.pdf" });
    const [download] = await Promise.all([grace.waitForEvent("download"), save.click()]);
    expect(download.suggestedFilename() === "Recipe.pdf", download.suggestedFilename());
    expect((await sealed()) === before + 1, `${await sealed()} sealed files after ${before}`);
  });

  await t.check("an event’s room is readable, and says so", async () => {
    supper = await freeEvent(ada, "Harvest supper");
    await ada.goto("/chat/new");
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: "Harvest supper" }).click();
    await ada.waitForURL(/\/chat\/did:imajin:event:/);
    await ada.getByText("Conversations of events are never encrypted").waitFor();
    table = new URL(ada.url()).pathname;
    await write(ada, "مرحبا بالجميع");
    expect((await bubble(ada, "مرحبا").locator(".text").evaluate((text) => getComputedStyle(text).direction)) === "rtl", "it reads from the wrong side");
    await accessible(ada);
    await fits(ada);
    const said = await (await ada.request.get(`/chat/api/d/${new URL(ada.url()).pathname.split("/").at(-1)}/messages`)).json();
    expect(said.messages[0].content === "مرحبا بالجميع" && said.messages[0].will === "signed", JSON.stringify(said));
  });

  await t.check("whom a message mentions is told so; they are called as everybody calls them, not as Maya alone does", async () => {
    await maya.goto("/connections");
    await maya.waitForLoadState("networkidle");
    await maya.getByText("Rename or disconnect").click();
    await maya.fill("[data-nickname]", "Mum");
    await maya.getByRole("button", { name: "Save name" }).click();
    await maya.getByText("Only you see this name").waitFor();
    await maya.goto(supper);
    await maya.waitForLoadState("networkidle");
    await maya.locator("form.buy").first().getByRole("button", { name: "I’m coming" }).click();
    await maya.click("#agree");
    await maya.getByText("It’s yours").waitFor();
    await opened(maya, table);
    await maya.locator("#text").pressSequentially("Shall I bring bread, @mu");
    await maya.getByRole("option", { name: "Mum" }).waitFor();
    await maya.keyboard.press("Enter");
    expect((await maya.inputValue("#text")) === "Shall I bring bread, @Ada Lovelace ", await maya.inputValue("#text"));
    await maya.click("#send");
    await entered(maya, "Shall I bring bread").locator(".mention", { hasText: "@Ada Lovelace" }).waitFor();
    await ada.goto("/notifications");
    await ada.getByText("Maya mentioned you in “Harvest supper”").waitFor();
    await accessible(ada);
    await fits(ada);
  });

  await t.check("what Maya’s agent writes for her says whose hand it is, in the conversation and in the list", async () => {
    const back = `${world.url}/docs`;
    const jin = await registered(world, { name: "Jin", scope: ["chat.send"], back });
    const owner = await didOf(maya);
    await maya.goto(asking(jin, back, "let"));
    await maya.locator("#asks").waitFor({ state: "visible" });
    await maya.click("#allow");
    await maya.waitForURL((url) => url.pathname === "/docs");
    const { log, turns } = await (await maya.request.get(`/chat/api/d/${table.split("/").at(-1)}`)).json();
    const { head } = await (await maya.request.get(`/chat/api/d/${log}/log?limit=1`)).json();
    await jin.page.evaluate(async ([owner, log, fact]) => {
      const { submit } = await import("/assets/js/proof.js");
      await submit({ ...globalThis.me, sign: null }, { service: "profile", op: "profile.update", body: { displayName: "Jin" } });
      const body = { type: "text", text: "Maya is on her way" };
      const draft = { service: "chat", op: "chat.send", ref: "msg_00112233445566778899aabb", fact: { log, epoch: 0, ...fact }, body, to: [log] };
      await submit({ ...globalThis.me, owner }, draft, { headers: { "x-acting-for": owner } });
    }, [owner, log, { turns, seq: head.seq, seen: head.cid }]);
    await opened(ada, table);
    const said = bubble(ada, "Maya is on her way");
    await said.locator(".who", { hasText: "Maya by their agent Jin" }).waitFor();
    await accessible(ada);
    await fits(ada);
    await ada.goto("/chat");
    await ada.getByText("Maya, by their agent Jin: Maya is on her way").waitFor();
  });

  await t.check("what is new is counted at once where a page is open, and is on Home", async () => {
    await opened(ada, path);
    const opening = grace.waitForEvent("websocket").then((socket) => socket.waitForEvent("framereceived", ({ payload }) => payload.includes('"connected"')));
    // The look takes away what isn't a message: who was let in, who became an admin.
    const look = grace.waitForResponse((response) => response.url().includes("/notifications/read"));
    await grace.goto("/chat");
    await opening;
    const { places } = await (await look).json();
    await grace.locator(`nav.main [data-app="chat"][data-new="${places.chat?.count ?? 0}"]`).waitFor();
    const [bell, place] = [grace.locator(".bell"), grace.locator('nav.main [data-app="chat"]')];
    const counts = () => Promise.all([bell, place].map(async (link) => Number(await link.getAttribute("data-new"))));
    const [all, chats] = await counts();
    await write(ada, "Are you at home?");
    // One message, one badge.
    await grace.locator(`nav.main [data-app="chat"][data-new="${chats + 1}"] .badge`).waitFor();
    expect((await counts())[0] === all, "the bell counts it, too");
    await accessible(grace);
    await fits(grace);
    await grace.reload();
    expect(JSON.stringify(await counts()) === JSON.stringify([all, chats + 1]), "the box counts otherwise");
    await grace.goto("/");
    await grace.getByText(/^Ada Lovelace: /).waitFor();
    await accessible(grace);
    await fits(grace);
  });

  const laptop = await world.person(world.url, { engine: world.laptop });
  const epoch = async () => (await (await ada.request.get(`/chat/api/d/${path.split("/").at(-1)}`)).json()).epoch;
  await t.check("another device with the recovery sheet reads everything from the beginning", async () => {
    await laptop.goto("/restore");
    await laptop.waitForLoadState("networkidle");
    await laptop.setInputFiles("#sheet-file", world.sheet);
    await laptop.waitForFunction(() => document.querySelector("#letters").value.length > 290);
    await laptop.fill("#passphrase", PASSPHRASE);
    await laptop.click("#restore");
    await laptop.waitForURL((url) => url.pathname === "/data", { timeout: 30_000 });
    await opened(laptop, path);
    await bubble(laptop, SECRET).waitFor();
    await write(laptop, "Written on my laptop");
    await opened(grace, path);
    await bubble(grace, "Written on my laptop").waitFor();
  });

  await t.check("a device that is lost is taken out of use: the secret changes, and it reads nothing new", async () => {
    const before = await epoch();
    await ada.goto("/devices");
    await ada.waitForLoadState("networkidle");
    await ada.getByRole("button", { name: /^Take out of use/ }).click();
    await ada.getByRole("button", { name: "Yes, take it out of use" }).click();
    await ada.getByText("That key signs nothing new").waitFor();
    await opened(ada, path);
    await write(ada, "My laptop is lost");
    await bubble(grace, "My laptop is lost").waitFor();
    expect((await epoch()) > before, `still epoch ${before}`);
    await laptop.goto(path);
    await laptop.waitForURL("**/signin?**");
    await laptop.context().close();
  });

  await t.check("it fits a small screen with large letters, in both directions", async () => {
    await grace.setViewportSize({ width: 320, height: 640 });
    for (const page of ["/chat", path, room]) {
      await grace.goto(page);
      await grace.waitForLoadState("networkidle");
      await grace.evaluate(() => (document.documentElement.style.fontSize = "225%"));
      await fits(grace);
      await grace.evaluate(() => (document.documentElement.dir = "rtl"));
      await fits(grace);
    }
    await grace.setViewportSize({ width: 390, height: 844 });
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

  await t.check("before she deletes her data, Maya can delete what she wrote to others", async () => {
    await maya.goto("/data/delete");
    await maya.getByRole("heading", { name: "What you wrote to others" }).waitFor();
    await accessible(maya);
    await fits(maya);
    await maya.getByRole("button", { name: "Delete my messages" }).click();
    await maya.getByText("What you wrote here was deleted.").waitFor();
    await grace.goto(asked);
    await grace.getByText("This message was deleted").nth(1).waitFor();
    expect((await bubble(grace, "We met at the fair").count()) === 0, "it is still there");
  });
}
