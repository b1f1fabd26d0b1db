// A button that is at work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { isBusy, working } = await asset("js/ui.js");
globalThis.document = { getElementById: () => ({ replaceChildren() {} }) };

/** Returns a form's button that submits it, as far as `working` knows one. */
function button(form) {
  const attributes = new Map();
  return {
    form,
    childNodes: [],
    replaceChildren() {},
    getAttribute: (name) => attributes.get(name) ?? null,
    setAttribute: (name, value) => attributes.set(name, value),
    removeAttribute: (name) => attributes.delete(name),
  };
}

test("a form with two buttons that submit it does one thing at a time", async () => {
  const form = { querySelector: () => buttons.find((one) => one.getAttribute("aria-disabled")) ?? null };
  const buttons = [button(form), button(form)];
  const [save, share] = buttons;
  const begun = [];
  let finish;
  const saving = working(save, "…", () => new Promise((resolve) => (finish = resolve)));
  await working(share, "…", async () => begun.push("share"));
  assert.deepEqual([begun, isBusy(form)], [[], true]);
  finish();
  await saving;
  await working(share, "…", async () => begun.push("share"));
  assert.deepEqual([begun, isBusy(form)], [["share"], false]);
});
