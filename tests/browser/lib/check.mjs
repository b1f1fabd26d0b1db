// A small runner: named checks, one line each, a summary at the end.

export class Checks {
  passed = 0;
  failed = 0;

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

  summary() {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}
