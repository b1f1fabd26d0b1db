// Unsaved input in a form survives a reload until it is saved.
//
// Always: it is kept in this tab alone (sessionStorage), by person and page, and only what differs from the page; passwords and files are
// never kept. Saving forgets it, and so does signing out.

import { signedInDid } from "../session.js";
import { texts } from "../texts.js";
import { byId, el, say } from "../ui.js";

const t = await texts("shared");

const LEFT_OUT = ["file", "password", "hidden", "submit", "button"];
const isKept = ({ tagName, type }) => ["INPUT", "SELECT", "TEXTAREA"].includes(tagName) && !LEFT_OUT.includes(type);
const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value);
// Spaces around a text are not kept anywhere.
const plain = (_, value) => (typeof value === "string" ? value.trim() : value);
const same = (one, other) => JSON.stringify(one, plain) === JSON.stringify(other, plain);

function set(input, value) {
  if (input.type === "checkbox") input.checked = value;
  else input.value = value;
  // A folded part that was written in is open again.
  input.closest("details")?.setAttribute("open", "");
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Keeps what is written in a form whose fields have ids, and puts it back now if there is some. `lists` has, by the id of an element, what
 * adds a row to it; a row is removed by its button. Answers what forgets it: to be called once it is saved.
 *
 * The form has `autocomplete="off"`: Firefox fills any other one in after a reload before this runs, as if the page had come like that.
 */
export function keepForm(form, lists = {}) {
  if (form.autocomplete !== "off") throw new TypeError(`the form ${form.id} lacks autocomplete="off"`);
  const key = `form ${signedInDid()} ${location.pathname} ${form.id}`;
  const inputsOf = (row) => [...row.querySelectorAll("*")].filter(isKept);
  const rowsOf = (id) => [...byId(id).children];
  const isInList = (input) => Object.keys(lists).some((id) => byId(id).contains(input));
  const fields = [...form.elements].filter((input) => isKept(input) && input.id && !isInList(input));

  const read = () => ({
    ...Object.fromEntries(fields.map((input) => [input.id, valueOf(input)])),
    ...Object.fromEntries(Object.keys(lists).map((id) => [id, rowsOf(id).map((row) => inputsOf(row).map(valueOf))])),
  });

  function fill(id, rows) {
    while (rowsOf(id).length < rows.length) lists[id]();
    for (const row of rowsOf(id).slice(rows.length)) row.querySelector("button")?.click();
    rowsOf(id).forEach((row, at) => inputsOf(row).forEach((input, n) => set(input, rows[at]?.[n] ?? valueOf(input))));
  }

  let before = read();
  const forget = () => sessionStorage.removeItem(key);
  function keep() {
    const changed = Object.entries(read()).filter(([id, value]) => !same(value, before[id]));
    if (changed.length) sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(changed)));
    else forget();
  }

  const kept = Object.entries(JSON.parse(sessionStorage.getItem(key) ?? "{}")).filter(([id, value]) => id in before && !same(value, before[id]));
  for (const [id, value] of kept) {
    if (id in lists) fill(id, value);
    else set(byId(id), value);
  }
  if (kept.length) {
    const over = el("button", { type: "button", class: "link", onclick: () => (forget(), location.reload()) }, t("js-kept-over"));
    say("good", el("p", {}, t("js-kept"), " ", over));
  } else forget();
  // A click that adds or removes a row comes here when that is done.
  for (const name of ["input", "change", "click"]) form.addEventListener(name, keep);
  return () => {
    before = read();
    forget();
  };
}
