// The size of a page's first view with an empty cache, and its layout shifts. Only Chromium reports them.

/** Whether an address is that of a person's own picture, whose number and size the page does not determine. */
const isPicture = (url) => /\/api\/(media|assets)\//.test(new URL(url).pathname);

/** Opens a path in a fresh tab. Returns `{bytes, requests, shift, moved}`, without people's own pictures. `ready` waits for the main content. */
export async function weigh(context, path, ready = async () => {}) {
  const page = await context.newPage();
  let bytes = 0;
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Network.setBypassServiceWorker", { bypass: true });
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
