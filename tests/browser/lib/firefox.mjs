// Debian's Firefox, driven over WebDriver BiDi. Settings that the protocol has no command for (colour scheme, reduced motion, pages without scripts)
// are made by a function that runs in Firefox itself, like its own windows' scripts.

import { randomUUID } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { firefox } from "playwright-core";

const PROGRAM = process.env.IMAJIN_FIREFOX ?? "/usr/bin/firefox-esr";
const PREFERENCES = {
  // A microphone that plays a tone, without a permission prompt. Firefox's own camera shows no film (lib/camera.mjs).
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  // Going back reloads the page, as Playwright does in Chromium, too: it waits for an event that a cached page never fires.
  "browser.sessionhistory.max_total_viewers": 0,
  // A panel of downloads over the page would take its focus.
  "browser.download.alwaysOpenPanel": false,
};

export async function launch() {
  const browser = await firefox.launch({ channel: "moz-firefox", executablePath: PROGRAM, args: ["--remote-allow-system-access"], firefoxUserPrefs: PREFERENCES });
  answer(browser);
  nameDownloads(inside(browser));
  frontFirst(inside(browser));
  return browser;
}

/** Answers Playwright's requests that only newer versions of Firefox support. */
function answer(browser) {
  const { _connection: connection } = inside(browser);
  const send = connection.rawSend.bind(connection);
  connection.rawSend = (message) => {
    if (message.method !== "emulation.setMediaFeaturesOverride") return send(message);
    media(browser, message.params).then(
      () => connection._dispatchMessage({ type: "success", id: message.id, result: {} }),
      (error) => connection._dispatchMessage({ type: "error", id: message.id, error: "unknown error", message: String(error) }),
    );
  };
}

/** Names each download, which Firefox doesn't do if a script began it, and puts its file where Playwright looks for it. */
function nameDownloads(own) {
  const { _transport: transport } = own._connection;
  const { downloadsPath } = own.options;
  const created = own.downloadCreated.bind(own);
  own.downloadCreated = (page, name, url, suggested) => created(page, name, url, suggested, name);
  const names = new Map();
  const receive = transport.onmessage;
  transport.onmessage = (message) => {
    const { context, url, filepath } = message.params ?? {};
    if (message.method === "browsingContext.downloadWillBegin") {
      message.params.download = randomUUID();
      names.set(`${context} ${url}`, message.params.download);
    } else if (message.method === "browsingContext.downloadEnd") {
      message.params.download = names.get(`${context} ${url}`);
      if (filepath) renameSync(filepath, join(downloadsPath, message.params.download));
    }
    receive(message);
  };
}

/** Goes again where Firefox reports that a navigation to the very same address took the place of this one: it repeats some navigations. */
export function goAgain(page) {
  const goto = page.goto.bind(page);
  page.goto = async (url, options) => {
    try {
      return await goto(url, options);
    } catch (error) {
      const [, from, to] = /Navigation to "(.*)" is interrupted by another navigation to "(.*)"/.exec(error.message) ?? [];
      if (!from || from !== to) throw error;
      return goto(url, options);
    }
  };
}

/** Actions of people on a visible page: in Firefox a page in the background has no focus. */
const ACTS = /^(blur|check|click|dblclick|dispatchEvent|fill|focus|hover|press|selectOption|setInputFiles|tap|type|uncheck|(keyboard|mouse|touchscreen)[A-Z].*)$/;

/** Brings a page to the front before each action. */
function frontFirst(own) {
  let front = "";
  own.instrumentation.addListener({
    async onBeforeCall({ metadata }, { attribution }) {
      const { page, browser } = attribution;
      if (browser !== own || !page || !ACTS.test(metadata.method)) return;
      // A page that was opened or closed may have taken the front.
      const now = `${page.guid} of ${[...own._bidiPages.keys()].join()}`;
      if (front === now) return;
      await page.delegate.bringToFront();
      front = now;
    },
  }, null);
}

/** Turns off the scripts of a page, also after navigation. */
export const withoutScripts = (page) => set(page.context().browser(), inside(page).delegate._session.sessionId, { allowJavascript: false });

/** Returns a finger on a page, as steps of one touch. */
export function finger(page) {
  const { _session: session } = inside(page).delegate;
  const does = (...actions) => session.send("input.performActions", { context: session.sessionId, actions: [{ type: "pointer", id: "finger", parameters: { pointerType: "touch" }, actions }] });
  const to = (x, y) => ({ type: "pointerMove", x: Math.round(x), y: Math.round(y) });
  return {
    down: (x, y) => does(to(x, y), { type: "pointerDown", button: 0 }),
    move: (x, y) => does(to(x, y)),
    up: () => does({ type: "pointerUp", button: 0 }),
  };
}

/** Playwright's internal object behind a public one. */
const inside = (object) => object._connection.toImpl(object);

/** Sets the media features of a page that Playwright requests. */
async function media(browser, { contexts, features }) {
  const scheme = features["prefers-color-scheme"] ?? "light";
  // A request for the whole context, before it has a page: Firefox without a desktop is light.
  if (!contexts) {
    if (scheme !== "light") throw new Error(`a Firefox that begins ${scheme} was never needed`);
    return;
  }
  for (const context of contexts) {
    const { reducedMotion } = inside(browser)._bidiPages.get(context)._page.emulatedMedia();
    await set(browser, context, { prefersColorSchemeOverride: scheme, prefersReducedMotionOverride: reducedMotion === "reduce" ? "reduce" : "none" });
  }
}

/** Sets properties of a page's `BrowsingContext` in Firefox. */
async function set(browser, id, properties) {
  const { _browserSession: session } = inside(browser);
  const { contexts } = await session.send("browsingContext.getTree", { maxDepth: 0, "moz:scope": "chrome" });
  const functionDeclaration = `(id, properties) => {
    const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
    Object.assign(NavigableManager.getBrowsingContextById(id), JSON.parse(properties));
  }`;
  const given = [id, JSON.stringify(properties)].map((value) => ({ type: "string", value }));
  const { type, exceptionDetails } = await session.send("script.callFunction", { functionDeclaration, arguments: given, target: { context: contexts[0].context }, awaitPromise: false });
  if (type === "exception") throw new Error(exceptionDetails.text);
}
