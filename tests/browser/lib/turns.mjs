// Interrupted actions: a repeated press, an answer that gets lost with the node, a browser that loses its storage.

import { expect } from "./check.mjs";

/** Number of presses of a button while the next page loads. */
const PRESSES = 3;

let lost = 0;
/**
 * Lets the node accept the next signed request of a page to a path (a pattern), and kills it before the page has the answer. Returns a promise of
 * that.
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
 * Presses a button that leads to another page repeatedly, until that page loads, which is delayed until the button was pressed some more times.
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

/** Deletes everything that this site stored in the browser, except the session: as a browser does when space runs short. */
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

/** Sends a GET request with the page's session. */
export const asks = async (page, path) => (await page.request.get(path)).json();

export async function inviteOf(page, uses = 1) {
  const answer = await page.request.post("/auth/api/invites", { data: { maxUses: uses }, headers: { origin: new URL(page.url()).origin } });
  expect(answer.status() === 201 || answer.status() === 200, `no invitation: ${answer.status()}`);
  return (await answer.json()).code;
}
