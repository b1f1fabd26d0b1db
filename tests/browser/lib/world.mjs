// The browsers and their people: each person has a separate browser context (storage and cookies). A person's browser is the one of the run
// (IMAJIN_BROWSER), unless the flow asks for another.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { film, lens, scene } from "./camera.mjs";
import * as chromium from "./chromium.mjs";
import * as firefox from "./firefox.mjs";

/** The driver of each browser. */
const ENGINES = { chromium, firefox };
/** The name of each browser on the pages. */
const NAMES = { chromium: "Chrome", firefox: "Firefox" };
/** Console messages that are not a page's fault. */
const NO_COMPLAINT = new RegExp([
  // A node that a test stopped.
  /Failed to load resource|WebSocket connection.*ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED)|can’t establish a connection to the server at wss?:/,
  // Firefox, for a page that was left while it loaded, and for one whose worker cannot reach a stopped node.
  /error loading dynamically imported module|Failed to load ‘.*A ServiceWorker intercepted the request/,
  // A worker needs a certificate that the browser trusts, which no test has for a name that a registry gave; a tunnel that ends is the other error.
  /An (SSL certificate|unknown) error occurred when fetching the script/,
  // Firefox, for the style “body {}” that Playwright sets before it takes a screenshot.
  /sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT\+SmwNZWA=/,
].map(({ source }) => source).join("|"));
/** Features that only Chromium offers to the tests or can measure, with the reason. */
const LACKS = {
  chromium: {},
  firefox: {
    "weighing requests": "Firefox doesn’t tell how many bytes came over the network; they are the same in both",
    "bodies of requests": "Firefox doesn’t tell a test what a request carries, so the test can’t send it on",
    "choosing a folder": "Firefox lets a test choose files, but no folder",
    "a slow processor": "Firefox can’t be slowed down",
    "print styles": "Firefox doesn’t let a test look at a page as it is printed",
    "Tab past the last stop": "after a page’s last stop Tab leads into Firefox’s own bars, and the tests’ keys don’t lead out again",
    "an authenticator": "Firefox has no authenticator for tests that evaluates a PRF",
    "workers without a network": "in Firefox the network that a test switches off is the page’s; its worker still reaches the box",
    "Chromium’s own pages": "it judges what Chromium itself makes of a file",
  },
};
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

export class World {
  /** Errors in pages without a separate check: script errors and content policy violations. */
  complaints = [];
  contexts = [];
  /** The running browsers by engine. */
  browsers = {};

  static async open({ url = process.env.IMAJIN_URL ?? "", claim = process.env.IMAJIN_CLAIM ?? "" } = {}) {
    const world = new World();
    world.url = url.replace(/\/$/, "");
    if (!world.url.startsWith("http://localhost")) throw new Error("IMAJIN_URL must be the running node as http://localhost:PORT");
    world.otherUrl = world.url.replace("localhost", "127.0.0.1");
    world.claim = claim;
    world.screens = process.env.IMAJIN_SCREENS ?? "";
    world.folder = await mkdtemp(join(tmpdir(), "imajin-browser-"));
    world.bundle = process.env.IMAJIN_BUNDLE_TO ?? join(world.folder, "bundle.tar");
    world.film = join(world.folder, "camera.y4m");
    world.engine = process.env.IMAJIN_BROWSER || "chromium";
    world.laptop = process.env.IMAJIN_LAPTOP || world.engine;
    for (const engine of [world.engine, world.laptop]) {
      if (!(engine in ENGINES)) throw new Error(`${engine} is no browser that the tests can drive: ${Object.keys(ENGINES).join(", ")}`);
    }
    return world;
  }

  async browser(engine = this.engine) {
    this.browsers[engine] ??= ENGINES[engine].launch(this.film);
    return this.browsers[engine];
  }

  /** The name of the run's browser on the pages. */
  get browserName() {
    return NAMES[this.engine];
  }

  /** Returns why the run's browser can't do something that a check needs, or nothing if it can. */
  lacks(what) {
    return LACKS[this.engine][what];
  }

  /** A page outside all flows, for drawing and converting pictures. */
  async drawing() {
    this.converter ??= await (await (await this.browser()).newContext()).newPage();
    return this.converter;
  }

  /** Shows a part of a page (a locator) to every camera, before the cameras are switched on. */
  async show(shown) {
    this.scene = await scene(await this.drawing(), shown);
    await film(this.film, this.scene);
  }

  /** Returns a finger on a person's page: `down`, `move` and `up`. */
  finger(page) {
    return ENGINES[this.engine].finger(page);
  }

  /** Opens a new person's browser. */
  async person(url = this.url, { engine = this.engine, ...options } = {}) {
    const all = { baseURL: url, viewport: PHONE, acceptDownloads: true, locale: "en-GB", timezoneId: "UTC", permissions: ["camera"], ...options };
    const context = await (await this.browser(engine)).newContext(all);
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    if (engine === "firefox") {
      await this.giveCamera(context, all);
      // The print dialog would cover the page permanently.
      await context.addInitScript(() => (globalThis.print = () => {}));
    }
    const page = await context.newPage();
    if (engine === "firefox") firefox.goAgain(page);
    if (engine === "firefox" && options.javaScriptEnabled === false) await firefox.withoutScripts(page);
    // 4xx answers are part of some flows, and so is a network that is down; scripts and policies must never report an error.
    const complains = (text) => NO_COMPLAINT.test(text) || this.complaints.push(`${page.url()}: ${text}`);
    page.on("pageerror", (error) => complains(`${error}`));
    page.on("console", (message) => message.type() === "error" && complains(message.text()));
    return page;
  }

  /** Replaces a browser whose own camera shows no film by one whose camera does. */
  async giveCamera(context, { permissions }) {
    await context.exposeFunction("heldBeforeTheCamera", () => this.scene);
    await context.addInitScript(lens, permissions.includes("camera"));
  }

  async close() {
    for (const browser of Object.values(this.browsers)) await (await browser).close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
