// Turns that go wrong: a press too many, an answer that gets lost with the box's plug, a browser that loses what it kept.

import { expect } from "./check.mjs";

/** How often a button is pressed while the next page is on its way. */
const PRESSES = 3;

let lost = 0;
/**
 * Lets the box take the next signed request of a page to a path (a pattern), and pulls its plug before the page has the answer. Gives what
 * waits for that.
 */
export async function losesAnswer(page, pattern, box) {
  lost += 1;
  const name = `answered${lost}`;
  let pulled;
  const gone = new Promise((resolve) => (pulled = resolve));
  await page.exposeFunction(name, async (status) => {
    await box.kill();
    pulled(status);
  });
  await page.evaluate(([pattern, name]) => {
    const real = globalThis.fetch;
    globalThis.fetch = async (address, init) => {
      const isIt = new RegExp(pattern).test(new URL(address, location).pathname) && new Headers(init?.headers).has("mjn-proof");
      if (!isIt) return real(address, init);
      globalThis.fetch = real;
      const { status } = await real(address, init);
      await globalThis[name](status);
      throw new TypeError("the answer is lost");
    };
  }, [pattern.source, name]);
  return async () => {
    const status = await gone;
    expect(status === 201 || status === 200, `the box did not take it: ${status}`);
  };
}

/**
 * Presses a button that leads to another page over and over, until that page comes, which is held back until the button was pressed some
 * times more.
 */
export async function pressedWhileLeaving(page, button, leadsTo) {
  let hear = () => {};
  await page.exposeFunction("pressedAgain", () => hear());
  await page.route(leadsTo, async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    let left = PRESSES;
    await new Promise((enough) => (hear = () => (left -= 1) > 0 || enough()));
    return route.fallback();
  });
  await page.evaluate((selector) => {
    setInterval(() => {
      document.querySelector(selector).click();
      globalThis.pressedAgain();
    }, 20);
  }, button);
  await page.waitForURL(leadsTo);
  await page.unroute(leadsTo);
}

/** The browser loses everything that this site kept in it, but for the session: as it does when space runs short. */
export const losesStorage = (page) =>
  page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      await new Promise((gone, failed) => {
        const asked = indexedDB.deleteDatabase(name);
        asked.onsuccess = gone;
        asked.onerror = asked.onblocked = () => failed(new Error(`${name} stays`));
      });
    }
    sessionStorage.clear();
    localStorage.clear();
  });

/** Asks the box, as the page does, with its session. */
export const asks = async (page, path) => (await page.request.get(path)).json();

export async function inviteOf(page, uses = 1) {
  const answer = await page.request.post("/auth/api/invites", { data: { maxUses: uses }, headers: { origin: new URL(page.url()).origin } });
  expect(answer.status() === 201 || answer.status() === 200, `no invitation: ${answer.status()}`);
  return (await answer.json()).code;
}
