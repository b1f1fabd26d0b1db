// A small runner: named checks, one line each, a summary at the end.

export class Checks {
  passed = 0;
  failed = 0;
  skipped = 0;

  async check(name, action) {
    try {
      const value = await action();
      this.passed += 1;
      console.log(`ok      ${name}`);
      return value;
    } catch (error) {
      this.failed += 1;
      console.log(`FAILED  ${name}\n        ${String(error?.stack ?? error).split("\n").slice(0, 12).join("\n        ")}`);
      return undefined;
    }
  }

  /** Runs a check unless there is a reason to skip it (`world.lacks`), which is reported. */
  async unless(reason, name, action) {
    if (!reason) return this.check(name, action);
    this.skipped += 1;
    console.log(`skipped ${name}\n        ${reason}`);
    return undefined;
  }

  summary() {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** Waits until a page's answer is true, including asynchronous ones: Playwright's own wait treats a promise as true. */
export async function until(page, asked, given) {
  for (let tries = 0; !(await page.evaluate(asked, given)); tries += 1) {
    expect(tries < 300, `in vain: ${asked}`);
    await page.waitForTimeout(50);
  }
}
