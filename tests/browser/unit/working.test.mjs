// The lock of a form with two buttons, and where an error of a button in a dialog is said.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asset } from "../lib/assets.mjs";

const { say, working } = await asset("js/ui.js");

globalThis.document = { getElementById: () => ({ replaceChildren() {} }) };

class Button {
  childNodes = [];
  attributes = new Map();

  constructor(form) {
    this.form = form;
    form.buttons.push(this);
  }

  getAttribute = (name) => this.attributes.get(name) ?? null;
  setAttribute = (name, value) => this.attributes.set(name, value);
  removeAttribute = (name) => this.attributes.delete(name);
  replaceChildren() {}
}

test("a form does one thing at a time, whichever of its buttons is pressed", async () => {
  const form = { buttons: [], querySelector: () => form.buttons.find((button) => button.getAttribute("aria-disabled")) ?? null };
  const [save, share] = [new Button(form), new Button(form)];
  const done = [];
  let finish;
  const saving = working(save, "…", () => new Promise((resolve) => (finish = resolve)));
  await working(share, "…", async () => done.push("too early"));
  finish();
  await saving;
  await working(share, "…", async () => done.push("afterwards"));
  assert.deepEqual(done, ["afterwards"]);
});

test("what goes wrong in a dialog is said in it, until something else is said", () => {
  const element = () => ({ children: [], setAttribute() {}, append() {}, scrollIntoView() {}, replaceChildren() {} });
  const [dialog, place] = [element(), element()];
  dialog.prepend = (notice) => dialog.children.unshift(notice);
  const notice = () => ({ ...element(), cloneNode: () => ({ scrollIntoView() {}, remove: () => dialog.children.shift() }) });
  globalThis.document = { getElementById: () => place, createElement: notice, querySelectorAll: (selector) => (selector === "dialog:modal" ? [dialog] : []) };
  say("bad", "No answer");
  assert.equal(dialog.children.length, 1);
  say("good", "Saved");
  assert.equal(dialog.children.length, 0);
});
