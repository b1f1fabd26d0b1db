// Selecting files in a grid or a list, by a button or a long press, and what is done with them. The links of the files become
// checkboxes meanwhile.

import { get, request } from "../js/api.js";
import { texts } from "../js/texts.js";
import { byId, el, quiet, say, working } from "../js/ui.js";
import { fromTrash, undoable } from "./undo.js";

const t = await texts("media");
/** How long one presses to begin, and how long a success is said. */
const [LONG_MS, SAID_MS] = [500, 8000];
/** Files of a list that are asked for at once. */
const PAGE = 100;

// The signing module is loaded at the first action: most people only look.
const acting = () => import("./acts.js");
const many = (op, fact = {}) => async (ids, told) => (await acting()).enterAll(op, ids, { fact, told });

/** The ids of all files in a list of the box, whose address has a query already. */
export async function idsAt(path) {
  const ids = [];
  for (let more = true; more; ) {
    const answer = await get(`${path}&limit=${PAGE}&offset=${ids.length}`);
    ids.push(...answer.assets.map(({ id }) => id));
    more = answer.hasMore;
  }
  return ids;
}

/** One file as it is, or a ZIP of several. */
async function download(ids) {
  const { url } = ids.length === 1 ? { url: `/media/api/assets/${ids[0]}?download=1` } : await request("POST", "/media/api/zip", { json: { ids } });
  location.assign(url);
}

const keeping = () => import("./keep.js");

const always = () => true;

/** Says that files are in another folder; those of the list of one folder can go back there. */
function movedWords(count, ids, { in: from }) {
  const text = t("js-moved", { count });
  return from === undefined ? text : undoable(text, { op: "move", assets: ids, fact: from ? { folder: from } : {} });
}

/**
 * What you can do with selected files. `null` of `act` is a no. `leaves(answer, place)` says whether the files are gone from the page then; without
 * it they stay. `place` is the dataset of the element that they are in: a list of one folder's files has the folder's id in `in`.
 */
const ACTS = {
  favourite: { text: t("js-act-favourite"), said: (count) => t("js-favourite", { count }), act: async (ids, told) => (await acting()).putFavourites(ids, true, told) },
  unfavourite: { text: t("js-act-out"), said: (count, ids) => undoable(t("js-unfavourite", { count }), { op: "album.put", ref: "favourites", assets: ids }), act: async (ids, told) => (await acting()).putFavourites(ids, false, told), leaves: always },
  album: { text: t("js-act-album"), said: (count) => t("js-in-album", { count }), act: async (ids) => (await acting()).toAlbum(ids) },
  folder: { text: t("js-act-folder"), said: movedWords, act: async (ids) => (await acting()).toFolder(ids), leaves: ({ folder }, place) => "in" in place && folder !== place.in },
  share: { text: t("js-act-share"), said: (count) => t("js-shared", { count }), act: async (ids) => (await acting()).share(ids) },
  download: { text: t("js-act-download"), said: (count) => t("js-downloading", { count }), act: download, busy: t("js-preparing") },
  keep: { text: t("js-act-keep"), said: async (count) => (await keeping()).keptWords(count), act: async (ids, told) => (await keeping()).keep(ids, byId("select").dataset.keep, told), busy: t("js-keeping") },
  trash: { text: t("js-act-trash"), said: (count, ids) => undoable(t("js-trashed", { count }), fromTrash(ids)), act: many("remove"), leaves: always },
  back: { text: t("js-act-back"), said: (count, ids) => undoable(t("js-back", { count }), { op: "remove", assets: ids }), act: many("move", { back: 1 }), leaves: always },
  erase: { text: t("js-act-erase"), said: (count) => t("js-erased", { count }), act: async (ids) => (await acting()).erase(ids), leaves: always, danger: true },
};

/** Lets people select what is in an element. `more` are further things that a page does; `gone` hears of files that left it. */
export function selectable({ more = {}, gone = leave } = {}) {
  const button = byId("select");
  if (!button) return { mark: () => {} };
  const root = byId(button.dataset.what);
  const acts = { ...ACTS, ...more };
  const chosen = new Set();
  let bar = null;
  const count = el("strong", { role: "status" });

  function mark(links = root.querySelectorAll("a[data-id]")) {
    for (const link of links) {
      if (bar) {
        link.setAttribute("role", "checkbox");
        link.setAttribute("aria-checked", chosen.has(link.dataset.id));
      } else {
        link.removeAttribute("role");
        link.removeAttribute("aria-checked");
      }
    }
    count.textContent = t("js-selected", { count: chosen.size });
  }

  function end() {
    bar?.remove();
    bar = null;
    chosen.clear();
    root.classList.remove("selecting");
    button.hidden = false;
    mark();
  }

  function begin() {
    if (bar) return;
    const buttons = button.dataset.acts.split(",").map((name) => el("button", { type: "button", class: acts[name].danger ? "danger" : null, onclick: ({ currentTarget }) => run(currentTarget, acts[name]) }, acts[name].text));
    bar = el("div", { class: "selected card", role: "group", "aria-label": t("js-selection") }, el("div", { class: "row" }, count, el("button", { type: "button", onclick: () => (end(), button.focus()) }, t("js-cancel"))), el("div", { class: "actions tight" }, buttons));
    root.classList.add("selecting");
    root.after(bar);
    button.hidden = true;
    mark();
  }

  async function run(control, { act, said, leaves = () => false, busy = t("js-signing") }) {
    const ids = [...chosen];
    if (!ids.length) return say("bad", t("js-select-some"));
    let answer = null;
    await working(control, busy, async () => {
      const given = await act(ids, (done) => (count.textContent = t("js-done-of", { done, all: ids.length })));
      answer = given === undefined ? true : given;
    });
    if (!answer) return;
    if (leaves(answer, root.dataset)) gone(new Set(ids));
    end();
    say("good", ...[await said(ids.length, ids, root.dataset)].flat());
    byId("message").scrollIntoView({ block: "nearest" });
    // A message with a button stays, and so does another message.
    if (byId("message").querySelector("button")) return;
    const shown = byId("message").firstChild;
    setTimeout(() => shown === byId("message").firstChild && quiet(), SAID_MS);
  }

  function toggle(link) {
    const { id } = link.dataset;
    if (!chosen.delete(id)) chosen.add(id);
    mark([link]);
  }

  const linkOf = (event) => event.target.closest?.("a[data-id]");
  let timer = null;
  let held = false;
  root.addEventListener("pointerdown", (event) => {
    const link = linkOf(event);
    held = false;
    if (!link || bar || event.button !== 0) return;
    timer = setTimeout(() => {
      held = true;
      begin();
      toggle(link);
    }, LONG_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove"]) {
    root.addEventListener(name, (event) => {
      if (name !== "pointermove" || Math.abs(event.movementX) + Math.abs(event.movementY) > 4) clearTimeout(timer);
    });
  }
  root.addEventListener("contextmenu", (event) => held && event.preventDefault());
  root.addEventListener("dragstart", (event) => linkOf(event) && event.preventDefault());
  root.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link || !bar) return;
    event.preventDefault();
    // The press that began it ends with a click.
    if (held) held = false;
    else toggle(link);
  });
  root.addEventListener("keydown", (event) => {
    if (!bar || event.key !== " " || !linkOf(event)) return;
    event.preventDefault();
    toggle(linkOf(event));
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && bar && !document.querySelector("dialog[open]") && end());
  button.addEventListener("click", () => (begin(), root.querySelector("a[data-id]")?.focus()));
  return { mark };
}

function leave(ids) {
  for (const link of document.querySelectorAll("a[data-id]")) if (ids.has(link.dataset.id)) (link.closest("li") ?? link).remove();
}
