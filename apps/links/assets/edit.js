// Editing your own page of links: each change is one signed operation.
//
// Always: what is in the form survives a reload, and another version from elsewhere, which is shown and never overwritten without asking.

import { ApiError, get } from "../js/api.js";
import { submit } from "../js/proof.js";
import { actor, signedInDid } from "../js/session.js";
import { locale, texts } from "../js/texts.js";
import { byId, el, fieldError, quiet, say, sayError, showOnly, working } from "../js/ui.js";
import { takeBookmarks } from "./bookmarks.js";
import { chart } from "./chart.js";
import { allOf, newId } from "./items.js";
import { orderable } from "./order.js";

const t = await texts("links");
const did = signedInDid();
const DRAFT = `links ${did}`;
const FIELDS = ["title", "url", "note", "in", "visibility", "accent", "from", "until", "slug"];
const CHECKS = ["on", "counts"];
const TITLES = { link: t("js-a-link"), collection: t("js-a-collection"), page: t("js-the-page") };
const sections = [byId("all"), byId("editor")];
const form = byId("form-item");
let items = [];
/** The item that is in the form, as it was when it was put there. */
let editing = null;

const change = async (op, draft) => submit(await actor(), { service: "links", op, ...draft });
const rowOf = (id) => document.querySelector(`[data-item="${id}"]`);

/** The facts by which an operation says who sees an item and when. */
function shown({ visibility, on, from, until }) {
  return { visibility, ...(on ? {} : { on: 0 }), ...(from ? { from } : {}), ...(until ? { until } : {}) };
}

// The list

async function load() {
  items = await allOf(did);
  const within = (parent) => items.filter((item) => item.kind === "link" && (item.in ?? null) === parent).map((link) => row(link));
  const collections = items.filter(({ kind }) => kind === "collection");
  const list = (id, rows, parent = null) => {
    const made = el("ul", { class: "rows items", id, "data-in": parent }, ...rows);
    orderable(made, moved, sorted);
    return rows.length ? made : null;
  };
  const parts = [
    list("loose", within(null)),
    list("collections", collections.map((collection) => row(collection, list(null, within(collection.id), collection.id) ?? el("p", { class: "hint" }, t("js-empty"))))),
  ].filter(Boolean);
  byId("items").replaceChildren(...(parts.length ? parts : [el("p", { class: "hint empty" }, t("js-nothing"))]));
}

function row(item, inner = null) {
  const named = (text) => t("js-of-item", { text, title: item.title });
  const button = (text, action) => el("button", { type: "button", class: "link", "aria-label": named(text), onclick: (event) => action(event.currentTarget).catch(sayError) }, text);
  const day = (at) => new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  const facts = [item.from && t("js-from", { time: day(item.from) }), item.until && t("js-until", { time: day(item.until) }), item.url];
  const on = el("input", { type: "checkbox", checked: item.on, "aria-label": named(t("js-on")), onchange: () => set(item, { on: on.checked }) });
  const seen = byId("visibility").cloneNode(true);
  seen.id = `seen-${item.id}`;
  seen.value = item.visibility;
  seen.setAttribute("aria-label", named(t("js-seen")));
  seen.addEventListener("change", () => set(item, { visibility: seen.value }));
  const days = el("div", { hidden: true });
  const clicks = async () => {
    if (days.hidden) days.replaceChildren(...chart((await get(`/links/api/items/${item.id}?owner=${encodeURIComponent(did)}`)).days));
    days.hidden = !days.hidden;
  };
  return el(
    "li",
    { "data-item": item.id },
    el(
      "div",
      { class: "item-head" },
      el("button", { type: "button", class: "handle", "aria-label": t("js-move", { title: item.title }) }, "↕"),
      el("div", { class: "grow" }, el("strong", {}, item.title), el("p", { class: "hint" }, facts.filter(Boolean).join(" · "))),
    ),
    el(
      "div",
      { class: "item-controls" },
      el("label", { class: "check" }, on, el("span", {}, t("js-on"))),
      seen,
      button(t("js-change"), async () => open(item)),
      item.kind === "link" ? button(t("js-clicks", { count: item.clicks ?? 0 }), clicks) : null,
      button(t("js-remove"), (pressed) => remove(pressed, item)),
    ),
    days,
    inner,
  );
}

let queue = Promise.resolve();
/** Signs one change after another. What was not taken is shown as it was. */
function inTurn(action) {
  queue = queue.then(action).catch(async (error) => {
    await load().catch(sayError);
    sayError(error);
  });
}

function set(item, changed) {
  Object.assign(item, changed);
  inTurn(async () => {
    await change("links.set", { ref: item.id, fact: shown(item) });
    say("good", t("js-saved"));
  });
}

function moved(row, place, count) {
  const { title } = items.find(({ id }) => id === row.dataset.item);
  byId("moved").textContent = t("js-moved", { title, place, count });
}

function sorted(list) {
  const ids = (of) => [...(of?.children ?? [])].map((row) => row.dataset.item);
  const parent = list.dataset.in ?? null;
  const order = parent ? ids(list) : [...ids(byId("loose")), ...ids(byId("collections"))];
  inTurn(async () => {
    await change("links.sort", { ref: parent, body: { order } });
    say("good", t("js-sorted"));
  });
}

async function remove(button, item) {
  const sure = item.kind === "collection" ? t("js-remove-all-sure", { title: item.title }) : t("js-remove-sure", { title: item.title });
  if (!confirm(sure)) return;
  await working(button, t("js-signing"), async () => {
    await change("links.remove", { ref: item.id });
    await load();
    byId("add-link").focus();
    say("good", t("js-removed"));
  });
}

// The form

/** A time as `datetime-local` has it. */
function local(at) {
  return at ? new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
}

function valuesOf(item) {
  const { title = "", url = "", note, visibility = "public", accent = "", slug = "", on = true, counts = true } = item;
  return { title, url, note: note ?? "", in: item.in ?? "", visibility, accent, from: local(item.from), until: local(item.until), slug, on, counts };
}

function read() {
  const texts = FIELDS.map((name) => [name, byId(name).value.trim()]);
  return Object.fromEntries([...texts, ...CHECKS.map((name) => [name, byId(name).checked])]);
}

/** Seconds that the field doesn't show stay as they were. */
function time(values, name) {
  return values[name] === local(editing[name]) ? editing[name] : Date.parse(values[name]);
}

function open(item, values = valuesOf(item)) {
  editing = item;
  quiet();
  byId("stale").replaceChildren();
  byId("editor-title").textContent = TITLES[item.kind];
  for (const part of form.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(" ").includes(item.kind);
  const collections = items.filter(({ kind }) => kind === "collection").map(({ id, title }) => el("option", { value: id }, title));
  byId("in").replaceChildren(byId("in").firstElementChild, ...collections);
  for (const name of FIELDS) {
    fieldError(byId(name));
    byId(name).value = values[name];
  }
  for (const name of CHECKS) byId(name).checked = values[name];
  form.querySelector("details").open = Boolean(values.from || values.until || values.slug);
  showOnly(byId("editor"), sections);
}

const create = (kind, values = {}) => open({ id: newId(), kind, rev: 0, ...values });

async function close(id = null) {
  sessionStorage.removeItem(DRAFT);
  editing = null;
  await load();
  showOnly(byId("all"), sections);
  rowOf(id)?.querySelector("button").focus();
}

/** The first field that is wrong, and why. */
function wrong({ title, url, from, until, slug }) {
  if (!title) return ["title", t("js-no-title")];
  if (editing.kind === "link" && !/^(https?:\/\/|mailto:|tel:)\S+$/.test(url)) return ["url", t("js-whole-link")];
  if (slug && !/^[a-z0-9-]{1,60}$/.test(slug)) return ["slug", t("js-slug")];
  if (from && until && until <= from) return ["until", t("js-until-early")];
  return null;
}

/** The operation that puts what is in the form. */
function putOf(values) {
  const { id, kind, rev, copied } = editing;
  const some = (names) => Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]]));
  const body = some(kind === "link" ? ["title", "url", "note", "slug"] : kind === "collection" ? ["title", "note", "slug"] : ["title", "note"]);
  const facts = some(kind === "link" ? ["in"] : ["accent"]);
  const seen = kind === "page" ? (values.counts ? {} : { count: 0 }) : shown({ ...values, from: time(values, "from"), until: time(values, "until") });
  return { ref: id, body, fact: { kind, rev, ...facts, ...seen, ...(copied ? { copied } : {}) } };
}

async function save() {
  const values = read();
  for (const name of FIELDS) fieldError(byId(name));
  byId("stale").replaceChildren();
  const fault = wrong(values);
  if (fault) return refuse(...fault);
  await working(byId("save"), t("js-saving"), async () => {
    try {
      await change("links.put", putOf(values));
    } catch (error) {
      const { reason, field, newest } = error instanceof ApiError ? error.problem : {};
      if (reason === "stale") return stale(newest);
      if (FIELDS.includes(field)) return refuse(field, reason === "slug" ? t("js-slug-taken") : error.message);
      throw error;
    }
    await close(editing.id);
    say("good", t("js-saved"));
  });
}

function refuse(field, why) {
  byId(field).closest("details")?.setAttribute("open", "");
  fieldError(byId(field), why);
}

/** Somebody, or this person elsewhere, saved another version. Theirs or this one: the person decides. */
function stale(newest) {
  const over = el("button", { type: "button", onclick: () => ((editing = { ...editing, rev: newest.rev }), save().catch(sayError)) }, t("js-stale-save"));
  const take = el("button", { type: "button", onclick: () => (open(newest), keep()) }, t("js-stale-take"));
  byId("stale").replaceChildren(
    el("div", { class: "notice bad", role: "alert" }, el("p", {}, t("js-stale", { title: newest.title })), el("div", { class: "actions" }, over, take)),
  );
  byId("stale").scrollIntoView({ block: "nearest" });
}

const keep = () => sessionStorage.setItem(DRAFT, JSON.stringify({ item: editing, values: read() }));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save().catch(sayError);
});
form.addEventListener("input", keep);
byId("cancel").addEventListener("click", () => close(editing.id).catch(sayError));
byId("add-link").addEventListener("click", () => create("link"));
byId("add-collection").addEventListener("click", () => create("collection"));
byId("edit-page").addEventListener("click", ({ currentTarget }) => {
  const page = items.find(({ kind }) => kind === "page");
  if (page) open(page);
  else create("page", { title: currentTarget.dataset.name });
});
takeBookmarks(() => items, load);

async function start() {
  await load();
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  if (!draft) return;
  open(draft.item, draft.values);
  say("good", t("js-draft"));
}

start().catch(sayError);
