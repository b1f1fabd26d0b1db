// Editing your own items, on the page that `imajin_items::editor` draws: a list, and a form. Each change is one signed operation.
//
// Always: what is in the form survives a reload, and another version from elsewhere, which is shown and never overwritten without asking.

import { ApiError } from "../api.js";
import { sure } from "../form/sure.js";
import { submit } from "../proof.js";
import { actor, signedInDid } from "../session.js";
import { texts } from "../texts.js";
import { told, wall } from "../time.js";
import { byId, el, fieldError, isAtWork, quiet, say, sayError, showOnly, tidy, working } from "../ui.js";
import { fileList } from "./files.js";
import { orderable } from "./order.js";
import { share } from "./share.js";
import { allOf, newId } from "./store.js";

const t = await texts("items");
const TITLE_CHARS_MAX = 200;
/** The types of fields whose values are said above the fold. */
const CHOICES = ["select-one", "text", "datetime-local"];
/** What a label says besides the name of its field. */
const BESIDES = / \(.*\)$|\?$/;

/** A time as `datetime-local` has it. */
export function local(at) {
  return at ? wall(at) : "";
}

/** The facts by which an operation says who sees an item and when. */
function shown({ visibility, on, from, until }) {
  return { visibility, ...(on ? {} : { on: 0 }), ...(from ? { from } : {}), ...(until ? { until } : {}) };
}

/** Those of the values that are not empty: a number never is. */
const some = (values, names = []) => Object.fromEntries(names.filter((name) => values[name] || values[name] === 0).map((name) => [name, values[name]]));

/**
 * The editor of a service's items. The service says:
 * - `kinds`: of each kind its `title` above the form, the fields that are its `body` and its `facts`, whether it `isShown` to some and at times,
 *   the kinds that it can be `in`, `more(values)` for other facts and `words(values)` for other texts, and what an item of it says while it is `empty`, if others can be in it;
 * - `lists`: the lists on top, each with the `id` of its element and its `kind`;
 * - `wrong(values, kind)`: the field of its own that is wrong, and why: `[field, text]`;
 * - `hints(item)` and `tools(item, button)`: what a row says besides times, its own buttons and what follows them (`[buttons, after]`);
 * - `whole(item)`: an item of the list with what lists leave out, before it is edited;
 * - `values(item)`: what fields of its own show of an item, `opened(item)`: what else the form draws, and `saved(values, item)`: what else is signed
 *   once an item is put;
 * - `shares`, if it has items to share: their `kinds`, `isDraft(item)`, `publish(item)` for what publishing takes besides switching on, and where nothing of an
 *   item changes afterwards, `isFixed(item)` and the `question(item)` before it;
 * - `titled(values)`: the title of an item whose form has none;
 * - `says`: `nothing`, `slugTaken`, and `removeAll(item)` for what goes with all in it.
 */
export function editor(service, { kinds, lists, wrong = () => null, hints = () => [], tools = () => [[], null], whole = (item) => item, values: own = () => ({}), opened = () => {}, saved = async () => {}, shares = null, titled = null, says }) {
  const did = signedInDid();
  const draft = `${service} ${did}`;
  const sections = [byId("all"), byId("editor")];
  const form = byId("form-item");
  const files = fileList(service, did, () => keep());
  const inputs = [...form.elements].filter(({ tagName, type }) => ["INPUT", "SELECT", "TEXTAREA"].includes(tagName) && type !== "file");
  const checks = inputs.filter(({ type }) => type === "checkbox");
  const fields = inputs.filter((input) => !checks.includes(input));
  /** The words of the form's button, before it is at work. */
  const publishing = byId("publish").textContent;
  let items = [];
  /** The item that is in the form, as it was when it was put there. */
  let editing = null;

  const change = async (verb, draft) => submit(await actor(), { service, op: `${service}.${verb}`, ...draft });
  const pathOf = ({ id }) => `/${service}/${did}/${id}`;
  const isShareable = ({ kind }) => Boolean(shares?.kinds.includes(kind));
  const audienceOf = (visibility) => byId("visibility").querySelector(`[value="${visibility}"]`).textContent;
  const rowOf = (id) => document.querySelector(`[data-item="${id}"]`);

  // The list

  async function load() {
    items = await allOf(service, did);
    const parts = lists.map(({ id, kind }) => list(id, within(null).filter((item) => item.kind === kind))).filter(Boolean);
    byId("items").replaceChildren(...(parts.length ? parts : [el("p", { class: "hint empty" }, says.nothing)]));
  }

  const within = (parent) => items.filter((item) => (item.in ?? null) === parent);

  function list(id, those, parent = null) {
    if (!those.length) return null;
    const made = el("ul", { class: "rows items", id, "data-in": parent }, ...those.map(row));
    orderable(made, moved, sorted);
    return made;
  }

  function row(item) {
    const named = (text) => t("js-of-item", { text, title: item.title });
    const button = (text, action) => el("button", { type: "button", class: "link", "aria-label": named(text), onclick: (event) => action(event.currentTarget).catch(sayError) }, text);
    const day = (at) => told(at, { dateStyle: "medium", timeStyle: "short" });
    const facts = [item.from && t("js-from", { time: day(item.from) }), item.until && t("js-until", { time: day(item.until) }), ...hints(item)];
    const on = el("input", { type: "checkbox", checked: item.on, "aria-label": named(t("js-on")), onchange: () => set(item, { on: on.checked }) });
    const seen = byId("visibility").cloneNode(true);
    seen.id = `seen-${item.id}`;
    seen.value = item.visibility;
    seen.setAttribute("aria-label", named(t("js-seen")));
    seen.addEventListener("change", () => set(item, { visibility: seen.value }));
    const [buttons, after] = tools(item, button);
    const { empty } = kinds[item.kind];
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
        shares?.isFixed?.(item) ? null : button(t("js-change"), async () => open(await whole(item))),
        isShareable(item) ? sharing(item, button) : null,
        ...buttons,
        button(t("js-remove"), (pressed) => remove(pressed, item)),
      ),
      after,
      empty ? (list(null, within(item.id), item.id) ?? el("p", { class: "hint" }, empty)) : null,
    );
  }

  /** The button that publishes a draft, or shows the sheet of what is published. */
  function sharing(item, button) {
    if (shares.isDraft(item)) return button(publishing, (pressed) => publish(item, pressed));
    return item.visibility === "private" ? null : button(t("js-share"), () => showSheet(item));
  }

  const showSheet = (item) => share(item.title, pathOf(item), audienceOf(item.visibility));

  /** Publishes a draft as it was saved. */
  async function publish(item, pressed) {
    if (item.visibility === "private") throw new Error(t("js-share-private"));
    if (shares.question && !(await sure(shares.question(item), pressed))) return;
    await working(pressed, t("js-signing"), async () => {
      if (!item.on) await change("set", { ref: item.id, fact: shown({ ...item, on: true }) });
      await shares.publish?.(item);
      await load();
      rowOf(item.id).querySelector("button").focus();
      say("good", t("js-shared"));
      showSheet(item).catch(sayError);
    });
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
      await change("set", { ref: item.id, fact: shown(item) });
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
    const order = parent ? ids(list) : lists.flatMap(({ id }) => ids(byId(id)));
    inTurn(async () => {
      await change("sort", { ref: parent, body: { order } });
      say("good", t("js-sorted"));
    });
  }

  async function remove(button, item) {
    if (!(await sure(kinds[item.kind].empty ? says.removeAll(item) : t("js-remove-sure", { title: item.title }), button))) return;
    await working(button, t("js-signing"), async () => {
      await change("remove", { ref: item.id });
      await load();
      byId("all").querySelector("button").focus();
      say("good", t("js-removed"));
    });
  }

  // The form

  const valuesOf = (item) =>
    Object.fromEntries([
      ...fields.map(({ id }) => [id, ["from", "until"].includes(id) ? local(item[id]) : (item[id] ?? (id === "visibility" ? "public" : ""))]),
      ...checks.map(({ id }) => [id, item[id] ?? true]),
      ...Object.entries(own(item)),
    ]);

  const read = () => Object.fromEntries([...fields.map(({ id, value }) => [id, value.trim()]), ...checks.map(({ id, checked }) => [id, checked])]);

  /** Seconds that the field doesn't show stay as they were. */
  const time = (values, name) => (values[name] === local(editing[name]) ? editing[name] : Date.parse(values[name]));

  function open(item, values = valuesOf(item), drafted = null) {
    editing = item;
    quiet();
    byId("stale").replaceChildren();
    byId("editor-title").textContent = kinds[item.kind].title;
    for (const part of form.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(" ").includes(item.kind);
    const around = items.filter(({ kind }) => kinds[item.kind].in?.includes(kind)).map(({ id, title }) => el("option", { value: id }, title));
    byId("in")?.replaceChildren(byId("in").firstElementChild, ...around);
    for (const input of fields) {
      fieldError(input);
      input.value = values[input.id];
    }
    for (const input of checks) input.checked = values[input.id];
    files?.open(item, drafted);
    opened(item);
    byId("slug").closest("details").open = Boolean(values.from || values.until || values.slug);
    byId("publish").hidden = !isShareable(item);
    byId("publish").classList.toggle("main", isShareable(item));
    byId("save").classList.toggle("main", !isShareable(item));
    showOnly(byId("editor"), sections);
    sayChosen();
  }

  /** Says above the fold what is chosen in it. */
  function sayChosen() {
    const fold = byId("more");
    if (!fold) return;
    const isChoice = (field) => fold.contains(field) && CHOICES.includes(field.type) && field.id !== "title" && field.value && !field.closest("[hidden]");
    const chosenIn = ({ type, selectedOptions, value }) => (type === "datetime-local" ? told(value) : (selectedOptions?.[0].textContent ?? value));
    const choiceOf = (field) => t("js-chosen", { label: field.labels[0].textContent.replace(BESIDES, ""), choice: chosenIn(field) });
    byId("chosen").textContent = fields.filter(isChoice).map(choiceOf).join(" · ");
  }

  const create = (kind, values = {}) => open({ id: newId(), kind, rev: 0, ...values });

  async function close(id = null) {
    sessionStorage.removeItem(draft);
    // Where the list can't be loaded the form stays, with its buttons.
    await load();
    editing = null;
    showOnly(byId("all"), sections);
    const buttons = rowOf(id)?.querySelectorAll("button") ?? [];
    // A list in a fixed order hides the handles.
    [...buttons].find(({ offsetParent }) => offsetParent)?.focus();
  }

  /** The first field that is wrong, and why. */
  function fault(values, isShared) {
    const { title, from, until, slug } = values;
    const own = wrong(values, editing.kind);
    // A title that follows from other fields is missing where these are wrong.
    if (!title) return (titled && own) || ["title", t("js-no-title")];
    if (own) return own;
    if (slug && !/^[a-z0-9-]{1,60}$/.test(slug)) return ["slug", t("js-slug")];
    if (from && until && until <= from) return ["until", t("js-until-early")];
    if (isShared && values.visibility === "private") return ["visibility", t("js-share-private")];
    return null;
  }

  /** The operation that puts what is in the form. */
  function putOf(values) {
    const { id, kind, rev, copied } = editing;
    const { body, facts, isShown, in: around, more = () => ({}), words = () => ({}) } = kinds[kind];
    const seen = isShown ? shown({ ...values, from: time(values, "from"), until: time(values, "until") }) : {};
    const fact = { kind, ...(rev === null ? {} : { rev }), ...some(values, facts), ...some(values, around && ["in"]), ...seen, ...more(values), ...(copied ? { copied } : {}) };
    const said = words(values);
    return { ref: id, body: { ...some(values, body), ...some(said, Object.keys(said)) }, fact };
  }

  /** Saves what is in the form, and publishes it where the button says so. */
  async function save(button) {
    const isShared = button.id === "publish";
    await working(button, t("js-saving"), async () => {
      if (!byId("files")?.hidden) await files?.ready();
      for (const input of fields) tidy(input);
      const values = { ...read(), ...(isShared && { on: true }) };
      values.title ||= titled?.(values).slice(0, TITLE_CHARS_MAX) ?? "";
      for (const input of fields) fieldError(input);
      byId("stale").replaceChildren();
      const found = fault(values, isShared);
      if (found) return refuse(...found);
      try {
        await change("put", putOf(values));
        // If what follows fails, the next try replaces this version and no other.
        editing = { ...editing, rev: null };
        if (!byId("files")?.hidden) await files?.save(editing.id);
        await saved(values, editing);
        if (isShared) await shares.publish?.(editing);
      } catch (error) {
        const { reason, field, newest } = error instanceof ApiError ? error.problem : {};
        if (reason === "stale") return stale(newest, button);
        if (fields.some(({ id }) => id === field)) return refuse(field, reason === "slug" ? says.slugTaken : error.message);
        throw error;
      }
      const { id } = editing;
      const isDraft = isShareable(editing) && !isShared && shares.isDraft({ ...editing, on: values.on });
      await close(id);
      say("good", t(isShared ? "js-shared" : isDraft ? "js-saved-draft" : "js-saved"));
      if (isShared) showSheet({ ...values, id }).catch(sayError);
    });
  }

  function refuse(field, why) {
    byId(field).closest("details")?.setAttribute("open", "");
    fieldError(byId(field), why);
  }

  /** Somebody, or this person elsewhere, saved another version. Theirs or this one: the person decides. */
  function stale(newest, button) {
    const over = el("button", { type: "button", onclick: () => ((editing = { ...editing, rev: newest.rev }), save(button).catch(sayError)) }, t("js-stale-save"));
    const take = async (item) => {
      open(await whole(item));
      keep();
    };
    const other = el("button", { type: "button", onclick: () => take(newest).catch(sayError) }, t("js-stale-take"));
    byId("stale").replaceChildren(
      el("div", { class: "notice bad", role: "alert" }, el("p", {}, t("js-stale", { title: newest.title })), el("div", { class: "actions" }, over, other)),
    );
    byId("stale").scrollIntoView({ block: "nearest" });
  }

  /** A file may arrive after the form was closed. */
  const keep = () => editing && sessionStorage.setItem(draft, JSON.stringify({ item: editing, values: read(), files: files?.drafted() }));

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(event.submitter ?? byId("save")).catch(sayError);
  });
  form.addEventListener("input", keep);
  form.addEventListener("change", sayChosen);
  byId("cancel").addEventListener("click", () => isAtWork(form) || close(editing.id).catch(sayError));

  async function start() {
    await load();
    const kept = JSON.parse(sessionStorage.getItem(draft) ?? "null");
    if (!kept) return;
    open(kept.item, kept.values, kept.files);
    say("good", t("js-draft"));
  }

  return { did, items: () => items, load, open, create, addFiles: (chosen, use) => files.add(chosen, use), start: () => start().catch(sayError) };
}
