// axe-core in a page, light and dark: no violations.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { expect } from "./check.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function accessible(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Through the debugger, which the page's content policy does not bind.
    await page.evaluate(source);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const lines = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary?.replace(/\s+/g, " ").slice(0, 200)}`));
    expect(lines.length === 0, `${colorScheme}: ${lines.join("\n")}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}

/** Nothing sticks out to the side, and what one touches is large enough. */
export async function fits(page) {
  const faults = await page.evaluate(() => {
    const faults = [];
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > room) faults.push(`the page is ${document.documentElement.scrollWidth} px wide in ${room}`);
    // A checkbox or a radio button is touched by its label.
    for (const element of document.querySelectorAll("a.button, button, input:not([type=checkbox], [type=radio]), label:has([type=radio]), select, textarea, summary, nav a")) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.height > 0 && box.height < 43.5) faults.push(`${element.outerHTML.slice(0, 90)} is ${Math.round(box.height)} px high`);
    }
    return faults;
  });
  expect(faults.length === 0, faults.join("\n"));
}
