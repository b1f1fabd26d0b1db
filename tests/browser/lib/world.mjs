// The browser, and people in it: each person has a browser context (storage and cookies) of their own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { film } from "./camera.mjs";

const ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

export class World {
  /** What went wrong in any page without a check of its own: script errors and broken content policies. */
  complaints = [];
  contexts = [];

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
    const camera = ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${world.film}`];
    world.browser = await chromium.launch({ executablePath: process.env.IMAJIN_CHROMIUM ?? "/usr/bin/chromium", args: [...ARGS, ...camera] });
    return world;
  }

  /** Holds a part of a page (a locator) in front of everybody's camera, before it is switched on. */
  async show(shown) {
    this.converter ??= await (await this.browser.newContext()).newPage();
    await film(this.film, this.converter, shown);
  }

  /** A fresh person's browser. */
  async person(url = this.url, options = {}) {
    const context = await this.browser.newContext({ baseURL: url, viewport: PHONE, acceptDownloads: true, locale: "en-GB", timezoneId: "UTC", permissions: ["camera"], ...options });
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(`${page.url()}: ${error}`));
    page.on("console", (message) => {
      // What the server answers with 4xx is part of some flows; scripts and policies must never complain.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text())) this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  async close() {
    await this.browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
