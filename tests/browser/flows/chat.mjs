// Ada and Grace exchange sealed messages: with a page that is closed midway, a lost network, a comparison of keys, and a node that withholds
// something.

import { expect, until } from "../lib/check.mjs";
import { accessible, fits } from "../lib/axe.mjs";
import { SECRET, bubble, compare, connect, entered, menu, opened, same, write } from "../lib/chat.mjs";
import { screens } from "../lib/screens.mjs";
import { weigh } from "../lib/weight.mjs";
import { DESK, PHONE } from "../lib/world.mjs";

export default async function chat(t, world) {
  const { ada, grace } = world;
  let path = "";

  await t.check("before anybody wrote, the list says how to begin", async () => {
    await ada.goto("/chat");
    await ada.getByText("No conversations yet").waitFor();
    await accessible(ada);
    await fits(ada);
    await connect(ada, grace);
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
    world.talk = path;
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

  await t.check("a text that was begun is there after a reload; without a network it waits, and goes out automatically", async () => {
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

  await t.check("without the box a conversation that is opened again shows what was read, and continues once the box answers", async () => {
    await ada.waitForLoadState("networkidle");
    await ada.context().setOffline(true);
    await ada.reload();
    await bubble(ada, SECRET).waitFor();
    await ada.getByText("No connection to your box. What you write waits here.").waitFor();
    await ada.fill("#text", "From the tunnel");
    await ada.click("#send");
    await bubble(ada, "From the tunnel").getByText("Waiting for your box").waitFor();
    await accessible(ada);
    await fits(ada);
    await write(grace, "Are you there?");
    await ada.context().setOffline(false);
    await entered(ada, "From the tunnel").waitFor();
    await bubble(ada, "Are you there?").waitFor();
    await bubble(grace, "From the tunnel").waitFor();
    await ada.reload();
    await opened(ada, path);
    expect((await bubble(ada, "From the tunnel").count()) === 1, "it is there twice");
  });

  const what = "without the box the list shows what this browser read since it was drawn, and is up to date once the box answers";
  await t.unless(world.lacks("workers without a network"), what, async () => {
    await ada.goto("/chat");
    await ada.locator("#chats a").waitFor();
    await opened(ada, path);
    await write(grace, "Last word");
    await bubble(ada, "Last word").waitFor();
    // The list's preview is stored a moment after a message is drawn.
    await until(ada, async (name) => {
      const { storeHere } = await import("/assets/chat/here.js");
      const kept = await (await storeHere()).preview(name);
      return kept?.text === "Last word" && kept.unread === 0;
    }, path.split("/").at(-1));
    await ada.context().setOffline(true);
    await ada.goto("/chat");
    await ada.locator("#offline").waitFor();
    await ada.locator("#chats .last", { hasText: "Last word" }).waitFor();
    expect((await ada.locator("#chats .badge").count()) === 0, "it was read");
    await accessible(ada);
    await fits(ada);
    await ada.context().setOffline(false);
    await ada.locator("#offline").waitFor({ state: "detached" });
    await ada.locator("#chats .last", { hasText: "Last word" }).waitFor();
    await opened(ada, path);
    await write(ada, "The last one is mine");
    await bubble(grace, "The last one is mine").waitFor();
  });

  await t.check("on a desktop the list is next to the conversation: it is live, leads to a message, and is there after a reload", async () => {
    await ada.setViewportSize(DESK);
    await opened(ada, path);
    const row = ada.locator('#chats a[aria-current="page"]');
    await row.waitFor();
    await write(grace, "Seen from the desk");
    await row.locator(".last", { hasText: "Seen from the desk" }).waitFor();
    await row.locator(".badge").waitFor({ state: "detached" });
    await accessible(ada);
    await fits(ada);
    await ada.fill("#find", "from the desk");
    await ada.locator("#found a", { hasText: "Seen from the desk" }).click();
    await bubble(ada, "Seen from the desk", ".shown").waitFor();
    await ada.goto(path);
    await ada.reload();
    await row.waitFor();
    await ada.getByRole("link", { name: "Chats", exact: true }).last().click();
    await ada.getByText("Choose a conversation.").waitFor();
    await ada.goBack();
    await row.waitFor();
    await ada.setViewportSize(PHONE);
    expect(await row.isHidden(), "the list takes the room of the conversation on a phone");
  });

  await t.check("the search of the box finds the conversation, and what this browser can read of it", async () => {
    await ada.goto("/search?q=the%20map");
    const found = ada.locator("#found-here a", { hasText: "Bring the map" });
    await found.locator("strong", { hasText: "Grace" }).waitFor();
    const { display, height } = await found.evaluate((link) => ({ display: getComputedStyle(link).display, height: link.offsetHeight }));
    expect(display === "flex" && height >= 56, `the row is no row of the page: ${display}, ${height} px`);
    await accessible(ada);
    await fits(ada);
    await ada.goto("/search?q=grace");
    await ada.getByRole("link", { name: /Grace A conversation/ }).waitFor();
    await opened(ada, path);
    await grace.goto("/notifications");
    const told = grace.locator(`#feed a[href="${path}"]`).first();
    expect(/Ada/.test(await told.textContent()), await told.textContent());
    await opened(grace, path);
  });

  await t.check("they compare their keys by sixty digits, and the mark stays", async () => {
    const digits = [];
    for (const page of [ada, grace]) digits.push(await compare(page, () => accessible(page).then(() => fits(page))));
    expect(same(digits), digits.join(" / "));
    await ada.click("#about");
    await ada.locator("dialog").getByText("Compared").waitFor();
    await accessible(ada);
    await ada.keyboard.press("Escape");
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

  await t.unless(world.lacks("weighing requests"), "the list is light: its first view is small, and takes few requests", async () => {
    const listed = (page) => page.locator("#chats .last", { hasText: "Did you find it?" }).waitFor();
    const weighed = await weigh(ada.context(), "/chat", listed);
    // News that comes at that moment is marked as seen.
    const { bytes } = weighed;
    const requests = weighed.requests.filter((path) => path !== "/notifications/read");
    console.log(`        ${Math.round(bytes / 1000)} kB in ${requests.length} requests`);
    expect(bytes <= 60_000 && requests.length <= 15, `${bytes} bytes: ${requests.join(", ")}`);
  });
}
