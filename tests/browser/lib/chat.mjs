// Steps on the pages of chat: connecting, writing, and the menu of a message.

import { invitation } from "./steps.mjs";

export const SECRET = "Meet me at the old mill";

export const bubble = (page, text, more = "") => page.locator(`#messages .msg${more}`, { has: page.locator(".text", { hasText: text }) });
export const entered = (page, text) => bubble(page, text, '[data-state="entered"]');

/** A person's conversations of two in the list of chats. */
export const direct = (page) => page.locator('#chats a[href^="/chat/did:imajin:dm:"]');

/** Connects two people by an invitation. */
export async function connect(inviter, guest) {
  await guest.goto(await invitation(inviter));
  await guest.waitForLoadState("networkidle");
  await guest.getByRole("button", { name: "Sign and accept" }).click();
  await guest.locator("#done").waitFor({ state: "visible" });
}

export async function write(page, text) {
  await page.fill("#text", text);
  await page.click("#send");
  await entered(page, text).waitFor();
}

/** Adds files to a conversation, with a caption, and sends them. `look` is called while they are shown. */
export async function attach(page, files, { caption = "", look = async () => {} } = {}) {
  await page.setInputFiles("#files", files);
  const dialog = page.locator("dialog", { has: page.locator("#caption") });
  await dialog.waitFor();
  await page.fill("#caption", caption);
  await look();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

/** Opens the menu of a message. */
export async function menu(page, text) {
  const more = bubble(page, text).locator(".more-of");
  await more.focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog.menu").waitFor();
}

export async function opened(page, path) {
  await page.goto(path);
  await page.locator("#compose").waitFor({ state: "visible" });
}

/** Compares keys with the other person of a conversation. Returns the sixty digits. `look` is called when they are visible. */
export async function compare(page, look = async () => {}) {
  await page.click("#about");
  await page.locator("dialog .members button.line").click();
  await page.getByRole("button", { name: "Compare keys" }).click();
  await page.locator(".digits span").nth(11).waitFor();
  const digits = await page.textContent(".digits");
  await look();
  await page.getByRole("button", { name: "They’re the same" }).click();
  await page.getByText("The mark stays").waitFor();
  await page.keyboard.press("Escape");
  return digits.trim();
}

/** Whether two people see the same digits. */
export const same = ([one, other]) => one === other && /^(\d{5} ?){12}$/.test(one);

export async function react(page, text, others) {
  await menu(page, text);
  await page.getByRole("button", { name: "React with 👍" }).click();
  await bubble(others, text).locator(".reactions", { hasText: "👍" }).waitFor();
}
