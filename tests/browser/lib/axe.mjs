// Runs axe-core in a page, light and dark, and optionally in both sizes: no violations.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { expect } from "./check.mjs";
import { DESK, PHONE } from "./world.mjs";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Whether each page is checked in the other size, too, which takes twice as long. */
const IN_BOTH = process.env.IMAJIN_BOTH_SIZES === "1";

/** Rules that crash a browser, by its name: Debian's Firefox fails on this one if a dialog is open. Chromium checks the same pages by it. */
const LEFT_OUT = { firefox: ["aria-dialog-name"] };

/** Asserts that axe-core finds nothing in the current page. */
export async function accessible(page) {
  const size = page.viewportSize();
  await inBothSchemes(page, "");
  if (!IN_BOTH) return;
  const other = size.width < DESK.width ? DESK : PHONE;
  await page.setViewportSize(other);
  try {
    await inBothSchemes(page, ` ${other.width} px wide`);
  } finally {
    await page.setViewportSize(size);
  }
}

async function inBothSchemes(page, where) {
  const left = LEFT_OUT[page.context().browser().browserType().name()] ?? [];
  const rules = Object.fromEntries(left.map((rule) => [rule, { enabled: false }]));
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Through the debugger, which bypasses the page's content policy.
    await page.evaluate(source);
    const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { resultTypes: ["violations"], rules }), rules);
    const lines = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary?.replace(/\s+/g, " ").slice(0, 200)}`));
    expect(lines.length === 0, `${colorScheme}${where}: ${lines.join("\n")}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}

/** Asserts that nothing overflows to the side, on a phone also with doubled text size, and that touch targets are large enough. */
export async function fits(page) {
  const look = (page) => page.evaluate(() => {
    const faults = [];
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > room) {
      const sticksOut = (element) => element.getBoundingClientRect().right > room + 0.5;
      const innermost = [...document.body.querySelectorAll("*")].filter((element) => sticksOut(element) && ![...element.children].some(sticksOut));
      const named = innermost.slice(0, 3).map((element) => element.outerHTML.slice(0, 90));
      faults.push(`the page is ${document.documentElement.scrollWidth} px wide in ${room}: ${named.join(", ")}`);
    }
    // A checkbox or a radio button is touched by its label.
    for (const element of document.querySelectorAll("a.button, button, input:not([type=checkbox], [type=radio]), label:has([type=radio]), select, textarea, summary, nav a")) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.height > 0 && box.height < 43.5) faults.push(`${element.outerHTML.slice(0, 90)} is ${Math.round(box.height)} px high`);
    }
    return faults;
  });
  const faults = await look(page);
  if (page.viewportSize().width >= PHONE.width) {
    const before = await enlarged(page);
    faults.push(...(await look(page)).map((fault) => `with large text ${fault}`));
    await page.evaluate((size) => (document.documentElement.style.fontSize = size), before);
  }
  expect(faults.length === 0, faults.join("\n"));
}

/** Minimum distance between touch targets in pixels. */
const APART_PX = 8;

/** Asserts that touch targets keep their distance, except links in a text, and the items of a bar or a list. */
export async function apart(page) {
  const faults = await page.evaluate((least) => {
    const targets = [...document.querySelectorAll("a.button, button, select, textarea, input:not([type=hidden])")]
      // A checkbox is touched by its label.
      .map((element) => element.closest("label") ?? element)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ element, box }) => box.width > 1 && box.height > 1 && element.checkVisibility());
    const gap = (from, to, otherFrom, otherTo) => Math.max(otherFrom - to, from - otherTo, 0);
    const faults = [];
    for (const [at, one] of targets.entries()) {
      for (const other of targets.slice(at + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const across = gap(one.box.left, one.box.right, other.box.left, other.box.right);
        const down = gap(one.box.top, one.box.bottom, other.box.top, other.box.bottom);
        if (Math.max(across, down) < least - 0.5) faults.push(`${one.element.outerHTML.slice(0, 90)} is ${Math.max(across, down).toFixed(1)} px from ${other.element.outerHTML.slice(0, 90)}`);
      }
    }
    return faults;
  }, APART_PX);
  expect(faults.length === 0, faults.join("\n"));
}

/** Doubles the text size of a page like a browser's setting, until another page is loaded. Returns the previous size. */
export const enlarged = (page) =>
  page.evaluate(() => {
    const before = document.documentElement.style.fontSize;
    const { fontSize } = getComputedStyle(document.documentElement);
    document.documentElement.style.fontSize = `${parseFloat(fontSize) * 2}px`;
    return before;
  });
