// The size of a page's first view with an empty cache, its layout shifts, and its time on a slow phone. Only Chromium reports them.

import { expect } from "./check.mjs";

/** Chromium's own "Slow 4G": milliseconds before each answer, and bytes per second. */
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
/** How many times slower than this machine the phone's processor is. */
const SLOWER = 4;
/** Maximum time of a slow phone until nothing more is loaded, people's pictures included. */
const LOAD_MS_MAX = 60_000;

/** Whether an address is that of a person's own picture, whose number and size the page does not determine. */
const isPicture = (url) => /\/api\/(media|assets)\//.test(new URL(url).pathname);

/** Opens a fresh tab with an empty cache and without a worker. Returns `{page, session}`. */
async function freshTab(context) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Network.setBypassServiceWorker", { bypass: true });
  return { page, session };
}

/** Returns the milliseconds until a path's largest part is painted on a slow phone with slow 4G, without people's own pictures. */
export async function firstView(context, path) {
  const { page, session } = await freshTab(context);
  await session.send("Network.emulateNetworkConditions", SLOW_4G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(path, { timeout: LOAD_MS_MAX });
  await page.waitForLoadState("networkidle", { timeout: LOAD_MS_MAX });
  const paints = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const paints = [];
        const observer = new PerformanceObserver((list) => paints.push(...list.getEntries().map(({ startTime, url }) => ({ ms: startTime, url }))));
        observer.observe({ type: "largest-contentful-paint", buffered: true });
        // Buffered entries arrive before the next frame but one.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(paints)));
      }),
  );
  await page.close();
  const own = paints.filter(({ url }) => !url || !isPicture(url));
  expect(own.length > 0, `${path}: nothing was painted`);
  return own.at(-1).ms;
}

/** Opens a path in a fresh tab. Returns `{bytes, requests, shift, moved}`, without people's own pictures. `ready` waits for the main content. */
export async function weigh(context, path, ready = async () => {}) {
  const { page, session } = await freshTab(context);
  let bytes = 0;
  const pictures = new Set();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => isPicture(request.url) && pictures.add(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => (bytes += pictures.has(requestId) ? 0 : encodedDataLength));
  const requests = [];
  page.on("request", (request) => isPicture(request.url()) || requests.push(new URL(request.url()).pathname));
  await page.goto(path);
  await ready(page);
  await page.waitForLoadState("networkidle");
  const { shift, moved } = await page.evaluate(
    () =>
      new Promise((found) => {
        let shift = 0;
        const moved = [];
        const observer = new PerformanceObserver((list) => {
          for (const { value, hadRecentInput, sources } of list.getEntries()) {
            if (hadRecentInput) continue;
            shift += value;
            moved.push(...sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 90)));
          }
        });
        observer.observe({ type: "layout-shift", buffered: true });
        // Buffered entries arrive before the next frame but one.
        requestAnimationFrame(() => requestAnimationFrame(() => found({ shift, moved })));
      }),
  );
  await page.close();
  return { bytes, requests, shift, moved };
}
