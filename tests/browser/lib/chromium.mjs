// Debian's Chromium, with a camera that shows a film.

import { chromium } from "playwright-core";

export const PROGRAM = process.env.IMAJIN_CHROMIUM ?? "/usr/bin/chromium";
const ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = (film) =>
  chromium.launch({ executablePath: PROGRAM, args: [...ARGS, "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`] });

/** Returns a finger on a page, as steps of one touch. */
export async function finger(page) {
  const screen = await page.context().newCDPSession(page);
  await screen.send("Emulation.setTouchEmulationEnabled", { enabled: true });
  const touch = (type) => (x, y) => screen.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined ? [] : [{ x, y }] });
  return { down: touch("touchStart"), move: touch("touchMove"), up: () => touch("touchEnd")().then(() => screen.detach()) };
}
