// Counts a person's taps: on a button, a link, or a field before they write. Enter on the keyboard sends a form; taps in the system's own dialogs
// (choosing a file) don't count.

import { expect } from "./check.mjs";

export class Taps {
  count = 0;
  #began = performance.now();

  constructor(page) {
    this.page = page;
  }

  async tap(target) {
    this.count += 1;
    await this.#of(target).click();
  }

  /** Taps a field and writes into it; `enter` sends the form with the keyboard. */
  async write(target, text, { enter = true } = {}) {
    await this.tap(target);
    await this.#of(target).fill(text);
    if (enter) await this.#of(target).press("Enter");
  }

  /** Taps a list of choices and takes one. */
  async select(target, value) {
    this.count += 1;
    await this.#of(target).selectOption(value);
  }

  /** Taps the button of a file field. */
  async choose(target, file) {
    this.count += 1;
    await this.#of(target).setInputFiles(file);
  }

  /** Taps the button that saves a file. Returns the file. */
  async save(target) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.tap(target)]);
    return download;
  }

  /** Reports the number of taps and seconds, and fails above the maximum of taps. */
  within(most, what) {
    const seconds = (performance.now() - this.#began) / 1000;
    console.log(`        ${what}: ${this.count} taps of ${most}, ${seconds.toFixed(1)} s`);
    expect(this.count <= most, `${this.count} taps, and not ${most}`);
  }

  #of(target) {
    return typeof target === "string" ? this.page.locator(target) : target;
  }
}
