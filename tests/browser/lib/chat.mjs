// Steps on the pages of chat: connecting, writing, looking at one message.

export const SECRET = "Meet me at the old mill";

export const bubble = (page, text, more = "") => page.locator(`#messages .msg${more}`, { has: page.locator(".text", { hasText: text }) });
export const entered = (page, text) => bubble(page, text, '[data-state="entered"]');

/** Two people connect: one by the other's invitation. */
export async function connect(inviter, guest) {
  await inviter.goto("/connections/invite");
  await inviter.waitForLoadState("networkidle");
  await inviter.click("#make");
  await inviter.locator("#made").waitFor({ state: "visible" });
  await guest.goto(new URL(await inviter.textContent("#link")).pathname);
  await guest.waitForLoadState("networkidle");
  await guest.getByRole("button", { name: "Sign and accept" }).click();
  await guest.locator("#done").waitFor({ state: "visible" });
}

export async function write(page, text) {
  await page.fill("#text", text);
  await page.click("#send");
  await entered(page, text).waitFor();
}

/** What one can do with a message. */
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
